"""Which words of an excerpt are masked: those that were pressed, and those that the switch covers."""

from dataclasses import dataclass, replace

from authorship.datamodels import Prediction
from authorship.reference import Role
from explain.topic import Cover
from explain.words import Span

_MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Masks:
    """`pressed` are words by hand, `covered` the switch's; `past` what was pressed before each step."""

    pressed: frozenset[Span] = frozenset()
    past: tuple[frozenset[Span], ...] = ()
    cover: Cover = "nothing"
    covered: tuple[Span, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """All masked words, in order."""
        return tuple(sorted({*self.pressed, *self.covered}))

    @property
    def active(self) -> bool:
        """Whether anything was asked for, even if there is no such word."""
        return bool(self.pressed) or self.cover != "nothing"

    def press(self, words: frozenset[Span]) -> "Masks":
        """Mask these words, or bring them back where all of them were pressed before."""
        pressed = self.pressed - words if words <= self.pressed else self.pressed | words
        return replace(self, pressed=pressed, past=(*self.past, self.pressed)[-_MOST_STEPS:])

    def undo(self) -> "Masks":
        """What was pressed before the last step; the switch stays."""
        if not self.past:
            return self
        return replace(self, pressed=self.past[-1], past=self.past[:-1])


@dataclass(frozen=True, slots=True)
class Masked:
    """What both models say of the text without `spans`, out of so many `words`, marks not counted."""

    words: int
    spans: tuple[Span, ...]
    teacher: Prediction
    student: Prediction

    def of(self, role: Role) -> Prediction:
        """One model's prediction."""
        return self.teacher if role == "teacher" else self.student

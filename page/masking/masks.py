"""Which words of an excerpt are masked, and whom an author may be held against."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from authorship.datamodels import Author, Prediction
from authorship.models.source import Role
from explain.masking import Cover
from explain.words import Span
from page.excerpt.results import FASTEST_FIRST, Reading
from page.i18n.messages import CheckMessages, Messages
from page.i18n.wording import display_name, surname

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


Choice = tuple[str, str]


def rival_choices(
    authors: Sequence[Author], reading: Reading | None, key: str, words: Messages, check: CheckMessages
) -> list[Choice]:
    """None at all, then each model's most probable author other than `key`, then everyone by name."""
    suggested = _suggested(reading, key) if reading else []
    named = {
        author.key: display_name(author, words)
        for author in sorted(authors, key=partial(surname, words=words))
    }
    named.pop(key, None)
    first = [(check.rival_suggested.format(author=named[one]), one) for one in suggested if one in named]
    rest = [(name, one) for one, name in named.items() if one not in suggested]
    return [(check.rival_none, ""), *first, *rest]


def _suggested(reading: Reading, key: str) -> list[str]:
    """The teacher's next author, then the student's."""
    firsts = (
        [ranked.author.key for ranked in reading.of(role).top_k(2) if ranked.author.key != key][:1]
        for role in reversed(FASTEST_FIRST)
    )
    return list(dict.fromkeys(key for first in firsts for key in first))

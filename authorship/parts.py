"""The parts of a text of several hands, in both models' eyes together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from authorship.datamodels import Author, Stretch

# Of the text: a smaller share, given by either model, is not told as a hand of its own.
LARGE = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """The characters `start` to `stop` of a text, and whose they are to each model; None is nobody known."""

    start: int
    stop: int
    teacher: Author | None
    student: Author | None


def join_stretches(teacher: Sequence[Stretch], student: Sequence[Stretch]) -> tuple[Part, ...]:
    """The parts on which neither model changes its mind; none where both see one hand.

    Neighbours that both models give to the same are one part. Both must cover the same text.
    """
    if max(len(teacher), len(student)) < 2:
        return ()
    borders = sorted({edge for one in (*teacher, *student) for edge in (one.start, one.stop)})
    parts: list[Part] = []
    for start, stop in pairwise(borders):
        hands = _hand(teacher, start), _hand(student, start)
        if parts and (parts[-1].teacher, parts[-1].student) == hands:
            start = parts.pop().start
        parts.append(Part(start, stop, *hands))
    return tuple(parts)


def _hand(stretches: Sequence[Stretch], character: int) -> Author | None:
    """Whose a character is: beyond the stretches' ends their first's or last's."""
    here = next((one for one in stretches if character < one.stop), stretches[-1])
    return None if here.unknown else here.author


def several_hands(parts: Sequence[Part]) -> tuple[Author | None, ...]:
    """Whom both models give a tenth of the text or more, in order of appearance; none if that is but one.

    None among them is nobody known. Authors are the teacher's.
    """
    known = {part.teacher.key: part.teacher for part in parts if part.teacher}
    first, second = (_large(parts, role) for role in ("teacher", "student"))
    shared = [key for key in first if key in second]
    return tuple(known.get(key) for key in shared) if len(shared) > 1 else ()


def _large(parts: Sequence[Part], role: str) -> list[str]:
    """The keys of one model's hands of a tenth of the text or more, "" for nobody known."""
    lengths: Counter[str] = Counter()
    for part in parts:
        author: Author | None = getattr(part, role)
        lengths[author.key if author else ""] += part.stop - part.start
    return [key for key, length in lengths.items() if length >= LARGE * lengths.total()]

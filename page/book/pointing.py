"""What pointing at a place of the chart tells, as figures for book.js."""

from authorship.models.bundle import ModelBundle
from page.book.geometry import Span
from page.book.points import Points
from page.book.reading import BookReading
from page.book.track import Track
from page.i18n.messages import Messages
from page.i18n.wording import display_name

_FIRST_WORDS = 56
_DIGITS = 1


def figures(
    reading: BookReading,
    track: Track,
    points: Points,
    labels: tuple[int | None, ...],
    span: Span,
    words: Messages,
) -> list[list[object]]:
    """A list a point: place in %, start, stop, passages, first words, who else leads, abstains, shares in %.

    Who else leads is `[name, share]` where the point's likeliest author is none of `labels`, else None;
    "abstains" is 1 where the model names nobody for most of its passages.
    """
    found: list[list[object]] = []
    for index in range(len(points)):
        passage = track.passages[int(points.chosen[index])]
        place = round(span.place(float(points.centres[index])) / 10, 2)
        begins = first_words(reading.book.text, passage.start)
        shares = [None if label is None else _percent(points, index, label) for label in labels]
        leader = _leader(points, index, labels, track.bundle, words)
        abstains = int(points.unknown[index] > 0.5)
        found.append([place, passage.start, passage.stop, points.size, begins, leader, abstains, *shares])
    return found


def _leader(
    points: Points, index: int, labels: tuple[int | None, ...], bundle: ModelBundle, words: Messages
) -> list[object] | None:
    label = int(points.probabilities[index].argmax())
    if label in labels:
        return None
    author = next(author for author in bundle.authors if author.label_id == label)
    return [display_name(author, words), _percent(points, index, label)]


def _percent(points: Points, index: int, label: int) -> float:
    return round(float(points.probabilities[index, label]) * 100, _DIGITS)


def first_words(text: str, start: int, length: int = _FIRST_WORDS) -> str:
    """The words at a place of the book in one line; words cut at either end are left out."""
    cut = start > 0 and text[start - 1 : start + 1].isalpha()
    pieces = text[start : start + 2 * length].split()
    line = " ".join(pieces[1:] if cut else pieces).lstrip(".,;:!?…») ")
    if len(line) <= length:
        return line
    return line[:length].rpartition(" ")[0] or line[:length]

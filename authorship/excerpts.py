"""Cut a work into excerpts of whole sentences."""

from collections.abc import Iterator

from razdel import sentenize

from authorship.datamodels import Excerpt, Work

EXCERPT_CHARACTERS = 2500
SHORTEST_SHARE = 0.5
LOOK_BACK = 400
LOOK_AHEAD = 1600
OPEN_ENDS = ":,;—-"


def cut_work(work: Work, size: int = EXCERPT_CHARACTERS) -> list[Excerpt]:
    """The excerpts of one work, in reading order; empty where the work is shorter than half of `size`."""
    return [Excerpt(work.author, work.title, text) for text in cut_text(work.text, size)]


def cut_text(text: str, size: int = EXCERPT_CHARACTERS) -> Iterator[str]:
    """Pieces of `size` characters extended to the end of the sentence; a last one under half that is dropped.

    >>> list(cut_text("Снег шёл. Он падал на сад. Да.", size=12))
    ['Снег шёл. Он падал на сад.']
    """
    start = 0
    while len(text) - start >= size * SHORTEST_SHARE:
        stop = sentence_stop(text, start + size)
        piece = text[start:stop].strip()
        if len(piece) >= size * SHORTEST_SHARE:
            yield piece
        start = stop + _leading_space(text, stop)


def sentence_stop(text: str, offset: int) -> int:
    """The offset at which the sentence holding the character before `offset` ends.

    razdel reads only the surroundings of `offset`; the end of a paragraph ends a sentence too, unless
    it leaves the sentence open, as a colon before direct speech does.
    """
    while offset < len(text):
        stop = _stop_in_paragraph(text, offset)
        if stop >= len(text) or text[stop - 1] not in OPEN_ENDS:
            return stop
        offset = stop + 2
    return len(text)


def _stop_in_paragraph(text: str, offset: int) -> int:
    """The first sentence end at or after `offset`, at the latest the paragraph's; the view widens."""
    earliest = max(0, offset - LOOK_BACK)
    start = max(earliest, text.rfind("\n", earliest, offset) + 1)
    ahead = LOOK_AHEAD
    while True:
        view = min(len(text), offset + ahead)
        end = text.find("\n", offset, view)
        limit = end if end >= 0 else view
        stops = [start + sentence.stop for sentence in sentenize(text[start:limit])]
        whole = end >= 0 or view == len(text)
        found = next((stop for stop in (stops if whole else stops[:-1]) if stop >= offset), None)
        if found is not None or whole:
            return found or limit
        ahead *= 2


def _leading_space(text: str, offset: int) -> int:
    """How many whitespace characters stand at `offset`."""
    rest = offset
    while rest < len(text) and text[rest].isspace():
        rest += 1
    return rest - offset

"""Change points, and the passages that speak most for and against an author, as HTML."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from authorship.datamodels import Passage, Stretch
from authorship.models.source import Role
from authorship.numerals import percent, probability, whole
from authorship.predict.sliding import strongest
from authorship.text.excerpts import EXCERPT_CHARACTERS, sentence_stop
from explain.report.highlights import escape
from page.book.points import first_words
from page.book.reading import BookReading
from page.book.view import Origin, Place
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import counted, hand_name, hand_surely

_REACH = 1_000  # characters in which a sentence should end


def surroundings(text: str, passage: Place, wanted: int = EXCERPT_CHARACTERS) -> Place:
    """About `wanted` characters with the passage in their middle, from a sentence's start to another's end.

    Near the book's ends the passage is not in the middle; where no sentence ends in reach, one is cut.
    """
    lacking = max(0, wanted - (passage.stop - passage.start))
    start = max(0, min(passage.start - lacking // 2, len(text) - wanted))
    stop = min(len(text), max(passage.stop, start + wanted))
    return Place(_sentence_start(text, start, passage.start), _sentence_end(text, stop))


def _sentence_start(text: str, offset: int, latest: int) -> int:
    """Where the first sentence begins that does so from `offset` to `latest`; `offset` where none does."""
    if not offset:
        return 0
    first = max(0, offset - _REACH)
    start = first + sentence_stop(text[first : latest + 1], offset - first)
    while start <= latest and text[start : start + 1].isspace():
        start += 1
    return start if start <= latest else offset


def _sentence_end(text: str, offset: int) -> int:
    """Where the sentence of the character before `offset` ends, if in reach."""
    first = max(0, offset - _REACH)
    return first + sentence_stop(text[first : offset + _REACH], offset - first)


MOST = 5
_QUOTED = 110
_LETTER = re.compile(r"\S")


def render_changes(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """Where each model sees another author begin, a numbered list a model."""
    if not reading.complete:
        return ""
    columns = "".join(_changes_of(role, reading, words, book) for role in ROLES)
    note = f'<p class="aside">{escape(book.changes_note)}</p>' if "<li>" in columns else ""
    return f'<h2>{escape(book.changes_title)}</h2><div class="pair">{columns}</div>{note}'


def _changes_of(role: Role, reading: BookReading, words: Messages, book: BookMessages) -> str:
    found = reading.found(role)
    borders = pairwise(found.stretches) if found else ()
    items = "".join(f"<li>{_change(role, *sides, reading, words, book)}</li>" for sides in borders)
    body = (
        f'<ol class="changes">{items}</ol>' if items else f'<p class="none">{escape(book.changes_none)}</p>'
    )
    return f"<div><h3>{escape(role_name(role, words))}</h3>{body}</div>"


def _change(
    role: Role, left: Stretch, right: Stretch, reading: BookReading, words: Messages, book: BookMessages
) -> str:
    before, after = (hand_name(None if side.unknown else side.author, words) for side in (left, right))
    said = book.change.format(before=before, after=after)
    share = percent(right.start / len(reading.book.text), words)
    place = book.change_at.format(share=share, offset=whole(right.start, words))
    return (
        f'<button type="button" class="opens" data-open="{role} {right.start}"><b>{escape(said)}</b>'
        f"<span>{escape(place)}</span><span>{escape(hand_surely(right, words))}</span></button>"
    )


def render_passages(role: Role, key: str, reading: BookReading, words: Messages, book: BookMessages) -> str:
    """The passages that speak most for and against an author by one model's lights."""
    track = reading.track(role)
    if not (key and reading.complete):
        return ""
    head = f"<h3>{escape(role_name(role, words))}</h3>"
    label = track.label(key)
    if label is None:
        return f'{head}<p class="none">{escape(book.stranger)}</p>'
    favourable, adverse = strongest(track.passages, label, MOST)
    shares = {passage: _share(passage, role, label, reading) for passage in (*favourable, *adverse)}

    def listed(title: str, kind: str, passages: Sequence[Passage]) -> str:
        ranked = sorted(passages, key=shares.__getitem__, reverse=kind == "for")
        told = [probability(shares[passage], words) for passage in ranked]
        usual = _usual(told)
        figures = ["" if one == usual else one for one in told]
        items = "".join(
            f"<li>{_passage(passage, figure, f'{role} {passage.start} {key}', reading, words, book)}</li>"
            for passage, figure in zip(ranked, figures, strict=True)
        )
        each = (
            "" if not usual else (book.each_exactly if any(figures) else book.each_alike).format(share=usual)
        )
        return f'<h4>{escape(title + each)}</h4><ul class="passages {kind}">{items}</ul>'

    return head + listed(book.most_for, "for", favourable) + listed(book.most_against, "against", adverse)


def _share(passage: Passage, role: Role, label: int, reading: BookReading) -> float:
    """The passage's own probability of the author."""
    curve = reading.track(role).curve()
    return float(curve.probabilities[curve.beginning(passage.start), label])


def _usual(told: Sequence[str]) -> str:
    """What most of a list say, so that it is said once over it; nothing where no figure stands out."""
    figure, count = Counter(told).most_common(1)[0] if told else ("", 0)
    return figure if count > 1 and 2 * count > len(told) else ""


def _passage(
    passage: Passage, share: str, opens: str, reading: BookReading, words: Messages, book: BookMessages
) -> str:
    text = reading.book.text
    place = book.passage_at.format(share=percent(passage.start / len(text), words))
    quoted = ("…" if _LETTER.search(text, 0, passage.start) else "") + first_words(
        text, passage.start, _QUOTED
    )
    return (
        f'<button type="button" class="opens" data-open="{escape(opens)}"><b>{escape(share)}</b>'
        f"<q>{escape(quoted)}…</q><span>{escape(place)}</span></button>"
    )


def render_origin(origin: Origin, words: Messages, book: BookMessages) -> str:
    """Where in a book an excerpt was taken from, with how much around it, and the way back."""
    passage, read = origin.passage, origin.read
    said = book.from_book.format(
        start=whole(passage.start, words),
        stop=whole(passage.stop, words),
        words=origin.words,
        count=counted(read.stop - read.start, words.characters, words),
    )
    back = f'<button type="button" class="back" data-back>{escape(book.back_to_book)}</button>'
    return f'<div class="origin"><p class="aside">{escape(said)}</p>{back}</div>'

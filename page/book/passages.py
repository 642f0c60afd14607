"""Change points, and the passages that speak most for and against an author, as HTML that opens them."""

import re
from collections.abc import Sequence
from itertools import pairwise

from authorship.datamodels import Passage, Stretch
from authorship.reference import Role
from authorship.whole import strongest
from explain.view import escape
from page.book.messages import BookMessages
from page.book.pointing import first_words
from page.book.reading import BookReading
from page.book.view import Origin
from page.book.wording import hand_name, hand_surely
from page.messages import Messages
from page.readings import ROLES
from page.verdict import role_name
from page.wording import counted, percent, whole

MOST = 5
_QUOTED = 110
_LETTER = re.compile(r"\S")
_SUREST = 0.9999  # no model is certain, whatever rounding makes of it


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

    def written(passage: Passage) -> str:
        opens = f"{role} {passage.start} {key}"
        return f"<li>{_passage(passage, shares[passage], opens, reading, words, book)}</li>"

    def listed(title: str, kind: str, passages: Sequence[Passage]) -> str:
        ranked = sorted(passages, key=shares.__getitem__, reverse=kind == "for")
        items = "".join(map(written, ranked))
        return f'<h4>{escape(title)}</h4><ul class="passages {kind}">{items}</ul>'

    return head + listed(book.most_for, "for", favourable) + listed(book.most_against, "against", adverse)


def _share(passage: Passage, role: Role, label: int, reading: BookReading) -> float:
    """The passage's own probability of the author."""
    curve = reading.track(role).curve()
    return min(float(curve.probabilities[curve.nearest(passage.start), label]), _SUREST)


def _passage(
    passage: Passage, share: float, opens: str, reading: BookReading, words: Messages, book: BookMessages
) -> str:
    text = reading.book.text
    place = book.passage_at.format(share=percent(passage.start / len(text), words))
    quoted = ("…" if _LETTER.search(text, 0, passage.start) else "") + first_words(
        text, passage.start, _QUOTED
    )
    return (
        f'<button type="button" class="opens" data-open="{escape(opens)}"><b>{percent(share, words)}</b>'
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

"""Whose each part of a book is, by all of its passages together: the strip over a panel, as HTML."""

from collections.abc import Sequence

from authorship.datamodels import Stretch
from explain.view import escape
from page.book.geometry import Span
from page.book.messages import BookMessages
from page.book.wording import hand_name, hand_surely
from page.messages import Messages
from page.wording import whole


def render_strip(
    stretches: Sequence[Stretch],
    labels: Sequence[int | None],
    span: Span,
    words: Messages,
    book: BookMessages,
) -> str:
    """The stretches in view as blocks with names; `labels` are the drawn authors' places in the model."""
    blocks = "".join(_block(stretch, labels, span, words, book) for stretch in stretches)
    return f'<div class="stretches" aria-hidden="true">{blocks}</div>' if blocks else ""


def _block(
    stretch: Stretch, labels: Sequence[int | None], span: Span, words: Messages, book: BookMessages
) -> str:
    left, right = (min(max(span.place(at), 0.0), 1000.0) for at in (stretch.start, stretch.stop))
    if left >= right:
        return ""
    name, surely = hand_name(None if stretch.unknown else stretch.author, words), hand_surely(stretch, words)
    at = book.characters_at.format(start=whole(stretch.start, words), stop=whole(stretch.stop, words))
    return (
        f'<span class="{_kind(stretch, labels)}" title="{escape(f"{surely}: {at}")}" '
        f'style="left:{left / 10:.2f}%;width:{(right - left) / 10:.2f}%">{escape(name)}</span>'
    )


def _kind(stretch: Stretch, labels: Sequence[int | None]) -> str:
    """The class that decides the block's colour: its author's line, another author, nobody."""
    label = stretch.author.label_id
    if stretch.unknown:
        return "nobody"
    return f"s{list(labels).index(label)}" if label in labels else "other"

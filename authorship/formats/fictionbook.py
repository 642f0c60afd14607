"""FictionBook, the commonest format of Russian readers: `.fb2`."""

import re

from authorship.datamodels import Book, Notice
from authorship.formats.limits import Limits
from authorship.formats.lines import Attributes, Grammar, local_name
from authorship.formats.markup import collect, decode_markup
from authorship.formats.notices import damaged

_HEAD = 4096
_BINARY = re.compile(rb"<binary\b[^<>]*>[^<]*</binary>")
_NOTE = re.compile(r"#(n|note|fn|c|comment)[_-]?\d+")
_NOTE_BODIES = {"notes", "comments", "footnotes"}


def is_fictionbook(data: bytes) -> bool:
    """Whether the bytes, in whatever encoding, start or stop like a FictionBook."""
    head, tail = (piece.replace(b"\0", b"") for piece in (data[:_HEAD], data[-_HEAD:]))
    return b"<FictionBook" in head or b"</FictionBook>" in tail


def read_fictionbook(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """The bodies' text but for notes: titles, paragraphs, verses and epigraphs, a line each.

    Raises:
        TextError: the file is hostile, larger than the limits, or not in the encoding named.
    """
    decoded = decode_markup(_BINARY.sub(b"", data), encoding, limits.file)
    collected = collect(decoded.text, _GRAMMAR, limits.text)
    notices: tuple[Notice, ...] = () if collected.whole else (damaged(),)
    return Book("\n".join(collected.lines), "fb2", decoded.encoding, collected.title, notices)


def _skips(name: str, attributes: Attributes) -> bool:
    if name == "body":
        return attributes.get("name", "").lower() in _NOTE_BODIES
    if name == "a":
        return _is_note({local_name(key): value for key, value in attributes.items()})
    return name in {"description", "binary", "stylesheet"}


def _is_note(link: Attributes) -> bool:
    return link.get("type") == "note" or _NOTE.fullmatch(link.get("href", "")) is not None


_BLOCKS = (
    "FictionBook body section title subtitle epigraph annotation cite poem stanza p v text-author date "
    "empty-line table tr td th"
)
_GRAMMAR = Grammar(blocks=frozenset(_BLOCKS.split()), skips=_skips, title="book-title")

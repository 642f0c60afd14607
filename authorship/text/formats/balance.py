"""Broken markup with every tag closed where it should have been, so that a parser loses nothing of it."""

import re
from collections.abc import Iterator
from html import escape
from itertools import islice

from authorship.text.formats.lines import Grammar

_TAG = re.compile(
    r"<(?:(?P<begun>!--|!\[CDATA\[|\?)|!(?:[^<>]*>)?"
    r"|(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]*)"
    r"""(?P<inside>(?:"[^"<]*"|'[^'<]*'|[^<>"'])*+(?=>)|[^<>]*)>)"""
)
_ENDS = {"!--": "-->", "![CDATA[": "]]>", "?": "?>"}
_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)(?:\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
# A parser stops at 256; what lies deeper than this stands beside its parent instead.
_DEEPEST = 200
_WHOLE = "_"
_MOST_ATTRIBUTES = 100


def balance(text: str, grammar: Grammar) -> Iterator[str]:
    """The same text and tags in pieces that make one well-formed document; names lose their prefixes.

    A tag that is not closed ends with its parent; one that holds no block ends where a block starts; an end
    without a start is left out, and so is the start of a comment that never ends. The grammar's root stays
    open to the end.
    """
    tags, ends = _Tags(grammar), _Ends(text)
    yield f"<{_WHOLE}>"
    place = 0
    while (match := _TAG.search(text, place)) is not None:
        yield _plain(text[place : match.start()])
        place = match.end()
        if match["begun"]:
            stop, after = ends.find(match["begun"], place)
            yield _plain(escape(text[place:stop])) if match["begun"] == "![CDATA[" else ""
            place = after
        elif match["name"]:
            name = match["name"].rpartition(":")[2] or "x"
            yield tags.end(name) if match["end"] else tags.start(name, match["inside"])
    yield _plain(text[place:])
    yield tags.close(0)


def _plain(text: str) -> str:
    return text.replace("<", "&lt;")


class _Ends:
    """Where comments, quotations and instructions end; what is not found once is not looked for again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lost: set[str] = set()

    def find(self, kind: str, start: int) -> tuple[int, int]:
        """The start and the stop of the sign that ends what is begun; both `start` where there is none."""
        sign = _ENDS[kind]
        found = -1 if kind in self._lost else self._text.find(sign, start)
        if found < 0:
            self._lost.add(kind)
            return start, start
        return found, found + len(sign)


class _Tags:
    """The tags that are open, outermost first."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._open: list[str] = [_WHOLE]

    def start(self, name: str, inside: str) -> str:
        """The start of a tag, after the ends of those that it ends."""
        if name == self._grammar.root and name in self._open:
            return ""
        ends = self._ended_by(name)
        attributes = _attributes(inside)
        if inside.rstrip().endswith("/") or name in self._grammar.empty or len(self._open) > _DEEPEST:
            return f"{ends}<{name}{attributes}/>"
        self._open.append(name)
        return f"{ends}<{name}{attributes}>"

    def end(self, name: str) -> str:
        """The end of a tag, after those of the tags within it; nothing where it is not open."""
        place = 0 if name == self._grammar.root else self._last(name)
        if place == 0 or not (self._structural(name) or self._blockless(place + 1)):
            return ""
        return self.close(place)

    def close(self, place: int) -> str:
        """The ends of all tags from this one on."""
        closed = self._open[place:]
        del self._open[place:]
        return "".join(f"</{name}>" for name in reversed(closed))

    def _ended_by(self, name: str) -> str:
        if name in self._grammar.top:
            return self.close(self._last(self._grammar.root) + 1)
        if name in self._grammar.alone and (place := self._last_alone(name)):
            return self.close(place)
        return self.close(self._last_alone("") or len(self._open)) if name in self._grammar.blocks else ""

    def _last_alone(self, name: str) -> int:
        """Where a tag is open that ends at a block, such as a paragraph or a link; 0 where none is.

        One within another is looked for up to the next block around them that may hold blocks.
        """
        found = 0
        for place in range(len(self._open) - 1, 0, -1):
            tag = self._open[place]
            if tag in self._grammar.alone or tag == self._grammar.link:
                found = place
            elif tag in self._grammar.blocks or tag in self._grammar.top:
                break
        return found

    def _last(self, name: str) -> int:
        """Where a tag was opened last; 0 where it is not open."""
        places = (place for place in range(len(self._open) - 1, 0, -1) if self._open[place] == name)
        return next(places, 0)

    def _structural(self, name: str) -> bool:
        grammar = self._grammar
        return name in grammar.blocks or name in grammar.top or grammar.skips(name, {}) is not None

    def _blockless(self, place: int) -> bool:
        return self._grammar.blocks.isdisjoint(self._open[place:])


def _attributes(inside: str) -> str:
    """Attributes as a parser takes them: named once, quoted, escaped; those of no name are left out."""
    found: dict[str, str] = {}
    for match in islice(_ATTRIBUTE.finditer(inside), _MOST_ATTRIBUTES):
        name, *values = match.groups()
        plain = name.rpartition(":")[2]
        if _NAME.fullmatch(plain) and not name.startswith("xmlns"):
            found.setdefault(plain, next((value for value in values if value), ""))
    return "".join(f' {name}="{_quoted(value)}"' for name, value in found.items())


def _quoted(value: str) -> str:
    return value.replace("<", "&lt;").replace('"', "&quot;")

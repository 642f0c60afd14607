"""Markup to lines of text, as the parser goes along: no tree of the book is ever held."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from authorship.datamodels import NoticeCode
from authorship.errors import TextError
from authorship.text.formats.limits import LONGEST_TITLE

_BLANKS = re.compile(r"[ \t\r\n]+")
# A note's mark: a number, a star or a letter in brackets; a word that is a link stays.
MARK = re.compile(
    r"\s*(?:[\[({]\s*(?:\d{1,4}|[*†‡§#]{1,4}|[A-Za-zА-Яа-я]|[IVXLCivxlc]{1,8})\s*[\])}]|\d{1,4}[).]?|[*†‡§]{1,4})\s*"
)
_LONGEST_MARK = 40
# A title, dots or a tab, and the page on which it stands.
_PAGE_LINE = re.compile(r".{1,300}?(?:\t|…|(?:[.·_] ?){3})[\t ]{0,9}\d{1,4}\s*")
CONTENTS_TITLE = re.compile(
    r"\W*(?:содержание|оглавление|table of contents|contents|inhalt|sommaire|table des matières)\W*", re.I
)
NOTES_TITLE = re.compile(
    r"\W*(?:примечани[ея]|сноск[аи]|комментари[йи]|пояснения|(?:foot|end)?notes?|comments?)\b.{0,60}", re.I
)
_RUN = 3
_LINKED = 0.7

Attributes = Mapping[str, str]
Skip = NoticeCode | Literal["apparatus"] | None
"""Why a tag is left out: the notice that it is worth, none for `apparatus`; None where it is kept."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a format's tags, by their names without namespace, mean to a reader.

    A line starts and stops with each of `blocks`; what `skips` names is left out with all it contains;
    `inserts` stand for a character. Text counts everywhere or, if given, in the tag `text` only, where no
    blank is changed. The first `title` is kept apart. `headings` are blocks whose lines are headings,
    with their levels. A `link` leads elsewhere in the book: to a note, if its text is a mark, or from the
    contents.

    For broken documents: `root` is the outermost tag, `top` are those right under it, `alone` blocks that
    hold no other, and `empty` the tags that hold nothing.
    """

    blocks: frozenset[str]
    skips: Callable[[str, Attributes], Skip]
    inserts: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    title: str | None = None
    headings: Mapping[str, int] = field(default_factory=dict)
    link: str | None = None
    root: str = ""
    alone: frozenset[str] = frozenset()
    top: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()


def local_name(tag: str) -> str:
    """`{http://www.w3.org/1999/xhtml}p` is `p`."""
    return tag.rpartition("}")[2]


def by_local_name(attributes: Attributes) -> dict[str, str]:
    """Attributes by their names without namespace or, where that was never declared, prefix."""
    return {local_name(key).rpartition(":")[2]: value for key, value in attributes.items()}


class LineCollector:
    """A target of lxml's parser that gathers `lines`, at most `limit` characters of them.

    `headings` are the levels of those lines that are headings, by their numbers. `left_out` counts what was
    not taken, by the notice that it is worth; `marked` holds the addresses to which the marks of notes lead.
    """

    def __init__(self, grammar: Grammar, limit: int) -> None:
        self.lines: list[str] = []
        self.headings: dict[int, int] = {}
        self.title = ""
        self.left_out: Counter[NoticeCode] = Counter()
        self.marked: set[str] = set()
        self._grammar = grammar
        self._limit = self._left = limit
        self._pieces: list[str] = []
        self._skipped = 0
        self._in_text = self._in_title = False
        self._links: list[tuple[str, int]] = []
        self._linked = 0
        self._contents: list[int] = []
        self._heading = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        """A tag opens."""
        name = local_name(tag)
        if name == self._grammar.title and not self.title:
            self._in_title = True
        if self._skipped:
            self._skipped += 1
        elif (skip := self._grammar.skips(name, attributes)) is not None:
            self._skipped = 1
            self._leave_out(skip, attributes)
        elif name in self._grammar.blocks:
            self.end_line()
            self._heading = self._grammar.headings.get(name, self._heading)
        elif name == self._grammar.text:
            self._in_text = True
        elif name in self._grammar.inserts:
            self._pieces.append(self._grammar.inserts[name])
        elif name == "img" and len(letter := attributes.get("alt", "").strip()) == 1 and letter.isalpha():
            self._pieces.append(letter)  # the picture of a first letter
        elif name == self._grammar.link:
            self._links.append((by_local_name(attributes).get("href", ""), len(self._pieces)))

    def end(self, tag: str) -> None:
        """A tag closes."""
        name = local_name(tag)
        if name == self._grammar.title:
            self._in_title = False
        if self._skipped:
            self._skipped -= 1
        elif name in self._grammar.blocks:
            self.end_line()
            self._heading = 0 if name in self._grammar.headings else self._heading
        elif name == self._grammar.text:
            self._in_text = False
        elif name == self._grammar.link and self._links:
            self._end_link(*self._links.pop())

    def data(self, text: str) -> None:
        """Text between tags, in pieces of any length.

        Raises:
            TextError: there are more than `limit` characters.
        """
        if self._in_title and len(self.title) < LONGEST_TITLE:
            self.title += text[:LONGEST_TITLE]
        if self._skipped or (self._grammar.text and not self._in_text):
            return
        self._left -= len(text)
        if self._left < 0:
            message = f"The book has more than the {self._limit:,} characters that are read: split it."
            raise TextError("too_large", message, size=self._limit - self._left, limit=self._limit)
        self._pieces.append(text)
        if self._links:
            self._linked += len(text.strip())

    def close(self) -> None:
        """The document ends, or what there is of it."""
        self.end_line()
        self.title = " ".join(self.title[:LONGEST_TITLE].split())
        self._drop_contents()

    def end_line(self) -> None:
        """Only XML's own blanks are folded: a no-break space is the author's."""
        linked, self._linked = self._linked, 0
        if not self._pieces:
            return
        line = "".join(self._pieces)
        self._pieces.clear()
        self._links = [(address, 0) for address, _ in self._links]
        if not self._grammar.text:
            line = _BLANKS.sub(" ", line).strip(" ")
        if line.strip():
            if is_contents_line(line, linked):
                self._contents.append(len(self.lines))
            if self._heading:
                self.headings[len(self.lines)] = self._heading
            self.lines.append(line)

    def _leave_out(self, skip: Skip, attributes: Attributes) -> None:
        if skip is not None and skip != "apparatus":
            self.left_out[skip] += 1
        if skip == "notes" and (address := by_local_name(attributes).get("href", "")):
            self.marked.add(address)

    def _end_link(self, address: str, start: int) -> None:
        """A link that is a note's mark is left out."""
        text = "".join(self._pieces[start:]) if len(self._pieces) - start < _LONGEST_MARK else ""
        if "#" in address and text and len(text) < _LONGEST_MARK and MARK.fullmatch(text):
            del self._pieces[start:]
            self._linked -= len(text.strip())
            self._leave_out("notes", {"href": address})

    def _drop_contents(self) -> None:
        dropped = contents_lines(self.lines, self._contents)
        if dropped:
            self.lines, self.headings = without_lines(self.lines, self.headings, dropped)
            self.left_out["contents"] += 1


def is_contents_line(line: str, linked: int) -> bool:
    """Whether a line is hardly more than links, of `linked` characters, or ends in a page's number."""
    return linked >= len(line) * _LINKED or (line[-1:].isdigit() and _PAGE_LINE.fullmatch(line) is not None)


def contents_lines(lines: list[str], suspects: Iterable[int]) -> set[int]:
    """The numbers of three or more lines of contents in a row, and of the title above them."""
    dropped: set[int] = set()
    for run in _runs(suspects):
        if len(run) >= _RUN:
            above = run[0] - 1
            title = above >= 0 and CONTENTS_TITLE.fullmatch(lines[above]) is not None
            dropped.update(run, [above] if title else [])
    return dropped


def without_lines(
    lines: list[str], headings: Mapping[int, int], dropped: set[int]
) -> tuple[list[str], dict[int, int]]:
    """The lines but for those dropped by their numbers, and the levels of the headings among them."""
    kept = [number for number in range(len(lines)) if number not in dropped]
    levels = enumerate(map(headings.get, kept))
    return [lines[number] for number in kept], {number: level for number, level in levels if level}


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Rising numbers cut where they are not neighbours."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs

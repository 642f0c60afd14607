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
_LETTER = re.compile(r"\s*[a-zа-я]\s*", re.I)
_BRACKETS = ("[", "(", "{", "*", "†", "‡")
_LONGEST_MARK = 40
# A title, dots or a tab, and the page on which it stands.
_PAGE_LINE = re.compile(r".{1,300}?(?:\t|…|(?:[.·_] ?){3})[\t ]{0,9}\d{1,4}\s*")
CONTENTS_TITLE = re.compile(
    r"\W*(?:содержание|оглавление|table of contents|contents|inhalt|sommaire|table des matières)\W*", re.I
)
NOTES_TITLE = re.compile(
    r"\W*(?:примечани[ея]|сноск[аи]|комментари[йи]|пояснения|(?:foot|end)?notes?|comments?)\b.{0,60}", re.I
)
# A heading of nothing but notes; what stands under it is none of the prose.
NOTES_HEADING = re.compile(
    r"\W*(?:примечани[ея]|сноск[аи]|комментари[йи]|(?:foot|end)?notes)"
    r"(?: (?:автора|редактора|переводчика))?\W*",
    re.I,
)
_PAGE_ANCHOR = re.compile(r"(?:page|pg|p|стр)[-_.]?\d{1,4}", re.I)
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
    contents. What is `raised` may be a mark too.

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
    raised: str | None = None
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


class NoteLines:
    """The numbers of the lines that are notes: told one by one, or `under` a heading of notes.

    `under` is the level of that heading, 0 for none.
    """

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.under = 0

    def see(self, number: int, line: str, level: int, is_note: bool) -> None:
        """A line is kept by this number; it is a heading of this `level`, 0 for none, or a note itself."""
        if level and (not self.under or level <= self.under):
            self.under = level if NOTES_HEADING.fullmatch(line) else 0
        if self.under or is_note:
            self.numbers.append(number)

    def forget(self, first: int) -> None:
        """The lines from the `first` on are no more, and what stands there next is under no heading yet."""
        self.numbers = [number for number in self.numbers if number < first]
        self.under = 0

    def found(self, lines: list[str]) -> set[int]:
        """Those of `lines`; none where they are more than half of the text, for then they are the prose."""
        notes = set(self.numbers)
        if sum(len(lines[number]) for number in notes) * 2 > sum(map(len, lines)):
            return set()
        return notes


@dataclass(frozen=True, slots=True)
class Link:
    """An open link or raised text: where it leads, at which piece of its line it starts, if `after_text`."""

    address: str
    start: int
    after_text: bool


class LineCollector:
    """A target of lxml's parser that gathers `lines`, at most `limit` characters of them.

    `headings` are the levels of those lines that are headings, by their numbers; `notes` are the lines
    that are left out as notes in the end, unless they are the larger half. `left_out` counts what was
    not taken, by the notice that it is worth; `marked` holds the addresses to which the marks of notes lead.
    """

    def __init__(self, grammar: Grammar, limit: int) -> None:
        self.lines: list[str] = []
        self.headings: dict[int, int] = {}
        self.title = ""
        self.left_out: Counter[NoticeCode] = Counter()
        self.marked: set[str] = set()
        self.notes = NoteLines()
        self._grammar = grammar
        self._limit = self._left = limit
        self._pieces: list[str] = []
        self._skipped = 0
        self._in_text = self._in_title = self._outside = False
        self._links: list[Link] = []
        self._raised_texts: list[Link] = []
        self._linked = 0
        self._filled = self._is_note = False
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
            told = by_local_name(attributes)
            self.open_link(told.get("href") or f"={told.get('id', '')}")
        elif name == self._grammar.raised:
            self._raised_texts.append(Link("", len(self._pieces), self._filled))

    def open_link(self, address: str) -> None:
        """A link starts; one that leads nowhere has an anchor after an equals sign for its address."""
        self._links.append(Link(address, len(self._pieces), self._filled))

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
            self._end_link(self._links.pop())
        elif name == self._grammar.raised and self._raised_texts:
            self._end_raised(self._raised_texts.pop())

    def data(self, text: str) -> None:
        """Text between tags, in pieces of any length.

        Raises:
            TextError: there are more than `limit` characters.
        """
        if self._in_title and len(self.title) < LONGEST_TITLE:
            self.title += text[:LONGEST_TITLE]
        if self._skipped or self._outside or (self._grammar.text and not self._in_text):
            return
        self._left -= len(text)
        if self._left < 0:
            message = f"The book has more than the {self._limit:,} characters that are read: split it."
            raise TextError("too_large", message, size=self._limit - self._left, limit=self._limit)
        self._pieces.append(text)
        self._filled = self._filled or not text.isspace()
        if self._links:
            self._linked += len(text.strip())

    def close(self) -> None:
        """The document ends, or what there is of it."""
        self.end_line()
        self.title = " ".join(self.title[:LONGEST_TITLE].split())
        self._drop_apart()

    def end_line(self) -> None:
        """Only XML's own blanks are folded: a no-break space is the author's."""
        linked, self._linked = self._linked, 0
        is_note, self._is_note, self._filled = self._is_note, False, False
        if not self._pieces:
            return
        line = "".join(self._pieces)
        self._pieces.clear()
        if self._links or self._raised_texts:
            self._links = [Link(link.address, 0, False) for link in self._links]
            self._raised_texts = [Link("", 0, False) for _ in self._raised_texts]
        if not self._grammar.text:
            line = _BLANKS.sub(" ", line).strip(" ")
        if line.strip():
            if is_contents_line(line, linked):
                self._contents.append(len(self.lines))
            if self._heading:
                self.headings[len(self.lines)] = self._heading
            if is_note or self._heading or self.notes.under:
                self.notes.see(len(self.lines), line, self._heading, is_note and not self._heading)
            self.lines.append(line)

    def forget(self, first: int) -> None:
        """Leave out the lines from the `first` on."""
        del self.lines[first:]
        self.headings = {line: level for line, level in self.headings.items() if line < first}
        self._contents = [number for number in self._contents if number < first]
        self.notes.forget(first)

    def _leave_out(self, skip: Skip, attributes: Attributes) -> None:
        if skip is not None and skip != "apparatus":
            self.left_out[skip] += 1
        if skip == "notes" and (address := by_local_name(attributes).get("href", "")):
            self.marked.add(address)

    def _end_link(self, link: Link) -> None:
        """A link that is a note's mark is left out; a line that starts with one is the note itself."""
        text = self._text_of(link)
        code = self._mark(link.address, text)
        if not code:
            return
        self._cut(link, text)
        self._leave_out(code, {"href": link.address} if code == "notes" else {})
        self._is_note = self._is_note or (code == "notes" and not link.after_text)

    def _end_raised(self, raised: Link) -> None:
        """A raised number or star is a note's mark, and so is a letter that leads elsewhere in the book."""
        text = self._text_of(raised)
        leads = bool(self._links) and "#" in self._links[-1].address
        if raised.after_text and (MARK.fullmatch(text) or (leads and _LETTER.fullmatch(text))):
            self._cut(raised, text)
            self._leave_out("notes", {"href": self._links[-1].address} if leads else {})

    def _mark(self, address: str, text: str) -> NoticeCode | None:
        """What a link is by its text: a note's mark or the number of a page, if it is either."""
        if not address:
            return None
        if address.startswith("="):
            is_page = _PAGE_ANCHOR.fullmatch(address[1:]) and text.strip().isdigit()
            return "contents" if is_page else None
        if "#" not in address and ("//" in address or text.strip()[:1] not in _BRACKETS):
            return None
        raised = bool(self._raised_texts) and _LETTER.fullmatch(text)
        return "notes" if text.strip() and (MARK.fullmatch(text) or raised) else None

    def _text_of(self, link: Link) -> str:
        """The text of a link, if it is short enough for a mark."""
        text = "".join(self._pieces[link.start :]) if len(self._pieces) - link.start < _LONGEST_MARK else ""
        return text if len(text) < _LONGEST_MARK else ""

    def _cut(self, link: Link, text: str) -> None:
        del self._pieces[link.start :]
        self._filled = link.after_text
        self._linked -= len(text.strip()) if self._linked else 0

    def _drop_apart(self) -> None:
        contents = contents_lines(self.lines, self._contents)
        notes = self.notes.found(self.lines) - contents
        if contents or notes:
            self.lines, self.headings = without_lines(self.lines, self.headings, contents | notes)
            self.left_out["contents"] += bool(contents)
            self.left_out["notes"] += len(notes)


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

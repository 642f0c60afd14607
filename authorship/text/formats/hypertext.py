"""XHTML as EPUB and Word hold it, and the parts that a Word document keeps in another format."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from authorship.errors import TextError
from authorship.text.formats.limits import Limits
from authorship.text.formats.lines import Attributes, Grammar, LineCollector, Skip, by_local_name, local_name
from authorship.text.formats.markup import Collected, collect
from authorship.text.formats.single import read_single

_APPARATUS = {
    "head", "script", "style", "svg", "math", "template", "rt", "rp", "iframe", "object", "noscript",
    "select", "audio", "video", "textarea", "title", "case",
}  # fmt: skip
_NOTES = {
    "noteref", "footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes", "note", "annoref",
    "annotation", "biblioref", "glossref",
}  # fmt: skip
_NOTE_CLASSES = re.compile(
    r"(?:mso)?(?:foot|end)notes?(?:[-_]?(?:ref(?:erence)?|text|body|mark|num(?:ber)?|link|anchor))*|(?:note|fn)[-_]?ref"
)
_CONTENTS = {"toc", "landmarks", "page-list", "loi", "lot", "lov", "loa", "index", "pagebreak"}
_LIST_CLASSES = re.compile(r"toc|table-?of-?contents")
_NUMBER_CLASSES = re.compile(r"(?:ws-)?(?:page|pg)[-_]?(?:num(?:ber)?s?|no)|folio")
_BREAK_CLASSES = re.compile(r"(?:ws-)?(?:page|pg)[-_]?break|calibre_pb")
_LONGEST_ENTRY = 120
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)\b", re.I)
_LONGEST_VALUE = 4_096


Cause = Literal["", "hidden", "notes", "lists", "numbers", "breaks"]
"""What left a tag out and may be wrong: its style or one of four sorts of classes; "" for what is sure."""

_LONGEST_HEAD = 100
# A page breaks at a number, at an ornament or at nothing; chapters begin there too.
_BREAK = re.compile(r"\W*(?:(?:page|pg|p|стр|страница|с)\b\W*)?(?:\d{1,4}|[ivxlc]{1,8})?\W*", re.I)
_SILENT = _APPARATUS | {"a"}


def skips(name: str, attributes: Attributes) -> Skip:
    """What is no text, what is not shown, and what is marked as a note, as contents or as the way to one."""
    return _reason(name, attributes)[0]


def _reason(name: str, attributes: Attributes, doubted: Collection[Cause] = ()) -> tuple[Skip, Cause]:
    """Why a tag is left out, and for which cause that may be wrong; those `doubted` count for nothing."""
    if name in _APPARATUS:
        return "apparatus", ""
    if name == "nav":
        return "contents", ""
    if not attributes:
        return None, ""
    marks = {key: value[:_LONGEST_VALUE] for key, value in by_local_name(attributes).items()}
    hidden = "hidden" in marks or _HIDDEN.search(marks.get("style", ""))
    if hidden and name != "body" and "hidden" not in doubted:
        return "hidden", "hidden"
    kinds = {*marks.get("type", "").split(), *marks.get("role", "").replace("doc-", "").split()}
    if kinds & _NOTES:
        return "notes", ""
    if kinds & _CONTENTS:
        return "contents", ""
    for cause, skip in _by_classes(marks.get("class", "")):
        if cause not in doubted and (cause == "lists" or not _never(name, cause)):
            return skip, cause
    return None, ""


def _never(name: str, cause: Cause) -> bool:
    """Whether a tag is nothing of that sort: a whole page is no note, and a heading no number of a page."""
    return name == "body" or (cause != "notes" and name in HYPERTEXT.headings)


@lru_cache(maxsize=1024)
def _by_classes(named: str) -> tuple[tuple[Cause, Skip], ...]:
    sorts: tuple[tuple[re.Pattern[str], Cause, Skip], ...] = (
        (_NOTE_CLASSES, "notes", "notes"),
        (_LIST_CLASSES, "lists", "contents"),
        (_NUMBER_CLASSES, "numbers", "contents"),
        (_BREAK_CLASSES, "breaks", "contents"),
    )
    classes = named.lower().split()
    return tuple((cause, skip) for sort, cause, skip in sorts if any(map(sort.fullmatch, classes)))


_BLOCKS = (
    "html body section article aside header footer main figure figcaption div p h1 h2 h3 h4 h5 h6 blockquote "
    "pre ul ol li dl dt dd table caption tr td th br hr address"
)
HYPERTEXT = Grammar(
    blocks=frozenset(_BLOCKS.split()),
    skips=skips,
    headings={f"h{level}": level for level in range(1, 7)},
    link="a",
    raised="sup",
    root="html",
    alone=frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6"]),
    top=frozenset(["head", "body"]),
    empty=frozenset(
        [
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "param",
            "source",
            "track",
            "wbr",
        ]
    ),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a book: its lines, how many characters each cause left out, and its text if any did."""

    collected: Collected
    lost: Counter[Cause] = field(default_factory=Counter)
    text: str = ""


def read_xhtml(text: str, limit: int, doubted: Collection[Cause] = ()) -> Page:
    """A page without what it sets apart, but for what is no number of a page and no contents after all.

    Raises:
        TextError: see `collect`.
    """
    doubts, made = set(doubted), list[_PageLines]()

    def target(grammar: Grammar, most: int) -> LineCollector:
        made.append(_PageLines(grammar, most, frozenset(doubts)))
        return made[-1]

    collected = collect(text, HYPERTEXT, limit, target)
    while made[-1].wrong:
        doubts |= made[-1].wrong
        collected = collect(text, HYPERTEXT, limit, target)
    lost = made[-1].lost
    return Page(collected, lost, text if lost else "")


class _PageLines(LineCollector):
    """Lines of a page; what is left out is measured, but for links.

    `lost` tells how many characters each cause left out, and `wrong` which causes left out what they never
    mean: more than a page's number or a running head, contents of long paragraphs.
    """

    def __init__(self, grammar: Grammar, limit: int, doubted: frozenset[Cause]) -> None:
        super().__init__(replace(grammar, skips=self._skips), limit)
        self._doubted = doubted
        self.lost: Counter[Cause] = Counter()
        self.wrong: set[Cause] = set()
        self._cause: Cause = ""
        self._silent = self._size = self._run = self._long = 0
        self._said = ""

    def _skips(self, name: str, attributes: Attributes) -> Skip:
        self._silent = self._size = self._run = self._long = 0
        self._said = ""
        skip, self._cause = _reason(name, attributes, self._doubted)
        return skip

    def start(self, tag: str, attributes: Attributes) -> None:
        """A tag opens."""
        if self._skipped:
            self._measure(local_name(tag), 1)
        super().start(tag, attributes)

    def end(self, tag: str) -> None:
        """A tag closes."""
        if self._skipped:
            self._measure(local_name(tag), -1 if self._skipped > 1 else 0)
        if self._skipped == 1 and self._size:
            self._judge()
        super().end(tag)

    def data(self, text: str) -> None:
        """Text between tags."""
        if self._skipped and not self._silent:
            size = len(text.strip())
            self._size += size
            self._run += size
            self._said += text[: _LONGEST_HEAD - len(self._said)]
        super().data(text)

    def _measure(self, name: str, opens: int) -> None:
        """A tag within what is left out opens, or closes; a block ends a paragraph."""
        self._silent += opens if name in _SILENT else 0
        if name in self._grammar.blocks:
            self._long += self._run if self._run > _LONGEST_ENTRY else 0
            self._run = 0

    def _judge(self) -> None:
        """What was left out is whole."""
        if self._cause in ("hidden", "notes"):
            self.lost[self._cause] += self._size
        wrong = {
            "lists": self._long * 2 > self._size,
            "numbers": self._size > _LONGEST_HEAD,
            "breaks": _BREAK.fullmatch(self._said) is None or self._size > _LONGEST_HEAD,
        }
        if wrong.get(self._cause):
            self.wrong.add(self._cause)


def read_chunk(content: bytes, limits: Limits) -> Collected | None:
    """The lines of a part; None where it is empty or in a format that is not read.

    Raises:
        TextError: it is hostile or too large.
    """
    if not content.strip():
        return None
    try:
        book = read_single(content, None, limits)
    except TextError as error:
        if error.code in ("hostile", "too_large"):
            raise
        return None
    counts = {notice.code: notice.count for notice in book.notices}
    lines = tuple(line for line in book.text.splitlines() if line.strip())
    return Collected(lines, "", "damaged" not in counts, counts)

"""XHTML as EPUB and Word hold it, and the parts that a Word document keeps in another format."""

import re
from functools import lru_cache

from authorship.errors import TextError
from authorship.text.formats.limits import Limits
from authorship.text.formats.lines import Attributes, Grammar, Skip, by_local_name
from authorship.text.formats.markup import Collected
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
_PAGE_CLASSES = re.compile(
    r"(?:ws-)?(?:page|pg)[-_]?(?:num(?:ber)?s?|no|break)|folio|toc|table-?of-?contents|calibre_pb"
)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)\b", re.I)
_LONGEST_VALUE = 4_096


def skips(name: str, attributes: Attributes) -> Skip:
    """What is no text, what is not shown, and what is marked as a note, as contents or as the way to one."""
    if name in _APPARATUS:
        return "apparatus"
    if name == "nav":
        return "contents"
    if not attributes:
        return None
    marks = {key: value[:_LONGEST_VALUE] for key, value in by_local_name(attributes).items()}
    if "hidden" in marks or _HIDDEN.search(marks.get("style", "")):
        return "hidden"
    kinds = {*marks.get("type", "").split(), *marks.get("role", "").replace("doc-", "").split()}
    if kinds & _NOTES:
        return "notes"
    return "contents" if kinds & _CONTENTS else _by_classes(marks.get("class", ""))


@lru_cache(maxsize=1024)
def _by_classes(named: str) -> Skip:
    classes = named.lower().split()
    if any(map(_NOTE_CLASSES.fullmatch, classes)):
        return "notes"
    return "contents" if any(map(_PAGE_CLASSES.fullmatch, classes)) else None


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

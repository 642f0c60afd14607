"""What a text that holds tags is: told by its root and its tags, whatever the file is called."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Kind = Literal["html", "preformatted", "tei", "opendocument", "xml"]

_HEAD = 65_536
_PROLOG = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE\b[^<>\[]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"\s*<(?:([^\W\d][\w.-]*):)?([^\W\d][\w.-]*)((?:\s[^<>]*)?)>")
_TAG = re.compile(r"</?([A-Za-z][\w:.-]*)(?:\s[^<>]*)?/?>")
_HTML_DOCTYPE = re.compile(r"<!DOCTYPE\s+html\b", re.IGNORECASE)
_HTML_START = re.compile(r"<!DOCTYPE\s+html\b|<html[\s>]", re.IGNORECASE)
_STRUCTURE_TAGS = (
    "html head body p br div li ul ol dl dt dd td th tr table h1 h2 h3 h4 h5 h6 pre center blockquote hr"
)
_OTHER_TAGS = (
    "a abbr acronym address area article aside b big caption cite code col colgroup del dfn em figcaption "
    "figure font footer form header i img input ins kbd link main mark meta nav nobr noindex noscript o:p "
    "option q s samp script section select small span strike strong style sub sup tbody tfoot thead title tt "
    "u var wbr"
)
_STRUCTURE = frozenset(_STRUCTURE_TAGS.split())
_HTML = _STRUCTURE | frozenset(_OTHER_TAGS.split())
_TEI = frozenset({"tei", "tei.2", "teicorpus", "teicorpus.2"})
_FLAT_WORD = frozenset({"package", "worddocument"})
_ENTITY = re.compile(
    r"&(?:nbsp|[mn]dash|[lr]aquo|hellip|quot|amp|lt|gt|shy|#\d{2,6}|#x[\da-f]{2,5});", re.IGNORECASE
)
# Characters of text for each tag, at most, where it is the tags that make the text.
_TAGS_OF_MARKUP = 300


@dataclass(frozen=True, slots=True)
class Found:
    """The kind of a text with tags, and the name of the format where it is not read here."""

    kind: Kind
    name: str = ""


def find_kind(text: str) -> Found | None:
    """The kind of `text`; None where it holds no tags and no entities, and is plain.

    A page, a TEI document and the like are known by their root, a piece of a page by its tags. A text in
    which hardly a tag starts a line is "preformatted": its own lines are the lines.
    """
    if "<" not in text and "&" not in text:
        return None
    start = _after_prolog(text)
    root = _ROOT.match(text, start)
    declared = "<?xml" in text[:start] or (root is not None and "xmlns" in root[3])
    if root and (kind := _by_root(text, root, declared)):
        return kind
    return _by_tags(text)


def tags(text: str) -> int:
    """How many tags there are in a text."""
    return sum(1 for _ in _TAG.finditer(text))


def _after_prolog(text: str) -> int:
    """Where the declaration, comments and document type end."""
    head, start = text[:_HEAD].removeprefix("\ufeff"), 0
    while prolog := _PROLOG.match(head, start):
        start = prolog.end()
    return start + (len(text[:_HEAD]) - len(head))


def _by_root(text: str, root: re.Match[str], declared: bool) -> Found | None:
    """What the root says; a root that no declaration goes before may be no more than a tag in a text."""
    prefix, name = (root[1] or "").lower(), root[2].lower()
    if name == "html" or _HTML_DOCTYPE.search(text, 0, root.start() + 1):
        return Found("html")
    if name in _TEI:
        return Found("tei")
    if prefix == "office" and name.startswith("document"):
        return Found("opendocument")
    if name in _FLAT_WORD and (prefix in ("pkg", "w") or "microsoft" in root[3]):
        return Found("xml", "Word XML")
    if declared and name in _HTML:
        return Found("html")
    ends = text[-_HEAD:].rstrip().endswith(f"{root[2]}>")
    return Found("xml", f"XML ({root[2]})") if declared or (ends and name not in _HTML) else None


def _by_tags(text: str) -> Found | None:
    """A page or a piece of one by the share of its tags that HTML knows."""
    names = Counter(match[1].lower() for match in _TAG.finditer(text))
    total, known = names.total(), sum(names[name] for name in _HTML)
    many = total * _TAGS_OF_MARKUP >= len(text)
    if known * 2 < total and many:
        return Found("xml", "XML")
    if not known and not _ENTITY.search(text):
        return None
    structure = sum(names[name] for name in _STRUCTURE)
    lines = text.count("\n") + 1
    whole = _HTML_START.search(text, 0, _HEAD) is not None
    return Found("html") if whole or structure * 4 >= lines else Found("preformatted")

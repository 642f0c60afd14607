"""What a file is, told by its bytes or by root and tags, and what to do with what is not read here."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from authorship.errors import TextError

_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
# A program may put a line or a mark of its own before these; the format allows it.
_PDF, _PDF_WITHIN = b"%PDF-", 1024
# Where the databases of pocket readers name their kind.
_POCKET = slice(60, 68)
_POCKET_KINDS = {
    b"BOOKMOBI": "Mobipocket",
    b"TEXtREAd": "PalmDoc",
    b"PNRdPPrs": "eReader",
    b"DataPlkr": "Plucker",
}
_FORMATS = {
    b"%PDF": "PDF",
    b"AT&TFORM": "DjVu",
    _OFFICE: "DOC",
    b"%!PS": "PostScript",
    b"ITSF": "CHM",
    b"ITOLITLS": "LIT",
    b"L\0R\0F\0": "LRF",
    b"CONT\x02\0": "KFX",
    b"\xffWPC": "WordPerfect",
    b"\x31\xbe\0\0": "Windows Write",
    b"\xdb\xa5": "Word 2",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
_ARCHIVES = {
    b"PK\x03\x04": "ZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
_REMEDIES = {
    "PDF": "open it in Word or LibreOffice, or run `pdftotext -enc UTF-8`, and save it as .docx or .txt; "
    "scanned pages must be recognised first (OCR)",
    "DjVu": "take its text out with `djvutxt`, or recognise its pages (OCR), and save that as .txt",
    "DOC": "open it in Word or LibreOffice and save it as .docx",
    "Word XML": "open it in Word or LibreOffice and save it as .docx",
    "Mobipocket": "convert it to .epub with Calibre (`ebook-convert`)",
    "TIFF": "recognise its pages (OCR) and save their text as .txt",
}
_REMEDY = "convert it to .docx, .odt, .epub, .fb2 or .txt"


def refuse_other_format(data: bytes) -> None:
    """Refuse what is known to be no text.

    Raises:
        TextError: the data is in another format, packed, or a Word document with a password.
    """
    if data.startswith(_OFFICE) and _ENCRYPTED_OFFICE in data:
        raise TextError("encrypted", "The document is protected by a password: save it without one.")
    if name := _named(data, _FORMATS):
        raise other_format(name)
    if _PDF in data[:_PDF_WITHIN]:
        raise other_format("PDF")
    if kind := _POCKET_KINDS.get(data[_POCKET]):
        raise other_format(kind)
    if name := _named(data, _ARCHIVES):
        raise archive(name)


def _named(data: bytes, names: Mapping[bytes, str]) -> str | None:
    """The name of the signature with which the data starts."""
    if not data.startswith(tuple(names)):
        return None
    return next(name for signature, name in names.items() if data.startswith(signature))


def other_format(name: str) -> TextError:
    """The refusal of a book in a format that another program must convert."""
    message = f"This is a file in the format {name}: {_REMEDIES.get(name, _REMEDY)}, and try again."
    return TextError("other_format", message, format=name)


def archive(name: str) -> TextError:
    """The refusal of an archive in which no book is looked for."""
    message = f"This is an archive ({name}) without a book that can be read: unpack it and choose the book."
    return TextError("archive", message, format=name)


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
    if declared and name in _HTML:  # DocBook and articles' XML have some of HTML's names
        by_tags = _by_tags(text)
        return Found("xml", f"XML ({root[2]})") if by_tags and by_tags.kind == "xml" else Found("html")
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

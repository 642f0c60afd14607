"""Rich Text Format: what is no prose is cut out of the source, and striprtf makes text of the rest.

By itself striprtf takes time that grows with the square of some files, reads hidden and deleted text, and
fails on numbers that no character has; so it is given only what it reads safely, its fonts in one form.
"""

import codecs
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from striprtf.striprtf import charset_map, rtf_to_text

from authorship.datamodels import Book, Notice, NoticeCode
from authorship.errors import TextError
from authorship.text.decode import check_size, decode_text
from authorship.text.encodings import ENCODINGS, is_utf8
from authorship.text.formats.limits import Limits, hostile
from authorship.text.headings import line_headings
from authorship.text.notices import damaged, left_out

_START = re.compile(rb"(?:\xef\xbb\xbf)?[\s\0]*\{\\u?rtf")
_TOKEN = re.compile(
    r"(?P<text>(?:[^\\{}]++|\\'[\da-fA-F]{2}){1,2000}+)|\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\(?P<sign>[^A-Za-z])|(?P<brace>[{}])|\\",
    re.DOTALL,
)
_HEX = re.compile(r"\\'([\da-fA-F]{2})")
_HIGH = re.compile("[\x80-\xff]")
_CONTROL = re.compile(r"\\[a-z]+-?\d* ?|[{}\r\n]")
_LETTERS, _CYRILLIC = re.compile(r"[^\W\d_]"), re.compile("[\u0400-\u04ff]")
_NOTE_MARK = re.compile(r"\s*[\[({]?(?:\d{1,3}|\*{1,4})[\])}]?\s*")
_MADE_BY_WORD = re.compile(r"\s*(?:TOC|INDEX|TOA|PAGE|NUMPAGES|PAGEREF|SECTIONPAGES)\b", re.IGNORECASE)
_EDGES = [f"{edge}{pages}" for edge in ("header", "footer") for pages in ("", "l", "r", "f")]
_MACHINERY = (
    "colortbl stylesheet pict object objdata themedata colorschememapping datastore listtable "
    "listoverridetable latentstyles rsidtbl generator xmlnstbl listtext pntext pnseclvl nonshppict do "
    "bkmkstart bkmkend tc xe atnid atnauthor ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn filetbl revtbl "
    "userprops template mmathpr"
)
Kind = Literal["prose", "out", "fonts", "field", "info", "title", "shell"]
# What a word makes of its group, and what is told of it.
_GROUPS: dict[str, tuple[Kind, NoticeCode | None]] = {
    **{word: ("out", None) for word in _MACHINERY.split()},
    **{word: ("out", "navigation") for word in _EDGES},
    "footnote": ("out", "notes"),
    "annotation": ("out", "notes"),
    "fonttbl": ("fonts", None),
    "fldinst": ("field", None),
    "info": ("info", None),
}
# Groups of which one within is read: of a text in a code page and in Unicode the latter, of a shape its text.
_SHELLS = {"upr": "ud", "shp": "shptxt"}
_LINES = frozenset(
    ["par", "line", "row", "cell", "nestcell", "nestrow", "sect", "page", "column", "softline"]
)
_SIGN_WORDS = "tab emdash endash emspace enspace qmspace bullet lquote rquote ldblquote rdblquote"
_SIGNS = frozenset(_SIGN_WORDS.split())
_CHARACTERS = range(-32_768, 65_536)
_ANSI = {"0", "1", "2"}
_DEEPEST = 1_000
_SAMPLE = 200_000
_OUTLINE = frozenset("012345678")
# A sign that Unicode keeps for programs' own use, before the level of a heading.
_HEADING = -560
_MARKED = re.compile("\ufdd0([0-8])")


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds from an opening brace to its closing one.

    Characters may be `hidden`, `deleted` or `raised`; the group is a field whose result Word `made` itself,
    such as the contents.
    """

    kind: Kind = "prose"
    hidden: bool = False
    deleted: bool = False
    raised: bool = False
    made: bool = False


def is_rtf(data: bytes) -> bool:
    """Whether the data starts as Rich Text does."""
    return _START.match(data) is not None


def read_rtf(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """The prose of a document, a line for each paragraph.

    Args:
        data: the whole file.
        encoding: overrides the code page that the document names, and its fonts'.
        limits: how much is read.

    Raises:
        TextError: the document is hostile or larger than the limits, or the encoding is unknown.
    """
    check_size(len(data), limits.file)
    source = RtfSource(limits.text)
    source.read(_decode(data))
    text, found, contradicted = _convert(source, _known(encoding) if encoding else "")
    lines, levels = _lines(text)
    notices = (*contradicted, *(() if source.whole else (damaged(),)), *left_out(source.counts))
    headings = line_headings(lines, levels)
    return Book("\n".join(lines), "rtf", found, source.book_title(found), notices, headings)


def _lines(text: str) -> tuple[list[str], dict[int, int]]:
    """The lines that are not empty, and the levels of the headings among them by their numbers."""
    lines: list[str] = []
    levels: dict[int, int] = {}
    for line in text.split("\n"):
        marked = _MARKED.search(line)
        words = _MARKED.sub("", line).strip() if marked else line.strip()
        if words and marked:
            levels[len(lines)] = int(marked[1]) + 1
        if words:
            lines.append(words)
    return lines, levels


def _decode(data: bytes) -> str:
    """The source, a character a byte; letters of UTF-8, which the format has no place for, are letters."""
    raw = not data.isascii() and b"\\bin" not in data and is_utf8(data)
    return data.decode("utf-8" if raw else "latin-1").lstrip("\ufeff\0")


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        known = ", ".join(ENCODINGS)
        message = f"The file cannot be read as {encoding!r}: choose another encoding, such as {known}."
        raise TextError("unknown_encoding", message, encoding=encoding) from error


def _convert(source: "RtfSource", encoding: str) -> tuple[str, str, tuple[Notice, ...]]:
    """The text, its encoding, and a notice where that is not what the document says."""
    if encoding:
        return source.convert(encoding, fonts=False), encoding, ()
    sample = source.sample()
    declared = source.code_page or ("cp1252" if sample.isascii() else _found(sample))
    text = source.convert(declared, fonts=True)
    if sample.isascii() or len(_CYRILLIC.findall(text)) * 2 >= len(_LETTERS.findall(text)):
        return text, declared, ()
    found = _found(sample)
    if found not in ENCODINGS or found == declared:
        return text, declared, ()
    message = f"The file says that it is in {declared}; it was read in {found}, in which it is written."
    return source.convert(found, fonts=False), found, (Notice("encoding", message),)


def _found(sample: bytes) -> str:
    """The encoding of bytes that are letters.

    Raises:
        TextError: they are zero bytes and the like.
    """
    try:
        return decode_text(sample).encoding
    except TextError as error:
        message = "The file is damaged and nothing of it can be read: try another copy."
        raise TextError("damaged", message) from error


class RtfSource:
    """A document's source, read once from start to end: its prose as simpler source, and what was left out.

    Attributes:
        code_page: the encoding that the document names, "" where it names none that is known.
        counts: how many parts were left out, by kind.
        whole: false where groups are not closed, or closed too often.
    """

    def __init__(self, limit: int) -> None:
        self.code_page = ""
        self.counts: Counter[NoticeCode] = Counter()
        self.whole = True
        self._limit = self._left = limit
        self._default_font = "0"
        self._fonts: list[str] = []
        self._prose: list[str] = []
        self._title: list[str] = []
        self._field: list[str] = []
        self._groups = [_Group()]
        self._dropped: NoticeCode | None = None
        self._drop_cap = False
        self._outline = ""

    def read(self, source: str) -> None:
        """Go through the source token by token.

        Raises:
            TextError: it nests too deep, or holds more characters than the limit.
        """
        place = 0
        while match := _TOKEN.match(source, place):
            place = match.end()
            if match["text"]:
                self._text(match["text"])
            elif match["word"] == "bin":
                place += max(0, int(match["number"] or 0))
            elif match["word"]:
                self._word(match["word"], match["number"])
            elif match["brace"]:
                self._brace(match["brace"])
            elif match["sign"]:
                self._sign(match["sign"])
        self.whole = self.whole and len(self._groups) == 1 and place <= len(source)

    @property
    def _group(self) -> _Group:
        return self._groups[-1]

    def _set(self, **changes: bool | Kind) -> None:
        self._groups[-1] = replace(self._group, **changes)  # type: ignore[arg-type]

    def _brace(self, brace: str) -> None:
        """A group opens with what holds around it, or closes."""
        if brace == "{":
            if len(self._groups) > _DEEPEST:
                raise hostile(f"nests more than {_DEEPEST:,} groups")
            self._emit("{")
            self._groups.append(replace(self._group, made=False))
        elif len(self._groups) == 1:
            self.whole = False
        else:
            closed = self._groups.pop()
            if closed.kind == "field" and self._group.kind != "field":
                self._set(made=bool(_MADE_BY_WORD.match("".join(self._field))))
                self._field.clear()
            self._emit("}")

    def _text(self, text: str) -> None:
        """Characters; line ends in the source mean nothing."""
        group = self._group
        if group.kind == "field":
            self._field.append(text)
        if group.kind not in ("prose", "title") or not text.strip("\r\n"):
            return
        if len(self._groups) == 1:  # after the document's last brace
            if not text.strip("\r\n\0 \x1a"):
                return
            self.whole = False
        dropped = self._reason(text)
        if dropped:
            self.counts[dropped] += dropped != self._dropped
        else:
            self._left -= len(text) - 3 * text.count("\\'")
            check_size(self._limit - self._left, self._limit)
            self._emit(_HIGH.sub(lambda high: f"\\'{ord(high[0]):02x}", text))
        self._dropped = dropped

    def _reason(self, text: str) -> NoticeCode | None:
        """Why characters of the prose are left out; None where they are read."""
        if self._group.hidden:
            return "hidden"
        if self._group.deleted:
            return "deleted_text"
        return "notes" if self._group.raised and _NOTE_MARK.fullmatch(text) else None

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._set(kind="out" if self._group.kind == "prose" else self._group.kind)
        elif sign in "\r\n":
            self._emit("\\par ")
        elif sign in "~-_\\{}" and not self._reason(""):
            self._emit(f"\\{sign}")

    def _word(self, word: str, number: str | None) -> None:
        """A control word: it makes its group what it is, changes how characters count, or is one."""
        kind = self._group.kind
        if word in _GROUPS and kind in ("prose", "out"):
            made, told = _GROUPS[word]
            self.counts.update([told] if told and kind == "prose" else [])
            self._set(kind=made)
        elif word in _SHELLS and kind == "prose":
            self._set(kind="shell")
        elif word in _SHELLS.values() and kind == "shell":
            self._set(kind="prose")
            self._emit("\\par " if word == "shptxt" else "")
        elif word == "title" and kind == "info":
            self._set(kind="title")
        elif kind == "fonts" and word in ("f", "fcharset"):
            self._fonts.append(f"{word}{number or 0}")
        elif word == "fldrslt" and len(self._groups) > 1 and self._groups[-2].made:
            self.counts["contents"] += 1
            self._set(kind="out")
        elif kind in ("prose", "title"):
            self._in_prose(word, number)

    def _in_prose(self, word: str, number: str | None) -> None:
        on = number != "0"
        if word == "v":
            self._set(hidden=on)
        elif word == "deleted":
            self._set(deleted=on)
        elif word in ("super", "nosupersub"):
            self._set(raised=word == "super" and on)
        elif word == "plain":
            self._set(hidden=False, deleted=False, raised=False)
            self._emit(f"\\f{self._default_font} ")
        elif word == "dropcapli":
            self._drop_cap = True
        elif word in _LINES:
            self._emit("" if self._drop_cap else f"{self._heading()}\\par ")
            self._drop_cap = False
        elif word in ("pard", "outlinelevel"):
            self._outline = (number or "") if word == "outlinelevel" else ""
        else:
            self._emit(self._kept(word, number))

    def _heading(self) -> str:
        """The sign of a heading and its level, at the end of its paragraph."""
        return f"{{\\uc1\\u{_HEADING}?{self._outline}}}" if self._outline in _OUTLINE else ""

    def _kept(self, word: str, number: str | None) -> str:
        """A word that striprtf needs, but for numbers that it cannot take."""
        if word == "ansicpg" and number:
            self.code_page = f"cp{number}" if _is_encoding(f"cp{number}") else ""
        elif word == "deff" and number:
            self._default_font = number
        elif word in ("f", "uc") and number and number.isdigit():
            return f"\\{word}{int(number) % 100_000} "
        elif word == "u" and number and int(number) in _CHARACTERS:
            return "" if self._reason("") else f"\\u{number} "
        return f"\\{word} " if word in _SIGNS and not self._reason("") else ""

    def _emit(self, source: str) -> None:
        if self._group.kind == "prose":
            self._prose.append(source)
        elif self._group.kind == "title":
            self._title.append(source)

    def convert(self, encoding: str, fonts: bool) -> str:
        """The prose as text; with `fonts` each font may have its own encoding."""
        return _to_text("".join(self._prose), encoding, self._table() if fonts else "", self._default_font)

    def book_title(self, encoding: str) -> str:
        """What the document says its title is."""
        return " ".join(_to_text("".join(self._title), encoding, "", "0").split())

    def sample(self) -> bytes:
        """The first bytes of the prose as they stand, to tell their encoding."""
        source = _CONTROL.sub("", "".join(self._prose)[:_SAMPLE])
        return _HEX.sub(lambda code: chr(int(code[1], 16)), source).encode("latin-1", "ignore")

    def _table(self) -> str:
        """The fonts whose letters are in an encoding of their own, each on a line, as striprtf reads them."""
        rows, font = [], ""
        for entry in self._fonts:
            if entry.startswith("fcharset"):
                charset = entry.removeprefix("fcharset")
                if charset not in _ANSI and _is_encoding(charset_map.get(int(charset) % 1000, "")):
                    rows.append(f"{{\\{font}\\fcharset{charset} x;}}\n")
            else:
                font = entry
        return f"{{\\fonttbl{''.join(rows)}}}"


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _to_text(source: str, encoding: str, fonts: str, default_font: str) -> str:
    whole = f"{{\\rtf1{fonts}\\f{default_font} {source}}}"
    text: str = rtf_to_text(whole, encoding=encoding, errors="replace")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

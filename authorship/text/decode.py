"""Reading: bytes in any Cyrillic encoding to text, and whether a text can be attributed at all."""

import re
from pathlib import Path

from authorship.datamodels import DecodedText
from authorship.errors import TextError
from authorship.text.encodings import (
    ENCODINGS,
    OLD_ENCODINGS,
    FoundEncoding,
    find_encoding,
    is_binary,
    repair,
)
from authorship.text.letters.folding import fold
from authorship.text.notices import contradicted, decoded_wrongly, padding

SHORTEST_TEXT = 200
LARGEST_FILE = 5_000_000

_BINARY_SIGNATURES = (
    b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"BZh", b"\xfd7zXZ",
    b"7z\xbc\xaf", b"Rar!", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x7fELF", b"ID3", b"OggS", b"RIFF", b"AT&TFORM",
)  # fmt: skip
_FOLDED = 100_000  # characters whose letters are folded before a text is refused
_LETTERS = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")


def read_text(path: Path, encoding: str | None = None, limit: int = LARGEST_FILE) -> DecodedText:
    """Read a file of at most `limit` bytes; see `decode_text`.

    Raises:
        OSError: the file cannot be read.
        TextError: it is too large, or `decode_text` refuses it.
    """
    check_size(path.stat().st_size, limit)
    return decode_text(path.read_bytes(), encoding, limit)


def decode_text(
    data: bytes,
    encoding: str | None = None,
    limit: int = LARGEST_FILE,
    declared: str | None = None,
    mend: bool = True,
) -> DecodedText:
    """Decode by the encoding named, else by the one found; the notices say what else was altered.

    The mark of the encoding is dropped, and zero characters; a text that was decoded wrongly before it was
    saved is repaired where `mend` asks for it. `declared` is what the text says of its own encoding.

    Raises:
        TextError: the data is empty, no text, larger than `limit` bytes, or not in the encoding named.
    """
    check_size(len(data), limit)
    if not data.strip():
        raise TextError("empty", "The file is empty: choose one that holds some prose.")
    if data.startswith(_BINARY_SIGNATURES):
        raise _not_text()
    found = None if encoding else find_encoding(data, declared)
    decoded = _decode_found(data, found, mend) if found else _decode_as(data, encoding or "")
    if not decoded.text.strip():
        raise TextError("empty", "The file holds only blanks: choose one that holds some prose.")
    return decoded


def check_text(text: str) -> None:
    """Refuse what no model here can attribute; lengths are in characters, outer blanks not counted.

    Raises:
        TextError: the text is empty, under 200 characters, or less than half of its letters are Cyrillic.
    """
    characters = len(text.strip())
    if not characters:
        raise TextError("empty", "The text is empty: give at least a few sentences.")
    if not _is_cyrillic(text) and not _is_cyrillic(fold(text[:_FOLDED]).text):
        raise TextError("not_cyrillic", "The text is not in Cyrillic letters: give Russian prose.")
    if characters < SHORTEST_TEXT:
        message = f"The text has {characters} characters; at least {SHORTEST_TEXT} are needed, better 2,500."
        raise TextError("too_short", message, characters=characters, minimum=SHORTEST_TEXT)


def _is_cyrillic(text: str) -> bool:
    """Whether at least half of the letters, and at least one, are Cyrillic."""
    cyrillic = _characters(_CYRILLIC, text)
    return cyrillic > 0 and cyrillic * 2 >= _characters(_LETTERS, text)


def _characters(runs: re.Pattern[str], text: str) -> int:
    """How many characters all matches hold; a list of them would take a gigabyte for a long book."""
    return sum(match.end() - match.start() for match in runs.finditer(text))


def check_size(size: int, limit: int) -> None:
    """Refuse a file of more than `limit` bytes.

    Raises:
        TextError: it is too large.
    """
    if size > limit:
        message = f"The file has {size:,} bytes, more than the {limit:,} that are read: split it."
        raise TextError("too_large", message, size=size, limit=limit)


def _decode_found(data: bytes, found: FoundEncoding, mend: bool) -> DecodedText:
    """Damaged bytes become U+FFFD: one of them must not cost the whole book."""
    padded = found.text or data[found.start :].decode(found.name, "replace").lstrip("\ufeff")
    text = padded.replace("\0", "") if b"\0" in data else padded
    notices = [contradicted(found.claimed, found.name)] if found.claimed else []
    if len(text) < len(padded):
        notices.append(padding(len(padded) - len(text)))
    repaired = repair(text) if mend else None
    if repaired:
        text = repaired.text
        notices.append(decoded_wrongly(repaired.read_as, repaired.encoding))
    if text is not found.text and (is_binary(text) or (padded and not text)):
        raise _not_text()
    return DecodedText(text, found.name, tuple(notices))


def _not_text() -> TextError:
    return TextError("not_text", "This is not a text file: save it as plain text (.txt) and try again.")


def _decode_as(data: bytes, encoding: str) -> DecodedText:
    """Decode by an encoding that the user named; only the old ones, where few bytes mean nothing, forgive."""
    forgiving = encoding.lower().replace("_", "-") in OLD_ENCODINGS
    try:
        text = data.decode(encoding, "replace" if forgiving else "strict")
    except (LookupError, ValueError) as error:
        raise _unreadable(encoding) from error
    if is_binary(text):
        raise _unreadable(encoding)
    return DecodedText(text.removeprefix("\ufeff"), encoding)


def _unreadable(encoding: str) -> TextError:
    known = ", ".join(ENCODINGS)
    message = f"The file cannot be read as {encoding!r}: choose another encoding, such as {known}."
    return TextError("unknown_encoding", message, encoding=encoding)

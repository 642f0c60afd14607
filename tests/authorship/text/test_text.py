"""Every Cyrillic encoding is told from the others, and what is no prose is refused with a stable code."""

import random
from pathlib import Path

import pytest

from authorship.errors import TextError
from authorship.text.decode import check_text, decode_text, read_text
from authorship.text.encodings import OLD_ENCODINGS, find_encoding
from tests.authorship.books import story

UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
SHORT = "Мы приехали к вечеру. Самовар уже кипел, и тётка, охая, резала пирог."


def code_of(error: pytest.ExceptionInfo[TextError]) -> str:
    return error.value.code


def fitting(text: str, encoding: str) -> str:
    """`text` without the few characters that an old encoding lacks, such as KOI8-R's missing dash."""
    return text.encode(encoding, "ignore").decode(encoding)


@pytest.mark.parametrize("encoding", [*UNICODE, *OLD_ENCODINGS])
@pytest.mark.parametrize("repeat", [0, 1, 60])
def test_a_text_of_any_length_is_read_without_a_wrong_character(
    encoding: str, repeat: int, sample_text: str
) -> None:
    text = fitting(sample_text * repeat or SHORT, encoding)
    assert decode_text(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", OLD_ENCODINGS)
@pytest.mark.parametrize("change", [str, str.upper, str.title, lambda text: text.replace("ё", "е")])
def test_pieces_of_eighty_characters_suffice(encoding: str, change, sample_text: str) -> None:
    draw = random.Random(7)
    for start in (draw.randrange(len(sample_text) - 80) for _ in range(40)):
        piece = fitting(change(sample_text[start : start + 80]), encoding)
        assert decode_text(piece.encode(encoding)).text == piece


@pytest.mark.parametrize("encoding", OLD_ENCODINGS)
def test_hardly_any_piece_of_forty_characters_is_misread(encoding: str) -> None:
    """cp1251 and Mac share most small letters: without я in the piece only capitals and marks tell them."""
    text, draw = story(1, chapters=10, paragraphs=20).text, random.Random(3)
    pieces = [
        fitting(text[start : start + 40], encoding) for start in draw.choices(range(len(text) - 40), k=200)
    ]
    read = [decode_text(piece.encode(encoding)).text for piece in pieces]
    assert sum(one != other for one, other in zip(read, pieces, strict=True)) <= 2


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le")]
    + [(name, name) for name in OLD_ENCODINGS],
)
def test_the_encoding_found_is_named(encoding: str, found: str, sample_text: str) -> None:
    assert find_encoding(fitting(sample_text, encoding).encode(encoding)).name == found


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_text_is_not_altered(line_end: str, tmp_path: Path) -> None:
    text = f"  Ёлка --{line_end}{line_end}\tдо-{line_end}рога\u00a0„так“…  {line_end}"
    (tmp_path / "a.txt").write_bytes(text.encode())
    assert read_text(tmp_path / "a.txt").text == text


def test_an_encoding_can_be_named() -> None:
    data = SHORT.encode("koi8-r")
    assert decode_text(data, "KOI8_R").text == SHORT
    assert decode_text(data, "cp1251").text != SHORT
    assert decode_text(data, "cp1251").encoding == "cp1251"


@pytest.mark.parametrize("encoding", ["klingon", "utf-8", "ascii", "utf-16", "base64", "rot13", "\0"])
def test_an_encoding_that_does_not_fit_is_refused(encoding: str) -> None:
    with pytest.raises(TextError, match="choose another") as error:
        decode_text((SHORT + "!").encode("cp1251")[:69], encoding)
    assert code_of(error) == "unknown_encoding"
    assert error.value.fields == {"encoding": encoding}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r", "cp866"])
def test_damaged_bytes_cost_only_themselves(encoding: str, sample_text: str) -> None:
    text = fitting(sample_text * 3, encoding)
    data = bytearray(text.encode(encoding))
    data[300], data[900], data[1200] = 0x98, 0x01, 0x98
    decoded = decode_text(bytes(data))
    assert decoded.encoding == encoding
    assert sum(one != other for one, other in zip(decoded.text, text, strict=False)) < len(text)
    assert decoded.text[-200:] == text[-200:]


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + b"word/document.xml" * 9,
        b"%PDF-1.7\n" + b"text " * 40,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 300,
        b"{\\rtf1 \\ansi prose}",
        bytes(400),
        random.Random(3).randbytes(5000),
        b"\xff\xfe" + bytes([3, 0, 65, 0]) * 99,
    ],
)
def test_what_is_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(TextError, match="plain text") as error:
        decode_text(data)
    assert code_of(error) == "not_text"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe \x00\n\x00"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(TextError) as error:
        decode_text(data)
    assert code_of(error) == "empty"


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    file.write_bytes(b"a" * 101)
    with pytest.raises(TextError) as error:
        read_text(file, limit=100)
    assert (code_of(error), error.value.fields) == ("too_large", {"size": 101, "limit": 100})
    assert read_text(file, limit=101).text == "a" * 101


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("Слишком мало.", "too_short"),
        ("А" * 199 + " " * 300, "too_short"),
        ("The quick brown fox jumps over the lazy dog. " * 9, "not_cyrillic"),
        ("Ну, " + "all the rest is English, " * 20, "not_cyrillic"),
        ("1 234 567 — 8,9. " * 30, "not_cyrillic"),
    ],
)
def test_what_cannot_be_attributed_is_refused(text: str, code: str) -> None:
    with pytest.raises(TextError) as error:
        check_text(text)
    assert code_of(error) == code


def test_prose_with_some_french_passes(sample_text: str) -> None:
    check_text("А" * 200)
    check_text(sample_text + "Eh bien, mon ami, vous voilà enfin parmi nous. ")


def test_too_short_tells_how_much_is_missing() -> None:
    with pytest.raises(TextError) as error:
        check_text("  Вечер.  ")
    assert error.value.fields == {"characters": 6, "minimum": 200}

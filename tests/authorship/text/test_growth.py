"""Eight times as much of whatever a hostile file repeats takes hardly more than eight times as long to read.

The times are the processor's, of two sizes of one file in one process, and the margin is wide: what grows
with the square takes 64 times as long.
"""

import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from struct import pack
from zipfile import ZIP_STORED, ZipFile

import pytest

from authorship.errors import TextError
from authorship.text.excerpts import cut_text
from authorship.text.formats.reader import read_book
from tests.authorship.books import CONTAINER, story, word_file, zipped

TIMES, WORST = 8, 24
LEAST_SECONDS = 0.01
PROSE = story(1).lines[1]
FICTION = "<FictionBook><description>{}</description><body><p>" + PROSE + "</p>{}</body></FictionBook>"


def fiction(piece: str, head: bool = False) -> Callable[[int], bytes]:
    return lambda size: FICTION.format(*((piece * size, "") if head else ("", piece * size))).encode()


def long_title(size: int) -> bytes:
    return FICTION.format(f"<book-title>{'а&amp;' * size}</book-title>", "").encode()


def package(size: int, items: str, refs: str) -> bytes:
    opf = f"<package><manifest>{items}</manifest><spine>{refs}</spine></package>"
    members = {"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf, "OPS/a.xhtml": f"<p>{PROSE}</p>"}
    return zipped(members)


def one_long_name(size: int) -> bytes:
    return package(size, f'<item id="a" href="{"a" * 40 * size}"/>', '<itemref idref="a"/>' * size)


def long_properties(size: int) -> bytes:
    return package(
        size, f'<item id="a" href="a.xhtml" properties="{"x " * 40 * size}"/>', '<itemref idref="a"/>' * size
    )


def climbing(size: int) -> bytes:
    items = "".join(f'<item id="{i}" href="{"b/../" * 500}{i}"/>' for i in range(size))
    return package(size, items, "".join(f'<itemref idref="{i}"/>' for i in range(size)))


def unclosed_items(size: int) -> bytes:
    return package(size, '<item id="a" href="a.xhtml">' * size, '<itemref idref="a">' * size)


def encryption(size: int) -> bytes:
    entry = "<EncryptedData>" + "<x/>" * size + "<CipherData>" + '<CipherReference URI="q"/>' * size
    members = {"a.opf": "<package/>", "META-INF/encryption.xml": f"<encryption>{entry}</CipherData>"}
    members["META-INF/encryption.xml"] += "</EncryptedData></encryption>"
    return zipped(members | {"a.xhtml": f"<p>{PROSE}</p>"})


def chapters(size: int) -> bytes:
    pages = {f"{i}.xhtml": f"<p>Глава {i}. {PROSE[:60]}</p>".encode("cp1251", "ignore") for i in range(size)}
    return zipped({"mimetype": "application/epub+zip"} | pages)


def empty_blocks(size: int) -> bytes:
    """Members that share one stream of deflate blocks which hold nothing."""
    name, stream = b"0000.txt", b"\0\0\0\xff\xff" * 20 * size + zlib.compress(b"a")[2:-4]
    header = pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, 0, len(stream), 1, len(name), 0) + name
    entries = b"".join(
        pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, 0, len(stream), 1, 8, 0, 0, 0, 0, 0, 0)
        + f"{i:04}.txt".encode()
        for i in range(size)
    )
    start = len(header) + len(stream)
    return (
        header + stream + entries + pack("<4s4H2LH", b"PK\x05\x06", 0, 0, size, size, len(entries), start, 0)
    )


def lost_directory(size: int) -> bytes:
    """The same without a directory: every header's stream goes on to the end of the file."""
    header = (
        pack("<4s5H3L2H", b"PK\x03\x04", 20, 8, 8, 0, 33, 0, 0, 0, 5, 0) + b"a.txt" + b"\0\0\0\xff\xff" * 8
    )
    return header * size


def packed_texts(size: int) -> bytes:
    return zipped({f"{i}.txt": f"{i} {PROSE[:80]}".encode("koi8-r", "ignore") for i in range(size)})


def stored_in_stored(size: int) -> bytes:
    inner = zipped({f"{i}.txt": "а" for i in range(100)})
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for i in range(size):
            archive.writestr(f"{i}.zip", inner)
    return file.getvalue()


def word(piece: str, styles: str = "") -> Callable[[int], bytes]:
    return lambda size: word_file(piece * size + f"<w:p><w:r><w:t>{PROSE}</w:t></w:r></w:p>", styles)


def word_styles(size: int) -> bytes:
    chain = "".join(
        f'<w:style w:styleId="s{i}"><w:name w:val="n{i}"/><w:basedOn w:val="s{i - 1}"/></w:style>'
        for i in range(size)
    )
    return word_file(f"<w:p><w:r><w:t>{PROSE}</w:t></w:r></w:p>", chain)


def message(size: int) -> bytes:
    """A page of Word's kept as a message of parts within parts."""
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{i}"\r\n\r\n--b{i}\r\n' for i in range(size))
    body = '<w:altChunk r:id="c"/><w:p><w:r><w:t>а</w:t></w:r></w:p>'
    return word_file(body, chunk=("word/c.mht", f"MIME-Version: 1.0\r\n{parts}"))


def page(size: int) -> bytes:
    """What a reader of pages looks for: styles, links and boxes left open, parts that may be doubted."""
    pieces = (
        "<a href='#a'>а",
        "<textarea>",
        "<title>",
        "a<b,",
        "<!--",
        "<form>а",
        "<div hidden>а",
        "<script>",
    )
    style = f"<style>{'/*' * size}</style><style>{'.a{' * size}</style><style>{'.a ' * size}</style>"
    return (f"<html><p>{PROSE}" + style + "".join(piece * size for piece in pieces)).encode()


FILES: dict[str, tuple[Callable[[int], bytes], int]] = {
    "ampersands": (fiction("&"), 40_000),
    "named": (fiction("&nbsp;"), 10_000),
    "unnamed": (fiction("&nbspp;"), 10_000),
    "less than": (fiction("< "), 30_000),
    "comments": (fiction("<!--"), 20_000),
    "quotations": (fiction("<![CDATA["), 20_000),
    "instructions": (fiction("<?a "), 20_000),
    "declarations": (fiction("<!a "), 20_000),
    "quotes": (fiction("<p a='>"), 10_000),
    "values": (fiction('<p a="b" a=c d>'), 5_000),
    "paragraphs": (fiction("<p>а"), 10_000),
    "sections": (fiction("<section>а"), 10_000),
    "ends": (fiction("</p></b>"), 10_000),
    "crossed": (fiction("<b><i>а</b></i>"), 5_000),
    "notes left open": (fiction('<a type="note">1'), 5_000),
    "marks": (fiction('<a href="#n1">1</a>'), 5_000),
    "links": (fiction('<p><a href="#q">Глава</a></p>'), 5_000),
    "one line of links": (fiction('<a href="#q">Глава</a>'), 5_000),
    "bodies": (fiction("</body><body><p>а</p>"), 5_000),
    "long title": (long_title, 40_000),
    "titles": (fiction("<book-title>а</book-title>", head=True), 5_000),
    "unclosed head": (fiction("<p>а<br>", head=True), 5_000),
    "one long name": (one_long_name, 2_000),
    "long properties": (long_properties, 2_000),
    "climbing": (climbing, 200),
    "unclosed items": (unclosed_items, 5_000),
    "encryption": (encryption, 1_000),
    "chapters": (chapters, 100),
    "empty blocks": (empty_blocks, 200),
    "lost directory": (lost_directory, 200),
    "packed texts": (packed_texts, 100),
    "archives in an archive": (stored_in_stored, 10),
    "fields": (word('<w:r><w:fldChar w:fldCharType="begin"/><w:t>а</w:t></w:r>'), 5_000),
    "controls": (word("<w:sdt><w:sdtContent>"), 2_000),
    "instruction": (word("<w:instrText>TOC"), 2_000),
    "capitals": (word('<w:p><w:pPr><w:framePr/></w:pPr><w:r><w:t>А</w:t></w:r></w:p>'), 1_000),
    "embedded": (word('<w:altChunk r:id="c"/>'), 2_000),
    "styles": (word_styles, 2_000),
    "message": (message, 1_000),
    "zeros": (lambda size: ("а\0" * size).encode() + PROSE.encode(), 40_000),
    "decoded wrongly": (lambda size: (PROSE * size).encode().decode("cp1251", "replace").encode(), 40),
    "page": (page, 5_000),
    "one letter": (lambda size: ("щ" * size).encode(), 100_000),
    "no letters": (lambda size: b"\x98\x01" * size, 100_000),
}  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    """One try; a refusal is an answer too."""
    start = time.process_time()
    with suppress(TextError):
        work()
    return time.process_time() - start


def assert_linear(work: Callable[[bytes], object], make: Callable[[int], bytes], size: int) -> None:
    """The better of two tries counts, of the large one the second only where the first was too slow."""
    small, large = make(size), make(TIMES * size)
    before = max(min(seconds(lambda: work(small)) for _ in range(2)), LEAST_SECONDS)
    assert any(seconds(lambda: work(large)) <= WORST * before for _ in range(2))


@pytest.mark.parametrize("kind", FILES)
def test_reading_grows_no_faster_than_the_file(kind: str) -> None:
    make, size = FILES[kind]
    assert_linear(read_book, make, size)


@pytest.mark.parametrize("piece", ["Он встал,\n", "слово ", "Он встал. ", "\n", "а:"])
def test_cutting_grows_no_faster_than_the_text(piece: str) -> None:
    assert_linear(lambda data: list(cut_text(data.decode())), lambda size: (piece * size).encode(), 4_000)

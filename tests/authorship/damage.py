"""More than 100 files: cut, flipped, misnamed, encrypted, malformed or made to harm."""

import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from stat import S_IFLNK
from struct import pack
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

from tests.authorship.books import Story, epub, epub_members, fictionbook, story, word_document, zipped

BOOK = story(100, chapters=8, paragraphs=12)
READ, PART = "read", "read with a notice"
DTD = '<?xml version="1.0"?><!DOCTYPE FictionBook [{}]>'
FICTION = "<FictionBook><body><section><p>Вечер. {}</p></section></body></FictionBook>"


def whole_files(book: Story) -> dict[str, bytes]:
    """The same book in every format, undamaged."""
    return {
        "utf8.txt": book.text.encode(),
        "utf16.txt": book.text.encode("utf-16"),
        "fb2": fictionbook(book),
        "fb2.zip": zipped({"book.fb2": fictionbook(book)}),
        "epub": epub(book),
        "docx": word_document(book),
    }


WHOLE = whole_files(BOOK)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file and what may come of it: `READ`, `PART`, or the code of a refusal."""

    name: str
    data: bytes
    outcomes: tuple[str, ...]


def damaged_files() -> list[Damaged]:
    makers: tuple[Callable[[], Iterator[Damaged]], ...] = (
        cut, flipped, odd_lengths, bombs, entities, misnamed, encrypted, empty, names, malformed,
    )  # fmt: skip
    return [file for make in makers for file in make()]


def cut() -> Iterator[Damaged]:
    """Broken off at a fifth, two, three and four fifths: something was there in each."""
    for kind, data in WHOLE.items():
        outcome = READ if kind.endswith("txt") else PART
        for fifths in range(1, 5):
            stop = len(data) * fifths // 5 - (len(data) * fifths // 5) % 2
            outcomes = (outcome, PART) if kind != "docx" else (PART, "damaged", "archive")
            yield Damaged(f"cut {fifths}/5 {kind}", data[:stop], outcomes)


def flipped() -> Iterator[Damaged]:
    """Twenty bits that are not what they were: anything may come of it but an error of another kind."""
    anything = (
        READ,
        PART,
        "damaged",
        "archive",
        "encrypted",
        "not_text",
        "hostile",
        "other_format",
        "empty",
        "left_out",
    )
    for kind, data in WHOLE.items():
        for seed in range(5):
            draw, bits = random.Random(seed), bytearray(data)
            for _ in range(20):
                bits[draw.randrange(len(bits))] ^= 1 << draw.randrange(8)
            yield Damaged(f"flipped {seed} {kind}", bytes(bits), anything)


def odd_lengths() -> Iterator[Damaged]:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        yield Damaged(f"odd {encoding}.txt", BOOK.text.encode(encoding)[:-1], (PART,))
    blanks = b"\r\n" * 5_000_000 + BOOK.text.encode("cp1251")
    yield Damaged("blank lines.txt", blanks, (READ,))
    yield Damaged("full stops.txt", b". " * 4_000_000 + BOOK.text.encode("koi8-r", "ignore"), (READ,))
    yield Damaged("half a letter.txt", BOOK.text[:-1].encode() + b"\xd0", (PART,))


def bombs() -> Iterator[Damaged]:
    """Zip files that unpack to far more than they weigh."""
    zeros = bytes(70_000_000)
    yield Damaged("flat.fb2.zip", zipped({"a.fb2": zeros}), ("hostile",))
    yield Damaged("nested.zip", zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": zeros})})}), ("archive",))
    yield Damaged("members.zip", zipped({f"{i}.txt": "а" for i in range(20_000)}), ("hostile",))
    pages = {f"{i}.xhtml": "<p>" + "а" * 900_000 + "</p>" for i in range(120)}
    yield Damaged("many.epub", zipped({"mimetype": "application/epub+zip"} | pages), ("too_large", "hostile"))
    members = epub_members(BOOK)
    yield Damaged("chapter.epub", zipped(members | {"OPS/глава 8.xhtml": zeros}), ("hostile",))
    yield Damaged("package.epub", zipped(members | {"OPS/book.opf": zeros}), ("hostile",))
    yield Damaged("document.docx", zipped({"word/document.xml": zeros}), ("hostile",))
    yield Damaged("quoted.zip", overlapping(400), ("hostile", "damaged"))
    lying = zipped({"a.txt": zeros}).replace(pack("<L", len(zeros)), pack("<L", 100))
    yield Damaged("lying.zip", lying, ("hostile",))
    yield Damaged("spared.epub", zipped(members | {"OPS/picture.png": zeros}), (READ,))


def overlapping(count: int) -> bytes:
    """A directory whose every entry names the same packed megabyte."""
    packed = zipped({"0000.txt": "слово " * 90_000})
    directory = packed.index(b"PK\x01\x02")
    end = packed.index(b"PK\x05\x06")
    entry = packed[directory:end]
    entries = b"".join(entry.replace(b"0000", f"{i:04}".encode()) for i in range(count))
    tail = b"PK\x05\x06" + pack("<4H2LH", 0, 0, count, count, len(entries), directory, 0)
    return packed[:directory] + entries + tail


def entities() -> Iterator[Damaged]:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    laughs = '<!ENTITY l0 "ха">' + laughs
    bomb = (DTD.format(laughs) + FICTION.format("&l9;")).encode()
    yield Damaged("laughs.fb2", bomb, ("hostile",))
    yield Damaged("laughs utf16.fb2", bomb.decode().encode("utf-16"), ("hostile",))
    yield Damaged("laughs.epub", zipped(epub_members(BOOK) | {"OPS/глава 8.xhtml": bomb}), ("hostile",))
    yield Damaged("laughs.docx", zipped({"word/document.xml": bomb}), ("hostile",))
    yield Damaged("laughs.opf.epub", zipped(epub_members(BOOK) | {"OPS/book.opf": bomb}), ("hostile",))
    quadratic = DTD.format(f'<!ENTITY a "{"ха" * 50_000}">') + FICTION.format("&a;" * 50_000)
    yield Damaged("quadratic.fb2", quadratic.encode(), ("hostile",))
    for name, address in (("file", "file:///etc/hostname"), ("http", "http://127.0.0.1:9/x")):
        external = DTD.format(f'<!ENTITY x SYSTEM "{address}">') + FICTION.format("&x;")
        yield Damaged(f"external {name}.fb2", external.encode(), ("hostile",))
        subset = f'<!DOCTYPE FictionBook SYSTEM "{address}">' + FICTION.format("")
        yield Damaged(f"external {name} subset.fb2", subset.encode(), (READ,))
    parameter = DTD.format('<!ENTITY % x SYSTEM "file:///etc/hostname"> %x;') + FICTION.format("")
    yield Damaged("parameter.fb2", parameter.encode(), ("hostile",))


def misnamed() -> Iterator[Damaged]:
    """What is read whatever its name, and what cannot be read whatever its name."""
    for kind, name in (("epub", "a.txt"), ("docx", "a.epub"), ("fb2", "a.docx"), ("utf8.txt", "a.fb2")):
        yield Damaged(f"{kind} as {name}", WHOLE[kind], (READ,))
    office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
    for start, name in (
        (b"%PDF-1.7\n", "pdf.txt"), (b"AT&TFORM\0\0\0\0DJVU", "djvu.fb2"), (office, "doc.docx"),
        (bytes(60) + b"BOOKMOBI", "mobi.epub"),
    ):  # fmt: skip
        yield Damaged(name, start + random.Random(1).randbytes(3000), ("other_format",))
    yield Damaged("rtf.txt", b"{\\rtf1\\ansi " + random.Random(1).randbytes(3000), (PART, "damaged"))
    for start, name in (
        (b"Rar!\x1a\7\0", "rar.zip"),
        (b"7z\xbc\xaf\x27\x1c", "7z.fb2"),
        (b"\x1f\x8b", "gz.txt"),
    ):
        yield Damaged(name, start + random.Random(2).randbytes(3000), ("archive",))
    sheet = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}
    yield Damaged("xlsx.docx", zipped(sheet), ("archive",))
    writer = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}
    yield Damaged("odt.docx", zipped(writer), ("empty",))
    yield Damaged("png.txt", b"\x89PNG\r\n\x1a\n" + random.Random(3).randbytes(3000), ("not_text",))
    yield Damaged("random.fb2", random.Random(4).randbytes(30_000), ("not_text",))


def encrypted() -> Iterator[Damaged]:
    flags = bytearray(WHOLE["fb2.zip"])
    flags[6] |= 1
    flags[flags.index(b"PK\x01\x02") + 8] |= 1
    yield Damaged("password.fb2.zip", bytes(flags), ("encrypted",))
    office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    yield Damaged("password.docx", office + bytes(600), ("encrypted",))
    members = epub_members(BOOK) | {"META-INF/encryption.xml": ""}
    method = '<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
    entry = '<EncryptedData>{}<CipherData><CipherReference URI="{}"/></CipherData></EncryptedData>'
    listed = "".join(entry.format(method, name) for name in members if name.endswith(".xhtml"))
    for name in members:
        if name.endswith(".xhtml"):
            members[name] = random.Random(name).randbytes(900)
    members["META-INF/encryption.xml"] = f"<encryption>{listed}</encryption>"
    yield Damaged("drm.epub", zipped(members), ("encrypted",))
    members["META-INF/encryption.xml"] = "<encryption"
    yield Damaged("drm unsaid.epub", zipped(members), ("damaged",))


def empty() -> Iterator[Damaged]:
    package = "<package><manifest/><spine/></package>"
    for name, data in {
        "nothing.txt": b"",
        "blanks.txt": b" \r\n\t" * 50,
        "mark.txt": b"\xff\xfe",
        "bodiless.fb2": b"<FictionBook><description/></FictionBook>",
        "empty paragraphs.docx": word_document(story(0, chapters=0)),
    }.items():
        yield Damaged(name, data, ("empty",))
    yield Damaged("empty.zip", zipped({}), ("archive",))
    yield Damaged("folders.zip", zipped({"a/": "", "b/": ""}), ("archive",))
    yield Damaged("no chapters.epub", zipped({"a.opf": package}), ("damaged",))


def names() -> Iterator[Damaged]:
    """Members that would land elsewhere, were they unpacked to the disk."""
    for name in ("../../../etc/book.fb2", "/etc/book.fb2", "C:\\book.fb2", "a\0b.fb2"):
        yield Damaged(f"path {name!r}.zip", zipped({name: WHOLE["fb2"]}), (READ,))
    link, file = ZipInfo("book.txt"), BytesIO()
    link.external_attr = (S_IFLNK | 0o777) << 16
    with ZipFile(file, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    yield Damaged("link.zip", file.getvalue(), ("archive",))
    package = str(epub_members(BOOK)["OPS/book.opf"]).replace('href="', 'href="../../../etc/')
    yield Damaged("outside.epub", zipped(epub_members(BOOK) | {"OPS/book.opf": package}), ("damaged",))


def malformed() -> Iterator[Damaged]:
    start, stop = "<FictionBook><body>", "</body></FictionBook>"
    text = f"<p>{BOOK.lines[1]}</p>"
    for name, body, outcomes in (
        ("deep", "<section>" * 200_000 + text, (PART, "damaged")),
        ("wide", "<p/>" * 3_000_000, ("hostile",)),
        ("busy", "<p>а</p>" * 500_000, (READ,)),
        ("attributes", "<p " + " ".join(f"a{i}='1'" for i in range(900_000)) + ">а</p>", (PART, "damaged")),
        ("comments", text + "<!--" * 300_000, (PART,)),
        ("strays", text + "< & " * 300_000 + text, (PART,)),
        ("unclosed", text + "<section><p>Ещё", (PART,)),
        ("crossed", f"<section><emphasis>{text}</section></emphasis>{text}", (PART,)),
        ("binaries", text + "<binary " * 300_000, (PART,)),
        ("instructions", text + "<? " * 300_000, (PART,)),
        ("declarations", text + "<!DOCTYPE " * 300_000, (PART,)),
        ("markups", text + "<!x <![CDATA[ <![ " * 100_000, (PART,)),
        ("quotes", text + "<p a='" * 300_000, (PART,)),
        ("long name", text + "<" + "a" * 5_000_000 + ">", (PART,)),
        ("long declaration", "<?xml " * 500_000 + text, (PART, "damaged")),
        ("control", text.replace("о", "\x02о"), ("not_text",)),
    ):
        yield Damaged(f"{name}.fb2", (start + body + stop).encode(), outcomes)
    yield Damaged("rootless.fb2", (text * 9 + stop).encode(), (PART,))
    file = BytesIO()
    with ZipFile(file, "w", ZIP_LZMA) as archive:
        archive.writestr("a.fb2", WHOLE["fb2"])
    yield Damaged("lzma.fb2.zip", file.getvalue(), ("damaged",))
    damaged = bytearray(WHOLE["fb2.zip"])
    damaged[damaged.index(b"PK\x01\x02") + 16] ^= 0xFF
    yield Damaged("checksum.fb2.zip", bytes(damaged), (PART,))
    yield Damaged("headless.zip", b"\0\0" + WHOLE["fb2.zip"][2:], (READ, PART))
    yield Damaged(
        "stream.zip", WHOLE["fb2.zip"][:60] + zlib.compress(b"x" * 500), (PART, "damaged", "archive")
    )

"""Markup is told by what it holds and never read as prose; what is no prose is left out and told."""

import random
import time

import pytest

from authorship.errors import TextError
from authorship.text.formats.reader import read_book
from tests.authorship.books import story, zipped
from tests.authorship.marked_up import MAKERS, OUT, page, rtf

BOOK = story(300, chapters=3, paragraphs=3)


def codes(data: bytes, encoding: str | None = None) -> set[str]:
    return {notice.code for notice in read_book(data, encoding=encoding).notices}


@pytest.mark.parametrize("name", ["book.txt", "book.docx", "book"])
@pytest.mark.parametrize("kind", MAKERS)
def test_the_prose_alone_is_read_whatever_the_name(kind: str, name: str) -> None:
    made, make = MAKERS[kind]
    book = read_book(make(BOOK), name)
    assert book.text.split("\n") == BOOK.lines
    assert book.format == made
    assert book.title == (name.partition(".")[0] if kind == "preformatted page" else BOOK.title)
    assert not {notice.code for notice in book.notices} & {"damaged", "replaced_characters"}


@pytest.mark.parametrize("kind", MAKERS)
def test_an_archive_changes_nothing(kind: str) -> None:
    data = MAKERS[kind][1](BOOK)
    if not data.startswith(b"PK"):
        assert read_book(zipped({"книга.txt": data})).text == BOOK.text


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("page", {"notes", "navigation", "contents", "hidden"}),
        ("Word's page", {"notes", "contents", "hidden"}),
        ("tei", {"notes", "stage_directions", "contents", "deleted_text"}),
        ("rtf", {"notes", "navigation", "contents", "hidden", "deleted_text"}),
        ("odt", {"notes", "contents", "hidden", "deleted_text"}),
    ],
)
def test_what_is_left_out_is_told(kind: str, told: set[str]) -> None:
    assert codes(MAKERS[kind][1](BOOK)) == told


def test_tags_in_a_plain_text_are_counted() -> None:
    notices = read_book("\n".join(["Раз", "<i>два</i>", *BOOK.lines]).encode()).notices
    assert [(notice.code, notice.count) for notice in notices] == [("markup", 2)]


def test_a_page_that_quotes_tags_stays_as_it_is() -> None:
    quoting = "Пишите &lt;html&gt;&lt;i&gt;да&lt;/i&gt; &amp;laquo;так&amp;raquo;"
    book = read_book(page(BOOK).decode().replace("</h2>", f"</h2>{f'<p>{quoting}</p>' * 9}", 1).encode())
    assert [line for line in book.text.split("\n") if "Пишите" not in line] == BOOK.lines
    assert book.text.count("Пишите да «так»") == 9
    plain = read_book(page(BOOK))
    assert (book.title, len(book.headings)) == (BOOK.title, len(plain.headings))
    assert {one.code for one in plain.notices} <= {one.code for one in book.notices}


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (f"<?xml version='1.0'?><article xmlns='urn:d'>{BOOK.text.replace('.', '<para/>')}</article>"
         .encode(), "XML (article)"),
        (f"<?xml version='1.0'?><book><chapter>{BOOK.text}</chapter></book>".encode(), "XML (book)"),
        (f"\ufeff<document xmlns='urn:x'><l>{BOOK.text}</l></document>".encode(), "XML (document)"),
        (f"<книга><глава>{BOOK.text}</глава></книга>".encode("cp1251", "ignore"), "XML (книга)"),
        (f"<stage>{BOOK.text[:90]}</stage><sp>{BOOK.text[:90]}</sp>".encode("utf-16"), "XML"),
        (b"<?xml version='1.0'?><pkg:package xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'>"
         + BOOK.text.encode() + b"</pkg:package>", "Word XML"),
        (b"\n%PDF-1.4\n" + BOOK.text.encode(), "PDF"),
        (b"AT&TFORM\0\0\0\0DJVM" + bytes(99), "DjVu"),
        (bytes(60) + b"TEXtREAd" + bytes(99), "PalmDoc"),
        (zipped({"fb3/description.xml": "<a/>"}), "FB3"),
    ],
)  # fmt: skip
def test_other_markup_is_refused_by_its_name(data: bytes, name: str) -> None:
    with pytest.raises(TextError) as caught:
        read_book(data, "book.txt")
    assert (caught.value.code, caught.value.fields["format"]) == ("other_format", name)
    assert name in str(caught.value) and ("convert" in str(caught.value) or "save" in str(caught.value))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Раз <i>два</i>\nтри &mdash; пять<br>\nшесть\nсемь\nда", "Раз два\nтри — пять\nшесть\nсемь\nда"),
        ("Он сказал: <нрзб> и a < b.\nДа", None),
        ("&laquo;Да&raquo;\nи нет", "«Да»\nи нет"),
        ("AT&T и R&D\nда", None),
        ("<p>Раз<p>Два <span class=note>нет</span>", "Раз\nДва"),
        ("HTTP/1.1 200 OK\n\n<html><p>Раз</html>", "Раз"),
        ("&lt;p&gt;Раз&lt;/p&gt;&lt;p&gt;Два&lt;/p&gt;", "Раз\nДва"),
        ("<div class=notes><p>Раз, два, три</div><p>Да", "Раз, два, три\nДа"),
        ("<p>Раз<a href='#n1'>*</a><p><a href='#r1'>[1]</a> да<h3>Примечания</h3><p>да<h3>Два</h3><p>Три",
         "Раз\nДва\nТри"),
        ("<p><img src=v.png alt='В'>ечер<p>" + "<font>Раз <p>" * 600, "Вечер\n" + "\n".join(["Раз"] * 600)),
        ("<h2><a href='#toc'>Глава I</a></h2><p><a href='/next'>Далее</a><p>Раз", "Глава I\nРаз"),
    ],
)  # fmt: skip
def test_pieces_of_pages_and_stray_tags(text: str, expected: str | None) -> None:
    assert read_book(text.encode()).text == (text if expected is None else expected)


def odt(body: str, content: str = "content.xml") -> bytes:
    """A document in one part."""
    names = "xmlns:office='urn:o' xmlns:text='urn:t' xmlns:draw='urn:d'"
    whole = f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>"
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", content: whole})


def tei(body: str, head: str = "<teiHeader/>", before: str = "") -> bytes:
    return f"{before}<TEI>{head}<text><body>{body}</body></text></TEI>".encode()


MESSAGE = (
    'MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b; start="<b>"\n\n--b\n'
    "Content-Type: text/html\nContent-ID: <a>\n\n<p>no\n--b\nContent-Type: text/html\nContent-ID: <b>\n\n"
    "<meta charset=utf-8><p>Раз<p>Два\n--b--\n"
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (odt("<text:p>Раз<draw:text-box><text:p>Два</text:p></draw:text-box>-три</text:p>"), "Два\nРаз-три"),
        (odt("<text:p>Раз<text:note-ref>1</text:note-ref></text:p>"), "Раз"),
        (odt("<text:p>Раз & <text:span>два</text:p><text:p>Три</text:p>"), "Раз & два\nТри"),
        (odt("<text:p>Раз</text:p>", "Content.xml"), "Раз"),
        (odt("<text:p><text:a>Глава<text:tab/>7</text:a></text:p>" * 3 + "<text:p>Раз</text:p>"), "Раз"),
        (odt("<text:p>Глава ..... 7</text:p>" * 3 + "<text:p>Раз</text:p>"), "Раз"),
        (tei("<p>Сло-<lb break='no'/>во<ref target='#n'>1</ref> <ref>да</ref></p>"), "Слово да"),
        (tei("<p>Раз, два, три, четыре<gap><desc>нет</desc></gap><metamark>нет</metamark></p>"
             "<div><head>Примечания</head><p>Нет</p></div><div><head>Два</head></div>"),
         "Раз, два, три, четыре\nДва"),
        (odt("<office:style text:name='S'><office:text-properties text:text-position='super 58%'/>"
             "</office:style>"
             "<text:p>Раз, два, три<text:a text:href='#n'>[1]</text:a>"
             "<text:span text:style-name='S'>12</text:span></text:p>"
             "<text:h>Примечания</text:h><text:p>1</text:p>"), "Раз, два, три"),
        ("<span class=p><z><o></o>Раз</z></span>"
         "<span class=p><z>Два</z></span>"
         "<span style='display:block'>Три</span>"
         "<div class=sr-only>Нет</div><p>И <span>да</span>".encode(), "Раз\nДва\nТри\nИ да"),
        (br"{\rtf1\pard\outlinelevel0 \u1044?\par\pard \u1044?\par}" + bytes(9), "Д\nД"),
        (tei("<p>Раз<p>Два", "<teiHeader><title>Нет</teiHeader>"), "Раз\nДва"),
        (tei("<p>Раз</p>", before='<!DOCTYPE TEI SYSTEM "a.dtd" [<!ENTITY % TEI.prose "INCLUDE">]>'), "Раз"),
        (br"{\rtf1\ansicpg1251{\upr{??}{\*\ud{\u1044?\u1072?}}}}", "Да"),
        (br"{\rtf1 \u1044?{\shp{\*\shpinst{\sp{\sn a}}{\shptxt \u1044?\par}}{\shprslt no}}}", "Д\nД"),
        (MESSAGE.encode(), "Раз\nДва"),
        ("<p>&amp;laquo;Да&amp;raquo; и нет<p>Два".encode(), "«Да» и нет\nДва"),
    ],
)  # fmt: skip
def test_odd_documents_are_whole(data: bytes, expected: str) -> None:
    assert read_book(data).text == expected


@pytest.mark.parametrize(
    ("encoding", "declared"), [("koi8-r", "windows-1251"), ("cp1251", "utf-8"), ("utf-8", "iso-8859-5")]
)
def test_bytes_outweigh_what_a_page_declares(encoding: str, declared: str) -> None:
    book = read_book(page(BOOK, encoding, declared))
    assert (book.text, book.encoding) == (BOOK.text, encoding)
    assert "encoding" in {notice.code for notice in book.notices}
    assert "encoding" not in codes(page(BOOK, encoding, encoding))


@pytest.mark.parametrize("font", ["\\f0", "\\f1"])
def test_bytes_outweigh_the_code_page_of_rich_text(font: str) -> None:
    data = rtf(BOOK, "\\ansi\\ansicpg1252").replace(b"\\plain\\f1", b"\\plain" + font.encode())
    assert read_book(data).text == BOOK.text


@pytest.mark.parametrize("kind", MAKERS)
def test_any_cut_and_any_wrong_byte_is_read_or_refused(kind: str) -> None:
    whole = MAKERS[kind][1](story(301, chapters=1, paragraphs=2))
    for seed in range(40):
        draw, data = random.Random(seed), bytearray(whole)
        for _ in range(draw.choice((0, 1, 10, 100))):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            assert read_book(bytes(data[: draw.randrange(1, len(data))])).text.strip()
        except TextError as error:
            assert str(error)


HOSTILE = {
    "open tags": "<q>" * 400_000,
    "open links": "<p>" + "<a href='#'>1" * 40_000,
    "raised": "<p>" + "а<sup>1</sup>" * 40_000,
    "wrong ends": "<q>" * 400 + "</b>" * 300_000,
    "lines in marks": "<p>" + "<sup>" * 400 + "<br>" * 100_000,
    "comments": "<p>а<!--" * 100_000,
    "closed in themselves": "<?xml?><html>" + "<a <a " * 100_000,
    "rtf groups": "{\\rtf1" + "{" * 400_000,
    "rtf fields": "{\\rtf1" + '{\\field{\\*\\fldinst HYPERLINK "a" ' * 300 + "а" * 100_000,
    "rtf fonts": "{\\rtf1{\\fonttbl" + "\\f1 a" * 100_000 + "}а}",
    "rtf numbers": "{\\rtf1 \\u9999999999 \\uc \\f \\ansicpg99999 \\bin-5 \\u-40000 \\bin99999999999 а",
    "tei": "<TEI>" + "<div>" * 300_000,
    "message": "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n" + "--a\n" * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_time_out_of_proportion(name: str) -> None:
    """A quadratic reader of these takes minutes; linear ones well under the 20 seconds allowed here."""
    started = time.process_time()
    try:
        read_book(HOSTILE[name].encode())
    except TextError as error:
        assert str(error)
    assert time.process_time() - started < 20


def test_a_megabyte_of_html_is_read_in_a_second() -> None:
    book = story(302, chapters=120, paragraphs=20)
    data = page(book)
    assert len(data) > 1_000_000
    started = time.process_time()
    text = read_book(data).text
    assert text == book.text and OUT not in text
    assert time.process_time() - started < 3  # some 0.3 s by itself; the machine of a test may be busy

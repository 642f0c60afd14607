"""200 files of every encoding and format, made by a seed, are read back without a wrong character."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from authorship.errors import TextError
from authorship.text.encodings import OLD_ENCODINGS
from authorship.text.formats.reader import open_joined, read_book, texts_at, texts_in
from authorship.text.headings import MOST_HEADINGS, settle_headings
from tests.authorship.books import (
    CONTAINER,
    Story,
    epub,
    epub_members,
    fictionbook,
    fitting,
    story,
    word_document,
    zipped,
)

UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass(frozen=True)
class Case:
    """A kind of file, what it is written in, and the seed of its story."""

    kind: str
    encoding: str
    seed: int

    @property
    def book(self) -> Story:
        return fitting(story(self.seed, 1 + self.seed % 4, 1 + self.seed % 7), self.encoding)


CASES = [
    *(Case("txt", encoding, seed) for encoding in (*UNICODE, *OLD_ENCODINGS) for seed in range(8)),
    *(Case("fb2", encoding, seed) for encoding in (*UNICODE, *OLD_ENCODINGS) for seed in range(4)),
    *(Case("fb2.zip", encoding, seed) for encoding in (*UNICODE, *OLD_ENCODINGS) for seed in range(2)),
    *(Case("epub", "utf-8", seed) for seed in range(30)),
    *(Case("docx", "utf-8", seed) for seed in range(30)),
]


def write(case: Case) -> bytes:
    if case.kind == "txt":
        return case.book.text.encode(case.encoding)
    if case.kind == "epub":
        return epub(case.book)
    if case.kind == "docx":
        return word_document(case.book)
    book = fictionbook(case.book, case.encoding, declared=case.encoding.removesuffix("-sig"))
    return zipped({"повесть.fb2": book}) if case.kind == "fb2.zip" else book


def test_there_are_200_files() -> None:
    assert len(CASES) == 200


def test_chapters_stand_where_their_headings_do(tmp_path: Path) -> None:
    """Also headings that no word betrays, wherever the format marks them; those in verse are none."""
    book = story(5, 3)
    chapters = tuple((f"Вечер у реки {n}", *rest) for n, (_, *rest) in enumerate(book.chapters))
    bare = Story(book.title, chapters)
    for made in (book, bare):
        fiction = fictionbook(made)
        for case in (fiction, zipped({"а.fb2": fiction}), epub(made), word_document(made)):
            read = read_book(case)
            assert [heading.text for heading in read.headings] == [title for title, *_ in made.chapters]
            assert all(read.text[one.start :].startswith(one.text) for one in read.headings)
            assert {heading.level for heading in read.headings} == {1}
    file = tmp_path / "two.zip"
    file.write_bytes(zipped({"а.fb2": fictionbook(book), "в.fb2": fictionbook(bare)}))
    two = open_joined(file)
    assert [two.text[one.start :].split("\n")[0] for one in two.headings] == [
        title for title, *_ in (*book.chapters, *bare.chapters)
    ]
    nested = (
        "<section><title><p>Начало</p></title><section><title><p>I</p><p>Ночь</p></title><p>Он ждал.</p>"
        "<poem><title><p>Песня</p></title><stanza><v>Тихо</v></stanza></poem></section></section>"
    )
    fiction = f"<FictionBook><body><title><p>Роман</p></title>{nested}</body></FictionBook>"
    assert [(one.text, one.level) for one in read_book(fiction.encode()).headings] == [("Начало. I. Ночь", 1)]


def test_pages_tei_and_opendocument_mark_chapters_too() -> None:
    """A part and two chapters that no plain line would betray; lines of contents before them are none."""
    prose = "Он вышел на крыльцо и долго стоял там, слушая дождь. " * 40
    page = f"<h1>Река</h1><p>{prose}</p><h2>Паром</h2><p>{prose}</p><h2>У <i>воды</i></h2><p>{prose}</p>"
    tei = (
        f"<TEI><teiHeader><title>Река</title></teiHeader><text><body><div><head>Река</head><p>{prose}</p>"
        f"<div><head>Паром</head><p>{prose}</p></div><div><head>У воды</head><p>{prose}</p></div></div>"
        "</body></text></TEI>"
    )
    office = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    names = f'{office} xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    kind = 'office:mimetype="application/vnd.oasis.opendocument.text"'
    listed = "".join(
        f"<text:p>{one}\t{page}</text:p>" for page, one in enumerate(("Река", "Паром", "У воды"), 3)
    )
    heads = "".join(
        f'<text:h text:outline-level="{level}">{head}</text:h><text:p>{prose}</text:p>'
        for level, head in ((1, "Река"), (2, "Паром"), (2, "У воды"))
    )
    flat = (
        f"<office:document {names} {kind}><office:body><office:text>{listed}{heads}"
        "</office:text></office:body></office:document>"
    )
    for made in (f"<html><body>{page}</body></html>", tei, flat):
        read = read_book(made.encode())
        assert [(one.text, one.level) for one in read.headings] == [("Река", 1), ("Паром", 2), ("У воды", 2)]
        assert all(read.text[one.start :].startswith(one.text) for one in read.headings)


def test_headings_of_a_plain_text_are_told_by_their_words() -> None:
    prose = "Он вышел на крыльцо и долго стоял там, слушая дождь.\n" * 60
    told = ["I", "ІІ", "Глава 2. О том, как ждали парома", "III", "Двадцать первая глава", "Эпилог"]
    heads = ["ЧАСТЬ ПЕРВАЯ\n\nГлава I", "  I.", *told[1:]]
    text = "".join(f"{head}\n\n{prose}" for head in heads)
    found = settle_headings(text, ())
    assert [heading.text for heading in found] == ["ЧАСТЬ ПЕРВАЯ. Глава I", *told]
    assert all(text[one.start] == one.text[0] for one in found)
    pages = "".join(f"{prose[:1_500]}\n{number}\n" for number in range(1, 30))
    contents = "".join(f"Глава {number}\n" for number in range(1, 12))
    words = "Часть первая была скучна.\nМы\nС\nX\nГлава семьи, Пётр\n"
    for nothing in (pages, contents, words, "I\n" * 400_000):
        assert settle_headings(nothing, ()) == ()
    assert len(settle_headings("Глава I\nСлово.\n" * 30_000, ())) <= MOST_HEADINGS


@pytest.mark.parametrize("kind", ["txt", "fb2", "fb2.zip", "epub", "docx"])
def test_a_file_is_read_without_a_wrong_character(kind: str, subtests: pytest.Subtests) -> None:
    for case in (case for case in CASES if case.kind == kind):
        with subtests.test(encoding=case.encoding, seed=case.seed):
            book = read_book(write(case), "Имя.wrong")
            assert book.text == case.book.text
            assert book.format == kind.removesuffix(".zip")
            assert book.title == ("Имя.wrong" if kind == "txt" else case.book.title)
            told = {"notes"} if kind[:2] in ("fb", "ep") else set()
            assert {notice.code for notice in book.notices} == told
            assert book.encoding == (None if kind in {"epub", "docx"} else case.encoding)


@pytest.mark.parametrize("name", ["Нос.fb2.zip", "Нос.TXT", "a/Нос.epub", "Нос"])
def test_the_name_serves_as_title(name: str, tmp_path: Path) -> None:
    assert read_book(story(1).text.encode(), name).title == "Нос"


def test_a_file_is_opened_from_the_disk_whatever_its_name(tmp_path: Path) -> None:
    for kind, data in (("epub", epub(story(3))), ("docx", word_document(story(3)))):
        (tmp_path / "book.txt").write_bytes(data)
        (text,) = texts_at(str(tmp_path / "book.txt")).texts
        book = text.read()
        assert (book.format, book.text) == (kind, story(3).text)


def test_the_encoding_named_overrides_what_is_declared() -> None:
    book = fitting(story(4), "koi8-r")
    data = fictionbook(book, "koi8-r", declared="windows-1251")
    assert read_book(data, encoding="cp1251").text != book.text
    assert read_book(data, encoding="koi8-r").text == book.text
    assert read_book(book.text.encode("koi8-r"), encoding="cp1251").text != book.text


@pytest.mark.parametrize("declared", ["windows-1251", "utf-16", "klingon", "base64"])
def test_a_declaration_does_not_outweigh_the_bytes(declared: str) -> None:
    assert read_book(fictionbook(story(5), "utf-8", declared)).text == story(5).text


@pytest.mark.parametrize("seed", range(5))
def test_python_docx_reads_the_same(seed: int) -> None:
    data = word_document(story(seed))
    paragraphs = docx.Document(BytesIO(data)).paragraphs
    assert read_book(data).text == "\n".join(paragraph.text for paragraph in paragraphs)


def test_word_keeps_what_is_tagged_and_drops_what_is_deleted() -> None:
    document, file = docx.Document(), BytesIO()
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:p {WORD}><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>в</w:t>'
            '<w:t xml:space="preserve"> </w:t></w:r><w:smartTag w:uri="u" w:element="place">'
            "<w:r><w:t>Москве</w:t></w:r></w:smartTag>"
            '<w:ins w:id="1"><w:r><w:tab/><w:t>вставлено</w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>'
            "нет</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>нет</w:t></w:r></w:moveFrom>"
            '<w:hyperlink w:anchor="_Toc12"><w:r><w:t>нет</w:t></w:r></w:hyperlink></w:p>'
        ),
    )
    document.add_table(1, 1).cell(0, 0).text = "в таблице"
    document.save(file)
    assert read_book(file.getvalue()).text == "в Москве\tвставлено\nв таблице"


def test_a_fictionbook_gives_its_verses_and_epigraphs_a_line_each() -> None:
    data = (
        "<FictionBook><body><title><p>Имя</p><p>книги</p></title><epigraph><p>Мысль.</p><text-author>"
        "Некто</text-author></epigraph><section><p>Два <emphasis>с<strong>лов</strong>а</emphasis>\n и "
        "&#1105;.</p><poem><stanza><v>Строка,</v><v>другая.</v></stanza></poem>"
        '<subtitle>* * *</subtitle></section></body><body name="Notes"><p>нет</p></body></FictionBook>'
    )
    assert read_book(data.encode()).text.split("\n") == [
        "Имя", "книги", "Мысль.", "Некто", "Два слова и ё.", "Строка,", "другая.", "* * *",
    ]  # fmt: skip


def test_only_the_authors_own_blanks_are_kept() -> None:
    page = "<html><body><p>\n  А.\u00a0С.&nbsp;Пушкин\t&laquo;да&raquo;<br/>нет </p></body></html>"
    members = {"mimetype": "application/epub+zip", "a.xhtml": page}
    assert read_book(zipped(members)).text == "А.\u00a0С.\u00a0Пушкин «да»\nнет"


def test_an_archive_of_several_texts_is_several_and_where_one_is_wanted_it_is_named(tmp_path: Path) -> None:
    """The surest kind first: beside a novel lies a text about it."""
    stories = [story(seed) for seed in range(3)]
    members = {f"{2 - i}.fb2": fictionbook(book) for i, book in enumerate(stories)}
    data = zipped(members | {"0.txt": story(3).text, "readme.txt": "нет", ".DS_Store": "нет"})
    book = read_book(data, "Собрание.zip")
    assert book.text == stories[2].text
    told = {notice.code: (notice.count, notice.name) for notice in book.notices}
    assert told == {"several_files": (4, "0.fb2"), "other_files": (1, ""), "notes": told["notes"]}
    found = texts_in(data, "Собрание.zip")
    assert [text.path_in("a.zip") for text in found.texts] == [
        *("a.zip/0.fb2", "a.zip/0.txt", "a.zip/1.fb2", "a.zip/2.fb2"),
    ]
    texts = [text.read().text for text in found.texts]
    assert texts == [stories[2].text, story(3).text, stories[1].text, stories[0].text]
    assert (found.others, found.junk) == (("readme.txt",), (".DS_Store",))
    (tmp_path / "a.zip").write_bytes(data)
    assert open_joined(tmp_path / "a.zip").text == "\n".join(texts)
    (alone,) = texts_in(zipped({"a.fb2": members["0.fb2"], "readme.txt": "нет"}), "a.zip").texts
    assert (alone.path_in("a.zip"), alone.read().text) == ("a.zip", stories[2].text)


def test_a_packed_text_is_read() -> None:
    assert read_book(zipped({"a/Нос.txt": story(6).text.encode("cp1251", "ignore")})).encoding == "cp1251"


def test_a_spine_may_name_what_is_missing_and_what_is_auxiliary() -> None:
    members = epub_members(story(7))
    package = str(members["OPS/book.opf"])
    members["OPS/book.opf"] = package.replace('idref="i0"', 'idref="i0" linear="no"')
    del members["OPS/глава 1.xhtml"]
    book = read_book(zipped(members))
    assert book.text == "\n".join(story(7).chapters[1])
    assert ("missing_parts", 1) in [(notice.code, notice.count) for notice in book.notices]


def test_scrambled_fonts_are_no_protection() -> None:
    def lists(algorithm: str, part: str) -> str:
        return (
            '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
            'xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData><e:EncryptionMethod '
            f'Algorithm="{algorithm}"/><e:CipherData><e:CipherReference URI="{part}"/></e:CipherData>'
            "</e:EncryptedData></encryption>"
        )

    members = epub_members(story(8))
    members["META-INF/encryption.xml"] = lists("http://www.idpf.org/2008/embedding", "OPS/font.otf")
    assert read_book(zipped(members)).text == story(8).text
    chapter = "OPS/%D0%B3%D0%BB%D0%B0%D0%B2%D0%B0%201.xhtml"
    members["META-INF/encryption.xml"] = lists("http://www.w3.org/2001/04/xmlenc#aes256-cbc", chapter)
    with pytest.raises(TextError, match="DRM"):
        read_book(zipped(members))


@pytest.mark.parametrize("kind", ["txt", "fb2", "epub", "docx"])
def test_the_limit_is_on_the_text(kind: str) -> None:
    book = story(9)
    data = write(Case(kind, "utf-8", 9))
    exact = len(data) if kind == "txt" else len(read_book(data).text)
    limit = max(exact, len(data), 200_000)  # room for the styles of a Word document
    assert read_book(data, limit=limit).text
    with pytest.raises(TextError) as error:
        read_book(data, limit=len(book.title))
    assert error.value.code == "too_large"


def test_a_text_over_the_limit_is_refused_though_its_file_is_small() -> None:
    book = story(10, chapters=60, paragraphs=30)
    data = epub(book)
    assert len(data) < len(book.text)
    with pytest.raises(TextError) as error:
        read_book(data, limit=len(book.text) // 2)
    assert error.value.code == "too_large"


def test_the_container_decides_which_package_counts() -> None:
    members = epub_members(story(11))
    decoy = {"0.opf": "<package><manifest/><spine/></package>", "META-INF/container.xml": CONTAINER}
    assert read_book(zipped(decoy | members)).text == story(11).text

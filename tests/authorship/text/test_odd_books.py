"""Odd and broken books as people have them, by kinds: the prose is whole, and what was done is told."""

from base64 import encodebytes
from collections.abc import Mapping

import pytest

from authorship.errors import TextError
from authorship.text.encodings import OLD_ENCODINGS
from authorship.text.formats.reader import read_book
from tests.authorship.books import (
    CONTAINER,
    epub,
    epub_members,
    fictionbook,
    fitting,
    relations,
    story,
    word_document,
    word_file,
    word_members,
    zipped,
)

BOOK = story(50)
LINES = BOOK.lines
DASHLESS = fitting(BOOK, "koi8-r")
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in LINES)
WORDS = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in LINES)


def read(data: bytes, *codes: str) -> list[str]:
    """The lines of a book that is read with notices of these codes among others."""
    book = read_book(data)
    assert set(codes) <= {notice.code for notice in book.notices}
    return book.text.split("\n")


def fiction(body: str = PARAGRAPHS, head: str = "", after: str = "") -> bytes:
    names = 'xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="http://www.w3.org/1999/xlink"'
    head = f"<description><title-info>{head}</title-info></description>"
    return f"<FictionBook {names}>{head}<body><section>{body}</section></body>{after}</FictionBook>".encode()


def page(body: str = PARAGRAPHS, head: str = "") -> bytes:
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "a.xhtml": f"<html><head>{head}</head><body>{body}</body></html>",
        }
    )


def pages(**bodies: str) -> dict[str, bytes | str]:
    """An EPUB's parts: a chapter for each body, in this order."""
    items = "".join(f'<item id="{name}" href="{name}.xhtml"/>' for name in bodies)
    refs = "".join(f'<itemref idref="{name}"/>' for name in bodies)
    package = f"<package><manifest>{items}</manifest><spine>{refs}</spine><guide>GUIDE</guide></package>"
    members: dict[str, bytes | str] = {"META-INF/container.xml": CONTAINER, "OPS/book.opf": package}
    return members | {
        f"OPS/{name}.xhtml": f"<html><body>{body}</body></html>" for name, body in bodies.items()
    }


def renamed(members: Mapping[str, bytes | str], old: str, new: str) -> bytes:
    return zipped({name.replace(old, new): content for name, content in members.items()})


BROKEN_HEADS = (
    "<book-title>Дом <часть вторая></book-title>",
    "<book-title>Дом <Part II></book-title>",
    "<annotation><p>Строка<br>другая</p></annotation>",
    "<annotation><p>Строка <emphasis>другая</p></annotation>",
    "<annotation><p>Строка</annotation>",
    "<history><p>Строка</history><date>",
    "<annotation><p>a < b && c > d</p></annotation>",
    "<annotation><!-- <p>Строка</p></annotation>",
    "<author><first-name>А</author></title-info>",
)  # fmt: skip


def test_a_fictionbook_broken_before_its_prose_is_whole() -> None:
    for head in BROKEN_HEADS:
        assert read(fiction(head=head), "damaged") == LINES, head
    for data in (
        fiction().replace(b"</description>", b""),
        fiction().replace(b"<description>", b"<stylesheet>p > a { b: c }<description>"),
        fiction(after='<binary id="a">iVBOR'),
        fiction().replace(b"</FictionBook>", b"") + b"<binary>iVBO</binary></FictionBook></FictionBook>",
    ):
        assert read(data, "damaged") == LINES


def test_a_page_broken_in_its_head_and_pictures_is_whole() -> None:
    for head in (
        '<meta charset="utf-8"><link rel=stylesheet href=a.css><title>Не читать</title>',
        '<title>Не читать<meta name="a" content="b">',
        "<style>p > a { b: c } <!-- </style>",
        "<script>if (a<b && c>d) {}</script><base href=x>",
    ):
        assert read(page(head=head), "damaged") == LINES, head
    for body in (
        f"<svg><path d='a'><g><text>Не читать</svg>{PARAGRAPHS}",
        PARAGRAPHS.replace("</p>", "<br>"),
        PARAGRAPHS.replace("<p>", '<p class=a align="left" hid>') + "<img src=x>",
        PARAGRAPHS.replace("</p>", "</b></p>"),
        f"<div>{PARAGRAPHS}</body></html>",
        f"<ruby>{PARAGRAPHS}",
        "".join(f"<li><font color=red>{line}" for line in LINES),
        "".join(f"<b><i>{line}</b></i><br/>" for line in LINES),
    ):
        assert read(page(body), "damaged") == LINES, body[:40]
    half = PARAGRAPHS[: PARAGRAPHS.index("</p>") + 4]
    rest = PARAGRAPHS[len(half) :]
    assert (
        read(page(f"{half}</body></html><html><head><title>нет</title></head><body>{rest}"), "damaged")
        == LINES
    )
    headless = page(head="<meta>").replace(b"x", b"x")
    assert read(headless, "damaged") == LINES


def test_a_package_with_open_tags_names_all_chapters() -> None:
    members = epub_members(BOOK)
    package = str(members["OPS/book.opf"])
    for broken in (
        package.replace("/><itemref", "><itemref").replace("/></spine>", "></spine>"),
        package.replace("/><item ", "><item ").replace("/></manifest>", "></manifest>"),
        package.replace("</dc:title>", ""),
        package.replace("</metadata>", "<meta name=cover content=a></metadata>"),
        package.replace("</metadata>", ""),
    ):
        assert broken != package
        assert read(zipped(members | {"OPS/book.opf": broken})) == LINES


def test_an_open_tag_in_the_prose_costs_no_more_than_its_line() -> None:
    for broken in (
        '<p>Сло<a l:href="#n_1" type="note">[1]',
        "<p>Сло<emphasis>",
        "<p>Сло<sup>",
        "<p>Сло<style name='a'>",
    ):
        lines = read(fiction(broken + PARAGRAPHS), "damaged")
        assert lines[0].startswith("Сло") and lines[1:] == LINES, broken
    for broken in (
        '<a l:href="#n_1" type="note">[1]',
        "</section></section>",
        "</p></emphasis>",
        "<title><p>",
    ):
        assert read(fiction(broken + PARAGRAPHS), "damaged")[-len(LINES) :] == LINES, broken
    assert read(page(f'<p>Сло<a epub:type="noteref" href="#a">1{PARAGRAPHS}'), "damaged")[1:] == LINES


def test_names_in_an_archive_are_matched_as_programs_bend_them() -> None:
    members = epub_members(BOOK)
    for old, new in (("/", "\\"), ("OPS/", "ops/"), ("OPS/", "OPS /"), (" ", "%20"), ("OPS/", "./OPS/")):
        assert read(renamed(members, old, new), "bent_names") == LINES, new
    assert read(renamed(members, "глава", "глава".encode("cp866").decode("cp437")), "bent_names") == LINES
    assert read(renamed(members, ".opf", ".OPF")) == LINES
    for old, new in (("/", "\\"), ("word/", "Word/"), ("document", "Document"), ("_rels/", "\\_rels/")):
        assert read(renamed(word_members(WORDS), old, new), "bent_names") == LINES, new


@pytest.mark.parametrize(
    "target", ["/text/Main.xml", "text/Main.xml", "text\\Main.xml", "./text/a/../Main.xml"]
)
def test_relations_name_the_main_part_of_a_word_document(target: str) -> None:
    members = word_members(WORDS)
    main = members.pop("word/document.xml")
    members |= {"_rels/.rels": relations({"a": ("officeDocument", target)}), "text/Main.xml": main}
    assert read(zipped(members)) == LINES
    strict = str(members["_rels/.rels"]).replace(
        "schemas.openxmlformats.org/officeDocument/2006", "purl.oclc.org/ooxml"
    )
    assert read(zipped(members | {"_rels/.rels": strict})) == LINES
    with pytest.raises(TextError):
        read_book(zipped(members | {"text/Main.xml": "<workbook/>"}))


def test_embedded_parts_are_read_or_named() -> None:
    body = '<w:altChunk r:id="c"/>'
    html = f"<html><body>{PARAGRAPHS}</body></html>"
    message = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html; '
        'charset="{}"\nContent-Transfer-Encoding: {}\n\n{}\n--b--\n'
    )
    quoted = "".join(f"={byte:02X}" + "=\n" * (i % 20 == 19) for i, byte in enumerate(html.encode()))
    coded = encodebytes(html.encode()).decode()
    for name, content in (
        ("word/a.html", html),
        ("word/a.mht", message.format("utf-8", "8bit", html)),
        ("word/a.mht", message.format("utf-8", "base64", coded)),
        ("word/a.mht", message.format("utf-8", "quoted-printable", quoted)),
        ("word/a.htm", f"<meta charset=windows-1251>{PARAGRAPHS}".encode("cp1251", "xmlcharrefreplace")),
        ("word/a.txt", BOOK.text),
        ("word/a.docx", word_file(WORDS)),
        ("word/a.rtf", "{\\rtf1\\ansi " + "\\par ".join(LINES) + "}"),
    ):
        assert read(word_file(body + "<w:p/>", chunk=(name, content))) == LINES, name
    assert read(word_file(WORDS + body, chunk=("a.pdf", "%PDF-1.4 нет")), "embedded") == LINES
    with pytest.raises(TextError) as caught:
        read_book(word_file(body, chunk=("a.pdf", "%PDF-1.4 нет")))
    assert caught.value.code == "other_format"


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def field(instruction: str, result: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    asked = f"<w:r><w:instrText> {instruction} </w:instrText></w:r>"
    return mark.format("begin") + asked + mark.format("separate") + result + mark.format("end")


def test_contents_and_page_numbers_of_a_word_document_are_left_out() -> None:
    styles = (
        '<w:style w:styleId="11"><w:name w:val="toc 1"/></w:style>'
        '<w:style w:styleId="mine"><w:name w:val="mine"/><w:basedOn w:val="11"/></w:style>'
    )
    gallery = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    )
    linked = paragraph(f'<w:hyperlink w:anchor="_heading=1">{run("Нет")}</w:hyperlink><w:r><w:tab/></w:r>')
    for contents in (
        f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{paragraph(run('Нет'))}</w:sdtContent></w:sdt>",
        paragraph(run("Нет"), '<w:pStyle w:val="TOC1"/>'),
        paragraph(run("Нет"), '<w:pStyle w:val="11"/>'),
        paragraph(run("Нет"), '<w:pStyle w:val="mine"/>'),
        paragraph(field('TOC \\o "1-3"', run("Нет") + field("PAGEREF _Toc1", run("7")))),
        paragraph(f'<w:fldSimple w:instr=" PAGE ">{run("7")}</w:fldSimple>'),
        paragraph(f'<w:hyperlink w:anchor="_Toc12">{run("Нет")}</w:hyperlink>'),
        linked * 3,
        paragraph(run("Оглавление")) + linked * 4,
        paragraph(field("HYPERLINK \\l a", run("Нет"))) * 3,
        paragraph(run("Глава") + "<w:r><w:tab/></w:r>" + run("7")) * 3,
        paragraph(run("Содержание")) + paragraph(run("Глава первая … 1")) * 3,
        paragraph(run("Глава первая . . . . . . 12")) * 3,
    ):
        assert read(word_file(contents + WORDS, styles), "contents") == LINES, contents[:60]
    kept = paragraph(field("HYPERLINK http://a", run(LINES[0])) + run("")) + paragraph(run("Был год … 1812"))
    assert read(word_file(kept)) == [LINES[0], "Был год … 1812"]


def test_a_field_without_an_end_mutes_nothing() -> None:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    end = mark.format("end")
    for instruction in ("TOC \\o", "PAGE"):
        asked = f"<w:r><w:instrText> {instruction} </w:instrText></w:r>"
        begun = mark.format("begin") + asked + mark.format("separate") + run("7")
        for ended in (f"<w:del>{end}</w:del>", f"<w:moveFrom>{end}</w:moveFrom>"):
            assert read(word_file(paragraph(begun + ended) + WORDS), "contents") == LINES, ended
        for unended in (paragraph(begun), paragraph(field("TOC", run("Нет"))) + paragraph(begun)):
            assert read(word_file(unended + WORDS), "damaged") == ["7", *LINES], unended


def test_tracked_changes_boxes_and_raised_numbers_of_a_word_document() -> None:
    first, rest = run(LINES[0][:9]), run(LINES[0][9:])
    box = f"<w:r><w:pict><w:txbxContent>{paragraph(run(LINES[1]))}</w:txbxContent></w:pict></w:r>"
    ended = "<w:rPr><w:del/></w:rPr>"
    for body, expected, *codes in (
        (
            paragraph(first + "<w:del><w:r><w:delText>нет</w:delText></w:r></w:del>" + rest),
            LINES[:1],
            "deleted_text",
        ),
        (paragraph(first, ended) + paragraph(rest), LINES[:1]),
        (
            paragraph(f"<w:moveFrom>{rest}</w:moveFrom>") + paragraph(f"{first}<w:moveTo>{rest}</w:moveTo>"),
            LINES[:1],
        ),
        (paragraph(first + box + rest), [LINES[1], LINES[0]]),
        (paragraph(first + rest + run("12", '<w:vertAlign w:val="superscript"/>')), LINES[:1], "notes"),
        (paragraph(run("№ ") + run("о", '<w:vertAlign w:val="superscript"/>') + run("б")), ["№ об"]),
    ):
        assert read(word_file(body), *codes) == expected, body


def test_hidden_text_of_a_word_document_is_left_out() -> None:
    styles = '<w:style w:styleId="h"><w:name w:val="h"/><w:rPr><w:vanish/></w:rPr></w:style>'
    for hidden in (
        paragraph(run("Нет", "<w:vanish/>")),
        paragraph(run("Нет", '<w:vanish w:val="true"/>')),
        paragraph(run("Нет", '<w:rStyle w:val="h"/>')),
        paragraph(run("Нет"), '<w:pStyle w:val="h"/>'),
    ):
        assert read(word_file(hidden + WORDS, styles), "hidden") == LINES, hidden
    shown = paragraph(run(LINES[0], '<w:vanish w:val="0"/>'), "<w:rPr><w:vanish/></w:rPr>")
    assert read(word_file(shown)) == [LINES[0]]


def test_a_drop_capital_stands_in_its_word() -> None:
    first, rest = LINES[1][0], LINES[1][1:]
    for frame in ('w:dropCap="drop" w:lines="3"', 'w:dropCap="margin"', 'w:w="400"'):
        body = paragraph(run(first), f"<w:framePr {frame}/>") + paragraph(run(rest)) + WORDS
        assert read(word_file(body)) == [LINES[1], *LINES]
    assert read(word_file(paragraph(run(LINES[1]), '<w:framePr w:w="400"/>') + WORDS)) == [LINES[1], *LINES]


def test_contents_and_hidden_parts_of_an_epub_are_left_out() -> None:
    links = "".join(f'<p><a href="a.xhtml#{i}">Глава {i}</a></p>' for i in range(3))
    listed = f"<h2>Содержание</h2>{links}"
    guide = '<reference type="toc" href="toc.xhtml"/>'
    for contents, guided in (
        (listed, guide),
        (listed, ""),
        (f'<nav epub:type="landmarks">{links}</nav>', ""),
        (f'<div role="doc-toc">{links}</div>', ""),
        ("<h2>Главы</h2><p>Первая</p>", guide),
    ):
        members = pages(toc=contents, a=PARAGRAPHS)
        members["OPS/book.opf"] = str(members["OPS/book.opf"]).replace("GUIDE", guided)
        assert read(zipped(members), "contents") == LINES, contents
    for hidden in (
        '<p hidden="">Нет</p>',
        '<p style="color:red; display: none">Нет</p>',
        "<p style='mso-hide:all'>1</p>",
    ):
        assert read(page(hidden + PARAGRAPHS), "hidden") == LINES
    for number in (
        '<span epub:type="pagebreak">7</span>',
        '<a role="doc-pagebreak">7</a>',
        '<p class="pagenum">7</p>',
    ):
        assert read(page(number + PARAGRAPHS), "contents") == LINES
    whole = pages(a=PARAGRAPHS)
    whole["OPS/book.opf"] = str(whole["OPS/book.opf"]).replace("GUIDE", guide.replace("toc.xhtml", "a.xhtml"))
    assert read(zipped(whole)) == LINES


def html(body: str, head: str = "") -> bytes:
    return f"<html><head><meta charset=utf-8>{head}</head>{body}".encode()


def test_no_rule_costs_a_page_more_than_it_leaves() -> None:
    around = ("form", "nav", "aside", "dialog", "header", "footer", "textarea", "noscript", "del")
    style = "<style>/* .h{display:none} */ .c .t, .x{display:none} .x{display:block} .h{display:none}</style>"
    for opened in (
        *around, "div class=menu", "div class=footnotes", "div hidden", "div style='display:none'",
        "div class=h", "div class=t", "div class=x", "div hidden=until-found",
    ):  # fmt: skip
        whole = "\n".join(LINES) if opened == "textarea" else PARAGRAPHS
        closed = f"</{opened.split()[0]}>"
        assert read(html(f"<nav>Нет</nav><{opened}>{whole}{closed}<p>Да", style))[-len(LINES) - 1 :] == [
            *LINES,
            "Да",
        ], opened
    for body in ("<body hidden>", "<body style='visibility: hidden'>", "<body class=h>"):
        assert read(html(f"{body}<span hidden>Нет</span>{PARAGRAPHS}", style), "hidden") == LINES, body
    for titled in ("<h1>Комментарии</h1>", "<h3>Примечания</h3>"):
        assert read(html(titled + PARAGRAPHS))[1:] == LINES, titled
    linked = "".join(f"<p><a href='#p{number}'>{line}</a>" for number, line in enumerate(LINES))
    numbered = "".join(f"<p><a href='#p{number}'>{number}</a> {line}" for number, line in enumerate(LINES))
    assert read(html(linked)) == read(html(numbered)) == LINES


def test_what_is_less_than_the_prose_stays_left_out() -> None:
    menu = "".join(f"<li><a href='/{number}'>{line}</a>" for number, line in enumerate(LINES * 2))
    form = "<form>Поиск <select>" + "<option>Слово" * 200 + "</select><button>Найти</button></form>"
    style = "<style>.a,.h{display:none}</style>"
    for out in (
        f"<nav>{menu}</nav>",
        f"<div class=sidebar>{menu}</div>",
        f"<div class=a>{menu}</div>",
        f"<aside><script>{'a' * 9999}</script>Нет</aside>",
        form,
        f"<div hidden>{PARAGRAPHS[:200]}</div>",
        f"<h3>Примечания</h3>{PARAGRAPHS[:200]}",
    ):
        assert read(html(PARAGRAPHS + out, style)) == LINES, out[:30]
    half = f"<form action=a.aspx>{''.join(f'<p>{line}' for line in LINES[:5])}</form>"
    assert read(html(half + PARAGRAPHS)) == LINES[:5] + LINES
    with pytest.raises(TextError) as caught:
        read_book(html(f"<nav>{menu}</nav>"))
    assert caught.value.code == "left_out"


def test_a_page_cut_or_left_open_in_its_middle_is_read_and_told() -> None:
    prose = LINES[1:4]
    first, rest = f"<p>{prose[0]}</p>", "".join(f"<p>{line}</p>" for line in prose[1:])
    for broken in (
        html(f"{first}<!-- нет {rest}<script><!-- a </script>"),
        html(f"{first}<textarea>нет{rest}"),
        html(first + rest, "<title>Имя"),
        html(f"{first}{rest}<p class='a"),
    ):
        book = read_book(broken)
        assert [line for line in book.text.split("\n") if line != "нет"] == prose, broken[:60]
        assert "damaged" in {notice.code for notice in book.notices}, broken[:60]
    for whole in (
        html(
            f"<p><a href='#top'>{prose[0]}</p>{rest}", "<title>Имя</title><!-- a --><script><!-- b </script>"
        ),
        html(f"<textarea>a</textarea><form><input></form>{first}{rest}"),
    ):
        book = read_book(whole)
        assert book.text.split("\n") == prose and "damaged" not in {notice.code for notice in book.notices}
    assert read(html(f"<p>5 < 6 и a<b, {prose[0]}</p>"))[0] == f"5 < 6 и a<b, {prose[0]}"


def test_classes_of_an_epub_cost_no_chapter() -> None:
    for name in ("pagebreak", "page-break", "calibre_pb", "folio", "pagenum", "toc", "footnote", "noteref"):
        for chapter in (
            f"<div class='{name}'>{PARAGRAPHS}</div>",
            f"<h2 class='{name}'>Два</h2>{PARAGRAPHS}",
        ):
            lines = read(zipped(pages(a=f"<p>{LINES[0]}</p>", b=chapter)))
            assert lines[0] == LINES[0] and lines[-len(LINES) :] == LINES, chapter[:40]
        for opened in (f"<body class='{name}'>", "<body hidden='' style='display:none'>"):
            data = {
                "mimetype": "application/epub+zip",
                "a.xhtml": f"<html>{opened}{PARAGRAPHS}</body></html>",
            }
            assert read(zipped(data)) == LINES, opened
    mixed = f"<span class='pagenum'>7</span><p class='pagebreak'>{LINES[0]}</p>"
    notes = "<h1>Да</h1>" + f"<p class='footnote'>{LINES[0]}</p>" * 3
    assert read(zipped(pages(a=mixed + PARAGRAPHS, b=notes)), "contents", "notes") == [LINES[0], *LINES, "Да"]


def test_a_page_of_an_epub_in_capitals_or_with_a_drawn_first_letter_is_whole() -> None:
    capitals = f"<DIV CLASS='a'><P>{'</P><P>'.join(LINES)}</P><BR></DIV>"
    drawn = f'<p><img src="a.png" alt="{LINES[0][0]}"/>{LINES[0][1:]}</p>'
    assert read(page(capitals)) == LINES and read(page(drawn)) == LINES[:1]


def test_a_fictionbook_may_have_a_prefix_or_choose_parts_of_its_grammar() -> None:
    data = fiction().decode()
    tags = (
        data.replace("</", "</f:").replace("<", "<f:").replace("<f:/f:", "</f:").replace("xmlns=", "xmlns:f=")
    )
    chosen = '<!DOCTYPE FictionBook [<!ENTITY % a "b"> <!-- % --> %a;]>'
    for text in (tags, chosen + data):
        book = read_book(text.encode())
        assert (book.format, book.text.split("\n"), book.notices) == ("fb2", LINES, ())
    with pytest.raises(TextError, match="XML entities"):
        read_book((chosen.replace("% a", "a") + data).encode())


def test_characters_by_number_are_what_browsers_make_of_them() -> None:
    made = {
        "&#xD83D;&#xDE00;": "😀",
        "&#55357;&#56832;": "😀",
        "&#11;&#x1F;&#0;&#xFFFE;&#xd800;": "",
        "&#151;": "—",
    }
    for number, sign in made.items():
        expected = [line + sign for line in LINES]
        assert read(fiction(PARAGRAPHS.replace("</p>", number + "</p>"))) == expected, number
        assert read(page(PARAGRAPHS.replace("</p>", number + "</p>"))) == expected, number
        assert read(word_file(WORDS.replace("</w:t>", number + "</w:t>"))) == expected, number


def test_entities_that_stand_for_a_character_are_read_and_no_others() -> None:
    data = fiction(PARAGRAPHS.replace("</p>", "&dash;</p>")).decode()
    define = "<!DOCTYPE FictionBook [<!-- a --><!ENTITY nbsp \"&#160;\"> <!ENTITY dash '—'>]>"
    assert read((define + data).encode()) == [line + "—" for line in LINES]
    for other in ('"&nbsp;&nbsp;"', '"<p>Нет</p>"', 'SYSTEM "a"', f'"{"ж" * 99}"'):
        with pytest.raises(TextError, match="XML entities"):
            read_book((define.replace("'—'", other) + data).encode())


def test_contents_within_a_fictionbook_are_left_out_and_linked_titles_stay() -> None:
    link = '<p><a l:href="#s{}">Глава</a></p>'
    assert read(fiction("<title><p>Оглавление</p></title>" + link * 3 + PARAGRAPHS), "contents") == LINES
    titled = f'<title><p><a l:href="#s">{LINES[0]}</a></p></title>' + PARAGRAPHS[len(LINES[0]) + 7 :]
    assert read(fiction(titled)) == LINES


def test_a_body_of_notes_is_told_by_any_name() -> None:
    for name in ("notes", "Примечания", "Сноски", "comments", "footnotes", "Комментарии"):
        for body in ('<body name="{}">', "<body><title><p>{}</p></title>", '<body name="x"><p>{}</p>'):
            notes = body.format(name) + '<section id="n1"><p>Нет</p></section></body>'
            assert read(fiction(after=notes), "notes") == LINES, notes


def test_what_is_no_body_of_notes_stays_and_one_that_is_led_to_does_not() -> None:
    for name in ("Часть вторая", "Том 2", "Эпилог"):
        assert read(fiction(after=f'<body name="{name}"><p>{LINES[0]}</p></body>')) == [*LINES, LINES[0]]
    assert read(fiction(after=f"<body><p>{LINES[0]}</p></body>")) == [*LINES, LINES[0]]
    led = fiction(
        f'{PARAGRAPHS[:-4]}<a l:href="#z9">[1]</a></p>',
        after='<body><section id="z9"><p>Нет</p></section></body>',
    )
    assert read(led, "notes") == LINES


def test_marks_of_notes_are_told_by_any_name() -> None:
    marks = (
        '<a l:href="#FbAutId_1">[1]</a>', '<a xlink:href="#fn1">1</a>', '<a href="#note2"><sup>2</sup></a>',
        '<a l:href="#_ftn3">[3]</a>', '<a l:href="#any">{12}</a>', '<sup><a l:href="#q">*</a></sup>',
        '<a l:href="#n_1" type="note">прим.</a>', '<a l:href="#x">[iv]</a>', '<a l:href="#x">(а)</a>',
    )  # fmt: skip
    for mark in marks:
        assert read(fiction(PARAGRAPHS.replace("</p>", mark + "</p>")), "notes") == LINES, mark
        linked = (
            mark.replace("l:href", "href").replace("xlink:", "").replace('type="note"', 'epub:type="noteref"')
        )
        assert read(page(PARAGRAPHS.replace("</p>", linked + "</p>")), "notes") == LINES, mark
    for link in ('<a l:href="http://a.b/#1">и</a>', '<a l:href="#x">дом</a>', '<a l:href="#x">1812 год</a>'):
        assert len(read(fiction(f"<p>Вот {link}</p>{PARAGRAPHS}"))[0]) > len("Вот")
    word = paragraph(run("Слово") + f'<w:hyperlink w:anchor="_ftn1">{run("[1]")}</w:hyperlink>')
    custom = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:t>*</w:t></w:r>'
    assert read(word_file(word + paragraph(run("Слово") + custom)), "notes") == ["Слово", "Слово"]


def test_notes_of_an_epub_are_told_by_any_name() -> None:
    notes = '<div id="n1"><p>1</p><p>Нет</p></div>'
    for name, body in (
        ("z", f"<h2>Примечания</h2>{notes}"),
        ("z", f"<h2>Сноски автора</h2>{notes}"),
        ("footnotes", notes),
    ):
        marked = PARAGRAPHS.replace("</p>", f'<a href="{name}.xhtml#n1">1</a></p>')
        assert read(zipped(pages(a=marked, **{name: body})), "notes") == LINES
    for note in (
        "<aside epub:type='footnote'>Нет</aside>",
        "<div class='footnotes'>Нет</div>",
        "<p class='MsoFootnoteText'>1</p>",
    ):
        assert read(page(PARAGRAPHS + note), "notes") == LINES


def test_notes_at_the_end_of_a_text_are_told_by_their_heading_and_by_their_links_back() -> None:
    note = '<p><a href="#r1" id="n1">[1]</a>. Нет</p><p><a href="#r2">2</a> Нет</p>'
    for notes in (
        note,
        f"<h2>Примечания</h2>{note}<h3>К главе</h3><p>Нет</p>",
        "<h1>Сноски автора</h1><p>1. Нет</p>",
    ):
        assert read(page(PARAGRAPHS + notes), "notes") == LINES, notes
    assert read(page(PARAGRAPHS + "<h2>Примечания</h2><p>Нет</p><h2>Эпилог</h2><p>Да</p>")) == [
        *LINES,
        "Эпилог",
        "Да",
    ]
    heading = paragraph(run("Примечания"), '<w:outlineLvl w:val="0"/>')
    assert read(word_file(WORDS + heading + paragraph(run("1. Нет"))), "notes") == LINES
    assert read(word_file(heading + WORDS)) == ["Примечания", *LINES]
    titled = "<section><title><p>{}</p></title><p>Нет</p></section>"
    section = f"<section><title><p>Комментарии</p></title>{titled.format(1)}{titled.format(2)}</section>"
    assert read(fiction(PARAGRAPHS + section), "notes") == LINES
    led = PARAGRAPHS[:-4] + '<a l:href="#x1">1</a></p>'
    assert read(fiction(led + titled.format(1).replace("<section", '<section id="x1"')), "notes") == LINES
    chapters = "".join(
        f'<p><a l:href="#s{n}">{n}</a></p><section id="s{n}"><p>Да</p></section>' for n in (1, 2)
    )
    assert read(fiction(chapters + PARAGRAPHS)) == ["Да", "Да", *LINES]


def test_raised_marks_page_numbers_and_anchors_are_no_prose() -> None:
    for mark in ("<sup>1</sup>", "<sup>[12]</sup>", "<sup>*</sup>"):
        for make in (fiction, page):
            assert read(make(PARAGRAPHS.replace("</p>", mark + "</p>")), "notes") == LINES, mark
    for mark in (
        '<sup><a href="#n">a</a></sup>', '<a href="#n"><sup>б</sup></a>', '<a href="n.html">[1]</a>',
        '<span class="footnote-ref">1</span>', '<span class="noteref">1</span>',
    ):  # fmt: skip
        assert read(page(PARAGRAPHS.replace("</p>", mark + "</p>")), "notes") == LINES, mark
        html = f"<html><body>{PARAGRAPHS.replace('</p>', mark + '</p>')}".encode()
        assert "n.html" in mark or read(html, "notes") == LINES, mark
    for number in ('<a id="page_7">7</a>', '<span class="page-num">7</span>', '<span class="pg_no">7</span>'):
        assert read(page(PARAGRAPHS.replace("<p>", "<p>" + number)), "contents") == LINES, number
    assert read(page('<p>Раз<sup>ый</sup> <a id="p7">Слово</a> <a href="http://a.b/#1">да</a></p>')) == [
        "Разый Слово да"
    ]


def test_what_stands_outside_the_bodies_of_a_fictionbook_is_not_of_it() -> None:
    for data in (b"Copyright\n" + fiction(), fiction() + b"<script>x</script>", fiction() + b"x"):
        assert read(data) == LINES
    assert read(fiction("<p>Раз<br/>два</p>" + PARAGRAPHS)) == ["Раз", "два", *LINES]
    linked = '<p><a l:href="#b">Назад</a></p>' * 4
    notes = f"<body><title><p>Примечания</p></title>{linked}</body>"
    after = f'<body name="Часть вторая">{PARAGRAPHS}</body>'
    assert read(fiction(after=notes), "notes") == LINES
    assert read(fiction(after=notes + after), "notes") == LINES * 2


def test_a_package_may_say_its_title_and_its_parts_in_many_ways() -> None:
    whole = {
        "ncx.ncx": "<ncx><text>Нет</text></ncx>",
        "a.css": "p{}",
        "c.svg": "<svg><title>Нет</title></svg>",
    }
    items = '<item id="a" href="a.xhtml?x#y"/><item id="a" href="c.svg"/>'
    items += "".join(f'<item id="{name}" href="{name}"/>' for name in whole)
    refs = '<itemref idref="c.svg"/><itemref idref="a"/><itemref idref="ncx.ncx"/><itemref idref="a.css"/>'
    for titles in (
        "<dc:title/><dc:title>Дом</dc:title>",
        "<dc-metadata><dc:Title>Дом</dc:Title></dc-metadata>",
        "<dc:title>Ряд</dc:title><dc:title id='t'>Дом</dc:title>"
        "<meta refines='#t' property='title-type'>main</meta>",
        "<dc:title><b>До</b>м</dc:title>",
    ):
        package = f"<package xmlns:dc='d'><metadata>{titles}</metadata><manifest>{items}</manifest>"
        package += f"<spine>{refs}</spine></package>"
        members = pages(a=PARAGRAPHS) | {f"OPS/{name}": content for name, content in whole.items()}
        book = read_book(zipped(members | {"OPS/book.opf": package}))
        assert (book.title, book.text.split("\n"), book.notices) == ("Дом", LINES, ())


def test_contents_and_notes_in_files_of_their_own_are_told_by_what_they_hold() -> None:
    marked = PARAGRAPHS.replace("</p>", '<a href="z.xhtml#n1">[1]</a></p>')
    listed = "".join(f"<p>Глава {number}</p>" for number in range(2))
    for body, code in (
        ("<p>[1] Нет</p><p>[2] Нет</p>", "notes"),
        ('<p><a href="a.xhtml#r1">[1]</a> Нет</p>', "notes"),
        (f"<h2>Оглавление</h2>{listed}", "contents"),
    ):
        assert read(zipped(pages(a=marked, z=body)), code) == LINES, body
    aside = pages(a=PARAGRAPHS, z="<p>Нет</p>")
    package = str(aside["OPS/book.opf"]).replace('idref="z"', 'idref="z" linear="no"')
    assert read(zipped(aside | {"OPS/book.opf": package}), "notes") == LINES


def test_a_book_packed_again_with_its_folder_is_read() -> None:
    for members in (word_members(WORDS), epub_members(BOOK)):
        inner: dict[str, bytes | str] = {f"Моя книга/{name}": content for name, content in members.items()}
        assert read(zipped(inner), "bent_names") == LINES
        assert read(zipped(inner | {"__MACOSX/._a": "x"}), "bent_names") == LINES


def test_what_word_puts_in_the_place_of_prose_is_left_out() -> None:
    placeholder = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    placeholder = placeholder.format(paragraph(run("Нет")))
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    asked = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in (" PA", "GE "))
    number = paragraph(mark.format("begin") + asked + mark.format("separate") + run("7") + mark.format("end"))
    note = paragraph(run("Нет"), '<w:pStyle w:val="FootnoteText"/>')
    linked = f'<w:hyperlink w:anchor="n1">{run("[1]")}</w:hyperlink>'
    raised = run("1", '<w:rStyle w:val="a3"/>')
    style = '<w:style w:styleId="a3"><w:name w:val="footnote reference"/></w:style>'
    assert read(word_file(placeholder + WORDS), "hidden") == LINES
    assert read(word_file(number + WORDS), "contents") == LINES
    assert read(word_file(WORDS + note), "notes") == LINES
    for end in (linked, raised):
        assert read(word_file(paragraph(run(LINES[0]) + end), style), "notes") == LINES[:1], end


@pytest.mark.parametrize("encoding", ["utf-8", *OLD_ENCODINGS])
def test_the_bytes_outweigh_what_is_declared(encoding: str) -> None:
    for declared in sorted({"utf-8", *OLD_ENCODINGS, "utf-16"} - {encoding}):
        data = fictionbook(DASHLESS, encoding, declared)
        assert read(data, "encoding") == DASHLESS.lines, declared
    aliases = {"cp1251": "windows-1251", "mac-cyrillic": "x-mac-cyrillic", "koi8-r": "koi8-u"}
    told = fictionbook(DASHLESS, encoding, aliases.get(encoding))
    assert "encoding" not in {notice.code for notice in read_book(told).notices}
    html = f'<html><head><meta charset="koi8-u"/></head><body>{PARAGRAPHS}</body></html>'
    members = {"mimetype": "application/epub+zip", "a.html": html.encode("cp1251", "xmlcharrefreplace")}
    assert read(zipped(members), "encoding") == LINES


def test_the_bytes_outweigh_their_mark() -> None:
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        for encoding in ("utf-8", "cp1251", "koi8-r", "utf-16-le", "utf-16-be"):
            data = mark + DASHLESS.text.encode(encoding)
            assert read_book(data).text == DASHLESS.text, (mark, encoding)
            book = read_book(data)
            agree = data.decode("utf-16" if mark[0] > 0xF0 else "utf-8-sig", "replace") == DASHLESS.text
            assert agree == (not book.notices), (mark, encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "utf-16", "utf-16-le"])
def test_zero_characters_are_no_text(encoding: str) -> None:
    sprinkled = "".join(sign + "\0" * (i % 97 == 0) for i, sign in enumerate(BOOK.text))
    for text in (
        sprinkled,
        BOOK.text + "\0" * 4096,
        "\0" * 512 + BOOK.text,
        BOOK.text.replace("\n", "\0" * 64 + "\n"),
    ):
        data = text.encode(encoding, "ignore")
        fit = BOOK.text.encode(encoding, "ignore").decode(encoding)
        if encoding != "utf-16-le" or not text.startswith("\0"):
            assert "\n".join(read(data, "padding")) == fit


def wrongly(text: str, encoding: str, read_as: str) -> str:
    """A text in one encoding read as another, bytes that this lacks as control characters."""
    return "".join(bytes([byte]).decode(read_as, "ignore") or chr(byte) for byte in text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5"])
def test_a_text_decoded_wrongly_once_is_repaired(encoding: str) -> None:
    for read_as in sorted({"cp1251", "koi8-r", "cp866", "cp1252"} - {encoding}):
        text = wrongly(DASHLESS.text, encoding, read_as)
        assert read_book(text.encode()).text == DASHLESS.text, read_as
        assert read(text.encode(), "mojibake")
        paragraphs = "".join(f"<p>{wrongly(line, encoding, read_as)}</p>" for line in DASHLESS.lines)
        assert read(fiction(paragraphs), "mojibake") == DASHLESS.lines, read_as


@pytest.mark.parametrize(
    "text",
    [BOOK.text, "The quick brown fox. " * 30, "Ça va déjà très bien, où ça? " * 20, "Щи. Ещё щи! " * 9],
)
def test_a_text_decoded_rightly_is_left_alone(text: str) -> None:
    book = read_book(text.encode())
    assert book.text == text and {notice.code for notice in book.notices} <= {"latin_letters"}


def test_an_archive_holds_one_book_of_any_kind() -> None:
    beside: dict[str, bytes | str] = {"readme.txt": "нет", "__MACOSX/._a": "нет", "cover.jpg": "нет"}
    books = {
        "a.epub": epub(BOOK), "A.DOCX": word_document(BOOK), "a.fb2": fictionbook(BOOK),
        "a/b.txt": BOOK.text.encode(),
        "a.xml": fictionbook(BOOK),
        "a.fb2.zip": zipped({"a.fb2": fictionbook(BOOK)}), "a.zip": zipped({"a.txt": BOOK.text}),
    }  # fmt: skip
    for name, data in books.items():
        assert read(zipped({name: data} | beside), "other_files") == LINES, name
        assert read(zipped({name: data})) == LINES, name
    assert read(zipped({"book": epub(BOOK)})) == LINES
    with pytest.raises(TextError) as caught:
        read_book(zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": BOOK.text})})}))
    assert caught.value.code == "archive"

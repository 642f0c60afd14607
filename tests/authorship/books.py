"""Books made by a seed, and the files they make in every format; their text is our own."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx

_WORDS = (
    "вечер дорога станция самовар приезжий старик дождь окно письмо тётка ямщик лошадь сад пристань зима "
    "говорил молчал смотрел вошёл спросил подумал засмеялся вернулся ждал помнил уехал закрыл услышал "
    "тихо медленно давно опять совсем вдруг почти никогда ещё уже над под между около без ради его её их "
    "тёмный старый длинный усталый чужой весёлый серый пустой объезд съёжился фонарь эхо щука юг цыган"
)
WORDS = _WORDS.split()
CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
    '<rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)


@dataclass(frozen=True, slots=True)
class Story:
    """A title and chapters of paragraphs, the first one a heading."""

    title: str
    chapters: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> list[str]:
        return [line for chapter in self.chapters for line in chapter]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def sentence(draw: random.Random) -> str:
    words = draw.choices(WORDS, k=draw.randint(4, 12))
    marks = [draw.choices(("", ",", ";", " —"), (12, 3, 1, 1))[0] for _ in words[:-1]] + [""]
    body = " ".join(word + mark for word, mark in zip(words, marks, strict=True)).capitalize()
    return draw.choice(("{}.", "{}.", "{}!", "{}?", "— {}, — сказал он.", "«{}»")).format(body)


def story(seed: int, chapters: int = 3, paragraphs: int = 4) -> Story:
    """A story of seeded sentences; every paragraph has two or more, so that none is short."""
    draw = random.Random(seed)
    made = tuple(
        (
            f"Глава {number + 1}. {draw.choice(WORDS).capitalize()}",
            *(" ".join(sentence(draw) for _ in range(draw.randint(2, 5))) for _ in range(paragraphs)),
        )
        for number in range(chapters)
    )
    return Story(f"Повесть {seed}", made)


def fitting(book: Story, encoding: str) -> Story:
    """The story without the characters that an encoding lacks, such as the dash in KOI8-R."""

    def fit(line: str) -> str:
        return " ".join(line.encode(encoding, "ignore").decode(encoding).split())

    return Story(book.title, tuple(tuple(fit(line) for line in chapter) for chapter in book.chapters))


def fictionbook(book: Story, encoding: str = "utf-8", declared: str | None = None) -> bytes:
    """A FictionBook with all that is to be left out: description, notes and their markers, a picture."""
    sections = "".join(
        f"<section><title><p>{escape(title)}</p></title>"
        + "".join(f'<p>{escape(line)}<a l:href="#n_1" type="note">[1]</a></p><empty-line/>' for line in lines)
        + "</section>"
        for title, *lines in book.chapters
    )
    text = (
        f'<?xml version="1.0" encoding="{declared or encoding}"?>\n'
        '<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" '
        'xmlns:l="http://www.w3.org/1999/xlink"><description><title-info>'
        f"<annotation><p>Не читать</p></annotation><book-title>{book.title}</book-title></title-info>"
        f'</description><body>{sections}</body><body name="notes"><section id="n_1"><p>Не читать</p>'
        f'</section></body><binary id="a.png" content-type="image/png">{"iVBORw0KGgo" * 40}</binary>'
        "</FictionBook>"
    )
    return text.encode(encoding, "xmlcharrefreplace")


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def chapter_page(lines: Sequence[str]) -> str:
    title, *rest = (escape(line) for line in lines)
    note = '<sup><a epub:type="noteref" href="#n">1</a></sup>'
    body = "".join(f"<p>{line.replace('—', '&mdash;')}{note}</p>\n" for line in rest)
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" '
        '"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd"><html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>Не читать</title></head>'
        f'<body><h1>{title}</h1>{body}<aside epub:type="footnote" id="n"><p>Не читать</p></aside>'
        "</body></html>"
    )


def epub_members(book: Story) -> dict[str, bytes | str]:
    """An EPUB's parts; the spine's order is not that of the names."""
    pages = {f"глава {len(book.chapters) - i}.xhtml": lines for i, lines in enumerate(book.chapters)}
    items = "".join(
        f'<item id="i{i}" href="{name.replace(" ", "%20")}" media-type="application/xhtml+xml"/>'
        for i, name in enumerate(pages)
    )
    spine = "".join(f'<itemref idref="i{i}"/>' for i in range(len(pages)))
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{book.title}</dc:title></metadata><manifest>'
        '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        f'{items}</manifest><spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": package,
        "OPS/nav.xhtml": "<html><body><h1>Не читать</h1></body></html>",
    } | {f"OPS/{name}": chapter_page(lines) for name, lines in pages.items()}


def epub(book: Story) -> bytes:
    return zipped(epub_members(book))


def word_document(book: Story) -> bytes:
    document, file = docx.Document(), BytesIO()
    document.core_properties.title = book.title
    for title, *lines in book.chapters:
        document.add_heading(title)
        for line in lines:
            paragraph = document.add_paragraph()
            paragraph.add_run(line[:20]).bold = True
            paragraph.add_run(line[20:])
    document.save(file)
    return file.getvalue()


WORD_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(parts: Mapping[str, tuple[str, str]]) -> str:
    """A part of relations: identifier to the kind of the relation and its target."""
    listed = "".join(
        f'<Relationship Id="{key}" Type="{_RELATED}/{kind}" Target="{target}"/>'
        for key, (kind, target) in parts.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?><Relationships xmlns="{space}">{listed}</Relationships>'


def word_members(
    body: str, styles: str = "", chunk: tuple[str, bytes | str] = ("", "")
) -> dict[str, bytes | str]:
    """A Word document's parts by hand: paragraphs, styles, and a part embedded as `c`."""
    name, content = chunk
    members: dict[str, bytes | str] = {
        "_rels/.rels": relations({"r1": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": relations(
            {"s": ("styles", "styles.xml")} | ({"c": ("aFChunk", f"/{name}")} if name else {})
        ),
        "word/document.xml": f"<w:document {WORD_NAMES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/styles.xml": f"<w:styles {WORD_NAMES}>{styles}</w:styles>",
    }
    return members | ({name: content} if name else {})


def word_file(body: str, styles: str = "", chunk: tuple[str, bytes | str] = ("", "")) -> bytes:
    return zipped(word_members(body, styles, chunk))

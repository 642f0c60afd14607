"""The same story as pages, TEI, RTF and OpenDocument, each with all that is to be left out."""

import quopri
from collections.abc import Callable
from html import escape

from tests.authorship.books import Story, zipped

OUT = "Не читать"


def page(book: Story, encoding: str = "utf-8", declared: str = "") -> bytes:
    """A browser's page: head, menu, contents, notes and their marks, hidden parts, a script, a footer."""
    menu = "".join(f'<li><a href="/{n}">{OUT}</a>' for n in range(4))
    body = "".join(
        f"<h2>{escape(title)}</h2>"
        + "".join(
            f'<p>{escape(line)}<sup><a href="#fn1">[1]</a></sup><span hidden>{OUT}</span>' for line in lines
        )
        for title, *lines in book.chapters
    )
    text = (
        f'<!DOCTYPE html><html><head><meta charset="{declared or encoding}"><title>{book.title}</title>'
        f"<style>.x{{display:none}} p{{color:red}}</style><script>if (a<b) {{ '{OUT}' }}</script></head>"
        "<body>"
        f'<nav>{OUT}</nav><ul class="menu">{menu}</ul><div id="toc">{OUT}</div>{body}<p class="x">{OUT}</p>'
        f'<!-- {OUT} --><div class="footnotes"><ol><li id="fn1">{OUT}</ol></div><footer>{OUT}</footer>'
        "</body></html>"
    )
    return text.encode(encoding, "xmlcharrefreplace")


def word_page(book: Story) -> bytes:
    """Word's page, in the encoding of Russian Windows, with its own tags and tables of notes and contents."""
    paragraphs = "".join(
        f"<p class=MsoNormal style='margin:0cm'><span lang=RU\nstyle='font-size:14.0pt'>{escape(line)}"
        "<a style='mso-footnote-id:ftn1' href=\"#_ftn1\"><span class=MsoFootnoteReference>[1]</span></a>"
        f"<span style='display:none;mso-hide:all'>{OUT}</span><o:p></o:p></span></p>\n"
        for line in book.lines
    )
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=Content-Type '
        'content="text/html; charset=windows-1251"><title>' + book.title + "</title><!--[if gte mso 9]><xml>"
        f"<w:WordDocument>{OUT}</w:WordDocument></xml><![endif]--><style>p {{margin:0cm}}</style></head>"
        f"<body lang=RU><p class=MsoToc1>{OUT}</p>{paragraphs}<div style='mso-element:footnote-list'>"
        f"<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText>{OUT}</p></div></div></body>"
        "</html>"
    ).encode("cp1251", "xmlcharrefreplace")


def library_page(book: Story) -> bytes:
    """An old library's page: no closing tags, paragraphs of <dd>, its own lines before and after the work."""
    head = f"<html><head><title>{book.title}</title></head><body><form action=/seek>{OUT}</form>"
    head += f"<h2>{OUT}</h2><li>{OUT}"
    body = "".join(f"<dd>&nbsp;&nbsp; {escape(line)}\n" for line in book.lines)
    marks = ("<!----------- Собственно произведение --------------->", f"<!{'-' * 40}>")
    return f"{head}{marks[0]}{body}{marks[1]}<tr><td>{OUT}".encode("koi8-r", "xmlcharrefreplace")


def preformatted_page(book: Story) -> bytes:
    lines = "\n".join(escape(line) for line in book.lines)
    return f"<html><body><pre>\n{lines}\n</pre></body></html>".encode()


def xhtml(book: Story) -> bytes:
    """XML's page with prefixes, and tags closed in themselves that no parser of HTML lets close so."""
    body = "".join(f'<h:p><h:a id="p{i}"/>{escape(line)}</h:p>' for i, line in enumerate(book.lines))
    return (
        '<?xml version="1.0" encoding="utf-8"?><h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
        f'<h:script src="a.js"/><h:title>{book.title}</h:title></h:head><h:body>{body}</h:body></h:html>'
    ).encode()


def message(book: Story) -> bytes:
    """A page saved with its pictures."""
    content = quopri.encodestring(page(book, "cp1251")).decode()
    return (
        "From: <Saved by a browser>\r\nSubject: =?utf-8?B?0J0=?=\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b"\r\n\r\n'
        "----b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"{content}\r\n----b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "iVBORw0KGgo=\r\n----b--\r\n"
    ).encode()


def tei(book: Story, root: str = "TEI") -> bytes:
    """A TEI document: header, notes, directions, running titles, and two readings of a word."""
    divisions = "".join(
        f"<div><head>{escape(title)}</head><stage>{OUT}</stage>"
        + "".join(
            f"<sp><speaker>{OUT}</speaker><p>{escape(line[:9])}<lb break='no'/>{escape(line[9:])}"
            f"<note>{OUT}</note><choice><sic>{OUT}</sic><corr></corr></choice></p></sp><fw>{OUT}</fw>"
            for line in lines
        )
        + "</div>"
        for title, *lines in book.chapters
    )
    return (
        f'<?xml version="1.0"?><!-- a corpus --><{root} xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>'
        f"<titleStmt><title>{book.title}</title></titleStmt><p>{OUT}</p></fileDesc></teiHeader><text><front>"
        f"<castList><castItem>{OUT}</castItem></castList></front><body>{divisions}</body></text></{root}>"
    ).encode()


def _hex(text: str) -> str:
    return "".join(
        f"\\'{code:02x}" if code > 127 else chr(code) if chr(code) not in "\\{}" else f"\\{chr(code)}"
        for code in text.encode("cp1251")
    )


def _unicode(text: str) -> str:
    return "".join(f"\\u{ord(sign)}?" if ord(sign) > 127 else sign for sign in text)


def rtf(book: Story, head: str = "\\ansi\\ansicpg1251", write: Callable[[str], str] = _hex) -> bytes:
    """Rich Text: fonts, styles, a title, a picture, a running head, notes, hidden and deleted text."""
    out = _hex(OUT)
    paragraphs = "".join(
        f"\\pard\\plain\\f1\\fs24 {write(line)}{{\\super\\chftn}}{{\\footnote \\plain {out}}}{{\\super 1}}"
        f"{{\\v {out}}}{{\\deleted {out}}}\\par\n"
        for line in book.lines
    )
    return (
        f"{{\\rtf1{head}\\deff0{{\\fonttbl{{\\f0\\fnil\\fcharset0 Arial;}}"
        "{\\f1\\froman\\fcharset204{\\*\\fname Times;}"
        f"Times New Roman Cyr;}}}}{{\\colortbl;\\red0\\green0;}}{{\\stylesheet{{\\s1 {out};}}}}"
        f"{{\\info{{\\title {write(book.title)}}}{{\\author {out}}}}}{{\\header {out}\\par}}"
        f"{{\\*\\generator {out};}}{{\\field{{\\*\\fldinst TOC \\\\o}}{{\\fldrslt {out}\\par}}}}"
        f"{{\\pict\\pngblip 89504e47}}{paragraphs}}}"
    ).encode()


def unicode_rtf(book: Story) -> bytes:
    return rtf(book, "\\ansi\\ansicpg1252\\uc1", _unicode)


OFFICE = "".join(
    f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"))
)


def _body(book: Story) -> str:
    paragraphs = "".join(
        f"<text:p>{escape(line).replace(' ', '<text:s/>', 1)}<text:note>"
        "<text:note-citation>1</text:note-citation>"
        f"<text:note-body><text:p>{OUT}</text:p></text:note-body></text:note>"
        f'<text:span text:style-name="T9">{OUT}</text:span></text:p>'
        for line in book.lines
    )
    return (
        '<office:automatic-styles><style:style style:name="T9" style:family="text"><style:text-properties '
        'text:display="none"/></style:style></office:automatic-styles><office:body><office:text>'
        f"<text:tracked-changes><text:deletion><text:p>{OUT}</text:p></text:deletion></text:tracked-changes>"
        f"<text:table-of-content><text:p>{OUT}</text:p></text:table-of-content>{paragraphs}"
        f'<text:section text:display="none"><text:p>{OUT}</text:p></text:section>'
        "</office:text></office:body>"
    )


def _meta(book: Story) -> str:
    return f'<office:meta xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{book.title}</dc:title></office:meta>'


def odt(book: Story) -> bytes:
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content{OFFICE}>{_body(book)}</office:document-content>",
            "meta.xml": f"<office:document-meta{OFFICE}>{_meta(book)}</office:document-meta>",
        }
    )


def flat_odt(book: Story) -> bytes:
    return (
        f'<?xml version="1.0"?><office:document{OFFICE}>{_meta(book)}{_body(book)}</office:document>'.encode()
    )


MAKERS: dict[str, tuple[str, Callable[[Story], bytes]]] = {
    "page": ("html", page),
    "page in cp1251": ("html", lambda book: page(book, "cp1251", "windows-1251")),
    "page in UTF-16": ("html", lambda book: page(book, "utf-16")),
    "Word's page": ("html", word_page),
    "library's page": ("html", library_page),
    "preformatted page": ("html", preformatted_page),
    "xhtml": ("html", xhtml),
    "message": ("mht", message),
    "tei": ("tei", tei),
    "tei of the fourth edition": ("tei", lambda book: tei(book, "TEI.2")),
    "tei in cp1251": ("tei", lambda book: tei(book).decode().encode("cp1251", "xmlcharrefreplace")),
    "rtf": ("rtf", rtf),
    "rtf without a code page": ("rtf", lambda book: rtf(book, "\\ansi")),
    "rtf in Unicode": ("rtf", unicode_rtf),
    "odt": ("odt", odt),
    "flat odt": ("odt", flat_odt),
}

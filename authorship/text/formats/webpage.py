"""Web pages of browsers, of Word and of libraries: their prose without head, menus, contents and notes.

Read by libxml2, whose parser streams and forgives as browsers do. What chooses the main text of news pages
(trafilatura, jusText) takes short lines of dialogue for clutter, so that here only what a page itself marks
as no prose is left out.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from lxml import etree

from authorship.datamodels import Book
from authorship.text.formats.kinds import find_kind, tags
from authorship.text.formats.limits import Limits, hostile
from authorship.text.formats.markup import decode_markup
from authorship.text.formats.prose import Attributes, Part, ProseCollector
from authorship.text.headings import line_headings
from authorship.text.notices import damaged, left_out

_PIECE = 65_536
_DEEPEST = 512
_TAGS = 1_000_000
_HEAD = 8192
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What only looks different or starts a line; left open, as it often is, it nests without end.
_LOOKS = re.compile(
    r"</?(?:b|i|u|em|strong|big|small|tt|font|span|nobr|s|sup|sub|ins|cite|st\d:\w+)(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_NESTING = re.compile(r"</?(?:div|center|blockquote|ul|ol|dl|p)(?:\s[^<>]*)?>", re.IGNORECASE)
_XHTML = re.compile(r"<\?xml|<(?:[\w.-]+:)?html\b[^<>]*xmlns", re.IGNORECASE)
_PREFIX = re.compile(r"<([\w.-]+):html\b", re.IGNORECASE)
_HEADERS = re.compile(r"\s*(?:HTTP/[\d.]+ |[A-Za-z-]{2,40}: )[^<]*(?=<(?:!DOCTYPE|html)\b)", re.IGNORECASE)
_SELF_CLOSED = re.compile(
    r"<(?!(?:br|hr|img|meta|link|input|col|area|base|wbr|embed|source|track|param)\b)"
    r"([A-Za-z][\w:.-]*)(\s[^<>]*)?/>",
    re.IGNORECASE,
)
# A tag's name is no word with a comma after it.
_NO_TAG = re.compile(r"<(?=[A-Za-z]\w{0,30}[,;)])")
# A comment, title or box left open would take all that follows: it ends with its own words.
_COMMENT = re.compile(r"(<(script|style)\b(?:.*?</\2|.*))|<!--[^<>]*>?", re.IGNORECASE | re.DOTALL)
_BOXES = tuple(
    (re.compile(rf"</{name}", re.IGNORECASE), re.compile(rf"<({name})(?:\s[^<>]*)?>[^<]*", re.IGNORECASE))
    for name in ("title", "textarea")
)
_CUT_TAG = re.compile(r"</?[A-Za-z][^<>]*")
# A link that another link or the end of its paragraph finds open; so much text is no entry of a menu.
_OPEN_LINK = re.compile(
    r"<a\s[^<>]*>((?:[^<]++|<(?!/?(?:a|p|div|td|th|tr|li|d[dlt]|ul|ol|table|h\d|blockquote|center|pre|form|body)\b))*+)"
    r"(?=<a\s|</(?:p|div|td|li|dd|h\d|blockquote|center|body)\b)",
    re.IGNORECASE,
)
_LONGEST_ENTRY = 80
_BLOCKS = (
    "html body section article aside header footer main figure figcaption div p h1 h2 h3 h4 h5 h6 blockquote "
    "pre ul ol li dl dt dd table caption tr td th br hr address center xmp plaintext listing z form fieldset"
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_EDGES = frozenset({"header", "footer"})
_SECTIONS = frozenset({"html", "body", "main", "article", "section"})
_AS_THEY_STAND = frozenset({"pre", "xmp", "listing", "plaintext", "textarea"})
_MACHINERY = (
    "head script style template svg math noscript noframes iframe object applet audio video canvas map rt rp "
    "xml datalist meter progress"
)
_NAVIGATION = "nav form button select textarea menu dialog aside"
_PARTS: dict[str, Part] = {
    **dict.fromkeys(_MACHINERY.split(), "machinery"),
    **dict.fromkeys(_NAVIGATION.split(), "navigation"),
    "del": "deleted_text",
}
# Tags that pages also put around their prose, and those whose text is none wherever it stands.
_DOUBTFUL = frozenset(["nav", "form", "textarea", "menu", "dialog", "aside", "del", "noscript"])
_NEVER_PROSE = frozenset(_MACHINERY.split()) | {"a", "button", "select", "textarea"}
_LONGEST_FORM = 300
_OF_TAGS = 4
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
# What has no tag of a block and is one: by its own style, or by a class that libraries give to paragraphs.
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|table-row|table-cell|list-item|flex)", re.IGNORECASE)
_BLOCK_CLASSES = frozenset(["p", "vl", "verse", "line", "paragraph", "para"])
_STYLE_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_CLASS = re.compile(r"\s*\.([\w-]+)\s*")
_HIDES = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all")
_SHOWS = re.compile(r"display\s*:")
_STYLED: tuple[tuple[re.Pattern[str], Part], ...] = (
    (re.compile(r"mso-element:\s*(?:footnote|endnote|comment)|mso-special-character:\s*comment"), "notes"),
    (re.compile(r"mso-element:\s*(?:header|footer)"), "navigation"),
    (re.compile(r"mso-list:\s*ignore", re.IGNORECASE), "machinery"),
)
# A page's own names for its parts: classes, ids, roles. Headings are not judged by theirs.
_NAMED: tuple[tuple[re.Pattern[str], Part], ...] = (
    (
        re.compile(
            r"(?:doc-)?(?:foot|end|side|rear)?note(?:s|ref)?(?:[-_]?(?:\d+|section|list|body|text|block|mark|ref(?:erence)?))?"
            r"|(?:doc-)?(?:backlink|noteref)|sd(?:foot|end)note\w*|_?e?(?:ftn|edn)(?:ref)?\d*"
            r"|references|reflist|reference|cite_(?:note|ref)\S*|fn(?:ref)?[-_:]?\d*|footnote-?back"
            r"|primech\w*|snosk\w*|comments?(?:-?(?:list|area))?|Mso(?:Footnote|Endnote|Comment)\w*",
            re.IGNORECASE,
        ),
        "notes",
    ),
    (
        re.compile(
            r"(?:doc-)?toc(?:[-_]?\w+)?|table-of-contents|MsoToc\w*|contents(?:-?list)?|oglavl\w*|soderzh\w*",
            re.IGNORECASE,
        ),
        "contents",
    ),
    (
        re.compile(
            r"nav(?:bar|igation|igator|box)?(?:[-_]\w+)?|menu(?:[-_]\w+)?|breadcrumbs?|pag(?:er|ination)"
            r"|side-?bar|(?:page-?|site-?)?(?:header|footer)|share|social|ad(?:s|vert\w*)?|banner|cookies?"
            r"|catlinks|print-?footer|(?:mw-)?edit-?section|no-?print|ws-noexport|copyright|login|search"
            r"|page-?num(?:ber)?s?|Mso(?:Header|Footer)|sr-only|visually-?hidden|screen-reader-text",
            re.IGNORECASE,
        ),
        "navigation",
    ),
    (re.compile(r"stage-?(?:dir(?:ection)?s?)?|remarka?", re.IGNORECASE), "stage_directions"),
)
_MARK = re.compile(r"[\[({]?(?:\d{1,3}|[*†‡]{1,4}|[ivx]{1,5})[\])}]?[.,]?")
_NOTES_TITLE = re.compile(
    r"(?:\d+\.\s*)?(?:примечани[ея]|сноск[аи]|комментарии|notes|footnotes)[.:]?", re.IGNORECASE
)
_LONGEST_LINK = 300
_SENTENCE = re.compile(r".{60,}[.!?…:»]")
_STARTS = "Собственно произведение"


def read_html(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """A page's prose, a line for each paragraph, heading and verse; lines of `<pre>` stay lines.

    What the page declares of its encoding counts only where the bytes agree.

    Raises:
        TextError: the page is hostile, larger than the limits, empty, or not in the encoding named.
    """
    decoded = decode_markup(data, encoding, limits.file)
    book = read_page(decoded.text, limits)
    return Book(
        book.text, "html", decoded.encoding, book.title, (*decoded.notices, *book.notices), book.headings
    )


def read_page(text: str, limits: Limits, preformatted: bool = False) -> Book:
    """`read_html` of what is decoded; a `preformatted` text has hardly a tag, and its lines stay.

    Raises:
        TextError: see `read_html`.
    """
    page = _read_again(_collect(text, limits.text, preformatted), tags(text), limits.text, preformatted)
    if preformatted:
        page.counts["markup"] += tags(text)
    headings = line_headings(page.lines, page.headings)
    notices = ((damaged(),) if page.broken else ()) + left_out(page.counts)
    return Book("\n".join(page.lines), "html", None, page.title, notices, headings)


def _read_again(page: "PageCollector", own: int, limit: int, preformatted: bool) -> "PageCollector":
    """The page, read anew where tags and entities were themselves written in entities.

    Where more tags were than the page has of its `own`, they make its lines; else its lines stay.
    """
    lines = "\n".join(page.lines)
    found = find_kind(lines)
    if found is None or found.kind == "xml":
        return page
    as_page = found.kind == "html" and tags(lines) > own
    again = _collect(lines, limit, preformatted or not as_page)
    again.title = again.title or page.title
    again.counts += page.counts
    again.broken = page.broken
    if len(again.lines) == len(page.lines):
        again.headings = page.headings
    return again


def _prepare(text: str) -> str:
    """The page without what no text holds, and XML's ways put in HTML's."""
    if text.count("<") > _TAGS:
        raise hostile(f"has more than {_TAGS:,} tags")
    text = _FORBIDDEN.sub("", text)
    head = text[:_HEAD]
    if headers := _HEADERS.match(head):
        text = text[headers.end() :]
    if not _XHTML.search(head):
        return text
    if prefix := _PREFIX.search(head):
        text = re.sub(rf"(</?){re.escape(prefix[1])}:", r"\1", text)
    return _SELF_CLOSED.sub(r"<\1\2></\1>", text).replace("<![CDATA[", "").replace("]]>", "")


def _collect(text: str, limit: int, preformatted: bool) -> "PageCollector":
    """The page's lines, read again without each rule that leaves out more than is left."""
    prepared = _NO_TAG.sub("&lt;", _prepare(text))
    whole = _closed(prepared)
    linked = _OPEN_LINK.sub(_without_link, whole)
    doubted: set[Rule] = set()
    page = _nested(linked, limit, preformatted, doubted)
    while rule := page.costly():
        doubted.add(rule)
        page = _nested(linked, limit, preformatted, doubted)
    page.broken = not preformatted and (whole != prepared or _is_cut(prepared))
    return page


def _closed(text: str) -> str:
    """The page with comments, titles and boxes closed where they would take all that follows."""
    for closing, opening in _BOXES:
        last = max((found.end() for found in closing.finditer(text)), default=0)
        text = text[:last] + opening.sub(r"\g<0></\1>", text[last:])
    last = text.rfind("-->") + 1
    if text.find("<!--", last) < 0:
        return text
    return text[:last] + _COMMENT.sub(lambda found: found[1] or "", text[last:])


def _is_cut(text: str) -> bool:
    """Whether the page ends within a tag."""
    last = text.rfind("<")
    return last >= 0 and _CUT_TAG.fullmatch(text, last) is not None


def _without_link(found: re.Match[str]) -> str:
    return found[0] if len(found[1]) <= _LONGEST_ENTRY else found[1]


def _nested(text: str, limit: int, preformatted: bool, doubted: set["Rule"]) -> "PageCollector":
    """Tags left open until they nest too deep are taken for what they look like."""
    try:
        return _parse(text, PageCollector(limit, preformatted, doubted))
    except RecursionError:
        flat = _NESTING.sub("<br>", _LOOKS.sub("", text))
    try:
        return _parse(flat, PageCollector(limit, preformatted, doubted))
    except RecursionError as error:
        raise hostile(f"nests more than {_DEEPEST} tags") from error


def _parse(text: str, page: "PageCollector") -> "PageCollector":
    parser = etree.HTMLParser(target=page, encoding="utf-8", remove_pis=True)
    try:
        for start in range(0, len(text), _PIECE):
            parser.feed(text[start : start + _PIECE].encode())
        parser.close()
    except etree.XMLSyntaxError:  # there is no tag in it, or nothing at all
        page.close()
    return page


Rule = str
"""Why a page's text was left out: a tag's name, or one of the rules that `PageCollector` names."""


@dataclass(frozen=True, slots=True)
class _Link:
    """A link or raised text that is open: it began on the `line` by this number, at its piece `start`.

    `after_text` tells whether anything stands before it there; it `leads` somewhere where it has an address,
    and a `local` one leads within a page.
    """

    line: int
    start: int
    after_text: bool
    leads: bool
    local: bool


class PageCollector(ProseCollector):
    """HTML's tags, and the page's own classes, ids and headings, which tell its parts too.

    A line that is mostly a link leads elsewhere; a number that is a link within the page marks a note, and
    a line that starts with one is the note. What is `doubted` is not believed: pages name and hide their
    prose as others do their menus.

    Attributes:
        lost: how many characters each rule left out, those of links and controls not counted.
        broken: whether some of the page is missing.
    """

    blocks = frozenset(_BLOCKS.split())

    def __init__(self, limit: int, preformatted: bool = False, doubted: Collection[Rule] = ()) -> None:
        super().__init__(limit)
        self._preformatted = int(preformatted)
        self._doubted = doubted
        self._hiding: set[str] = set()
        self._style: list[str] = []
        self._links: list[_Link] = []
        self._spans: list[bool] = []
        self._line = self._leading = self._linked = 0
        self._filled = False
        self._is_note = self._in_notes = False
        self.lost: Counter[Rule] = Counter()
        self.broken = False
        self._rule: Rule = ""
        self._silent = self._left_out = self._longest_form = 0
        self._work: Literal["", "read", "over"] = ""

    def costly(self) -> Rule:
        """The rule that leaves out most, if it is more than all that is kept; a form holds a few words.

        What tags say is believed longer than names and styles: asides and footers of a short story are long.
        """
        if self._longest_form > _LONGEST_FORM:
            return "form"
        weighed = {
            rule: lost / (_OF_TAGS if rule in _DOUBTFUL | _EDGES else 1) for rule, lost in self.lost.items()
        }
        rule = max(weighed, key=weighed.__getitem__, default="")
        return rule if rule and weighed[rule] > self.kept else ""

    def start(self, tag: str, attributes: Attributes) -> None:
        """A tag opens; a page's own style sheet may hide what has a class."""
        if tag == "style":
            self._style.clear()
        if self._skipped:
            self._silent += tag in _NEVER_PROSE
        super().start(tag, attributes)

    def part(self, name: str, attributes: Attributes) -> Part:
        """By the tag, by what hides it, by the page's names of its parts."""
        if len(self._open) > _DEEPEST:
            raise RecursionError
        self._silent = self._left_out = 0
        self._rule = name if name in _DOUBTFUL else ""
        if name in _PARTS and name not in self._doubted:
            return _PARTS[name]
        return self._marked(name, attributes) if attributes or name in _EDGES else "prose"

    def _marked(self, name: str, attributes: Attributes) -> Part:
        """By what its attributes say."""
        edge = name in _EDGES and not {"article", "section", "main"}.intersection(self._open)
        if edge and name not in self._doubted:
            self._rule = name
            return "navigation"
        classes = attributes.get("class", "").split()
        self._rule = self._hides(name, attributes, classes)
        if self._rule and self._rule not in self._doubted:
            return "hidden"
        self._rule = "names"
        if name in _HEADINGS or name in _SECTIONS or self._rule in self._doubted:
            return "prose"
        style = attributes.get("style", "")
        styled = (part for pattern, part in _STYLED if style and pattern.search(style))
        return next(styled, None) or _named(attributes, classes)

    def _hides(self, name: str, attributes: Attributes, classes: list[str]) -> Rule:
        """What hides a part, if anything does; a whole page is shown in the end."""
        if name in ("html", "body"):
            return ""
        if attributes.get("hidden", "until-found").lower() != "until-found":
            return "hidden"
        if _HIDDEN.search(attributes.get("style", "")):
            return "style"
        return "" if self._hiding.isdisjoint(classes) else "style sheet"

    def level(self, name: str, attributes: Attributes) -> int:
        """As the tag is called."""
        return int(name[1]) if name in _HEADINGS else 0

    def opened(self, name: str, attributes: Attributes) -> None:
        """What a tag begins: a link or mark, lines that stay; an image may be a first letter."""
        if name in ("a", "sup"):
            address = attributes.get("href", "") if name == "a" else ""
            link = _Link(self._line, len(self._pieces), self._filled, bool(address), "#" in address)
            self._leading += link.leads
            self._links.append(link)
        elif name in _AS_THEY_STAND:
            self._preformatted += 1
        elif name == "span":
            self._spans.append(_is_block(attributes))
            if self._spans[-1]:
                self.end_line()
        elif name == "img" and len(letter := attributes.get("alt", "").strip()) == 1 and letter.isalpha():
            self.add(letter)

    def closing(self, name: str) -> None:
        """A link or mark is whole."""
        if name in ("a", "sup"):
            link = self._links.pop()
            if link.line != self._line:
                link = replace(link, start=0, after_text=False)
            else:
                self._leading -= link.leads
            if name == "sup" or link.local:
                self._drop_mark(link)
        elif name in _AS_THEY_STAND:
            self._preformatted -= 1
        elif name == "span" and self._spans.pop():
            self.end_line()

    @property
    def _in_local(self) -> bool:
        return any(link.local for link in self._links)

    def _drop_mark(self, link: "_Link") -> None:
        """Leave out a note's number; a line that starts with one in a link is the note itself."""
        mark = "".join(self._pieces[link.start :]).strip()
        raised = "sup" in self._open and len(mark) == 1 and mark.isalpha() and (link.local or self._in_local)
        if not (_MARK.fullmatch(mark) or raised) or (self._heading and not link.after_text):
            return
        del self._pieces[link.start :]
        self._filled = link.after_text
        self.counts["notes"] += 1
        self._is_note = self._is_note or (not link.after_text and bool(self._linked))

    def end(self, tag: str) -> None:
        """A tag closes."""
        if tag == "style":
            self._read_style("".join(self._style))
        if self._skipped > 1:
            self._silent -= tag in _NEVER_PROSE
        elif self._skipped and self._rule:
            self.lost[self._rule] += self._left_out
            if self._rule == "form":
                self._longest_form = max(self._longest_form, self._left_out)
        super().end(tag)

    def _read_style(self, sheet: str) -> None:
        """Which classes are hidden wherever they stand; the last rule for one of them counts."""
        if "@media" in sheet:
            return
        for rule in _STYLE_COMMENT.sub("", sheet).split("}"):
            selectors, _, declared = rule.partition("{")
            names = map(_CLASS.fullmatch, selectors.rpartition(";")[2].split(","))
            classes = {name[1] for name in names if name}
            if _HIDES.search(declared):
                self._hiding |= classes
            elif _SHOWS.search(declared):
                self._hiding -= classes

    def data(self, text: str) -> None:
        """Text between tags."""
        if self._skipped:
            self._left_out += 0 if self._silent else len(text.strip())
            self._style.append(text)
        super().data(text)

    def add(self, text: str) -> None:
        """Text that is read; in a preformatted part its lines stay."""
        if self._leading:
            self._linked += len(text.strip())
        self._filled = self._filled or not text.isspace()
        first, *others = text.split("\n") if self._preformatted else [text]
        self._pieces.append(first)
        for line in others:
            self.end_line()
            self._pieces.append(line)

    def end_line(self) -> None:
        """Keep the line so far; a link left open counts no further."""
        super().end_line()
        self._line += 1
        self._leading = self._linked = 0
        self._is_note = self._filled = False

    def keep(self, line: str) -> None:
        """A line is whole: it is prose, or a note, or leads elsewhere."""
        if self._work == "over":
            self.lost["library"] += len(line)
            return
        if self._heading:
            self._in_notes = "notes' heading" not in self._doubted and bool(_NOTES_TITLE.fullmatch(line))
        is_note = self._is_note and "notes' links" not in self._doubted
        if self._in_notes or is_note:
            rule = "notes' heading" if self._in_notes else "notes' links"
            self.lost[rule] += 0 if self._heading else len(line)
            self.counts["notes"] += 1
        elif self._leads(line):
            self.lost["links"] += len(line) if _SENTENCE.fullmatch(line) else 0
            self.counts["navigation"] += 1
        else:
            super().keep(line)

    def _leads(self, line: str) -> bool:
        """Whether a line is mostly a link, which leads elsewhere."""
        mostly = self._linked * 2 > len(line) and len(line) <= _LONGEST_LINK and not self._heading
        return mostly and "links" not in self._doubted

    def comment(self, text: str) -> None:
        """Where the largest Russian library says that its own lines end and begin again."""
        if "library" in self._doubted:
            return
        if _STARTS in text:
            self.end_line()
            self.lost["library"] += self.kept
            self.counts["navigation"] += len(self.lines)
            self.lines.clear()
            self.headings.clear()
            self.notes.forget(0)
            self._work = "read"
        elif self._work and not text.strip("- "):
            self.end_line()
            self._work = "over"


def _is_block(attributes: Attributes) -> bool:
    """Whether a span makes lines of its own."""
    if not attributes:
        return False
    styled = "style" in attributes and _BLOCK_STYLE.search(attributes["style"]) is not None
    return styled or attributes.get("class") in _BLOCK_CLASSES


def _named(attributes: Attributes, classes: list[str]) -> Part:
    """What the page calls a part."""
    names = [*classes, *attributes.get("role", "").split(), *attributes.get("epub:type", "").split()]
    names += [attributes["id"]] if "id" in attributes else []
    for pattern, part in _NAMED:
        if any(pattern.fullmatch(name) for name in names):
            return part
    return "prose"

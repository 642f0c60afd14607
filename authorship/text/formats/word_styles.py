"""Word's styles: those of contents, those of headings, and those that hide what is written in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from authorship.text.formats.lines import Grammar
from authorship.text.formats.markup import read_tree

_CONTENTS = re.compile(
    r"(?:toc|contents?|index|оглавление|содержание)\s?(?:heading|\d)?"
    r"|table of (?:figures|contents|authorities)",
    re.I,
)
_HEADING = re.compile(r"(?:heading|заголовок)\s?([1-9])", re.I)
_NOTES = re.compile(r"(?:foot|end)note\s?text|текст (?:концевой )?сноски", re.I)
_MARKS = re.compile(r"(?:foot|end)note\s?reference|знак (?:концевой )?сноски", re.I)
_OFF = {"0", "false", "off"}
_GRAMMAR = Grammar(
    blocks=frozenset(),
    skips=lambda name, _: None,
    root="styles",
    alone=frozenset({"style"}),
)


@dataclass(frozen=True, slots=True)
class Styles:
    """The identifiers of the styles of contents, of those that hide, of headings with their levels.

    Paragraphs that converters left of notes have the styles `notes`, their marks the styles `marks`.
    """

    contents: frozenset[str]
    hidden: frozenset[str]
    headings: Mapping[str, int] = field(default_factory=dict)
    notes: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()

    def list(self, key: str) -> bool:
        """Whether a style is of contents; of one that is not defined, its identifier tells."""
        return key in self.contents or _CONTENTS.fullmatch(key) is not None

    def note(self, key: str) -> bool:
        """Whether a style is of notes' paragraphs."""
        return key in self.notes or _NOTES.fullmatch(key) is not None

    def mark(self, key: str) -> bool:
        """Whether a style is of notes' marks."""
        return key in self.marks or _MARKS.fullmatch(key) is not None


def read_styles(text: str) -> Styles:
    """The styles that a part `word/styles.xml` defines; a style does what that does on which it is based.

    Raises:
        TextError: the part is hostile.
    """
    root = read_tree(text, _GRAMMAR)
    styles = (
        {} if root is None else {_attribute(style, "styleId"): style for style in root.iterfind("{*}style")}
    )
    based = {key: _value(style, "{*}basedOn") for key, style in styles.items()}
    names = {key: _value(style, "{*}name") for key, style in styles.items()}
    contents, notes, marks = (
        frozenset(_heirs({key for key, name in names.items() if kind.fullmatch(name)}, based))
        for kind in (_CONTENTS, _NOTES, _MARKS)
    )
    hidden = {key for key, style in styles.items() if _hides(style)}
    levels = {key: _level(style) for key, style in styles.items()}
    headings = {
        heir: level
        for level in range(9, 0, -1)  # a style that says its own level keeps it
        for heir in _heirs({key for key, own in levels.items() if own == level}, based)
        if levels[heir] in (0, level)
    }
    return Styles(contents, frozenset(_heirs(hidden, based)), headings, notes, marks)


def _level(style: etree._Element) -> int:
    """A heading's level by its outline or its name; 0 of what is none."""
    outline = style.find("{*}pPr/{*}outlineLvl")
    told = "" if outline is None else _attribute(outline, "val")
    if told.isascii() and told.isdigit() and len(told) == 1:
        return (int(told) + 1) % 10
    named = _HEADING.fullmatch(_value(style, "{*}name"))
    return int(named[1]) if named else 0


def _heirs(styles: set[str], based: dict[str, str]) -> set[str]:
    """These styles and all that are based on them."""
    heirs: dict[str, list[str]] = {}
    for key, base in based.items():
        heirs.setdefault(base, []).append(key)
    found, waiting = set(styles), list(styles)
    while waiting:
        new = [key for key in heirs.get(waiting.pop(), []) if key not in found]
        found.update(new)
        waiting += new
    return found


def _hides(style: etree._Element) -> bool:
    vanish = style.find("{*}rPr/{*}vanish")
    return vanish is not None and _attribute(vanish, "val").lower() not in _OFF


def _value(style: etree._Element, tag: str) -> str:
    element = style.find(tag)
    return "" if element is None else _attribute(element, "val")


def _attribute(element: etree._Element, name: str) -> str:
    """An attribute by its name without namespace, at most so long as a name is."""
    return next(
        (str(value)[:500] for key, value in element.attrib.items() if key.rpartition("}")[2] == name), ""
    )

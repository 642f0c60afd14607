"""One spelling for every mark: letters, quotes, dashes, dots and spaces."""

import html
import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"[^\S\n]+")
_STRESS = re.compile("(?<=[а-яёА-ЯЁ])[\u0300\u0301`]")
_LATIN_TWINS = str.maketrans("aceopxykABCEHKMOPTXi", "асеорхукАВСЕНКМОРТХі")
_MIXED_WORD = re.compile(r"\b(?=\w*[а-яё])(?=\w*[aceopxykABCEHKMOPTX])[а-яёА-ЯЁaceopxykABCEHKMOPTX]{2,}\b")
_LONE_TWIN = re.compile(r"(?<![\w.'’-])[acoyABCKO](?= (?:[acoy] )?[а-яё])")
_INITIAL_TWIN = re.compile(r"(?<![\w])[ABCEHKMOPTX](?=\. ?(?:[ABCEHKMOPTX]\. ?)?[А-ЯЁ])")
_SPACED_WORD = re.compile(r"(?<!\w)(?:[а-яёА-ЯЁ] ){4,}[а-яё](?!\w)")
_SPACED_DOTS = re.compile(r"\.(?: ?\.){2,}")


def unify_characters(text: str) -> str:
    """Composed letters, plain spaces, no soft hyphens, no stress marks, no marks of emphasis."""
    if "&" in text:
        text = html.unescape(text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _INVISIBLE.sub("", text)
    text = _SPACES.sub(" ", _CONTROL.sub(" ", text))
    text = _STRESS.sub("", text.replace("``", '"')).replace("ѐ", "е").replace("\u2011", "-")
    return unify_letters(drop_emphasis(text))


def drop_emphasis(text: str) -> str:
    """Underscores, spaced letters and editors' angle brackets go: `с_л_о_в_о`, `_слово_`, `сл<ово>`."""
    text = text.replace("<<", "«").replace(">>", "»")
    if "_" in text:
        text = re.sub(r"^_ ?(?=[А-ЯЁ][а-яё]*[^\w_])", "— ", re.sub("_{2,}", "", text), flags=re.MULTILINE)
        text = re.sub(r"(?<=[,.;:!?])_(?=\w)", " ", text)
        text = re.sub(r"(?<=[^\W_])_(?=[^\W_])|_", "", text)
    text = re.sub(r"[<>|~^]", "", text)
    return _SPACED_WORD.sub(lambda match: match.group().replace(" ", ""), text)


def unify_letters(text: str) -> str:
    """Latin letters that scanning put into Russian words become the Cyrillic ones they look like."""
    text = _MIXED_WORD.sub(_to_cyrillic, text)
    text = re.sub(r"(?<=[а-яё])6(?=[а-яё])", "б", text)
    text = _INITIAL_TWIN.sub(_to_cyrillic, text)
    return _LONE_TWIN.sub(_to_cyrillic, text)


def _to_cyrillic(match: re.Match[str]) -> str:
    """The matched word with its Latin twins replaced."""
    return match.group().translate(_LATIN_TWINS)


def unify_marks(text: str) -> str:
    """Quotes, dashes, dots and the spaces around them in their one form."""
    return tidy_spaces(unify_dots(tidy_spaces(unify_dashes(unify_quotes(text)))))


_OPENING = re.compile(r'(?:(?<=^)|(?<=[\s(\[«—–-]))"(?=[^\s])', re.MULTILINE)


def unify_quotes(text: str) -> str:
    """Every quote becomes « or ».

    >>> unify_quotes('„Да“, "нет", ‘ну’')
    '«Да», «нет», ‘ну’'
    """
    text = text.replace("''", '"').replace("„", "«").replace("”", '"')
    text = re.sub(r"“(?=\w)", "«", text).replace("“", "»")
    text = _OPENING.sub("«", text)
    text = re.sub(r'"(?=\s|$|[,.;:!?…)\]»—-])|(?<=[\w.!?…,»])"', "»", text, flags=re.MULTILINE)
    return text.replace('"', "«")


_LINE_DASH = re.compile(r"^ ?(?:-{1,3}|[–—―])[ \t]*(?=[^\s\d-])", re.MULTILINE)
_PARTICLE = re.compile(r" -(?=(?:то|нибудь|либо|ка|таки|с)\b)")


def unify_dashes(text: str) -> str:
    """Dashes become "—" with spaces around, hyphens stay; at the head of a line "— ".

    >>> unify_dashes("--Да,-- сказал он - и ушёл куда-то.")
    '— Да, — сказал он — и ушёл куда-то.'
    """
    text = re.sub(r"(?<=\d) ?(?:-{2,}|[–—]) ?(?=\d)", "-", text)
    text = re.sub(r"(?<=\b[а-яёА-ЯЁ])[—–](?=[а-яё])", "-", text)
    text = _PARTICLE.sub("-", text)
    text = _LINE_DASH.sub("— ", text)
    text = re.sub(r" ?(?:-{2,}|[–—―])-* ?", " — ", text)
    text = re.sub(r" -(?: |(?=[«А-Яа-яЁё])|$)|(?<=[,.!?…»;:)])-(?: |$)", " — ", text, flags=re.MULTILINE)
    text = re.sub(r"^ — ", "— ", text, flags=re.MULTILINE)
    return re.sub(r"(?<!\S)[-—](?: +[-—](?!\S))+", "—", text)


def unify_dots(text: str) -> str:
    """Three dots and more become one mark; after "!" and "?" the two dots of Russian print stay."""
    text = _SPACED_DOTS.sub("…", text)
    text = re.sub(r"(?<![.!?\d])\.\.(?!\.)", "…", text)
    text = re.sub(r"…[.…]+", "…", text)
    return re.sub(r"(?<=[!?])(?:…|\.{3,})", "..", text)


def tidy_spaces(text: str) -> str:
    """Single spaces, none before a closing mark, none at the ends of lines, no empty lines."""
    text = re.sub(r" {2,}", " ", text)
    text = re.sub(r" +(?=[,;:!?»)\]]|\.(?!\.)|…(?!\w))", "", text)
    text = re.sub(r"(?<=[«(\[]) +", "", text)
    return re.sub(r" *\n\s*", "\n", text).strip()

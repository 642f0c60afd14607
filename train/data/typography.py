"""One form for every mark: quotes, dashes, dots, spaces, emphasis; letters are folded as for the models."""

import html
import re

from authorship.text.letters.folding import fold

_SPACES = re.compile(r"[^\S\n]+")
_SPACED_WORD = re.compile(r"(?<!\w)(?:[а-яёА-ЯЁ] ){4,}[а-яё](?!\w)")
_SPACED_DOTS = re.compile(r"\.(?: ?\.){2,}")


def unify_characters(text: str) -> str:
    """Letters as the models read them, plain spaces, no marks of emphasis; lines stay as they are."""
    if "&" in text:
        text = html.unescape(text)
    text = text.replace("\r\n", "\n").replace("``", '"')
    folded = fold(text, join=False).text
    # Words become whole only where emphasis is gone from between their letters.
    return fold(drop_emphasis(_SPACES.sub(" ", folded)), join=False).text


def drop_emphasis(text: str) -> str:
    """Underscores, spaced letters and editors' angle brackets go: `с_л_о_в_о`, `_слово_`, `сл<ово>`."""
    text = text.replace("<<", "«").replace(">>", "»")
    if "_" in text:
        text = re.sub(r"^_ ?(?=[А-ЯЁ][а-яё]*[^\w_])", "— ", re.sub("_{2,}", "", text), flags=re.MULTILINE)
        text = re.sub(r"(?<=[,.;:!?])_(?=\w)", " ", text)
        text = re.sub(r"(?<=[^\W_])_(?=[^\W_])|_", "", text)
    text = re.sub(r"[<>|~^]", "", text)
    return _SPACED_WORD.sub(lambda match: match.group().replace(" ", ""), text)


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

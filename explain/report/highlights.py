"""Attributions as HTML: the text itself, its words or tokens coloured; all of it inert.

Scores become colours only here. Blue speaks for the author, orange against: a pair that colour-blind
people can tell apart; the strongest are underlined as well, solid or dashed, so colour is not alone.
A tint grows with the root of the score, for one word often weighs more than all others together; the ten
strongest are never paler than `SEEN_TINT`, which stands out from light and dark paper, screen and print.
"""

import html
from collections.abc import Iterable, Sequence
from math import sqrt
from typing import TypeVar

from authorship.numerals import Language, signed
from explain.attribution import Span
from explain.datamodels import TokenScore, WordScore
from explain.report.wording import document_words

Score = TypeVar("Score", WordScore, TokenScore, WordScore | TokenScore)

STRONGEST = 10
FULLEST_TINT = 0.62  # opacity, of the strongest word
SEEN_TINT = 0.24  # the least of the ten strongest
DARK_DEPTH = 0.75  # of a tint in the dark: light ink needs a darker ground
_LEAST_SHARE = 0.05  # of the strongest; weaker words stay uncoloured
DARK = f"""--ig-for: 96 150 255; --ig-against: 240 140 50; --ig-tip: #f3f4f6; --ig-tip-text: #111827;
  --ig-depth: {DARK_DEPTH};"""
_TEMPLATES = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;"})

STYLE = """
.ig { --ig-for: 37 99 235; --ig-against: 217 95 2; --ig-tip: #111827; --ig-tip-text: #fff; --ig-depth: 1;
  white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.9; }
.dark .ig { @DARK@ }
.ig-word { position: relative; border-radius: 3px; padding: 1px 0;
  background-color: rgb(var(--ig-hue) / calc(var(--ig-tint, 0) * var(--ig-depth)));
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.ig-for { --ig-hue: var(--ig-for); } .ig-against { --ig-hue: var(--ig-against); }
.ig-strong { text-decoration: underline 2px rgb(var(--ig-hue)); text-underline-offset: 4px; }
.ig-strong.ig-against { text-decoration-style: dashed; }
.ig-word:focus { outline: 2px solid currentColor; outline-offset: 1px; }
.ig-word:hover::after, .ig-word:focus::after { content: attr(data-score); position: absolute; z-index: 5;
  left: 0; bottom: 100%; padding: 2px 7px; border-radius: 4px; background: var(--ig-tip);
  color: var(--ig-tip-text); font: 12px/1.4 ui-monospace, monospace; white-space: nowrap;
  pointer-events: none; }
.ig-token { border: 1px solid rgb(128 128 128 / .35); padding: 1px 3px; margin: 0 1px; }
.ig-special { opacity: .55; font-style: italic; }
.ig-masked { color: rgb(128 128 128); text-decoration: line-through 2px currentColor;
  background: repeating-linear-gradient(135deg, rgb(128 128 128 / .45) 0 2px, transparent 2px 5px); }
.rough .ig { --ig-for: 128 128 128; --ig-against: 128 128 128; }
@media (forced-colors: active) { .ig-strong { outline: 1px solid; } }
""".replace("@DARK@", DARK)


def render_words(
    text: str, words: Sequence[WordScore], masked: Sequence[Span] = (), language: Language = "en"
) -> str:
    """`text` with every character once and its words coloured; the words must be in order.

    Every word tells its score on hover; the ten strongest also by keyboard.
    Words that begin within `masked` are struck through. Scores are written as `language` does.
    """
    paint = _Paint(words, masked, language)
    parts: list[str] = []
    end = 0
    for word in words:
        parts += [escape(text[end : word.start]), paint.span(word, "")]
        end = word.stop
    return f'<div class="ig">{"".join(parts)}{escape(text[end:])}</div>'


def render_tokens(
    text: str, tokens: Sequence[TokenScore], masked: Sequence[Span] = (), language: Language = "en"
) -> str:
    """The tokens as the model sees them, in its order, on the lines of `text`; options as for words."""
    paint = _Paint(tokens, masked, language)
    parts: list[str] = []
    end = 0
    for token in tokens:
        special = token.start == token.stop
        parts += [_gap(text, end, end if special else token.start), paint.span(token, _kind(special))]
        end = end if special else token.stop
    return f'<div class="ig ig-tokens">{"".join(parts)}</div>'


def strongest(scored: Iterable[Score], count: int = STRONGEST) -> list[Score]:
    """The `count` entries of the largest absolute scores, largest first; those that score 0 are left out."""
    ranked = sorted(scored, key=lambda entry: -abs(entry.score))
    return [entry for entry in ranked[:count] if entry.score]


def in_place(text: str, scored: Sequence[WordScore], place: int) -> str:
    """The word at a place of `scored`; a mark with the word before it, for nobody finds a comma by itself."""
    word = scored[place]
    if place and not any(map(str.isalnum, word.text)):
        return text[scored[place - 1].start : word.stop]
    return word.text


def tint_of(score: float, fullest: float, strong: bool) -> float:
    """The opacity of a score's colour where `fullest` is the largest; 0 for next to nothing."""
    share = min(abs(score) / fullest, 1.0) if fullest else 0.0
    if strong:
        return max(FULLEST_TINT * sqrt(share), SEEN_TINT)
    return FULLEST_TINT * sqrt(share) if share >= _LEAST_SHARE else 0.0


def _kind(special: bool) -> str:
    return "ig-token ig-special" if special else "ig-token"


def _gap(text: str, start: int, stop: int) -> str:
    """The line breaks between two tokens; else a place where a line may break."""
    return "\n" * text.count("\n", start, stop) or "<wbr>"


class _Paint:
    """Turns scores into colours; one for all words of a view, so that equal scores look equal."""

    def __init__(
        self, scored: Sequence[WordScore | TokenScore], masked: Sequence[Span], language: Language
    ) -> None:
        self._masked = {character for span in masked for character in range(*span)}
        ranked = strongest(scored)
        self._strong = set(ranked)
        self._fullest = abs(ranked[0].score) if ranked else 0.0
        self._words = document_words(language)

    def span(self, entry: WordScore | TokenScore, kind: str) -> str:
        """One word or token with its colour, its score and, if it is strong, a tab stop."""
        score = signed(entry.score, self._words)
        strong = entry in self._strong
        opacity = tint_of(entry.score, self._fullest, strong)
        side = "ig-for" if entry.score > 0 else "ig-against"
        kinds = ["ig-word", kind, side if opacity else "", "ig-strong" if strong else ""]
        kinds.append("ig-masked" if entry.start in self._masked and entry.start < entry.stop else "")
        tint = f' style="--ig-tint:{opacity:.2f}"' if opacity else ""
        label = escape(f"{entry.text}: {score}")
        access = f' tabindex="0" role="img" aria-label="{label}"' if strong else ""
        names = " ".join(filter(None, kinds))
        return (
            f'<span class="{names}"{tint}{access} title="{score}" data-score="{score}"'
            f' data-at="{entry.start}">'
            f"{escape(entry.text)}</span>"
        )


def escape(text: str) -> str:
    """Text that neither HTML nor a template (`{{x}}`, `${x}`) can take for anything else."""
    return html.escape(text).translate(_TEMPLATES)


def legend(for_label: str = "за автора", against_label: str = "против автора") -> str:
    """What the two colours mean."""
    sides = (("ig-for", for_label), ("ig-against", against_label))
    spans = (
        f'<span class="ig-word ig-strong {side}" style="--ig-tint:{FULLEST_TINT}">{escape(label)}</span>'
        for side, label in sides
    )
    return f'<p class="ig ig-legend">{" ".join(spans)}</p>'

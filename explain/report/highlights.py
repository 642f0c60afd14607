"""Attributions as HTML: the text itself, its words or tokens coloured; all of it inert.

Scores become colours only here. Blue speaks for the author, orange against: a pair that colour-blind
people can tell apart; the strongest are underlined as well, solid or dashed, so colour is not alone.
"""

import html
from collections.abc import Iterable, Sequence

from explain.datamodels import TokenScore, WordScore
from explain.words import Span

TAB_STOPS = 40
_STRONGEST_TINT = 0.62
_LEAST_SHARE = 0.04  # of the strongest; weaker words stay uncoloured
_TEMPLATES = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;"})

STYLE = """
.ig { --ig-for: 37 99 235; --ig-against: 217 95 2; --ig-tip: #111827; --ig-tip-text: #fff;
  white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.9; }
.dark .ig { --ig-for: 96 150 255; --ig-against: 240 140 50; --ig-tip: #f3f4f6; --ig-tip-text: #111827; }
.ig-word { position: relative; border-radius: 3px; padding: 1px 0;
  background-color: rgb(var(--ig-hue) / var(--ig-tint, 0)); }
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
"""


def render_words(
    text: str,
    words: Sequence[WordScore],
    scale: float | None = None,
    tab_stops: int = TAB_STOPS,
    masked: Sequence[Span] = (),
) -> str:
    """`text` with every character once and its words coloured; the words must be in order.

    `scale` is the score in logits of the fullest colour, by default the strongest word's.
    Every word tells its score on hover; the `tab_stops` strongest also by keyboard.
    Words that begin within `masked` are struck through.
    """
    paint = _Paint(words, scale, tab_stops, masked)
    parts: list[str] = []
    end = 0
    for word in words:
        parts += [escape(text[end : word.start]), paint.span(word, "")]
        end = word.stop
    return f'<div class="ig">{"".join(parts)}{escape(text[end:])}</div>'


def render_tokens(
    text: str,
    tokens: Sequence[TokenScore],
    scale: float | None = None,
    tab_stops: int = TAB_STOPS,
    masked: Sequence[Span] = (),
) -> str:
    """The tokens as the model sees them, in its order, on the lines of `text`; options as for words."""
    paint = _Paint(tokens, scale, tab_stops, masked)
    parts: list[str] = []
    end = 0
    for token in tokens:
        special = token.start == token.stop
        parts += [_gap(text, end, end if special else token.start), paint.span(token, _kind(special))]
        end = end if special else token.stop
    return f'<div class="ig ig-tokens">{"".join(parts)}</div>'


def _kind(special: bool) -> str:
    return "ig-token ig-special" if special else "ig-token"


def _gap(text: str, start: int, stop: int) -> str:
    """The line breaks between two tokens; else a place where a line may break."""
    return "\n" * text.count("\n", start, stop) or "<wbr>"


class _Paint:
    """Turns scores into colours; one for all words of a view, so that equal scores look equal."""

    def __init__(
        self,
        scored: Iterable[WordScore | TokenScore],
        scale: float | None,
        tab_stops: int,
        masked: Sequence[Span],
    ) -> None:
        self._masked = {character for span in masked for character in range(*span)}
        strengths = sorted((abs(entry.score) for entry in scored), reverse=True)
        self._full = scale or max(strengths, default=0.0) or 1.0
        floor = self._full * _LEAST_SHARE
        focusable = [strength for strength in strengths[:tab_stops] if strength >= floor]
        self._focusable_from = focusable[-1] if focusable else float("inf")

    def span(self, entry: WordScore | TokenScore, kind: str) -> str:
        """One word or token with its colour, its score and, if it is strong, a tab stop."""
        score = format_score(entry.score)
        share = min(abs(entry.score) / self._full, 1.0)
        side = "ig-for" if entry.score > 0 else "ig-against"
        strong = abs(entry.score) >= self._focusable_from
        kinds = ["ig-word", kind, side if share >= _LEAST_SHARE else "", "ig-strong" if strong else ""]
        kinds.append("ig-masked" if entry.start in self._masked and entry.start < entry.stop else "")
        tint = f' style="--ig-tint:{share * _STRONGEST_TINT:.2f}"' if share >= _LEAST_SHARE else ""
        label = escape(f"{entry.text}: {score}")
        access = f' tabindex="0" role="img" aria-label="{label}"' if strong else ""
        names = " ".join(filter(None, kinds))
        return (
            f'<span class="{names}"{tint}{access} title="{score}" data-score="{score}"'
            f' data-at="{entry.start}">'
            f"{escape(entry.text)}</span>"
        )


def format_score(score: float) -> str:
    """Signed logits with three decimals and a true minus sign, which screen readers say."""
    return f"{score:+.3f}".replace("-", "−")


def escape(text: str) -> str:
    """Text that neither HTML nor a template (`{{x}}`, `${x}`) can take for anything else."""
    return html.escape(text).translate(_TEMPLATES)


def legend(for_label: str = "за автора", against_label: str = "против автора") -> str:
    """What the two colours mean."""
    sides = (("ig-for", for_label), ("ig-against", against_label))
    spans = (
        f'<span class="ig-word ig-strong {side}" style="--ig-tint:{_STRONGEST_TINT}">{escape(label)}</span>'
        for side, label in sides
    )
    return f'<p class="ig ig-legend">{" ".join(spans)}</p>'

"""How alike two texts usually are, as a small drawing: pairs by one author, pairs by two, and this one.

The drawing is stretched to its place's width; words are HTML beside it, so that no letter is ever stretched.
"""

from collections.abc import Sequence
from math import ceil, floor, log

from authorship.same_hand.datamodels import Comparison, quantile
from authorship.same_hand.phrases import HandPhrases, say_usual, write_ratio
from explain.report.highlights import escape

_WIDTH = 1000
_LEAST = 2.0  # powers of ten to either side that are always drawn
_MOST = 6.0
_TEN = log(10)

PLOT_STYLE = """
.usual { margin: 1.2rem 0; max-width: 42rem; }
.usual .drawn { position: relative; height: 8.2rem; }
.usual svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.usual svg * { vector-effect: non-scaling-stroke; fill: none; }
.usual .axis { stroke: rgb(128 128 128 / .55); stroke-width: 1px; }
.usual .even { stroke: rgb(128 128 128 / .8); stroke-width: 1px; stroke-dasharray: 3 3; }
.usual .one { stroke: rgb(var(--for, 37 99 235)); } .usual .two { stroke: rgb(var(--against, 217 95 2)); }
.usual .wide { stroke-width: 2px; } .usual .half { stroke-width: 12px; stroke-opacity: .45; }
.usual .median { stroke-width: 3px; } .usual .here { stroke: var(--ink, currentColor); stroke-width: 2.5px; }
.usual .drawn span { position: absolute; font: 13px/1.2 system-ui, sans-serif; white-space: nowrap; }
.usual .name { left: 0; } .usual .tick { top: 90%; transform: translateX(-50%); }
.usual .pair { top: -.2rem; font-weight: 600 !important; padding: 0 .4rem; }
.usual .pair.left { transform: translateX(-100%); }
.usual figcaption { margin-top: .9rem; font: 14px/1.5 system-ui, sans-serif; }
"""


def render_plot(found: Comparison, words: HandPhrases) -> str:
    """The drawing with its caption, which tells all of it to whoever does not see it."""
    scale = _Scale.of(found)
    rows = ((found.usual.same, "one", 34), (found.usual.different, "two", 68))
    drawn = "".join(_row(values, kind, height, scale) for values, kind, height in rows)
    here, even = scale.place(found.log_ratio), scale.place(0.0)
    picture = (
        f'<svg viewBox="0 0 {_WIDTH} 100" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="axis" d="M0 84H{_WIDTH}"/><path class="even" d="M{even:.1f} 14V84"/>{drawn}'
        f'<path class="here" d="M{here:.1f} 2V84"/></svg>'
    )
    left = " left" if here > 0.6 * _WIDTH else ""
    names = ((words.one_author, 19), (words.two_authors, 53))
    labels = "".join(
        f'<span class="name" style="top:{top}%">{escape(name)}</span>' for name, top in names
    ) + "".join(_tick(power, scale, words) for power in scale.ticks)
    pair = f'<span class="pair{left}" style="left:{here / 10:.1f}%">{escape(words.this_pair)}</span>'
    return (
        f'<figure class="usual"><div class="drawn" aria-hidden="true">{picture}{labels}{pair}</div>'
        f"<figcaption>{escape(say_usual(found, words))} {escape(words.plot_key)}</figcaption></figure>"
    )


class _Scale:
    """Log ratios to places from 0 to 1000, by powers of ten."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    @classmethod
    def of(cls, found: Comparison) -> "_Scale":
        """Wide enough for nine pairs of ten of either kind, and for this one."""
        ends = [quantile(values, share) / _TEN for values in _kinds(found) for share in (0.05, 0.95)]
        ends.append(found.log_ratio / _TEN)
        return cls(floor(max(min(*ends, -_LEAST), -_MOST)), ceil(min(max(*ends, _LEAST), _MOST)))

    @property
    def ticks(self) -> range:
        """Powers of ten that are named: few enough for a telephone, 1 among them."""
        step = max(1, ceil((self.high - self.low) / 3))
        return range(-(-self.low // step) * step, self.high + 1, step)

    def place(self, log_ratio: float) -> float:
        """Where it lies; what lies outside is put at the edge."""
        share = (log_ratio / _TEN - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0) * _WIDTH


def _kinds(found: Comparison) -> tuple[Sequence[float], Sequence[float]]:
    return found.usual.same, found.usual.different


def _row(values: Sequence[float], kind: str, height: int, scale: _Scale) -> str:
    """Nine pairs of ten as a thin line, the middle half as a thick one, the median as a stroke."""
    low, first, middle, third, high = (
        scale.place(quantile(values, share)) for share in (0.05, 0.25, 0.5, 0.75, 0.95)
    )
    return (
        f'<path class="{kind} wide" d="M{low:.1f} {height}H{high:.1f}"/>'
        f'<path class="{kind} half" d="M{first:.1f} {height}H{third:.1f}"/>'
        f'<path class="{kind} median" d="M{middle:.1f} {height - 6}V{height + 6}"/>'
    )


def _tick(power: int, scale: _Scale, words: HandPhrases) -> str:
    place = scale.place(power * _TEN) / 10
    shift = "" if 4 < place < 96 else f";transform:translateX({'0' if place <= 4 else '-100%'})"
    return f'<span class="tick" style="left:{place:.1f}%{shift}">{write_ratio(power * _TEN, words)}</span>'

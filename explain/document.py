"""Both models' reasons as one HTML file that needs nothing else: no script, no network, no ids."""

from collections.abc import Mapping

from explain.agreement import Likeness
from explain.datamodels import Attribution
from explain.view import STYLE, escape, format_score, legend, render_words

_PAGE_STYLE = """
:root { color-scheme: light dark; }
body { font: 17px/1.6 Georgia, "PT Serif", serif; max-width: 78rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-bottom: 0; }
.models { display: grid; gap: 2.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.facts { font: 14px/1.5 system-ui, sans-serif; opacity: .8; }
.warning { font: 14px/1.5 system-ui, sans-serif; border-left: 3px solid; padding-left: .6rem; }
@media (prefers-color-scheme: dark) {
  .ig { --ig-for: 96 150 255; --ig-against: 240 140 50; --ig-tip: #f3f4f6; --ig-tip-text: #111827; }
  .rough .ig { --ig-for: 128 128 128; --ig-against: 128 128 128; } }
"""
_HEADINGS = {"teacher": "Учитель", "student": "Ученик"}


def render_document(title: str, text: str, models: Mapping[str, Attribution], likeness: Likeness) -> str:
    """A whole page: each model's coloured text side by side; `models` are "teacher" and "student"."""
    columns = "".join(_column(role, text, attribution) for role, attribution in models.items())
    return (
        '<!doctype html>\n<html lang="ru"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}{_PAGE_STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{legend()}"
        f'<p class="facts">{escape(_agreement(likeness))}</p>'
        f'<div class="models">{columns}</div></body></html>\n'
    )


def _column(role: str, text: str, attribution: Attribution) -> str:
    body = render_words(text, attribution.words)
    if not attribution.converged:
        warning = "Объяснение не сошлось: этим оценкам нельзя доверять, поэтому цвета нет."
        body = f'<p class="warning">{warning}</p><div class="rough">{body}</div>'
    heading, facts = escape(_HEADINGS.get(role, role)), escape(_facts(attribution))
    return f'<section><h2>{heading}</h2><p class="facts">{facts}</p>{body}</section>'


def _facts(attribution: Attribution) -> str:
    return (
        f"{attribution.author.name}: логит {format_score(attribution.score)}, "
        f"без слов {format_score(attribution.baseline_score)}; "
        f"погрешность {attribution.error:.2%}, узлов {attribution.n_steps}, "
        f"{attribution.seconds:.1f} с"
    )


def _agreement(likeness: Likeness) -> str:
    agreement, scale, transfer = likeness.agreement, likeness.scale, likeness.transfer
    rank = "—" if agreement.spearman is None else f"{agreement.spearman:.2f}"
    text = (
        f"Согласие моделей: Спирмен {rank}, общих слов {agreement.common} "
        f"из {agreement.strongest} самых весомых, общего веса {agreement.mass_overlap:.0%}."
    )
    if transfer and transfer.student.ratio is not None:
        text += f" Ученик без слов учителя теряет {transfer.student.ratio:.0%} от того, что без своих."
    if transfer and transfer.teacher.ratio is not None:
        text += f" Учитель без слов ученика — {transfer.teacher.ratio:.0%}."
    if scale:
        reach = scale.spearman
        text += (
            f" Обычно у этой пары {reach.pair:.2f}, у модели самой с собой {reach.ceiling:.2f}, "
            f"у необученного ученика {reach.floor:.2f}."
        )
    return text

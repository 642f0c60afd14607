"""A result as one HTML file that needs nothing else: no script, no network, no ids."""

import unicodedata

from authorship.datamodels import Author, Prediction
from authorship.models.digest import text_hash
from authorship.numerals import Language, decimal, localised, probability, rounded_percent, signed, whole
from authorship.predict.results import known_authors
from authorship.predict.verdict import phrases, say, spoken_name
from explain.agreement import Likeness
from explain.datamodels import Attribution
from explain.report.citation import say_citation, say_day
from explain.report.highlights import DARK, STYLE, escape, in_place, legend, render_words
from explain.report.json import ModelResult, Result, software_versions
from explain.report.nearest import render_nearest
from explain.report.wording import DocumentWords, document_words

_SHOWN = 5
_STRONGEST = 20


def render_document(result: Result, language: Language = "ru") -> str:
    """A whole page in the order answer, evidence, test, sources; it opens alone and prints whole."""
    words = document_words(language)
    name = plain_name(result.citation.name) or words.untitled
    title = escape(words.title.format(name=name))
    near = {role: model.prediction.nearest for role, model in result.models.items()}
    authors = [author for model in result.models.values() for author in model.prediction.authors]
    shown = "" if result.verdict.outside else render_nearest(near, authors, words, result.verdict.named)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{STYLE}{PAGE_STYLE}</style></head><body><main>"
        f"{_head(name, result, words)}{_says(result, words)}{_sides(result, words)}"
        f'<div class="models">{"".join(_column(role, result, words) for role in result.models)}</div>'
        f"{shown}{_agreement(result.agreement, words)}{render_masked(result, words)}{_about(result, words)}"
        "</main></body></html>\n"
    )


def plain_name(path: str) -> str:
    """A file's name whose control and direction characters are made visible as U+FFFD."""
    return "".join("\ufffd" if unicodedata.category(one) in ("Cc", "Cf") else one for one in path)


def _head(name: str, result: Result, words: DocumentWords) -> str:
    """Which page this is of, which text, and when and where it was made."""
    characters = whole(len(result.text), words)
    facts = [name, words.facts_of_text.format(characters=characters), say_day(result.citation.made, words)]
    facts += [result.address] if result.address else []
    brand = escape(words.title.format(name="").strip())
    return f'<p class="brand">{brand}</p><p class="facts">{escape(" · ".join(facts))}</p>'


def _says(result: Result, words: DocumentWords) -> str:
    """The verdict, then each model's first authors; of a text that is outside they are folded away."""
    table, known = phrases(words.language), known_authors(*(one.prediction for one in result.models.values()))
    head = say(result.verdict, known, table, lambda author: name_of(author, words))
    columns = "".join(_ranking(role, model.prediction, words) for role, model in result.models.items())
    said, models = f"<h1>{escape(head)}</h1>", f'<div class="rankings">{columns}</div>'
    if result.verdict.outside:
        return f"{said}<details><summary>{escape(words.folded)}</summary>{models}</details>"
    return said + models


def _ranking(role: str, prediction: Prediction, words: DocumentWords) -> str:
    """One model's first authors as bars."""
    bars = "".join(
        f"<li><span>{escape(name_of(one.author, words))}</span> "
        f"<strong>{escape(probability(one.probability, words))}</strong>"
        f'<div class="bar"><div style="width:{one.probability:.2%}"></div></div></li>'
        for one in prediction.top_k(_SHOWN)
    )
    unusual = f'<p class="facts">{escape(words.unknown)}</p>' if prediction.unknown else ""
    return f"<section><h2>{escape(words.roles[role])}</h2><ol>{bars}</ol>{unusual}</section>"


def _sides(result: Result, words: DocumentWords) -> str:
    """What the colours mean, in words."""
    author = name_of(result.author, words)
    colours = f'<p class="facts">{escape(words.colours)}</p>'
    if result.rival is None:
        sides = words.for_author.format(author=author), words.against_author.format(author=author)
        return legend(*sides) + colours
    rival = name_of(result.rival, words)
    head = escape(words.versus.format(author=author, rival=rival))
    return f"<p>{head}</p>{legend(author, rival)}{colours}"


def _agreement(likeness: Likeness | None, words: DocumentWords) -> str:
    if likeness is None:
        return ""
    agreement, scale, transfer = likeness.agreement, likeness.scale, likeness.transfer
    lines = [
        words.agreement.format(
            spearman="—" if agreement.spearman is None else decimal(agreement.spearman, 2, words),
            common=agreement.common,
            strongest=agreement.strongest,
            mass=rounded_percent(agreement.mass_overlap, words),
        )
    ]
    if transfer:
        drops = (words.loss_student, transfer.student.ratio), (words.loss_teacher, transfer.teacher.ratio)
        lines += [
            text.format(share=rounded_percent(ratio, words)) for text, ratio in drops if ratio is not None
        ]
    if scale:
        reach = scale.spearman
        ends = {name: decimal(getattr(reach, name), 2, words) for name in ("pair", "ceiling", "floor")}
        lines.append(words.scale.format(**ends))
    return f'<p class="facts">{escape(" ".join(lines))}</p>'


def _column(role: str, result: Result, words: DocumentWords) -> str:
    attribution = result.models[role].attribution
    heading = f"<h2>{escape(words.roles[role])}</h2>"
    if attribution is None:
        return f'<section>{heading}<p class="warning">{escape(words.unexplained)}</p></section>'
    body = render_words(result.text, attribution.words, result.masked, words.language)
    if not attribution.converged:
        body = f'<p class="warning">{escape(words.uncertain)}</p><div class="rough">{body}</div>'
    facts = escape(_facts(attribution, result.rival, words))
    table = _table(result.text, attribution, words)
    return f'<section>{heading}<p class="facts">{facts}</p>{body}{table}</section>'


def _facts(attribution: Attribution, rival: Author | None, words: DocumentWords) -> str:
    """Logits (their differences where there is a rival), error and cost."""
    sides = [name_of(author, words) for author in (attribution.author, rival) if author]
    return words.facts.format(
        author=" − ".join(sides),
        score=signed(attribution.score, words),
        baseline=signed(attribution.baseline_score, words),
        error=localised(f"{attribution.error:.2%}", words),
        nodes=attribution.n_steps,
        seconds=decimal(attribution.seconds, 1, words),
    )


def _table(text: str, attribution: Attribution, words: DocumentWords) -> str:
    """The strongest words with their numbers, for print and for readers who cannot point."""
    numbered = sorted(enumerate(attribution.words), key=lambda one: -abs(one[1].score))[:_STRONGEST]
    strongest = [(place, signed(word.score, words)) for place, word in numbered]
    items = "".join(
        f"<li><bdi>{escape(in_place(text, attribution.words, place))}</bdi> {score}</li>"
        for place, score in strongest
    )
    return f"<h3>{escape(words.strongest)}</h3><ol>{items}</ol>"


def _about(result: Result, words: DocumentWords) -> str:
    """What the numbers mean; method, hashes and versions: what another needs to compute the same."""
    facts = [(words.text_hash, text_hash(result.text))]
    for role in result.models if result.hashes else ():
        facts.append((words.model_hash.format(role=words.roles[role]), getattr(result.hashes, role)))
    for role, model in result.models.items():
        label = words.weights.format(role=words.roles[role])
        facts += [(f"{label}, {file}", digest) for file, digest in model.weights.items()]
    facts.append((words.versions, ", ".join(f"{name} {one}" for name, one in software_versions().items())))
    items = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in facts)
    limits = escape(
        words.limits.format(authors=max(len(one.prediction.authors) for one in result.models.values()))
    )
    terms = "".join(f"<dt>{escape(term)}</dt><dd>{escape(said)}</dd>" for term, said in words.terms)
    return (
        f'<h2>{escape(words.cite_title)}</h2><p class="citation">'
        f"{escape(say_citation(result.citation, words))}</p>"
        f"<h2>{escape(words.limits_title)}</h2><p>{limits}</p>"
        f"<h2>{escape(words.terms_title)}</h2><dl>{terms}</dl>"
        f"<h2>{escape(words.about_title)}</h2><p>{escape(words.method)}</p><dl>{items}</dl>"
    )


def name_of(author: Author, words: DocumentWords) -> str:
    """The author's name as the document's language writes it."""
    return spoken_name(author, words.language)


def render_masked(result: Result, words: DocumentWords) -> str:
    """The masked words, then each model's line; nothing where no word is masked."""
    if not result.masked:
        return ""
    listed = ", ".join(
        dict.fromkeys(f"<bdi>{escape(result.text[start:stop])}</bdi>" for start, stop in result.masked)
    )
    lines = "".join(_test(role, model, result, words) for role, model in result.models.items())
    return f"<h2>{escape(words.masked_title)}</h2><p>{listed}</p>{lines}"


def _test(role: str, model: ModelResult, result: Result, words: DocumentWords) -> str:
    """How far one model's verdict holds, and what was predicted of it."""
    if model.masked is None:
        return ""
    before, after = model.prediction.top_k(1)[0], model.masked.top_k(1)[0]
    template = words.held if before.author.key == after.author.key else words.changed
    firsts = {
        name: f"{name_of(one.author, words)} {probability(one.probability, words)}"
        for name, one in (("before", before), ("after", after))
    }
    lines = [template.format(role=words.roles[role], **firsts)]
    found = model.verification
    if found is not None:
        predicted = words.unpredicted if found.predicted is None else signed(found.predicted, words)
        lines.append(
            words.verified.format(
                predicted=predicted,
                actual=signed(found.actual, words),
                author=name_of(result.author, words),
                before=probability(found.probability_before, words),
                after=probability(found.probability_after, words),
            )
        )
    return f"<p>{escape(' '.join(lines))}</p>"


PAGE_STYLE = """
:root { color-scheme: light dark; --paper: #f6f1e7; --sheet: #fffdf8; --ink: #221d17; --faint: #665d51;
  --rule: #dcd2c0; --accent: #7c2d1f; --bar: #bfae92; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.6 "PT Serif", Charter, Georgia, "Noto Serif", serif; overflow-wrap: anywhere; }
main { max-width: 70rem; margin: 0 auto; padding: clamp(1rem, 4vw, 3rem); }
h1 { margin: .4rem 0 1.4rem; font-size: clamp(1.5rem, 4vw, 2.2rem); font-weight: 400; line-height: 1.2; }
h2 { margin: 1.8rem 0 .4rem; font-size: 1.15rem; } h3 { margin: 1.2rem 0 .2rem; font-size: 1rem; }
h1, h2, h3, p, li, dt, dd, td, th, .ig { unicode-bidi: isolate; }
.brand { margin: 0; font-size: 1.15rem; color: var(--accent); } .brand + .facts { margin: 0; }
.facts, dl, .citation { font: 14px/1.5 system-ui, sans-serif; color: var(--faint); max-width: 50rem; }
.citation { color: var(--ink); border-left: 3px solid var(--accent); padding-left: .8rem; }
dt { margin-top: .5rem; font-weight: 600; } dd { margin: 0; } summary { cursor: pointer; }
.warning { font: 14px/1.5 system-ui, sans-serif; border-left: 3px solid; padding-left: .6rem; }
.rankings, .models { display: grid; gap: 1rem 2.5rem; grid-template-columns: minmax(0, 1fr); }
.rankings h2 { margin-top: 0; font: 600 14px system-ui, sans-serif; color: var(--faint); }
.rankings ol { margin: 0; padding: 0; list-style: none; font-size: 15px; }
.rankings li { display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: 1rem; margin: .2rem 0; }
.rankings li + li { color: var(--faint); font-size: 14px; } .rankings li:first-child { font-size: 17px; }
.bar { grid-column: 1 / -1; height: 3px; background: var(--rule); print-color-adjust: exact; }
.bar div { display: block; height: 100%; background: var(--accent); print-color-adjust: exact; }
li + li .bar div { background: var(--bar); }
.models section > .ig, .rough .ig { padding: clamp(.8rem, 3vw, 1.6rem); background: var(--sheet);
  border: 1px solid var(--rule); }
.models ol { columns: 11rem auto; column-gap: 2.2rem; font-size: 15px; padding-left: 1.8rem; }
.models li { break-inside: avoid; padding-right: .3rem; }
.ig-legend { line-height: 1.6; }
.ig-legend .ig-word { display: inline-block; margin-right: .8rem; padding: 1px 6px; }
table { border-collapse: collapse; font-size: 15px; }
thead th { font: 14px system-ui, sans-serif; color: var(--faint); }
td, th { padding: .3rem 1rem .3rem 0; border-bottom: 1px solid var(--rule);
  text-align: left; vertical-align: top; }
td { font-variant-numeric: tabular-nums; white-space: nowrap; } tbody th { font-weight: 400; }
tbody th span { color: var(--faint); }
@media (min-width: 52rem) { .rankings, .models { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (prefers-color-scheme: dark) {
  :root { --paper: #171511; --sheet: #201d18; --ink: #ebe3d5; --faint: #aaa091; --rule: #3b352c;
    --accent: #e39a86; --bar: #6f6350; }
  .ig { @DARK@ } .rough .ig { --ig-for: 128 128 128; --ig-against: 128 128 128; } }
@media print { :root { color-scheme: light; --paper: #fff; --sheet: #fff; --ink: #000; --faint: #444;
    --rule: #bbb; --accent: #7c2d1f; --bar: #999; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; }
  .models { display: block; } .models section + section { break-before: page; }
  .models section > .ig { border: 0; padding: 0; } h2, h3, h1 { break-after: avoid; }
  details:not([open]) > * { display: block; } }
""".replace("@DARK@", DARK)

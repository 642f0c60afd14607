"""A result as one HTML file that needs nothing else: no script, no network, no ids."""

import unicodedata

from authorship.datamodels import Author, Prediction
from authorship.predict.phrases import phrases, say, spoken_name
from authorship.predict.results import bounded, known_authors
from explain.agreement import Likeness
from explain.datamodels import Attribution
from explain.report.highlights import DARK, STYLE, escape, format_score, in_place, legend, render_words
from explain.report.json import ModelResult, Result, software_versions, text_hash
from explain.report.wording import DocumentWords, Language, document_words

_SHOWN = 5
_STRONGEST = 20


def render_document(result: Result, language: Language = "ru") -> str:
    """A whole page: verdicts, both coloured texts side by side, the test, and where all of it comes from."""
    words = document_words(language)
    title = escape(words.title.format(name=plain_name(result.path)).strip())
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{STYLE}{PAGE_STYLE}</style></head><body>"
        f"<h1>{title}</h1>{_says(result, words)}{_sides(result, words)}{_agreement(result.agreement, words)}"
        f'<div class="models">{"".join(_column(role, result, words) for role in result.models)}</div>'
        f"{render_masked(result, words)}{_about(result, words)}</body></html>\n"
    )


def plain_name(path: str) -> str:
    """A file's name whose control and direction characters are made visible as U+FFFD."""
    return "".join("\ufffd" if unicodedata.category(one) in ("Cc", "Cf") else one for one in path)


def _says(result: Result, words: DocumentWords) -> str:
    """The verdict, then each model's first authors; of a text that is outside they are folded away."""
    table, known = phrases(words.language), known_authors(*(one.prediction for one in result.models.values()))
    head = say(result.verdict, known, table, lambda author: name_of(author, words))
    lines = []
    for role, model in result.models.items():
        line = words.says.format(role=words.roles[role], authors=_ranking(model.prediction, words))
        lines.append(f"<p>{escape(line)}</p>")
    said, models = f'<p class="verdict">{escape(head)}</p>', "".join(lines)
    if result.verdict.outside:
        return f"{said}<details><summary>{escape(words.folded)}</summary>{models}</details>"
    return said + models


def _ranking(prediction: Prediction, words: DocumentWords) -> str:
    ranked = prediction.top_k(_SHOWN)
    names = ", ".join(f"{name_of(one.author, words)} {share(one.probability, words)}" for one in ranked)
    return f"{names}. {words.unknown.rstrip('.')}" if prediction.unknown else names


def _sides(result: Result, words: DocumentWords) -> str:
    author = name_of(result.author, words)
    if result.rival is None:
        return legend(f"+ {author}", f"− {author}") + f'<p class="facts">{escape(words.colours)}</p>'
    rival = name_of(result.rival, words)
    head = escape(words.versus.format(author=author, rival=rival))
    return f'<p>{head}</p>{legend(author, rival)}<p class="facts">{escape(words.colours)}</p>'


def _agreement(likeness: Likeness | None, words: DocumentWords) -> str:
    if likeness is None:
        return ""
    agreement, scale, transfer = likeness.agreement, likeness.scale, likeness.transfer
    lines = [
        words.agreement.format(
            spearman="—" if agreement.spearman is None else decimal(f"{agreement.spearman:.2f}", words),
            common=agreement.common,
            strongest=agreement.strongest,
            mass=decimal(f"{agreement.mass_overlap:.0%}", words),
        )
    ]
    if transfer:
        drops = (words.loss_student, transfer.student.ratio), (words.loss_teacher, transfer.teacher.ratio)
        lines += [
            text.format(share=decimal(f"{ratio:.0%}", words)) for text, ratio in drops if ratio is not None
        ]
    if scale:
        reach = scale.spearman
        ends = {name: decimal(f"{getattr(reach, name):.2f}", words) for name in ("pair", "ceiling", "floor")}
        lines.append(words.scale.format(**ends))
    return f'<p class="facts">{escape(" ".join(lines))}</p>'


def _column(role: str, result: Result, words: DocumentWords) -> str:
    attribution = result.models[role].attribution
    heading = f"<h2>{escape(words.roles[role])}</h2>"
    if attribution is None:
        return f'<section>{heading}<p class="warning">{escape(words.unexplained)}</p></section>'
    body = render_words(result.text, attribution.words, result.masked, decimal(".", words))
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
        error=decimal(f"{attribution.error:.2%}", words),
        nodes=attribution.n_steps,
        seconds=decimal(f"{attribution.seconds:.1f}", words),
    )


def _table(text: str, attribution: Attribution, words: DocumentWords) -> str:
    """The strongest words with their numbers, for print and for readers who cannot point."""
    numbered = sorted(enumerate(attribution.words), key=lambda one: -abs(one[1].score))[:_STRONGEST]
    items = "".join(
        f"<li><bdi>{escape(in_place(text, attribution.words, place))}</bdi> {signed(word.score, words)}</li>"
        for place, word in numbered
    )
    return f"<h3>{escape(words.strongest)}</h3><ol>{items}</ol>"


def _about(result: Result, words: DocumentWords) -> str:
    """What the numbers mean; method, hashes and versions: what another needs to compute the same."""
    facts = [(words.text_hash, text_hash(result.text))]
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
        f"<h2>{escape(words.limits_title)}</h2><p>{limits}</p>"
        f"<h2>{escape(words.terms_title)}</h2><dl>{terms}</dl>"
        f"<h2>{escape(words.about_title)}</h2><p>{escape(words.method)}</p><dl>{items}</dl>"
    )


def name_of(author: Author, words: DocumentWords) -> str:
    """The author's name as the document's language writes it."""
    return spoken_name(author, words.language)


def share(probability: float, words: DocumentWords) -> str:
    """A probability with one decimal, never a false 0 or 100: 62,3 % in Russian, 62.3% in English."""
    sign, held = bounded(probability)
    return (f"{sign}\u00a0" if sign else "") + decimal(f"{held:.1%}", words)


def decimal(number: str, words: DocumentWords) -> str:
    """A formatted number with the language's decimal mark and a true minus sign."""
    written = number.replace("-", "−")
    return written.replace(".", ",").replace("%", "\u00a0%") if words.language == "ru" else written


def signed(score: float, words: DocumentWords) -> str:
    """A score in logits with its sign, as the language writes it."""
    return decimal(format_score(score), words)


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
        name: f"{name_of(one.author, words)} {share(one.probability, words)}"
        for name, one in (("before", before), ("after", after))
    }
    lines = [template.format(role=words.roles[role], **firsts)]
    found = model.verification
    if found is not None:
        lines.append(
            words.verified.format(
                predicted=words.unpredicted if found.predicted is None else signed(found.predicted, words),
                actual=signed(found.actual, words),
                author=name_of(result.author, words),
                before=share(found.probability_before, words),
                after=share(found.probability_after, words),
            )
        )
    return f"<p>{escape(' '.join(lines))}</p>"


PAGE_STYLE = """
:root { color-scheme: light dark; }
body { font: 17px/1.6 Georgia, "PT Serif", serif; max-width: 78rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-bottom: 0; }
h3 { font-size: 1rem; margin-bottom: 0; }
h1, h2, h3, p, li, dt, dd, .ig { unicode-bidi: isolate; }
.models { display: grid; gap: 2.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.models ol { columns: 11rem; font-size: 15px; }
.verdict { font-size: 1.25rem; } summary { cursor: pointer; }
.facts, dl { font: 14px/1.5 system-ui, sans-serif; opacity: .8; } dt { font-weight: 600; } dd { margin: 0; }
.warning { font: 14px/1.5 system-ui, sans-serif; border-left: 3px solid; padding-left: .6rem; }
@media (prefers-color-scheme: dark) {
  .ig { @DARK@ }
  .rough .ig { --ig-for: 128 128 128; --ig-against: 128 128 128; } }
@media print { body { margin: 0; max-width: none; font-size: 11pt; }
  .models { display: block; } section { break-before: page; } section:first-child { break-before: auto; } }
""".replace("@DARK@", DARK)

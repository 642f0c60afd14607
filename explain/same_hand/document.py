"""A comparison as one HTML file that needs nothing else, as JSON by which it can be repeated, and cited."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from authorship import VERSION
from authorship.models.digest import text_hash
from authorship.numerals import Language, whole
from authorship.same_hand.answer import Answer, Candidate, Measured
from authorship.same_hand.phrases import (
    ENGLISH,
    RUSSIAN,
    HandPhrases,
    hand_phrases,
    say_answer,
    say_probability,
)
from authorship.same_hand.results import none_of_them, to_object
from explain.datamodels import WordScore
from explain.report.citation import SHOWN_DIGITS, say_day
from explain.report.highlights import STYLE, escape
from explain.report.html import PAGE_STYLE
from explain.report.json import inert, software_versions
from explain.report.wording import DocumentWords, document_words
from explain.same_hand.reasons import HandReasons, extremes
from explain.same_hand.view import (
    PLOT_STYLE,
    render_answer,
    render_candidates,
    render_cautions,
    render_reasons,
    render_usual,
    short_name,
)
from explain.same_hand.wording import comparison_words

_STYLE = """
.verdict { margin: .4rem 0 1rem; font-size: clamp(1.5rem, 4vw, 2.2rem); line-height: 1.2; }
.sides { display: grid; gap: 1rem 2.5rem; } .sides section { min-width: 0; }
.sides .named { margin: .8rem 0 .2rem; font: 14px system-ui, sans-serif; color: var(--faint); }
.sides .hand-text .ig { padding: clamp(.8rem, 3vw, 1.6rem); background: var(--sheet);
  border: 1px solid var(--rule); }
.tellings { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1rem 2.5rem; margin-top: 1.5rem; }
.telling caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
"""


@dataclass(frozen=True, slots=True)
class SavedComparison:
    """What can be taken away: the answer, its reasons, the prior that the reader holds, and when and where.

    `candidates` are several whom the disputed text may be by; `answer` is that of the most alike then.
    `hashes` are SHA-256 of the measure's files by name; `address` is the page's, "" without one.
    """

    answer: Answer
    reasons: HandReasons | None
    prior: float = 0.5
    hashes: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    made: date | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def day(self) -> date:
        """When it was made."""
        return self.made or date.today()


def render_comparison(result: SavedComparison, language: Language = "ru") -> str:
    """A whole page in the order answer, doubts, reasons, sources; it opens alone and prints whole."""
    words, said = hand_phrases(language), comparison_words(language)
    answer, title = result.answer, escape(said.title)
    probability = ""
    if result.candidates:
        probability = render_candidates(result.candidates, result.prior, words)
    elif not answer.void:
        probability = f"<p>{escape(say_probability(answer.comparison, result.prior, words))}</p>"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{STYLE}{PAGE_STYLE}{PLOT_STYLE}{_STYLE}</style></head><body><main>"
        f'<p class="brand">{title}</p><p class="facts">{escape(_sides(answer, language))}</p>'
        f"{render_answer(answer, words)}{probability}{render_usual(answer, words)}"
        f"{render_cautions(answer, words)}<h2>{escape(said.why)}</h2>"
        f"{render_reasons(answer, result.reasons, words)}{_about(result, language)}</main></body></html>\n"
    )


def _sides(answer: Answer, language: Language) -> str:
    words, said = hand_phrases(language), comparison_words(language)
    parts = ((said.known, answer.known), (said.disputed, answer.disputed))
    return " · ".join(f"{head}: {_names(texts)} ({_length(texts, words)})" for head, texts in parts)


def _names(texts: Sequence[Measured]) -> str:
    return ", ".join(short_name(one) for one in texts)


def _length(texts: Sequence[Measured], words: HandPhrases) -> str:
    return whole(sum(len(one.text) for one in texts), words)


def _about(result: SavedComparison, language: Language) -> str:
    """How to cite, what it does not prove, method, hashes and versions."""
    words, said, document = hand_phrases(language), comparison_words(language), document_words(language)
    facts = [
        (said.text_hash.format(name=short_name(one)), text_hash(one.text)) for one in result.answer.texts
    ]
    facts += [(said.measure_hash.format(name=name), digest) for name, digest in result.hashes.items()]
    facts.append((said.versions, ", ".join(f"{name} {one}" for name, one in software_versions().items())))
    items = "".join(f"<dt>{escape(head)}</dt><dd>{escape(value)}</dd>" for head, value in facts)
    return (
        f'<h2>{escape(document.cite_title)}</h2><p class="citation">{escape(cite(result, language))}</p>'
        f"<h2>{escape(said.limits_title)}</h2><p>{escape(words.limits)}</p>"
        f"<h2>{escape(said.about_title)}</h2><p>{escape(said.method)}</p><dl>{items}</dl>"
    )


def cite(result: SavedComparison, language: Language) -> str:
    """The citation as it stands in a footnote; hashes are shortened to their first 16 digits."""
    words, said, document = hand_phrases(language), comparison_words(language), document_words(language)
    known, disputed = result.answer.known, result.answer.disputed
    compared = said.cited.format(
        known=_names(known),
        known_characters=_length(known, words),
        disputed=_names(disputed),
        disputed_characters=_length(disputed, words),
        answer=say_answer(result.answer, words),
        day=say_day(result.day, document),
    )
    hashes = {
        "measure": _joined(sorted(result.hashes.values())),
        "known": _joined([text_hash(one.text) for one in known]),
        "disputed": _joined([text_hash(one.text) for one in disputed]),
    }
    told = said.hashed.format(**hashes)
    place = f"{result.address}." if result.address else ""
    return " ".join(filter(None, (_title(document), compared, place, told)))


def _title(document: DocumentWords) -> str:
    return document.cited.format(title=document.cited_title, version=VERSION)


def _joined(hashes: Sequence[str]) -> str:
    """One hash itself; of several the hash of them in order, "—" of none; shortened."""
    if not hashes:
        return "—"
    one = hashes[0] if len(hashes) == 1 else sha256("".join(hashes).encode()).hexdigest()
    return f"{one[:SHOWN_DIGITS]}…"


def comparison_to_json(result: SavedComparison) -> str:
    """The comparison on one line: the answer, each word's score by text, the citation and the versions."""
    value = to_object(result.answer, result.prior, result.hashes)
    reasons = result.reasons
    for side in ("known", "disputed"):
        scored: Sequence[Sequence[WordScore]] = getattr(reasons, side) if reasons else ()
        for text, words in zip(value[side], scored, strict=False):
            text["words"] = [asdict(word) for word in words]
    if result.candidates:
        value |= {
            "candidates": [
                {
                    "name": one.name,
                    "probability": one.probability,
                    "log_ratio": one.answer.comparison.log_ratio,
                }
                for one in result.candidates
            ],
            "none": none_of_them(result.candidates),
        }
    value |= {
        "pairs": [
            {"text": pair.text, "known": pair.known, "disputed": pair.disputed}
            for side in (extremes(reasons.pairs) if reasons else ())
            for pair in side
        ],
        "missing": reasons.missing if reasons else None,
        "error": reasons.error if reasons else None,
        "citation": _citation(result),
        "versions": software_versions(),
    }
    return inert(json.dumps(value, ensure_ascii=False))


def _citation(result: SavedComparison) -> dict[str, Any]:
    return {
        "title": document_words("en").cited_title,
        "title_ru": document_words("ru").cited_title,
        "date": result.day.isoformat(),
        "version": VERSION,
        "address": result.address,
        "sentence": cite(result, ENGLISH.language),
        "sentence_ru": cite(result, RUSSIAN.language),
    }

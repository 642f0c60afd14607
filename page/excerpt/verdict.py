"""Problems, the verdict on both models, and the authors each finds most probable, as HTML.

The composer folds to its text after a verdict; until then the coloured example stands under it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING
from zlib import crc32

from authorship.datamodels import Prediction, RankedAuthor
from authorship.errors import TextError
from authorship.models.bundle import ModelBundle
from authorship.models.source import Role
from authorship.numerals import decimal, probability, rounded_percent, whole
from authorship.predict.results import known_authors
from authorship.predict.verdict import Certainty, Verdict, phrases, say
from explain.datamodels import WordScore
from explain.report.highlights import escape as inert
from explain.report.highlights import render_words
from page.examples import EXAMPLES, example_text, is_known
from page.excerpt.results import ROLES, Reading
from page.i18n.messages import Messages
from page.i18n.wording import counted, display_name, years

if TYPE_CHECKING:
    from page.excerpt.pair_service import Reader
    from page.session import Session

SHORT = 1_500  # characters: below it the verdict tells how often such answers are right
_FOLDED = 5  # authors of each model shown of a text that is outside


def render_problem(message: str) -> str:
    """What is wrong and what to do, as an alert; nothing where all is well."""
    return f'<p class="problem" role="alert">{escape(message)}</p>' if message else ""


def problem_message(problem: TextError, words: Messages) -> str:
    """A problem said in the page's language."""
    fields = problem.fields
    characters = counted(int(fields.get("characters", 0)), words.characters, words)
    if problem.code == "too_large" and "characters" in fields:
        return words.too_long.format(characters=characters, limit=whole(int(fields["limit"]), words))
    if problem.code == "too_large":
        return words.too_large.format(limit=int(fields["limit"]) // 1_000_000)
    if problem.code == "too_short":
        return words.too_short.format(characters=characters, minimum=fields["minimum"])
    if problem.code == "unknown_encoding":
        return words.unknown_encoding.format(encoding=fields["encoding"])
    if problem.code == "archive":
        return words.archive.format(format=fields["format"])
    if problem.code == "other_format":
        name = str(fields["format"])
        return words.other_format.format(format=name, remedy=words.remedies.get(name, words.remedy))
    plain = {
        "empty": words.empty,
        "left_out": words.left_out,
        "not_cyrillic": words.not_cyrillic,
        "not_text": words.not_text,
        "encrypted": words.encrypted,
        "damaged": words.damaged,
        "hostile": words.hostile,
    }
    return plain[problem.code]


def render_verdict(reading: Reading, words: Messages, right: float | None = None, folded: bool = True) -> str:
    """The verdict in a sentence that fits its certainty, and what to mind.

    `right` is how often the first author of such short texts is the right one. Of a text that is outside no
    author is named but where the reader unfolds it; without `folded` not even there.
    """
    head = f'<p class="verdict">{escape(say_verdict(reading, words))}</p>'
    old = f'<p class="outdated">{escape(words.outdated)}</p>'
    if reading.verdict.outside:
        return head + old + render_outside(reading.teacher, reading.student, words, folded)
    known = known_authors(reading.teacher, reading.student)
    caution = words.caution.format(authors=known, years=_time(reading.teacher, words))
    return f'{head}{old}{_short(reading, words, right)}<p class="mind">{escape(caution)}</p>'


def render_rankings(reading: Reading, words: Messages) -> str:
    """Both models side by side: the first author of each as a bar, the others folded away."""
    certainty = reading.verdict.certainty
    columns = "".join(
        f'<section id="{role}-ranking"><h3 class="role">{escape(role_name(role, words))}</h3>'
        f"{render_ranking(reading.of(role), 1, words, certainty)}"
        f"{_others(reading.of(role), words, certainty)}</section>"
        for role in ROLES
    )
    return f'<div class="rankings">{columns}</div>'


def say_first(role: Role, prediction: Prediction, words: Messages) -> str:
    """Whom a model puts first and how likely: "Teacher — Anton Chekhov, 69.2%"."""
    first = prediction.top_k(1)[0]
    name, share = display_name(first.author, words), probability(first.probability, words)
    return words.says.format(role=role_name(role, words), author=name, share=share)


def _others(prediction: Prediction, words: Messages, certainty: Certainty) -> str:
    """Everyone but the first, folded away; nothing where there is nobody else."""
    ranked = prediction.top_k(len(prediction.authors))[1:]
    if not ranked:
        return ""
    bars = "".join(_bar(one, words) for one in ranked)
    kind = "ranking unsure" if _is_pale(prediction, certainty) else "ranking"
    summary = escape(words.more.format(count=len(ranked)))
    return f'<details><summary>{summary}</summary><ol class="{kind}" start="2">{bars}</ol></details>'


def render_citable(uncalibrated: Sequence[Role], words: Messages) -> str:
    """Which of the numbers can be cited; nothing of a pair whose percentages nobody has checked."""
    return "" if uncalibrated else f'<p class="aside">{escape(words.figures_lead)}</p>'


def render_length(reading: Reading, words: Messages) -> str:
    """How long the text is, and in how many passages it was read where there are several."""
    lengths = [counted(len(reading.text), words.characters, words)]
    lengths += [counted(reading.windows, words.windows, words)] if reading.windows > 1 else []
    return f'<p class="aside">{escape(words.read_whole.format(length=", ".join(lengths)))}</p>'


def say_verdict(reading: Reading, words: Messages) -> str:
    """The verdict on a text as one sentence in the page's language."""
    return say_of(reading.verdict, reading.teacher, reading.student, words)


def say_of(verdict: Verdict, teacher: Prediction, student: Prediction, words: Messages) -> str:
    """A verdict on both predictions as one sentence in the page's language."""
    name = partial(display_name, words=words)
    return say(verdict, known_authors(teacher, student), phrases(words.language), name)


def render_outside(teacher: Prediction, student: Prediction, words: Messages, folded: bool = True) -> str:
    """Why no author is named; what the models would say stays folded away, or is left out."""
    note = words.outside_note.format(authors=known_authors(teacher, student), years=_time(teacher, words))
    said = f'<p class="says">{escape(note)}</p>'
    if not folded:
        return f'{said}<p class="aside">{escape(words.outside_unsure)}</p>'
    columns = "".join(
        f'<div><h3 class="role">{escape(role_name(role, words))}</h3>'
        f"{render_ranking(prediction, _FOLDED, words, 'outside')}</div>"
        for role, prediction in zip(ROLES, (teacher, student), strict=True)
    )
    return (
        f'{said}<details class="folded"><summary>{escape(words.outside_details)}</summary>'
        f'<p class="aside">{escape(words.outside_unsure)}</p><div class="columns">{columns}</div></details>'
    )


def _time(prediction: Prediction, words: Messages) -> str:
    """When the authors were born, the first and the last; nothing where that is not known."""
    born = [author.born for author in prediction.authors if author.born]
    return words.outside_years.format(first=min(born), last=max(born)) if born else ""


def _short(reading: Reading, words: Messages, right: float | None) -> str:
    """How often answers to texts this short are right, where an author is named and it was measured."""
    if right is None or len(reading.text) >= SHORT or reading.verdict.certainty == "nobody":
        return ""
    length = counted(len(reading.text), words.characters, words)
    said = words.short.format(characters=length, share=rounded_percent(min(right, 0.99), words))
    return f'<p class="short">{escape(said)}</p>'


def role_name(role: Role, words: Messages) -> str:
    """A model's name in the page's language, "Teacher" or "Student"."""
    return words.teacher if role == "teacher" else words.student


def render_model(role: Role, bundle: ModelBundle, prediction: Prediction | None, words: Messages) -> str:
    """A column's head: which model, how deep, how large and how long it took."""
    facts = [words.teacher_is if role == "teacher" else words.student_is]
    facts.append(counted(int(bundle.model.config.num_hidden_layers), words.layers, words))
    facts.append(words.millions.format(count=decimal(bundle.model.num_parameters() / 1e6, 0, words)))
    if not bundle.calibration.chosen:
        facts.append(words.uncalibrated_fact)
    if prediction:
        facts.append(seconds(prediction.seconds, words))
    aside = escape(" · ".join(facts))
    return f'<h2 class="role">{escape(role_name(role, words))}</h2><p class="aside">{aside}</p>'


def seconds(value: float, words: Messages) -> str:
    """A duration: two decimals below ten seconds, one above."""
    return words.seconds.format(count=decimal(value, 2 if value < 10 else 1, words))


def render_ranking(prediction: Prediction, shown: int, words: Messages, certainty: Certainty = "open") -> str:
    """The `shown` most probable authors as bars, pale where the verdict has this `certainty` of no author."""
    bars = "".join(_bar(ranked, words) for ranked in prediction.top_k(shown))
    kind = "ranking unsure" if _is_pale(prediction, certainty) else "ranking"
    return f'{_abstention(prediction, words, certainty)}<ol class="{kind}">{bars}</ol>'


def _is_pale(prediction: Prediction, certainty: Certainty) -> bool:
    return prediction.unknown or certainty in ("outside", "nobody")


def _abstention(prediction: Prediction, words: Messages, certainty: Certainty) -> str:
    """What one model's abstaining means: that it is nobody known only where the other agrees."""
    if not prediction.unknown or certainty == "outside":
        return ""
    if certainty != "nobody":
        return f'<p class="abstains">{escape(words.unusual_note)}</p>'
    badge, note = escape(words.unknown_badge), escape(words.unknown_note)
    return f'<p class="abstains"><strong>{badge}.</strong> {note}</p>'


def _bar(ranked: RankedAuthor, words: Messages) -> str:
    share = probability(ranked.probability, words)
    return (
        f'<li><span class="who">{escape(display_name(ranked.author, words))}</span>'
        f'<span class="years">{escape(years(ranked.author))}</span>'
        f'<span class="share">{escape(share)}</span>'
        f'<span class="bar" aria-hidden="true"><i style="width:{ranked.probability:.2%}"></i></span></li>'
    )


logger = logging.getLogger(__name__)
_QUOTED = 60  # characters of the text in the line
_SHOWN = 700  # of the example: what a first screen has room for


@dataclass(frozen=True, slots=True)
class Sample:
    """A pastiche as the models in use read it, and the student's reasons for its own first author."""

    reading: Reading
    words: tuple[WordScore, ...]


def prepare_sample(reader: Reader) -> None:
    """Read and explain the first example for the first screen, which has none until then; for a thread.

    Of models that do not know its manner there is none.
    """
    if not is_known(EXAMPLES[0], reader.authors):
        return
    try:
        chosen = reader.read(example_text(EXAMPLES[0]))
        key = chosen.student.top_k(1)[0].author.key
        *_, last = reader.explaining("student", chosen.text, key)
        if last.attribution and not chosen.verdict.outside:
            reader.sample = Sample(chosen, last.attribution.words)
    except Exception as error:
        logger.warning("There is no example on the first screen: %s", type(error).__name__)


def render_sample(sample: Sample | None, words: Messages) -> str:
    """The beginning of the example with its words coloured, to the end of a sentence."""
    if sample is None:
        return ""
    text = sample.reading.text
    stop = max((text.rfind(mark, 0, _SHOWN) for mark in ".!?…"), default=-1) + 1 or min(_SHOWN, len(text))
    shown = [word for word in sample.words if word.stop <= stop]
    said = words.sample.format(verdict=say_verdict(sample.reading, words))
    body = render_words(text[:stop], shown, language=words.language)
    return f'<figure class="sample"><figcaption>{escape(said)}</figcaption>{body}</figure>'


def render_composed(session: Session, reading: Reading, words: Messages) -> str:
    """The first words of the text on one line, with buttons to open the box again and to empty it.

    The checksum tells whether the box still holds that text.
    """
    checksum = f"{crc32(reading.text.encode(errors='replace')):08x}"
    quoted = words.quoted.format(text=_first_words(reading.text))
    length = counted(len(reading.text), words.characters, words)
    return (
        f'<div class="composed" data-result="{inert(session.result)}" data-crc="{checksum}">'
        f'<button type="button" data-edit><i>{inert(quoted)}</i> '
        f"<span>{escape(length)}</span> <u>{escape(words.edit)}</u></button> "
        f'<button type="button" data-clear>{escape(words.clear)}</button></div>'
    )


def _first_words(text: str) -> str:
    """As many whole words as a line takes, with an ellipsis where there are more."""
    line = " ".join(text[: 4 * _QUOTED].split())
    if len(line) <= _QUOTED and len(text) <= 4 * _QUOTED:
        return line
    return f"{line[:_QUOTED].rsplit(' ', 1)[0].rstrip(',;:–—- ')}…"

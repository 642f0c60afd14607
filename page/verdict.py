"""Problems, the verdict on both models, and the authors each finds most probable, as HTML."""

from html import escape

from authorship.bundle import ModelBundle
from authorship.datamodels import Prediction, RankedAuthor
from authorship.errors import TextError
from authorship.reference import Role
from page.messages import Messages
from page.readings import ROLES, Reading
from page.wording import counted, decimal, display_name, percent, whole, years


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
        "not_cyrillic": words.not_cyrillic,
        "not_text": words.not_text,
        "encrypted": words.encrypted,
        "damaged": words.damaged,
        "hostile": words.hostile,
    }
    return plain[problem.code]


def render_verdict(reading: Reading, words: Messages) -> str:
    """One sentence on whether the models agree, then both names with their probabilities."""
    says = ". ".join(_says(role, reading.of(role), words) for role in ROLES)
    read = words.read_whole.format(
        characters=counted(len(reading.text), words.characters, words),
        windows=counted(reading.windows, words.windows, words),
    )
    return (
        f'<p class="verdict">{escape(_headline(reading, words))}</p>'
        f'<p class="says">{escape(says)}.</p><p class="aside">{escape(read)}</p>'
    )


def _headline(reading: Reading, words: Messages) -> str:
    doubting = [role for role in ROLES if reading.of(role).unknown]
    if len(doubting) == 2:
        return words.both_unknown
    if doubting:
        return words.one_unknown.format(role=role_name(doubting[0], words))
    teacher, student = (reading.of(role).top_k(1)[0].author for role in ROLES)
    if teacher.key == student.key:
        return words.agree.format(author=display_name(teacher, words))
    return words.disagree


def _says(role: Role, prediction: Prediction, words: Messages) -> str:
    first = prediction.top_k(1)[0]
    return words.says.format(
        role=role_name(role, words),
        author=display_name(first.author, words),
        share=percent(first.probability, words),
    )


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


def render_ranking(prediction: Prediction, shown: int, words: Messages) -> str:
    """The `shown` most probable authors as bars; a model that abstains says so above them."""
    bars = "".join(_bar(ranked, words) for ranked in prediction.top_k(shown))
    note = _abstention(words) if prediction.unknown else ""
    kind = "ranking unsure" if prediction.unknown else "ranking"
    return f'{note}<ol class="{kind}">{bars}</ol>'


def _abstention(words: Messages) -> str:
    badge, note = escape(words.unknown_badge), escape(words.unknown_note)
    return f'<p class="abstains"><strong>{badge}.</strong> {note}</p>'


def _bar(ranked: RankedAuthor, words: Messages) -> str:
    share = percent(ranked.probability, words)
    return (
        f'<li><span class="who">{escape(display_name(ranked.author, words))}</span>'
        f'<span class="years">{escape(years(ranked.author))}</span>'
        f'<span class="share">{escape(share)}</span>'
        f'<span class="bar" aria-hidden="true"><i style="width:{ranked.probability:.2%}"></i></span></li>'
    )

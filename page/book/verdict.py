"""What both models say of a book as a whole, which book it is, and what went wrong with it."""

from collections.abc import Sequence

from authorship.datamodels import Author, Notice, RollingAttribution
from authorship.models.source import Role
from authorship.numerals import localised, percent, probability
from authorship.predict.hands import Part, several_hands
from authorship.predict.verdict import phrases
from explain.report.highlights import escape
from page.book.author_shares import (
    Run,
    agreed_runs,
    disputed,
    large_hands,
    same_leader,
    stretch_runs,
)
from page.book.points import first_words
from page.book.reading import BookReading
from page.book.view import BookView
from page.excerpt.results import ROLES
from page.excerpt.verdict import problem_message, render_outside, render_ranking, role_name, say_of, seconds
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import counted, day, display_name, remaining

_QUOTED = 110
SHORT_DIGEST = 12
"""Digits of a hash that are shown."""


def render_card(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """Which book is open: title, format, length, encoding, first words, and what was wrong with the file."""
    opened = reading.book
    facts = [
        book.card_file.format(
            format=opened.format, characters=counted(len(opened.text), words.characters, words)
        )
    ]
    if opened.encoding:
        facts.append(book.card_encoding.format(encoding=opened.encoding))
    begins = book.card_begins.format(words=first_words(opened.text, 0, _QUOTED))
    return (
        f'<div class="card" data-book="{escape(reading.token)}">'
        f'<p class="title">{escape(opened.title or book.card)}</p>'
        f'<p class="aside">{escape(" · ".join(facts))}</p><p class="begins">{escape(begins)}</p>'
        f"{render_notices(reading.notices, words, book)}</div>"
    )


def book_problem(view: BookView, words: Messages, book: BookMessages) -> str:
    """The problem of a view in words; nothing where all is well."""
    if view.trouble == "busy":
        return words.busy.format(seconds=view.busy)
    if view.trouble:
        return words.failed if view.trouble == "failed" else book.lost
    problem = view.problem
    if problem is None:
        return ""
    if problem.code == "empty":
        return book.empty
    if problem.code == "too_short":
        characters = counted(int(problem.fields["characters"]), words.characters, words)
        return book.too_short.format(
            characters=characters, minimum=counted(int(problem.fields["minimum"]), words.characters, words)
        )
    return problem_message(problem, words)


def notice_text(notice: Notice, words: Messages, book: BookMessages) -> str:
    """One notice in words."""
    kinds = {"parts": book.parts, "characters": words.characters, "words": book.words}
    numbers = {name: counted(notice.count, forms, words) for name, forms in kinds.items()}
    return book.notices[notice.code].format(count=notice.count, name=notice.name, **numbers)


def render_notices(notices: Sequence[Notice], words: Messages, book: BookMessages) -> str:
    """What a half readable file lost, a sentence each."""
    items = "".join(f"<li>{escape(notice_text(notice, words, book))}</li>" for notice in notices)
    return f'<ul class="notices">{items}</ul>' if items else ""


SHOWN = 5


def render_state(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """Progress while the book is read, the verdict afterwards."""
    if reading.stage == "waiting":
        text = words.waiting_behind.format(ahead=reading.ahead) if reading.ahead else book.waiting
        return f'<p class="progress">{escape(text)}</p>'
    if reading.stage == "reading":
        return _progress(reading, words, book)
    if reading.stage == "stopped" and not reading.complete:
        return f'<p class="progress">{escape(book.nothing_read)}</p>'
    return _verdict(reading, words, book) if reading.complete else ""


def _progress(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """The share read, the passages so far and the time left, with a bar."""
    share = reading.share
    if not share:
        return f'<p class="progress">{escape(book.starting)}</p>'
    count = len(reading.teacher.passages) + len(reading.student.passages)
    said = book.progress.format(share=percent(share, words), passages=counted(count, book.passages, words))
    if reading.seconds > 2 and share < 1:
        said += ", " + remaining(reading.seconds * (1 - share) / share, book)
    bar = f'<progress max="1000" value="{share * 1000:.0f}" aria-hidden="true"></progress>'
    return f'<p class="progress">{escape(said)}{bar}</p>'


def _verdict(reading: BookReading, words: Messages, book: BookMessages) -> str:
    so_far = partial = ""
    if reading.stage == "stopped":
        share = percent(reading.share, words)
        so_far = f'<span class="sofar">{escape(book.so_far.format(share=share))}</span> '
        partial = f'<p class="partial">{escape(book.partial)}</p>'
    headline = f'<p class="verdict">{so_far}{escape(_headline(reading, words, book))}</p>'
    teacher, student = reading.teacher_found, reading.student_found
    if reading.judgement.outside and teacher and student:
        said = render_outside(teacher.whole, student.whole, words)
    else:
        lines = _lines(reading, words, book)
        said = f'<p class="says">{escape(". ".join(lines))}.</p>' if lines else ""
    return f"{_saved(reading, words, book)}{headline}{said}{partial}{_facts(reading, words, book)}"


def _saved(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """That a result was opened from a file, and whose it is."""
    saved = reading.saved
    if saved is None:
        return ""
    form = book.saved_ours if saved.ours else book.saved_others
    digests = {role: digest[:SHORT_DIGEST] for role, digest in saved.digests.items()}
    said = form.format(made=day(saved.made, words), **digests)
    return f'<p class="partial saved">{escape(said)}</p>'


def _lines(reading: BookReading, words: Messages, book: BookMessages) -> list[str]:
    """What each model says of the whole, or of its parts; nothing where both see the same several hands."""
    if several_hands(reading.parts):
        return []
    found = [(role, reading.found(role)) for role in ROLES]
    return [_line(role, one, reading, words, book) for role, one in found if one is not None]


def _line(
    role: Role, found: RollingAttribution, reading: BookReading, words: Messages, book: BookMessages
) -> str:
    if len(large_hands(found)) > 1:
        runs = say_runs(stretch_runs(found), len(reading.book.text), words, book)
        return book.runs_of.format(role=role_name(role, words), runs=runs)
    first = found.whole.top_k(1)[0]
    form = book.nearest if found.whole.unknown else words.says
    name, share = display_name(first.author, words), probability(first.probability, words)
    return form.format(role=role_name(role, words), author=name, share=share)


def _facts(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """Where the models differ, how often they agree passage by passage, and how much was read."""
    facts = [] if reading.judgement.outside else _likeness(reading, words, book)
    if reading.stage == "done" and reading.saved is None:
        count = max(len(reading.teacher.passages), len(reading.student.passages))
        said = book.read.format(
            characters=counted(len(reading.book.text), words.characters, words),
            passages=counted(count, book.passages, words),
            seconds=seconds(reading.seconds, words),
        )
        facts.append(said)
    return "".join(f'<p class="aside">{escape(fact)}</p>' for fact in facts)


def _likeness(reading: BookReading, words: Messages, book: BookMessages) -> list[str]:
    apart = sum(part.stop - part.start for part in disputed(reading.parts)) / max(1, reading.reached)
    said = [book.differ.format(share=percent(apart, words))] if apart else []
    same = same_leader(reading)
    return said if same is None else [*said, book.same_leader.format(share=percent(same, words))]


def _headline(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """The hands that both models see, if they are several; else the verdict on the whole."""
    verdict, teacher, student = reading.verdict, reading.teacher_found, reading.student_found
    if verdict is None or teacher is None or student is None:
        return ""
    several = "" if verdict.outside else say_several(reading.parts, words, book, len(reading.book.text))
    return several or say_of(verdict, teacher.whole, student.whole, words)


def say_several(parts: Sequence[Part], words: Messages, book: BookMessages, length: int = 0) -> str:
    """Whose hands both models see in a text of so many characters, in its order; nothing where it is one.

    `length` is 0 where the parts are all of the text.
    """
    hands = several_hands(parts)
    if not hands:
        return ""
    told = book.several_hands[len(hands) - 2] if len(hands) - 2 < len(book.several_hands) else book.many_hands
    runs = say_runs(agreed_runs(parts), length or parts[-1].stop, words, book)
    return book.several.format(hands=told, runs=runs or ", ".join(_name(hand, words) for hand in hands))


def say_hands(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """The places of the several hands that both models see in a book; nothing where it is one hand."""
    return say_runs(agreed_runs(reading.parts), len(reading.book.text), words, book)


def _name(author: Author | None, words: Messages) -> str:
    return display_name(author, words) if author else phrases(words.language).somebody


def say_runs(runs: Sequence[Run], length: int, words: Messages, book: BookMessages) -> str:
    """Hands in the order of the text, each with its places: "A (0–33% and 67–100%), B (33–67%)"."""
    places: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for run in runs:
        key = run.author.key if run.author else ""
        names[key] = _name(run.author, words)
        edges = f"{100 * run.start / length:.0f}–\u2060{100 * run.stop / length:.0f}"  # no break at the dash
        places.setdefault(key, []).append(edges + localised("%", words))
    told = (
        book.hand_at.format(author=names[key], places=_listed(some, book)) for key, some in places.items()
    )
    return ", ".join(told)


_MOST_PLACES = 4


def _listed(places: Sequence[str], book: BookMessages) -> str:
    """Places with "and" before the last; of many the first few."""
    if len(places) > _MOST_PLACES:
        return ", ".join([*places[:_MOST_PLACES], "…"])
    *others, last = places
    return f"{', '.join(others)}{book.runs_and}{last}" if others else last


def render_whole(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """Who else might have written the whole, by each model, folded; nothing of a book of several hands."""
    found = [(role, reading.found(role)) for role in ROLES]
    if any(one is None or len(large_hands(one)) > 1 for _, one in found):
        return ""
    columns = "".join(_whole(role, one, reading, words, book) for role, one in found if one is not None)
    title = book.whole if reading.stage == "done" else book.whole_read
    head = f"<summary>{escape(title)}</summary>"
    return f'<details class="folded">{head}<div class="columns">{columns}</div></details>'


def _whole(
    role: Role, found: RollingAttribution, reading: BookReading, words: Messages, book: BookMessages
) -> str:
    """One model's most probable authors of the whole, and how many passages it ascribes to nobody."""
    unknown = float(reading.track(role).curve().unknown.mean())
    abstains = book.abstains.format(share=percent(unknown, words))
    note = f'<p class="aside">{escape(abstains)}.</p>' if unknown else ""
    certainty = reading.verdict.certainty if reading.verdict else "open"
    ranking = render_ranking(found.whole, SHOWN, words, certainty)
    return f'<div><h3 class="role">{escape(role_name(role, words))}</h3>{ranking}{note}</div>'

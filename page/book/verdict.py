"""What both models say of a book as a whole, which book it is, and what went wrong with it."""

from collections.abc import Sequence
from dataclasses import replace

from authorship.datamodels import Notice, RollingAttribution
from authorship.models.source import Role
from authorship.predict.phrases import phrases
from authorship.predict.segments import LARGE, Part, several_hands
from explain.report.highlights import escape
from page.book.author_shares import Hand, hands, same_leader
from page.book.pointing import first_words
from page.book.reading import BookReading
from page.book.view import BookView
from page.excerpt.results import ROLES
from page.excerpt.verdict import problem_message, render_outside, render_ranking, role_name, say_of, seconds
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import counted, display_name, hand_name, percent, remaining

_QUOTED = 110


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
        said = f'<p class="says">{escape(". ".join(_lines(reading, words, book)))}.</p>'
    return f"{headline}{said}{partial}{_facts(reading, words, book)}"


def _lines(reading: BookReading, words: Messages, book: BookMessages) -> list[str]:
    """What each model says: of whom how much is, where it sees several hands; else whose it all is."""
    found = [(role, reading.found(role)) for role in ROLES]
    return [_line(role, one, words, book) for role, one in found if one is not None]


def _line(role: Role, found: RollingAttribution, words: Messages, book: BookMessages) -> str:
    if len(_large(found)) > 1:
        return book.hands_of.format(role=role_name(role, words), hands=_hands(found, words, book))
    first = found.whole.top_k(1)[0]
    form = book.nearest if found.whole.unknown else words.says
    name, share = display_name(first.author, words), percent(first.probability, words)
    return form.format(role=role_name(role, words), author=name, share=share)


def _facts(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """How often the models agree passage by passage, and how much was read."""
    facts = []
    same = None if reading.judgement.outside else same_leader(reading)
    if same is not None:
        facts.append(book.same_leader.format(share=percent(same, words)))
    if reading.stage == "done":
        count = max(len(reading.teacher.passages), len(reading.student.passages))
        said = book.read.format(
            characters=counted(len(reading.book.text), words.characters, words),
            passages=counted(count, book.passages, words),
            seconds=seconds(reading.seconds, words),
        )
        facts.append(said)
    return "".join(f'<p class="aside">{escape(fact)}</p>' for fact in facts)


def _headline(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """The hands that both models see, if they are several; else the verdict on the whole."""
    verdict, teacher, student = reading.verdict, reading.teacher_found, reading.student_found
    if verdict is None or teacher is None or student is None:
        return ""
    several = "" if verdict.outside else say_several(reading.parts, words, book)
    return several or say_of(verdict, teacher.whole, student.whole, words)


def say_several(parts: Sequence[Part], words: Messages, book: BookMessages) -> str:
    """Whose hands both models see in a book, if they are several."""
    somebody = phrases(words.language).somebody
    names = [display_name(hand, words) if hand else somebody for hand in several_hands(parts)]
    return book.several.format(authors=", ".join(names)) if names else ""


def _large(found: RollingAttribution) -> list[Hand]:
    """The hands, nobody known among them, of a tenth of the book or more."""
    return [hand for hand in hands(found) if hand.share >= LARGE]


def render_whole(role: Role, reading: BookReading, words: Messages, book: BookMessages) -> str:
    """One model's most probable authors of the whole, and how many passages it ascribes to nobody."""
    found = reading.found(role)
    if found is None:
        return ""
    unknown = float(reading.track(role).curve().unknown.mean())
    abstains = book.abstains.format(share=percent(unknown, words))
    note = f'<p class="aside">{escape(abstains)}.</p>' if unknown else ""
    head = f'<h2 class="role">{escape(role_name(role, words))}</h2>'
    mixed = len(_large(found)) > 1
    whole_of = book.whole if reading.stage == "done" else book.whole_read
    asides = [book.hands.format(hands=_hands(found, words, book)) + "."] if found.changes else []
    asides.append(book.whole_mixed if mixed else whole_of)
    aside = "".join(f'<p class="aside">{escape(text)}</p>' for text in asides)
    whole = replace(found.whole, unknown=False) if mixed else found.whole  # a mixture is like nobody
    certainty = reading.verdict.certainty if reading.verdict and not mixed else "open"
    return f"{head}{aside}{render_ranking(whole, SHOWN, words, certainty)}{note}"


def _hands(found: RollingAttribution, words: Messages, book: BookMessages) -> str:
    """Who leads how much of the book, the first few."""
    shares = (
        f"{hand_name(hand.author, words)} {percent(hand.share, words)}"
        for hand in sorted(hands(found), key=lambda hand: -hand.share)[:SHOWN]
    )
    return ", ".join(shares)

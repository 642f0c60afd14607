"""A place of a book, opened below the chart or saved as a file: its characters outlined, how to cite it."""

from dataclasses import dataclass, replace
from html import escape as escape_all

from authorship import VERSION
from authorship.datamodels import NearestWorks, Passage
from authorship.models.source import Role
from authorship.numerals import probability, whole
from authorship.same_hand.answer import Caution, PartAnswer
from authorship.same_hand.phrases import hand_phrases, say_answer, say_caution, say_ratio
from explain.report.highlights import escape
from explain.report.nearest import render_nearest
from explain.report.wording import document_words
from explain.same_hand.reasons import LONGEST_EXPLAINED
from page.book.passage_lists import surroundings
from page.book.reading import BookReading, hashes_of, made_on, saved_name
from page.book.verdict import SHORT_DIGEST, say_hands
from page.book.view import Asked, Place, Shown
from page.excerpt.results import ROLES
from page.excerpt.verdict import problem_message, role_name
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import day, display_name, hand_name, two_text_messages


@dataclass(frozen=True, slots=True)
class Opened:
    """One model's passage `index` of a book, and the words around it that are shown."""

    reading: BookReading
    role: Role
    index: int
    around: Place
    author: str = ""

    @property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.reading.track(self.role).passages[self.index]


def find_opened(reading: BookReading, shown: Shown | None) -> Opened | None:
    """The passage that is to be open; None where none is, or nothing was read."""
    if shown is None or not reading.track(shown.role).passages:
        return None
    track = reading.track(shown.role)
    index = track.curve().beginning(shown.start)
    passage = track.passages[index]
    around = surroundings(reading.book.text, Place(passage.start, passage.stop))
    return Opened(reading, shown.role, index, around, shown.author)


def render_opened(opened: Opened | None, words: Messages, book: BookMessages) -> str:
    """The passage with the words around it, both models' first authors, the ways on, and how to cite it."""
    if opened is None:
        return ""
    passage, label = opened.passage, escape(book.opened_label)
    return (
        f'<section class="opened" data-from="{passage.start}" data-to="{passage.stop}" '
        f'aria-label="{label}"><h2 tabindex="-1">{_title(opened, words, book)}</h2>'
        f'<p class="says">{escape(say_passage(opened, words, book))}.</p>{_ways(opened, words, book)}'
        f'<div class="page" lang="ru" tabindex="0" role="group" aria-label="{label}">'
        f"{render_page(opened)}</div>"
        f'<p class="aside">{escape(book.opened_hint)}</p>{_nearest(opened, words)}'
        f"{_tools(opened, words, book)}</section>"
    )


def _nearest(opened: Opened, words: Messages) -> str:
    """The works nearest to the passage; nothing of a saved result, whose models are not at hand."""
    reading, passage = opened.reading, opened.passage
    if reading.saved is not None or passage.outside:
        return ""
    found = dict[str, NearestWorks | None]()
    for role in ROLES:
        track = reading.track(role)
        if len(curve := track.curve()) and track.bundle.works:
            logits = track.passages[curve.nearest(passage.middle)].logits
            found[role] = track.bundle.works.nearest(logits)
    authors = [author for role in ROLES for author in reading.track(role).authors]
    return render_nearest(found, authors, document_words(words.language))


def _title(opened: Opened, words: Messages, book: BookMessages) -> str:
    passage = opened.passage
    place = book.opened_place.format(start=whole(passage.start, words), stop=whole(passage.stop, words))
    chapter = opened.reading.chapter(passage.middle)
    return escape(place) + (f' · <span lang="ru">{escape(chapter)}</span>' if chapter else "")


def say_passage(opened: Opened, words: Messages, book: BookMessages) -> str:
    """Whom each model names first in the passage, and how likely: "Teacher: Gorky, 84%. Student: …"."""
    return ". ".join(_says(role, opened, words, book) for role in ROLES)


def _says(role: Role, opened: Opened, words: Messages, book: BookMessages) -> str:
    """One model's first author there; the other model's passage is that whose middle is nearest."""
    track = opened.reading.track(role)
    curve = track.curve()
    if not len(curve):
        return book.opened_unread.format(role=role_name(role, words))
    index = opened.index if role == opened.role else curve.nearest(opened.passage.middle)
    label = int(curve.probabilities[index].argmax())
    name = display_name(next(one for one in track.authors if one.label_id == label), words)
    if curve.unknown[index]:
        nobody = hand_name(None, words)
        return book.opened_nobody.format(role=role_name(role, words), nobody=nobody, author=name)
    share = probability(float(curve.probabilities[index, label]), words)
    return book.opened_says.format(role=role_name(role, words), author=name, share=share)


def render_page(opened: Opened) -> str:
    """The words around the passage with the passage's characters marked; together they are the text's own."""
    text, passage, around = opened.reading.book.text, opened.passage, opened.around
    before, after = text[around.start : passage.start], text[passage.stop : around.stop]
    return f"{escape(before)}<mark>{escape(text[passage.start : passage.stop])}</mark>{escape(after)}"


def _ways(opened: Opened, words: Messages, book: BookMessages) -> str:
    """To the passage before and after, and back to the chart."""
    passages = opened.reading.track(opened.role).passages
    steps = [(-1, book.opened_before), (1, book.opened_after)]
    buttons = "".join(_step(opened, step, label, len(passages)) for step, label in steps)
    close = f'<button type="button" data-close>{escape(book.opened_close)}</button>'
    return f'<div class="ways" role="group" aria-label="{escape(book.opened_label)}">{buttons}{close}</div>'


def _step(opened: Opened, step: int, label: str, count: int) -> str:
    index = opened.index + step
    if not 0 <= index < count:
        return f'<button type="button" data-step="{step}" disabled>{escape(label)}</button>'
    start = opened.reading.track(opened.role).passages[index].start
    return (
        f'<button type="button" data-step="{step}" data-to="{opened.role} {start}">{escape(label)}</button>'
    )


def _tools(opened: Opened, words: Messages, book: BookMessages) -> str:
    """Into the excerpt tab, into a file, and how to cite."""
    start = opened.passage.start
    excerpt = f"{opened.role} {start} {opened.author}".rstrip()
    address, name = escape(passage_address(opened, words)), escape(passage_name(opened))
    return (
        f'<div class="tools"><button type="button" data-excerpt="{escape(excerpt)}">'
        f"{escape(book.opened_explain)}</button>"
        f'<a href="{address}" download="{name}">{escape(book.opened_save)}</a></div>'
        f'<div class="cite"><h3>{escape(book.cite)}</h3><p>{escape(cite_passage(opened, words, book))}'
        ' <span class="address"></span></p></div>'
    )


def passage_address(opened: Opened, words: Messages) -> str:
    """Where the passage's file is made, from the page's address on."""
    place = f"role={opened.role}&at={opened.passage.start}&language={words.language}"
    return f"book/{opened.reading.token}/passage.html?{place}"


def passage_name(opened: Opened) -> str:
    """The name under which the passage is saved."""
    return saved_name(opened.reading, f"{opened.passage.start}-{opened.passage.stop}.html")


def cite_passage(opened: Opened, words: Messages, book: BookMessages) -> str:
    """What another needs to find the passage and to compute its attribution again."""
    reading, passage, hashes = opened.reading, opened.passage, hashes_of(opened.reading)
    chapter = reading.chapter(passage.middle)
    return book.citation.format(
        name=book.citation_named.format(title=reading.book.title) if reading.book.title else book.card,
        chapter=book.citation_chapter.format(chapter=chapter) if chapter else "",
        start=whole(passage.start, words),
        stop=whole(passage.stop, words),
        length=whole(len(reading.book.text), words),
        says=say_passage(opened, words, book),
        version=VERSION,
        date=day(made_on(reading), words),
        teacher=hashes.teacher[:SHORT_DIGEST],
        student=hashes.student[:SHORT_DIGEST],
        text=hashes.text[:SHORT_DIGEST],
    )


def render_compared(
    opened: Opened | None, asked: Asked | None, compares: bool, words: Messages, book: BookMessages
) -> str:
    """What can be asked of the passage and of its chapter beside the rest of the book, and what was answered.

    Nothing where the page has no measure for it and the result brings no answer either.
    """
    if opened is None:
        return ""
    places = _parts(opened, book)
    known = opened.reading.compared
    answers = "".join(
        _compared(known[place], head, words, book)
        + (_ask_words(known[place], book) if compares and explains(known[place], opened.reading) else "")
        for place, (_, head) in places.items()
        if place in known
    )
    asking = "".join(
        f'<button type="button" data-part="{place.start} {place.stop}">{escape(label)}</button>'
        for place, (label, _) in places.items()
    )
    if not compares and not answers:
        return ""
    tools = f'<div class="tools">{asking}</div>{_under_way(asked, words, book)}' if compares else ""
    note = _part_notes(opened.reading, words, book) if answers else ""
    return (
        f'<section class="compared"><h2>{escape(book.part_title)}</h2>{tools}'
        f'<div role="status">{answers}{note}</div></section>'
    )


def _part_notes(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """What an answer is worth: first that the rest is a mixture, where both models see several hands."""
    runs = "" if reading.judgement.outside else say_hands(reading, words, book)
    mixed = f'<p class="warning">{escape(book.part_mixed.format(runs=runs))}</p>' if runs else ""
    return f'{mixed}<p class="aside">{escape(book.part_note)}</p>'


def _parts(opened: Opened, book: BookMessages) -> dict[Place, tuple[str, str]]:
    """What can be compared with the rest: what its button says, and what stands over the answer."""
    passage, reading = opened.passage, opened.reading
    found = {Place(passage.start, passage.stop): (book.part_passage, book.part_of_passage)}
    if (chapter := reading.chapter_place(passage.middle)) is not None:
        title = reading.chapter(passage.middle) or book.part_beginning
        found[chapter] = (
            book.part_chapter.format(chapter=title),
            book.part_of_chapter.format(chapter=title),
        )
    return found


def _compared(part: PartAnswer, head: str, words: Messages, book: BookMessages) -> str:
    """The answer for one part, in the words of the tab of two texts."""
    phrases = hand_phrases(words.language)
    said = f"{say_answer(part, phrases)}." + ("" if part.void else f" {say_ratio(part.comparison, phrases)}")
    names = {"part": book.part_name, "rest": book.part_rest}
    cautions = "".join(
        f"<li>{escape(say_caution(_named(one, names), phrases))}</li>" for one in part.cautions
    )
    listed = f"<ul>{cautions}</ul>" if cautions else ""
    return f'<h3>{escape(head)}</h3><p class="says">{escape(said)}</p>{listed}'


def explains(part: PartAnswer, reading: BookReading) -> bool:
    """Whether the words behind an answer can be weighed: there is one, of texts that are short enough."""
    return not part.void and len(reading.book.text) < LONGEST_EXPLAINED


def _ask_words(part: PartAnswer, book: BookMessages) -> str:
    """The button that shows the words behind an answer."""
    place, label = f"{part.start} {part.stop}", escape(book.part_words)
    return f'<p class="tools"><button type="button" data-words="{place}">{label}</button></p>'


def _named(caution: Caution, names: dict[str, str]) -> Caution:
    return replace(caution, name=names.get(caution.name, caution.name))


def _under_way(asked: Asked | None, words: Messages, book: BookMessages) -> str:
    """How far a comparison has come, or why there is none."""
    if asked is None:
        return ""
    if asked.problem is not None:
        return f'<p class="problem">{escape(problem_message(asked.problem, words))}</p>'
    waiting = words.waiting_behind.format(ahead=asked.ahead) if asked.ahead else words.waiting
    said = {
        "waiting": waiting,
        "comparing": two_text_messages(words.language).comparing,
        "busy": words.busy.format(seconds=asked.seconds),
        "failed": words.failed,
    }[asked.stage]
    return f'<p class="progress">{escape(said)}</p>'


_STYLE = (
    "body{max-width:42rem;margin:3rem auto;padding:0 1.2rem;background:#f7f2e8;color:#2b2118;"
    "font:1.08rem/1.65 Georgia,'PT Serif',serif}h1{font:400 1.7rem/1.3 Georgia,serif;margin:0}"
    "h2{font:400 1.15rem/1.5 Georgia,serif;margin:.3rem 0}"
    ".page{white-space:pre-line;margin:1.6rem 0;color:#62574a}mark{background:none;color:#2b2118;"
    "outline:2px solid #7a2e1d;outline-offset:2px;box-decoration-break:clone;"
    "-webkit-box-decoration-break:clone}.cite{border-top:1px solid #cdbfa6;padding-top:1rem;"
    "font:.92rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}"
    "@media print{body{background:none;margin:0;max-width:none}.page{color:#444}}"
)


def write_passage(opened: Opened, address: str, words: Messages, book: BookMessages) -> str:
    """The passage as a page that opens alone and prints: place, both models, text, and how to cite it."""
    reading = opened.reading
    title, place = reading.book.title or book.card, _title(opened, words, book)
    cited = f"{cite_passage(opened, words, book)} {address}"
    return (
        f'<!doctype html><html lang="{words.language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape_all(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1><h2>{place}</h2>"
        f"<p>{escape(say_passage(opened, words, book))}.</p>"
        f'<div class="page" lang="ru">{render_page(opened)}</div>'
        f'<p class="aside">{escape(book.opened_hint)}</p>'
        f'<div class="cite"><strong>{escape(book.cite)}.</strong> {escape(cited)}</div></html>\n'
    )

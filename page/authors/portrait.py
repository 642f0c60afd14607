"""The authors to choose from; one's fingerprint in both models: words, marks, endings and pieces as bars."""

from collections.abc import Sequence

from authorship.datamodels import Author
from authorship.models.source import Role
from authorship.numerals import decimal, percent
from explain.fingerprints.datamodels import KINDS, AuthorFingerprint, Confusion, Kind, PairFingerprints, Trait
from explain.report.highlights import escape
from page.authors.view import View
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.messages import FingerprintMessages, Messages
from page.i18n.wording import counted, display_name, surname, years

SHOWN = {"word": 20, "mark": 6, "ending": 8, "piece": 8}
LEAST = 0.005  # logits an excerpt: what is shown as 0.00 says nothing


def render_portrait(view: View) -> str:
    """The author's name, both models' columns, and how to read them."""
    heading = (
        f'<h2 class="portrait-name" data-author="{escape(view.chosen.key)}">'
        f"{escape(display_name(view.chosen, view.words))} <span>{escape(years(view.chosen))}</span></h2>"
    )
    columns = "".join(_column(role, view) for role in ROLES if view.prints.of(role))
    notes = " ".join(filter(None, (_common(view), view.messages.legend)))
    return f'{heading}<div class="portrait">{columns}</div><p class="aside">{escape(notes)}</p>'


def shown_traits(own: AuthorFingerprint, kind: Kind, hide_names: bool) -> tuple[Trait, ...]:
    """The traits of one kind that there is room for and that add anything to speak of; names if wanted."""
    least = LEAST * own.explained
    traits = (trait for trait in own.traits(kind) if trait.score >= least and not (hide_names and trait.name))
    return tuple(traits)[: SHOWN[kind]]


def _column(role: Role, view: View) -> str:
    own, name = view.of(role), escape(role_name(role, view.words))
    if own is None:
        missing = escape(view.messages.author_missing)
        return f'<section><h3>{name}</h3><p class="none">{missing}</p></section>'
    lists = "".join(_list(kind, own, role, view) for kind in KINDS)
    return (
        f'<section><h3>{name}</h3><p class="aside">{escape(_facts(own, view))}</p>'
        f'<div class="kinds">{lists}</div>{_confused(own, view)}</section>'
    )


def _facts(own: AuthorFingerprint, view: View) -> str:
    messages, words = view.messages, view.words
    known = own.f1 is not None
    facts = [messages.reliability.format(f1=decimal(own.f1 or 0.0, 2, words))] if known else []
    facts = facts or [messages.reliability_unknown]
    excerpts = counted(own.explained, messages.excerpts, words)
    facts.append(
        messages.explained.format(excerpts=excerpts, works=counted(own.works, messages.works, words))
    )
    if own.left_out:
        left_out = counted(own.left_out, messages.left_out, words)
        facts.append(messages.left_out_note.format(excerpts=left_out))
    if own.names_share is not None:
        facts.append(messages.names_share.format(share=percent(own.names_share, words)))
    return " · ".join(facts)


def _list(kind: Kind, own: AuthorFingerprint, role: Role, view: View) -> str:
    messages = view.messages
    titles = {
        "word": messages.words,
        "mark": messages.marks,
        "ending": messages.endings,
        "piece": messages.pieces,
    }
    traits = shown_traits(own, kind, view.hide_names)
    common = {trait.text for trait in _other(kind, role, view)}
    strongest = max((trait.score for trait in traits), default=1.0)
    items = "".join(_bar(trait, strongest, trait.text in common, own, view) for trait in traits)
    body = f"<ol>{items}</ol>" if items else f'<p class="none">{escape(messages.nothing)}</p>'
    return f'<div class="kind {kind}"><h4>{escape(titles[kind])}</h4>{body}</div>'


def _other(kind: Kind, role: Role, view: View) -> Sequence[Trait]:
    """What the other model's column shows."""
    other = view.of("student" if role == "teacher" else "teacher")
    return shown_traits(other, kind, view.hide_names) if other else ()


def _bar(trait: Trait, strongest: float, common: bool, own: AuthorFingerprint, view: View) -> str:
    messages, single = view.messages, own.works == 1
    detail = messages.in_units.format(works=trait.works, all=own.works, excerpts=trait.excerpts)
    badge = f" <em>{escape(messages.name_badge)}</em>" if trait.name else ""
    units = f"{trait.excerpts}/{own.explained}" if single else f"{trait.works}/{own.works}"
    tag = "b" if common else "i"
    width = f"{trait.score / strongest:.1%}"
    return (
        f'<li title="{escape(detail)}"><span class="what">'
        f'<{tag} lang="ru">{escape(trait.text)}</{tag}>{badge}</span><span class="units">{units}</span>'
        f'<span class="adds">+{decimal(trait.score / own.explained, 2, view.words)}</span>'
        f'<span class="bar" aria-hidden="true"><i style="width:{width}"></i></span></li>'
    )


def _common(view: View) -> str:
    """How many of the words shown both models have; nothing where only one was measured."""
    teacher, student = (view.of(role) for role in ROLES)
    if teacher is None or student is None:
        return ""
    first, second = (
        {trait.text for trait in shown_traits(own, "word", view.hide_names)} for own in (teacher, student)
    )
    return view.messages.in_both.format(common=len(first & second), all=max(len(first), len(second)))


def _confused(own: AuthorFingerprint, view: View) -> str:
    messages = view.messages
    lost = _pairs(own.taken_for, messages.taken_for, messages.never_taken, view)
    gained = _pairs(own.given, messages.given, messages.never_given, view)
    return f"<h4>{escape(messages.confused_title)}</h4><p>{escape(lost)} {escape(gained)}</p>"


def _pairs(pairs: Sequence[Confusion], said: str, nobody: str, view: View) -> str:
    names = [f"{view.name(pair.author)} ({percent(pair.share, view.words)})" for pair in pairs]
    return said.format(authors=", ".join(names)) if names else nobody


COMMAND = "python -m explain.fingerprints --data CSV --out DIR --teacher DIR/teacher --student DIR/student"


def render_lead(view: View) -> str:
    """What the tab is about, and a note on what was not measured."""
    lead = f'<p class="lead">{escape(view.messages.lead)}</p>'
    return lead + render_missing(view.prints, view.words, view.messages)


def render_roster(view: View) -> str:
    """A button an author; one tab stop, arrows do the rest. Nothing where nothing was measured."""
    if not view.measured:
        return ""
    ordered = sorted(view.authors, key=lambda author: surname(author, view.words))
    items = "".join(_item(author, view) for author in ordered)
    messages = view.messages
    return (
        f'<h2>{escape(messages.roster_label)}</h2><p class="aside">{escape(messages.roster_note)}</p>'
        f'<ul class="roster" data-arrows>{items}</ul>'
    )


def render_missing(prints: PairFingerprints, words: Messages, messages: FingerprintMessages) -> str:
    """Which model was not measured, and how it can be; nothing where both were."""
    missing = [role for role in ROLES if prints.of(role) is None]
    if not missing:
        return ""
    if len(missing) == len(ROLES):
        said = messages.none
    else:
        said = messages.stale.format(role=role_name(missing[0], words))
    head, tail = messages.make.split("{command}")
    return (
        f'<p class="partial" role="status">{escape(said)} {escape(head)}'
        f"<code>{escape(COMMAND)}</code>{escape(tail)}</p>"
    )


def _item(author: Author, view: View) -> str:
    chosen = author.key == view.chosen.key
    figures = " · ".join(_f1(role, author.key, view) for role in ROLES)
    return (
        f'<li><button type="button" data-author="{escape(author.key)}" aria-pressed="{str(chosen).lower()}" '
        f'tabindex="{0 if chosen else -1}">'
        f"<b>{escape(display_name(author, view.words))}</b>"
        f'<span class="f1">{escape(figures)}</span></button></li>'
    )


def _f1(role: Role, key: str, view: View) -> str:
    found = view.prints.of(role)
    author = found.author(key) if found else None
    return "—" if author is None or author.f1 is None else decimal(author.f1, 2, view.words)

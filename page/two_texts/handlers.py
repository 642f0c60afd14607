"""What happens on each event of the tab of two texts: change the case, then draw it."""

from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from authorship.numerals import Language
from page.components import mark_now
from page.events import AT_ONCE, PICK_LANGUAGE, PREDICTION, TELL_LANGUAGE, then_stream
from page.files.handlers import taken
from page.handlers import log_error
from page.i18n.wording import two_text_messages
from page.layout import Parts
from page.scheduler.fair_queue import BusyError, Wish
from page.scheduler.turns import Turns
from page.scheduler.waiting import open_in_turn
from page.session import Session, TwoTextsTrouble
from page.two_texts.cases import MOST_TEXTS, SIDES, Case, Cases, SideName
from page.two_texts.view import (
    TwoTextParts,
    render_exports,
    render_likeness,
    render_probability,
    render_state,
    render_texts,
    render_trouble,
    render_verdict,
    render_why,
)

Updates = list[Any]


class TwoTextHandlers:
    """One method an event; each answers with the values of the components in `wire_two_texts`' order."""

    def __init__(self, cases: Cases, turns: Turns) -> None:
        self.cases, self.turns = cases, turns

    def open_files(
        self, side: SideName, session: Session, language: Language, chosen: list[str] | None
    ) -> Updates:
        """Take a side's files in, forget what lies on the disk, and get ready to read."""
        session.language = language
        files = [taken(Path(file)) for file in chosen or ()]
        if not files:
            return self.screen(session)
        case = self._case(session)
        if len(case.side(side).all) + len(case.side(side).waiting) + len(files) > MOST_TEXTS:
            return self._tell(session, "too_much")
        self.cases.add(case, side, files)
        return self._begin(session)

    def put_off(self, session: Session, seconds: int) -> Updates:
        """There was no turn: it may be tried again in so many seconds."""
        session.two.busy = seconds
        return self._tell(session, "busy")

    def refuse_files(self, session: Session) -> Updates:
        """The browser held back files that are too large or too many to upload."""
        return self._tell(session, "too_much")

    def compare(
        self,
        session: Session,
        language: Language,
        known: str | None,
        disputed: str | None,
        each: bool | None = False,
    ) -> Updates:
        """Get ready to compare both sides as they stand, `each` known text as a candidate of its own."""
        session.language = language
        case, boxes = self._case(session), dict(zip(SIDES, (known or "", disputed or ""), strict=True))
        for side, trouble in zip(SIDES, _NEEDED, strict=True):
            if not (boxes[side].strip() or case.side(side).texts or case.side(side).waiting):
                return self._tell(session, trouble)
        self.cases.compare(case, boxes, bool(each))
        return self._begin(session)

    def _begin(self, session: Session) -> Updates:
        """New work is asked for in place of the last."""
        session.two.job += 1
        session.two.trouble = ""
        return self.screen(session)

    def compare_sides(self, session: Session, texts: Mapping[SideName, tuple[str, str]]) -> Updates:
        """Get ready to compare one text a side, each with its name, in place of what was on screen."""
        case = self.cases.open_with(texts)
        session.two.token, case.prior = case.token, session.two.prior
        return self._begin(session)

    def clear(self, side: SideName, session: Session) -> Updates:
        """Forget a side's files."""
        case = self.cases.find(session.two.token)
        if case is not None:
            self.cases.clear(case, side)
        return self._begin(session)

    def stop(self, session: Session) -> Updates:
        """End what is under way; the texts stay."""
        case = self.cases.find(session.two.token)
        if case is not None:
            case.stop()
        return self._begin(session)

    def weigh(self, session: Session, prior: float) -> Updates:
        """Another prior; nothing is computed but one probability."""
        session.two.prior = min(max(prior, 1), 99) / 100
        case = self.cases.find(session.two.token)
        if case is not None:
            case.prior = session.two.prior
        mark = mark_now()
        return [render_probability(case, session.two.prior, session.language), mark]

    def work(self, session: Session, case: Case) -> Generator[Updates | None, None, None]:
        """Do what the case waits for, the screen drawn anew after each step."""
        job = session.two.job
        try:
            for _ in self.cases.work(case):
                if session.two.job != job:
                    return
                yield self.screen(session)
        except Exception as error:
            log_error(error)
            case.stop()
            session.two.trouble = "failed"
        yield self.screen(session)

    async def work_in_turn(self, session: Session) -> AsyncIterator[Updates]:
        """`work` when it is the session's turn among those who explain."""
        view = session.two
        wish, case = Wish(view, view.job), self.cases.find(view.token)
        screen = partial(self.screen, session)
        if case is None or case.stage != "waiting":  # one that is under way has its turn already
            yield await self.turns.aside(screen)
            return

        def wanted() -> bool:
            return view.job == wish.number and self.cases.find(view.token) is case

        def show(ahead: int) -> Updates:
            case.ahead = ahead
            return self.screen(session)

        try:
            steps_of = self.work(session, case)
            line = self.turns.in_line(self.turns.explanations, wish, wanted, show, steps_of)
            async with aclosing(line) as steps:
                async for updates in steps:
                    yield updates
        except BusyError as error:
            view.trouble, view.busy = "busy", error.seconds
        finally:
            if view.job == wish.number:
                case.stop()  # gone before its end
        yield await self.turns.aside(screen)

    def _case(self, session: Session) -> Case:
        """The case on screen, else a new one."""
        case = self.cases.find(session.two.token) or self.cases.open()
        session.two.token, case.prior = case.token, session.two.prior
        return case

    def _tell(self, session: Session, trouble: TwoTextsTrouble) -> Updates:
        session.two.trouble = trouble
        return self.screen(session)

    def screen(self, session: Session) -> Updates:
        """All that changes while the tab is used, and when it was drawn."""
        mark = mark_now()
        view, language = session.two, session.language
        case = self.cases.find(view.token)
        if view.token and case is None:
            view.token, view.trouble = "", "lost"
        words = two_text_messages(language)
        sides = [case.side(name) if case else None for name in SIDES]
        answered = case is not None and case.answer is not None and not case.answer.void
        return [
            render_trouble(view, case, language),
            *(render_texts(side, language) if side else "" for side in sides),
            *(gr.Button(words.clear, visible=bool(side and (side.texts or side.failed))) for side in sides),
            render_state(case, language),
            gr.Button(words.stop, visible=case is not None and case.under_way),
            render_verdict(case, language),
            gr.Column(visible=answered),
            render_probability(case, view.prior, language),
            render_likeness(case, language),
            render_why(case, language),
            render_exports(case, language, self.cases.hashes),
            mark,
        ]

    def localise(self, session: Session, language: Language) -> Updates:
        """Put the tab into a language; nothing is computed."""
        session.language = language
        words = two_text_messages(language)
        return [
            gr.Tab(label=words.tab),
            f'<p class="lead">{words.lead}</p>',
            gr.Textbox(label=words.known, placeholder=words.known_placeholder),
            gr.Textbox(label=words.disputed, placeholder=words.disputed_placeholder),
            gr.UploadButton(words.upload_known),
            gr.UploadButton(words.upload_disputed),
            gr.Checkbox(label=words.each, info=words.each_info),
            gr.Button(words.run),
            gr.Slider(label=words.prior, info=words.prior_info, value=round(session.two.prior * 100)),
            *self.screen(session),
        ]


_NEEDED: tuple[TwoTextsTrouble, TwoTextsTrouble] = ("need_known", "need_disputed")


def screen_of(tab: TwoTextParts) -> list[Any]:
    """The components in the order of `TwoTextHandlers.screen`."""
    sides = tab.known, tab.disputed
    texts = [*(side.listed for side in sides), *(side.clear for side in sides)]
    answer = [tab.verdict, tab.group, tab.probability, tab.usual, tab.reasons, tab.exports, tab.drawn]
    return [tab.problem, *texts, tab.state, tab.stop, *answer]


def wire_two_texts(parts: Parts, handlers: TwoTextHandlers, blocks: gr.Blocks) -> None:
    """Connect the tab's components; call inside `gr.Blocks()`."""
    tab, session, language = parts.two_texts, parts.session, parts.language
    screen = screen_of(tab)
    boxes, uploads = [tab.known.text, tab.disputed.text], [tab.known.upload, tab.disputed.upload]
    labels = [parts.two_texts_tab, tab.lead, *boxes, *uploads, tab.each, tab.run, tab.prior, *screen]
    blocks.load(handlers.localise, [session, language], labels, js=PICK_LANGUAGE, **AT_ONCE)
    language.input(handlers.localise, [session, language], labels, js=TELL_LANGUAGE, **AT_ONCE)
    opening = partial(open_in_turn, handlers.turns, put_off=handlers.put_off)
    asked = [
        tab.run.click(opening(handlers.compare), [session, language, *boxes, tab.each], screen, **PREDICTION)
    ]
    for name, side in zip(SIDES, (tab.known, tab.disputed), strict=True):
        opened = opening(partial(handlers.open_files, name))
        asked.append(side.upload.upload(opened, [session, language, side.upload], screen, **PREDICTION))
        side.clear.click(partial(handlers.clear, name), [session], screen, **AT_ONCE)
    for event in asked:
        then_stream(event, handlers.work_in_turn, handlers.screen, session, screen)
    tab.stop.click(handlers.stop, [session], screen, **AT_ONCE)
    tab.redraw.click(handlers.screen, [session], screen, **AT_ONCE)
    tab.refuse.click(handlers.refuse_files, [session], screen, **AT_ONCE)
    tab.prior.input(handlers.weigh, [session, tab.prior], [tab.probability, tab.drawn], **AT_ONCE)

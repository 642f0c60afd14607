"""What happens on each event of checking: change the session, ask again, draw."""

from functools import partial
from typing import Any

import gradio as gr

from authorship.datamodels import EncodedText
from authorship.encode import encode
from authorship.models.source import Role
from authorship.numerals import Language
from explain.attribution import Span
from explain.masking import COVERS, Cover, covered_words, maskable_words, predict_masked
from page.events import AT_ONCE, PICK_LANGUAGE, TELL_LANGUAGE, WORK, excerpt_screen, then_explain
from page.excerpt.pair_service import Reader
from page.handlers import Handlers, log_error
from page.i18n.wording import check_messages
from page.layout import Parts
from page.masking.masks import Masked, Masks
from page.scheduler.waiting import in_turn
from page.screen import Updates, choosers
from page.session import Session
from page.storage.cache import Recent, masked_bytes, spans_bytes, text_bytes


class Checker:
    """Finds words and masks them; one instance serves every visitor, nothing is computed twice."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._words: Recent[str, tuple[Span, ...]] = Recent(
            reader.room, lambda text, words: text_bytes(text) + spans_bytes(words)
        )
        self._masked: Recent[tuple[str, tuple[Span, ...]], Masked] = Recent(
            reader.room, lambda key, masked: text_bytes(key[0]) + masked_bytes(masked)
        )

    def words(self, text: str) -> tuple[Span, ...]:
        """The words that can be masked one by one, in order."""
        return self._words.get(
            text, lambda: maskable_words(self._encode("teacher", text), self._encode("student", text))
        )

    def pressed(self, text: str, offset: int, everywhere: bool) -> frozenset[Span]:
        """The word over a character, with all its occurrences if asked for; empty where there is none."""
        words = self.words(text)
        found = [(start, stop) for start, stop in words if start <= offset < stop]
        if not (found and everywhere):
            return frozenset(found)
        form = text[slice(*found[0])].lower()
        return frozenset((start, stop) for start, stop in words if text[start:stop].lower() == form)

    def covered(self, text: str, cover: Cover) -> tuple[Span, ...]:
        """The words that a position of the switch masks."""
        return covered_words(text, self.words(text), cover)

    def ask(self, text: str, spans: tuple[Span, ...]) -> Masked:
        """What both models say of a text without the words of `spans`."""
        return self._masked.get((text, spans), lambda: self._ask(text, spans))

    def _ask(self, text: str, spans: tuple[Span, ...]) -> Masked:
        teacher, student = self._encode("teacher", text), self._encode("student", text)
        return Masked(
            sum(any(map(str.isalnum, text[start:stop])) for start, stop in self.words(text)),
            spans,
            predict_masked(self.reader.teacher, teacher, spans),
            predict_masked(self.reader.student, student, spans),
        )

    def _encode(self, role: Role, text: str) -> EncodedText:
        return encode(text, self.reader.bundle(role).tokenizer)


class CheckHandlers:
    """One method an event; each answers with the screen, `wire_checking` says what comes before it."""

    def __init__(self, excerpts: Handlers) -> None:
        self.excerpts = excerpts
        self.checker = Checker(excerpts.reader)

    def oppose(self, session: Session, rival: str | None) -> Updates:
        """The author is to be explained rather than another, or than nobody."""
        known = {author.key for author in self.excerpts.reader.authors} - {session.author} | {""}
        if session.reading is None:
            session.lose()
        elif (rival or "") in known:
            session.oppose(rival or "")
        return self.excerpts.screen(session)

    def press(self, session: Session, asked: str | None, everywhere: bool) -> Updates:
        """A word was pressed: mask it or bring it back; `asked` is "NUMBER CHARACTER"."""
        _, place, *_ = [*(asked or "")[:40].split(" "), "", ""]
        masks = session.masks
        if session.reading and place.isdecimal() and not session.busy:
            words = self.checker.pressed(session.reading.text, int(place), bool(everywhere))
            masks = masks.press(words) if words else masks
        return self._ask(session, masks)

    def undo(self, session: Session) -> Updates:
        """Take the last press back."""
        return self._ask(session, session.masks.undo())

    def restore(self, session: Session) -> Updates:
        """Show every word again."""
        session.masked = None
        return [gr.Radio(value="nothing"), *self._ask(session, Masks())]

    def cover(self, session: Session, cover: str | None) -> Updates:
        """Mask names, or names and content words, or nothing; what was pressed stays."""
        chosen: Cover = next((one for one in COVERS if one == cover), "nothing")
        masks = session.masks
        if session.reading and not session.busy:
            covered = self.checker.covered(session.reading.text, chosen)
            masks = Masks(masks.pressed, masks.past, chosen, covered)
        return self._ask(session, masks)

    def _ask(self, session: Session, masks: Masks) -> Updates:
        """Mask words and show both models' answers, unless others were masked meanwhile.

        Without a turn (see `page.scheduler.waiting`) the words stay as they were, unless every word is shown.
        """
        reading = session.reading
        if reading is None:
            session.lose()
            return self.excerpts.screen(session)
        if session.busy and (masks.active or masks is session.masks):
            session.trouble = "busy"
            return self.excerpts.screen(session)
        session.masks, session.trouble = masks, "" if session.trouble == "busy" else session.trouble
        try:
            spans = masks.spans
            nothing = Masked(1, (), reading.teacher, reading.student)
            masked = self.checker.ask(reading.text, spans) if spans else nothing
            if session.reading is reading and session.masks is masks:
                session.masked = masked if masks.active else None
        except Exception as error:
            log_error(error)
            session.masks, session.masked, session.trouble = Masks(), None, "failed"
        return self.excerpts.screen(session)

    def localise(self, session: Session, language: Language) -> Updates:
        """Labels in a language, in the order of `labels_of`."""
        session.language = language
        check = check_messages(language)
        covers = (check.cover_nothing, check.cover_names, check.cover_content)
        return [
            *choosers(self.excerpts.reader.authors, session)[1:2],
            gr.Radio(choices=list(zip(covers, COVERS, strict=True)), label=check.cover_label),
            gr.Checkbox(label=check.everywhere),
            gr.Button(check.undo),
            gr.Button(check.restore),
        ]


def labels_of(parts: Parts) -> list[Any]:
    """The components in the order of `CheckHandlers.localise`."""
    trial = parts.results.trial
    return [parts.results.rival, trial.cover, trial.everywhere, trial.undo, trial.restore]


def wire_checking(parts: Parts, handlers: CheckHandlers, blocks: gr.Blocks) -> None:
    """Connect the components; call inside `gr.Blocks()`."""
    session, trial, screen = parts.session, parts.results.trial, excerpt_screen(parts)
    spoken = [session, parts.language], labels_of(parts)
    blocks.load(handlers.localise, *spoken, js=PICK_LANGUAGE, **AT_ONCE)
    parts.language.input(handlers.localise, *spoken, js=TELL_LANGUAGE, **AT_ONCE)
    rival = parts.results.rival
    chosen = rival.input(handlers.oppose, [session, rival], screen, **AT_ONCE)
    then_explain(chosen, parts, handlers.excerpts)
    asking = partial(in_turn, handlers.excerpts.turns)
    pressed = [session, trial.pressed, trial.everywhere]
    trial.pressed.change(asking(handlers.press), pressed, screen, **WORK)
    trial.undo.click(asking(handlers.undo), [session], screen, **WORK)
    trial.restore.click(asking(handlers.restore), [session], [trial.cover, *screen], **WORK)
    trial.cover.input(asking(handlers.cover), [session, trial.cover], screen, **WORK)

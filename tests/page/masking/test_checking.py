"""Masking by handlers: what is masked, what both models then say, undo, limits, and author against author."""

from dataclasses import replace

import gradio as gr
import numpy as np
import pytest

from authorship.encode import encode
from authorship.numerals import signed
from authorship.predict.prediction import predict_encoded
from explain.faithfulness import mask_words
from explain.masking import COVERS, verify, words_of
from page.excerpt.pair_service import Reader
from page.excerpt.results import ROLES, Reading
from page.i18n.english import ENGLISH
from page.i18n.wording import check_messages
from page.layout import build_parts
from page.masking.handlers import Checker, CheckHandlers, wire_checking
from page.masking.masks import Masks, Tried, render_outcome, rival_choices
from page.scheduler.fair_queue import Bounds, Client, Desk
from page.scheduler.waiting import in_turn
from page.screen import draw
from page.session import Session, explaining
from tests.page.own_loop import run_in_own_loop


def offset(session: Session, word: str) -> int:
    """Where a word stands first."""
    assert session.reading is not None
    return session.reading.text.index(word)


def press(checking: CheckHandlers, session: Session, word: str, everywhere: bool = False) -> None:
    """Press the first occurrence of a word."""
    checking.press(session, f"1 {offset(session, word)}", everywhere)


def masked_texts(session: Session) -> list[str]:
    """The words masked now."""
    assert session.reading is not None
    return [session.reading.text[start:stop] for start, stop in session.masks.spans]


def test_a_pressed_word_is_masked_by_all_its_pieces_in_both_models(
    checking: CheckHandlers, session: Session
) -> None:
    press(checking, session, "пристань")
    assert masked_texts(session) == ["пристань"] and session.reading and session.masked
    for role in ROLES:
        bundle = checking.excerpts.reader.bundle(role)
        encoded = encode(session.reading.text, bundle.tokenizer)
        words = words_of(encoded)
        index = next(i for i, word in enumerate(words) if word.text == "пристань")
        expected = predict_encoded(bundle, mask_words(bundle, encoded, words, {index}))
        assert np.allclose(session.masked.of(role).logits, expected.logits, atol=1e-6)
        assert not np.allclose(session.masked.of(role).logits, session.reading.of(role).logits, atol=1e-6)


def test_a_second_press_brings_the_word_back_and_undo_takes_steps_back(
    checking: CheckHandlers, session: Session
) -> None:
    press(checking, session, "пристань")
    press(checking, session, "собака")
    press(checking, session, "пристань")
    assert masked_texts(session) == ["собака"]
    for expected in (["пристань", "собака"], ["пристань"], [], []):
        checking.undo(session)
        assert masked_texts(session) == expected
    assert session.masked is None and not draw(checking.excerpts.reader, session).trial


def test_a_word_can_be_masked_wherever_it_stands(checking: CheckHandlers, session: Session) -> None:
    press(checking, session, "Степан", everywhere=True)
    assert session.reading is not None
    assert len(masked_texts(session)) == session.reading.text.count("Степан") > 1


def test_the_prediction_is_what_the_words_scores_say(checking: CheckHandlers, explained: Session) -> None:
    press(checking, explained, "собака")
    press(checking, explained, "туман")
    assert explained.reading and explained.masked
    for role in ROLES:
        attribution = explained.of(role).attribution
        assert attribution is not None
        before, after = explained.reading.of(role), explained.masked.of(role)
        found = verify(before, after, explained.masks.spans, attribution.author, None, attribution)
        score = sum(word.score for word in attribution.words if word.text in ("собака", "тумане"))
        assert found.predicted == pytest.approx(-score)
        label = attribution.author.label_id
        assert found.actual == pytest.approx(after.logits[label] - before.logits[label])
        outcome = draw(checking.excerpts.reader, explained).outcome
        assert signed(found.predicted, ENGLISH) in outcome and signed(found.actual, ENGLISH) in outcome


def test_masking_works_while_an_explanation_is_running(checking: CheckHandlers, session: Session) -> None:
    session.choose("Delta")
    steps = explaining(checking.excerpts.reader, session)
    for _ in range(3):
        next(steps)
    press(checking, session, "собака")
    shown = draw(checking.excerpts.reader, session)
    assert shown.trial and shown.stop and check_messages("en").unpredicted in shown.outcome
    for _ in steps:
        pass
    shown = draw(checking.excerpts.reader, session)
    assert check_messages("en").unpredicted not in shown.outcome
    assert shown.coloured.count("ig-masked") == 1


@pytest.mark.parametrize(
    "asked", ["", "1", "1 x", "1 -3", "1 99999999999", "1 " + "9" * 5000, "x" * 10_000, "1 1e3", None]
)
def test_nonsense_masks_nothing(checking: CheckHandlers, session: Session, asked: str | None) -> None:
    checking.press(session, asked, False)
    checking.cover(session, asked)
    checking.oppose(session, asked)
    assert not session.masks.active and session.rival == ""


def test_a_lost_session_says_so(checking: CheckHandlers) -> None:
    for event in (checking.undo, checking.restore):
        session = Session()
        event(session)
        assert session.trouble == "lost"


def test_no_more_steps_are_kept_than_a_hundred() -> None:
    masks = Masks()
    for _ in range(300):
        masks = masks.press(frozenset({(0, 1)}))
    assert len(masks.past) == 100


def test_the_switch_covers_more_and_more_and_shows_both_verdicts(
    checking: CheckHandlers, explained: Session
) -> None:
    counts = []
    for cover in COVERS:
        checking.cover(explained, cover)
        counts.append(len(explained.masks.spans))
    assert counts[0] == 0 < counts[1] < counts[2]
    checking.cover(explained, "names")
    assert {"Степан", "Лукич"} == set(masked_texts(explained))
    outcome = draw(checking.excerpts.reader, explained).outcome
    assert explained.reading and explained.masked
    for role in ROLES:
        for prediction in (explained.reading.of(role), explained.masked.of(role)):
            assert prediction.top_k(1)[0].author.name_en in outcome
    checking.restore(explained)
    assert not explained.masks.active


def test_another_text_starts_with_nothing_masked_and_no_rival(
    checking: CheckHandlers, explained: Session, sample_text: str
) -> None:
    press(checking, explained, "собака")
    checking.oppose(explained, "Beta")
    result = explained.result
    checking.excerpts.read(explained, "en", sample_text)
    assert not explained.masks.active and explained.rival == "" and explained.result != result


def test_author_against_author_is_the_difference_of_both(
    reader: Reader, checking: CheckHandlers, explained: Session
) -> None:
    alone = explained.teacher.attribution
    checking.oppose(explained, "Beta")
    for _ in explaining(reader, explained):
        pass
    both = explained.teacher.attribution
    assert alone and both and explained.reading
    other = list(reader.explaining("teacher", explained.reading.text, "Beta"))[-1].attribution
    assert other is not None
    for one, two, difference in zip(alone.words, other.words, both.words, strict=True):
        assert difference.score == pytest.approx(one.score - two.score)
    total = sum(token.score for token in both.tokens)
    assert total == pytest.approx(both.score - both.baseline_score - both.convergence_delta)
    shown = draw(reader, explained)
    assert "Author Alpha" in shown.legend and "Author Beta" in shown.legend
    assert "Author Alpha or Author Beta" in shown.coloured and "Author Beta" in shown.explained
    checking.excerpts.choose(explained, "Beta")
    assert explained.rival == "" and explained.author == "Beta"


def test_an_author_told_twice_leaves_the_rival_picked_meanwhile(
    checking: CheckHandlers, session: Session
) -> None:
    author, rival, cover = checking.excerpts.choose(session, "Beta")[:3]
    assert (author.value, rival.value, cover.value) == ("Beta", "", "nothing")
    checking.oppose(session, "Alpha")
    assert checking.excerpts.choose(session, "Beta")[:3] == [gr.skip()] * 3
    assert session.rival == "Alpha"


def test_the_models_next_author_is_suggested_first(reader: Reader, session: Session) -> None:
    assert session.reading is not None
    key = session.reading.teacher.top_k(1)[0].author.key
    choices = rival_choices(reader.authors, session.reading, key, ENGLISH, check_messages("en"))
    assert choices[0][1] == "" and choices[1][1] == session.reading.teacher.top_k(2)[1].author.key
    assert sorted(one for _, one in choices) == sorted(["", *{a.key for a in reader.authors} - {key}])


def test_the_same_masks_are_asked_once(reader: Reader, session: Session) -> None:
    checker = Checker(reader)
    assert session.reading is not None
    spans = checker.words(session.reading.text)[3:5]
    assert checker.ask(session.reading.text, spans) is checker.ask(session.reading.text, spans)


def test_a_model_that_abstains_under_a_mask_does_not_hold_to_its_answer(
    checking: CheckHandlers, explained: Session
) -> None:
    press(checking, explained, "пристань")
    check, reading, masked = check_messages("en"), explained.reading, explained.masked
    assert reading and masked
    author = reading.teacher.top_k(1)[0].author
    first = Reading(reading.text, 1, *[replace(reading.teacher, unknown=False)] * 2)

    def said(teacher: bool, student: bool, before: bool = False) -> str:
        asked = replace(first, **{role: replace(first.teacher, unknown=before) for role in ROLES})
        after = {
            role: replace(asked.of(role), unknown=one)
            for role, one in zip(ROLES, (teacher, student), strict=True)
        }
        tried = Tried(asked, replace(masked, **after), author, None, explained.teacher, explained.student)
        return render_outcome(tried, ENGLISH, check)

    assert check.both_hold in said(False, False) and check.both_hold in said(True, True, before=True)
    assert check.both_abstain in said(True, True) and check.both_change in said(False, False, before=True)
    mixed = said(False, True)
    assert f"{check.holds.format(role='Teacher')}, {check.gives_up.format(role='student')}." in mixed


def test_without_a_turn_no_word_is_masked_and_the_page_says_so(checking: CheckHandlers, explained: Session):
    """Masking reads with both models, so it waits like a prediction, and is never done without a turn."""
    one = Desk(Bounds(running=1, waiting=0, session=1, address=1))
    turns = replace(checking.excerpts.turns, predictions=one)
    asked = [(checking.press, (f"1 {offset(explained, 'пристань')}", False)), (checking.cover, ("names",))]
    explained.language = "en"

    async def run() -> None:
        held = one.draw(Client("", ""))
        for handler, inputs in asked:
            said = str(await in_turn(turns, handler)(explained, *inputs))
            assert "Try again in" in said and not explained.masks.active and explained.masked is None
        one.leave(held)
        assert "Try again in" not in str(await in_turn(turns, checking.cover)(explained, "names"))

    run_in_own_loop(run())
    assert explained.masked is not None and explained.masked.spans


def test_every_event_of_masking_waits_for_a_turn(checking: CheckHandlers):
    """As the page wires them: a handler called without a wrapper would be found under its own name."""
    with gr.Blocks() as blocks:
        wire_checking(build_parts(), checking, blocks)
    names = {getattr(event.fn, "__qualname__", "") for event in blocks.fns.values()}
    assert not names & {f"CheckHandlers.{name}" for name in ("press", "undo", "restore", "cover")}
    assert "in_turn.<locals>.run" in names

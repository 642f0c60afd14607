"""Every event of the page answers whatever a client may send it, so that no stream ever breaks."""

import asyncio
import inspect
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from page.book.books import Books
from page.excerpt.pair_service import Reader
from page.launch import build_blocks
from page.masking.downloads import ShownResults
from page.session import Session
from tests.page.own_loop import run_in_own_loop


async def answers(call: Any, inputs: list[Any]) -> list[Any]:
    """All that a handler yields or returns, as Gradio calls it."""
    found = call(*inputs)
    if inspect.isasyncgen(found):
        return [value async for value in found]
    if inspect.isgenerator(found):
        return await asyncio.to_thread(list, found)
    return [await found if inspect.isawaitable(found) else found]


@pytest.mark.parametrize("value", [None, "", "1", "1 2 3 4 5", "1 teacher 99999999 Nobody"])
def test_every_event_answers_nothing_and_nonsense(
    value: str | None, tiny_bundle, tiny_student, sample_text: str
) -> None:
    """For an empty session, for one that shows an excerpt, and for one whose book is kept no longer."""
    reader, books = Reader(tiny_bundle, tiny_student), Books(tiny_bundle, tiny_student)
    blocks = build_blocks(reader, books, ShownResults())
    shown, lost = Session(), Session()
    shown.open(reader.read(sample_text))
    lost.book.open("nobody")
    events = [event for event in blocks.fns.values() if event.fn and event.api_visibility == "private"]
    assert len(events) > 30

    async def run() -> None:
        for event in events:
            for session in (Session(), replace(shown), replace(lost)):
                inputs = [given(component, session, value) for component in event.inputs]
                for answer in await answers(event.fn, inputs):
                    assert len(answer) == len(event.outputs), event.name

    run_in_own_loop(run())


def given(component: Any, session: Session, value: str | None) -> Any:
    """What the filter lets through for a component: text for text, null for anything but a number."""
    match component:
        case gr.State():
            return session
        case gr.Textbox():
            return value
        case gr.Slider():
            return component.minimum
        case _:
            return None


def test_whatever_draws_a_tab_says_when_it_was_drawn(tiny_bundle, tiny_student) -> None:
    """An answer that comes after a newer one is known by its mark, so none may come without."""
    reader, books = Reader(tiny_bundle, tiny_student), Books(tiny_bundle, tiny_student)
    blocks = build_blocks(reader, books, ShownResults())
    marks = [one for one in blocks.blocks.values() if str(one.elem_id).endswith("drawn")]
    assert {mark.elem_id for mark in marks} == {
        f"{tab}drawn" for tab in ("", "book-", "two-", "files-", "fingerprint-")
    }
    for mark in marks:
        (button,) = (
            one for one in blocks.blocks.values() if one.elem_id == mark.elem_id.replace("drawn", "redraw")
        )
        (redraw,) = (one for one in blocks.fns.values() if (button._id, "click") in one.targets)
        screen = set(redraw.outputs)
        assert mark in screen
        unmarked = [
            one.name for one in blocks.fns.values() if screen & set(one.outputs) and mark not in one.outputs
        ]
        assert not unmarked, (mark.elem_id, unmarked)


def test_what_streams_is_followed_by_the_screen_as_it_then_is(tiny_bundle, tiny_student) -> None:
    """Gradio may put a step of a stream on the page after a newer answer of another event."""
    blocks = build_blocks(Reader(tiny_bundle, tiny_student), Books(tiny_bundle, tiny_student), ShownResults())
    drawn = {one._id for one in blocks.blocks.values() if str(one.elem_id).endswith("drawn")}
    streams = [
        one
        for one in blocks.fns.values()
        if inspect.isasyncgenfunction(one.fn) and drawn & {output._id for output in one.outputs}
    ]
    assert len(streams) > 10
    for stream in streams:
        after = [one for one in blocks.fns.values() if one.trigger_after == stream._id]
        assert [(one.outputs, one.queue) for one in after] == [(stream.outputs, False)], stream.name


def test_gradio_shows_no_progress_of_its_own(tiny_bundle, tiny_student) -> None:
    """Where it may, the browser copies all properties of every output at each step of every event."""
    blocks = build_blocks(Reader(tiny_bundle, tiny_student), Books(tiny_bundle, tiny_student), ShownResults())
    ours = [one for one in blocks.fns.values() if one.outputs and one.api_visibility == "private"]
    assert len(ours) > 30 and all(one.show_progress_on == [] for one in ours)

"""What is sent to the browser: of a stream no more than changes."""

from collections.abc import AsyncGenerator
from typing import Any

import gradio as gr
from hypothesis import given
from hypothesis import strategies as st

from page.screen import Updates, only_changes
from tests.page.own_loop import run_in_own_loop

VALUES = st.one_of(
    st.sampled_from(["", "<p>a</p>", "<p>b</p>"]),
    st.booleans().map(lambda visible: gr.Button("Go", visible=visible)),
    st.just(gr.skip()),
)


def content(value: Any) -> Any:
    """What Gradio tells the browser of it."""
    return value.constructor_args if isinstance(value, gr.Button) else value


def shown(steps: list[Updates]) -> list[list[Any]]:
    """What the browser shows after each step."""
    screen, screens = list[Any]([None, None, None]), list[list[Any]]()
    for step in steps:
        screen = [old if new == gr.skip() else content(new) for old, new in zip(screen, step, strict=True)]
        screens.append(screen)
    return screens


@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), max_size=6))
def test_the_browser_shows_the_same_and_is_told_nothing_twice(steps: list[Updates]) -> None:
    async def work() -> AsyncGenerator[Updates, None]:
        for step in steps:
            yield step

    async def run() -> list[Updates]:
        return [step async for step in only_changes(work)()]

    sent = run_in_own_loop(run())
    assert shown(sent) == shown(steps)
    for before, step in zip([[None] * 3, *shown(sent)], sent, strict=False):
        assert all(content(new) != old for old, new in zip(before, step, strict=True) if new != gr.skip())

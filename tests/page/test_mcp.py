"""`--mcp`: the endpoints as tools, through the protocol's own client; without the option there is nothing."""

from collections.abc import Iterator

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from mcp.types import CallToolResult

import app
from authorship.errors import AuthorshipError
from authorship.models.bundle import ModelBundle
from page.excerpt.pair_service import Reader
from page.scheduler.turns import make_turns
from tests.page.own_loop import run_in_own_loop
from tests.page.serving import serving


@pytest.fixture(scope="module")
def address(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Iterator[str]:
    pair = tiny_bundle, tiny_student
    with serving(Reader(*pair), pair, make_turns(), mcp=True) as served:
        yield served


async def ask(address: str, tool: str, **arguments: object) -> tuple[set[str], CallToolResult]:
    """The names of all tools, and what one of them answers."""
    async with (
        streamablehttp_client(f"{address}/gradio_api/mcp/") as (incoming, outgoing, _),
        ClientSession(incoming, outgoing) as session,
    ):
        await session.initialize()
        tools = await session.list_tools()
        assert all(len(one.description or "") > 50 for one in tools.tools)
        return {one.name for one in tools.tools}, await session.call_tool(tool, dict(arguments))


def test_a_tool_attributes_a_text(address: str, sample_text: str) -> None:
    tools, answer = run_in_own_loop(ask(address, "attribute", text=sample_text, top_k=2))
    assert tools == {"attribute", "explain", "book", "same_hand"}
    assert not answer.isError and f"'characters': {len(sample_text)}" in answer.content[0].text


def test_a_tool_says_what_is_wrong_with_a_text(address: str) -> None:
    _, answer = run_in_own_loop(ask(address, "attribute", text="Мало."))
    assert answer.isError and "200" in answer.content[0].text


def test_without_the_package_the_option_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "find_spec", lambda name: None)
    monkeypatch.setattr(app, "find_port", lambda host, port: port)
    with pytest.raises(AuthorshipError, match="requirements-mcp"):
        app.main(["--mcp"])

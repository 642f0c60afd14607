"""`--mcp`: the endpoints as tools, through the protocol's own client; without the option there is nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from mcp.types import CallToolResult

import app
from authorship.errors import AuthorshipError
from authorship.models.bundle import ModelBundle
from page.excerpt.pair_service import Reader
from page.scheduler.fair_queue import client_here
from page.scheduler.turns import Turns, make_turns
from tests.page.own_loop import run_in_own_loop
from tests.page.serving import serving


@pytest.fixture(scope="module")
def address(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Iterator[str]:
    pair = tiny_bundle, tiny_student
    with serving(Reader(*pair), pair, make_turns(), mcp=True) as served:
        yield served


async def ask(
    address: str, tool: str, source: str = "127.0.0.1", **arguments: object
) -> tuple[set[str], CallToolResult]:
    """The names of all tools, and what one of them answers to an address of the loopback."""

    def client(**options: Any) -> httpx.AsyncClient:
        headers = {**(options.pop("headers", None) or {}), "X-Page-Client": "forged"}
        transport = httpx.AsyncHTTPTransport(local_address=source)
        return httpx.AsyncClient(transport=transport, headers=headers, follow_redirects=True, **options)

    url = f"{address}/gradio_api/mcp/"
    async with (
        streamablehttp_client(url, httpx_client_factory=client) as (incoming, outgoing, _),
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


def test_whoever_asks_through_a_tool_counts_as_themselves(
    address: str, sample_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All tools' requests come from the page itself: one visitor's would keep all others' waiting."""
    asked, predict = list[str](), Turns.predict

    async def noting(turns: Turns, work: Callable[[], Any], characters: int = 0) -> Any:
        asked.append(client_here().address)
        return await predict(turns, work, characters)

    monkeypatch.setattr(Turns, "predict", noting)
    for source in ("127.0.0.2", "127.0.0.3"):
        run_in_own_loop(ask(address, "attribute", source, text=sample_text))
    assert asked == ["127.0.0.2", "127.0.0.3"]


def test_a_tool_says_what_is_wrong_with_a_text(address: str) -> None:
    _, answer = run_in_own_loop(ask(address, "attribute", text="Мало."))
    assert answer.isError and "200" in answer.content[0].text


def test_without_the_package_the_option_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "find_spec", lambda name: None)
    monkeypatch.setattr(app, "find_port", lambda host, port: port)
    with pytest.raises(AuthorshipError, match="requirements-mcp"):
        app.main(["--mcp"])

"""Bodies of requests: what is JSON and what is not, long texts and short ones alike."""

import json
from threading import current_thread
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as some
from starlette.requests import Request

from page.request_filter import json_bodies
from page.request_filter.filter import RequestFilter, hand_on_checked
from page.request_filter.json_bodies import parse_json
from page.request_filter.refusal import Refusal

TEXTS = some.text(alphabet=some.sampled_from('aж"\\\n\t/😀\u2028\x00{}[],:u0'), max_size=30)
VALUES = some.recursive(
    TEXTS | some.booleans() | some.none() | some.integers(-9, 9) | some.floats(-1e9, 1e9),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture(params=[3, 200_000], autouse=True)
def _long(request: pytest.FixtureRequest) -> Any:
    """Strings of a few characters count as long, and are taken apart at every place, or as usual."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_bodies, "_LONG", request.param)
        if request.param == 3:
            pattern = json_bodies._INSIDE.pattern.replace(b"{1,64}", b"{1,3}").replace(b"{1,16000}", b"{1,2}")
            patch.setattr(json_bodies, "_INSIDE", json_bodies.re.compile(pattern))
        yield


@given(value=VALUES, ascii_only=some.booleans())
def test_what_is_written_is_read(value: Any, ascii_only: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(body=some.binary(max_size=12) | some.text('"\\ud8cu0[]{},:1 ж', max_size=12).map(str.encode))
def test_what_is_no_json_is_refused_and_nothing_else(body: bytes) -> None:
    for text in (body, b'["' + body + b'"]'):
        try:
            wanted = orjson.loads(text)
        except orjson.JSONDecodeError:
            with pytest.raises(Refusal, match="RFC 8259"):
                parse_json(text)
        else:
            assert parse_json(text) == wanted


@pytest.mark.parametrize(
    "body",
    [b"[" * 13, b'{"a":' * 13, b"[" + b"0," * 2_001, b"[" + b'"",' * 2_001, b'"a"' * 4_001],
    ids=["depth", "depth of objects", "numbers", "texts", "strings in a row"],
)
def test_too_much_is_refused_before_it_is_read(body: bytes) -> None:
    with pytest.raises(Refusal, match=r"nested deeper|more than 2,000"):
        parse_json(body)


def test_a_body_is_parsed_once_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """FastAPI, on which Gradio stands, gets the value that was checked."""
    app, checked, threads = FastAPI(), {"text": "ж" * 100_000}, []

    class Forms:
        def check(self, *_: object) -> Any:
            threads.append(current_thread())
            return checked

        def is_queued(self, _: str) -> bool:
            return False

    @app.post("/gradio_api/queue/join")
    async def join(body: dict[str, str]) -> int:
        threads.append(current_thread())
        assert body["text"] is checked["text"]
        return len(body["text"])

    monkeypatch.setattr(Request, "json", Request.json)  # so that it is put back
    hand_on_checked()
    page = TestClient(RequestFilter(app, Forms()))  # type: ignore[arg-type]
    answer = page.post("/gradio_api/queue/join", json={"text": "other"})
    assert answer.json() == 100_000 and len(set(threads)) == len(threads) == 2

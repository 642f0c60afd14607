"""Bodies of requests: what is JSON and what is not, long texts and short ones alike."""

import json
from threading import current_thread
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as some

from page.request_filter import filter as request_filter
from page.request_filter import json_bodies
from page.request_filter.json_bodies import dump, parse
from page.request_filter.refusal import Refusal

SAME_EVERY_TIME = settings(derandomize=True, deadline=None, database=None)
TEXTS = some.text(alphabet=some.sampled_from('aж"\\\n\t/😀\u2028\x00{}[],:u0'), max_size=30)
VALUES = some.recursive(
    TEXTS | some.booleans() | some.none() | some.integers(-9, 9) | some.floats(allow_nan=False, width=32),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture(params=[3, 200_000], autouse=True)
def _long(request: pytest.FixtureRequest) -> Any:
    """Strings of a few characters count as long, and are taken apart at every place, or as usual."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_bodies, "_LONG", request.param)
        if request.param == 3:
            patch.setattr(json_bodies, "_PART", 2)
            pattern = json_bodies._INSIDE.pattern.replace(b"{1,64}", b"{1,3}").replace(b"{1,16000}", b"{1,2}")
            patch.setattr(json_bodies, "_INSIDE", json_bodies.re.compile(pattern))
        yield


@SAME_EVERY_TIME
@given(value=VALUES, ascii_only=some.booleans())
def test_what_is_written_is_read(value: Any, ascii_only: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=ascii_only).encode()) == value
    assert dump(value) == orjson.dumps(value)


@SAME_EVERY_TIME
@given(body=some.binary(max_size=12) | some.text('"\\ud8cu0[]{},:1 ж', max_size=12).map(str.encode))
def test_what_is_no_json_is_refused_and_nothing_else(body: bytes) -> None:
    for text in (body, b'["' + body + b'"]'):
        try:
            wanted = orjson.loads(text)
        except orjson.JSONDecodeError:
            with pytest.raises(Refusal, match="RFC 8259"):
                parse(text)
        else:
            assert parse(text) == wanted


@pytest.mark.parametrize(
    "body",
    [b"[" * 13, b'{"a":' * 13, b"[" + b"0," * 2_001, b"[" + b'"",' * 2_001, b'"a"' * 4_001],
    ids=["depth", "depth of objects", "numbers", "texts", "strings in a row"],
)
def test_too_much_is_refused_before_it_is_read(body: bytes) -> None:
    with pytest.raises(Refusal, match=r"nested deeper|more than 2,000"):
        parse(body)


@pytest.mark.parametrize(("letters", "aside"), [(10, False), (100_000, True)])
def test_a_large_body_is_parsed_beside_the_event_loop(
    monkeypatch: pytest.MonkeyPatch, letters: int, aside: bool
) -> None:
    """As FastAPI, on which Gradio stands, asks for it."""
    app, threads = FastAPI(), []
    request_filter.RequestFilter(app, None)  # type: ignore[arg-type]

    def noted(body: bytes) -> Any:
        threads.append(current_thread())
        return parse(body)

    @app.post("/")
    async def count(body: dict[str, str]) -> int:
        threads.append(current_thread())
        return len(body["text"])

    monkeypatch.setattr(request_filter, "parse", noted)
    body = orjson.dumps({"text": "ж" * letters})
    answer = TestClient(app).post("/", content=body, headers={"Content-Type": "application/json"})
    assert answer.json() == letters
    assert len(set(threads)) == len(threads) == 1 + aside

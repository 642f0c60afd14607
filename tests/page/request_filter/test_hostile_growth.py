"""No expression nor loop that reads a request takes more than linear time."""

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from starlette.datastructures import Headers

import page.request_filter
from page.request_filter.addresses import client_address
from page.request_filter.filter import check_headers
from page.request_filter.headers import KnownScripts
from page.request_filter.json_bodies import parse_json
from page.request_filter.refusal import Refusal
from page.request_filter.routes import _ROUTES, find_route
from page.request_filter.uploads import plain_name
from page.share.handlers import parse_link

Read = Callable[[str], object]
# What is repeated, after a beginning that an expression may go on from and before an end that it cannot take.
BEGINNINGS = ("", '{"data":["', "<script>", "uploads/", "/static/", "/gradio_api/call/", "[", "a")
REPEATED = (
    '"',
    '\\"',
    "\\",
    "[",
    "{",
    ",",
    "a",
    "a.",
    "/",
    "../",
    " ",
    "<script ",
    "<script>",
    "{{",
    "ж",
    "_-",
    "1:",
)
ENDS = ("", "\x00")
LENGTHS = (4_000, 16_000, 64_000)
TOLD = 0.01  # seconds from which a time tells more than noise


def expressions() -> Iterator[tuple[str, Read]]:
    """Every compiled expression of the request filter, asked in each way that its module asks it."""
    for info in pkgutil.iter_modules(page.request_filter.__path__):
        module = importlib.import_module(f"page.request_filter.{info.name}")
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                ways = set(re.findall(rf"\b{name}\.(\w+)\(", inspect.getsource(module))) or {"findall"}
                yield from ((f"{info.name}.{name}.{way}", _asked(value, way)) for way in ways)
    yield from ((f"route {route.path.pattern}", _asked(route.path, "fullmatch")) for route in _ROUTES)


def _asked(pattern: re.Pattern[str] | re.Pattern[bytes], way: str) -> Read:
    binary = isinstance(pattern.pattern, bytes)
    filling = ("_",) if way == "sub" else ()

    def ask(text: str) -> None:
        found = getattr(pattern, way)(*filling, text.encode() if binary else text)
        if way == "finditer":
            for _ in found:
                pass

    return ask


def readers() -> Iterator[tuple[str, Read]]:
    """The functions that read a request, as far as they need no server."""
    scripts = KnownScripts("")
    yield "parse", lambda text: parse_json(text.encode())
    yield "plain_name", plain_name
    yield "find_route", lambda text: find_route("POST", text, text.encode())
    yield "check_headers", lambda text: check_headers(Headers({"host": text, "x-forwarded-host": text}))
    yield "client_address", lambda text: client_address(text, text)
    yield "parse_link", parse_link
    yield "scripts", lambda text: scripts.among(text.encode())


def seconds(read: Read, text: str) -> float:
    """How long one reading keeps the processor; what else the machine does hardly counts."""
    began = time.thread_time()
    with suppress(Refusal, UnicodeError):
        read(text)
    return time.thread_time() - began


def grows_too_fast(read: Read, beginning: str, repeated: str, end: str) -> bool:
    """Whether four times the text takes over eight times as long, at the first length whose time tells.

    Linear is 4, quadratic 16. Single times vary, so the shortest count.
    """

    def shortest(length: int, times: int) -> float:
        text = beginning + repeated * (length // len(repeated)) + end
        return min(seconds(read, text) for _ in range(times))

    length = next((one for one in LENGTHS if shortest(one, 1) > TOLD), None)
    return length is not None and shortest(length, 3) > 8 * shortest(length // 4, 3)


@pytest.mark.parametrize("found", [expressions, readers])
def test_what_reads_a_request_is_linear(found: Callable[[], Iterator[tuple[str, Read]]]) -> None:
    quadratic = [
        (name, beginning, repeated, end)
        for name, read in found()
        for beginning in BEGINNINGS
        for repeated in REPEATED
        for end in ENDS
        if grows_too_fast(read, beginning, repeated, end)
    ]
    assert not quadratic


def test_the_measure_tells_quadratic_from_linear() -> None:
    quadratic = re.compile(r'"(?:[^"\\]++|\\.)*+"')
    assert grows_too_fast(lambda text: quadratic.sub("", text), '{"data":["', '\\"', "")
    assert not grows_too_fast(lambda text: sum(map(ord, text)), "", "a", "")

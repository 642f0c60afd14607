"""JSON within limits: looked over before it is parsed, and long texts a part at a time.

Whatever parses JSON holds Python's lock until it has done: a text of 20 MB would stop the whole page for a
tenth of a second. Parts of a megabyte stop it for a few milliseconds.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import pairwise
from typing import Any

import orjson

from page.request_filter.refusal import Refusal

DEEPEST = 12
MOST_ITEMS = 2_000
_MOST_STRINGS = 2 * MOST_ITEMS  # a key and a value for each item
_LONG = 200_000
_STEP = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_MARK = re.compile(rb"[\[\]{},]")
# What a string holds, so much at a time; no pair of surrogates is torn apart.
_INSIDE = re.compile(
    rb'(?:[^"\\]{1,64}+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4}|\\u[0-9a-fA-F]{4}|\\[^u]){1,16000}+'
)


def parse_json(body: bytes) -> Any:
    """The value of a JSON text; NaN, infinities, lone surrogates and broken UTF-8 are no JSON.

    Raises:
        Refusal: it is not JSON, nested deeper than 12, or has more than 2,000 items.
    """
    name = secrets.token_hex()
    texts: list[str] = []

    def shorten(start: int, edges: list[int]) -> bytes:
        if edges[-1] - start <= _LONG:
            return body[start - 1 : edges[-1] + 1]
        text = StringIO()
        for first, stop in pairwise([start, *edges]):
            text.write(orjson.loads(b'"' + body[first:stop] + b'"'))
        texts.append(text.getvalue())
        return f'"{name}{len(texts) - 1}"'.encode()

    try:
        value = orjson.loads(b"".join(_looked_over(body, shorten)))
    except orjson.JSONDecodeError:
        raise _no_json() from None
    full = {f"{name}{number}": text for number, text in enumerate(texts)}
    return _restored(value, full) if full else value


def _looked_over(body: bytes, shorten: Callable[[int, list[int]], bytes]) -> Iterator[bytes]:
    """The body with its strings as `shorten` makes them, which gets a string's start and its parts' ends.

    Raises:
        Refusal: a string does not end, or there is too much; at the first too many.
    """
    depth = items = strings = end = 0
    while end < len(body):
        start = body.find(b'"', end)
        between = body[end:] if start < 0 else body[end:start]
        for mark in _MARK.finditer(between):
            depth += _STEP.get(mark[0], 0)
            items += 1
            if depth > DEEPEST:
                raise Refusal(400, f"The body is nested deeper than {DEEPEST}.")
            if items > MOST_ITEMS:
                raise _too_many()
        yield between
        if start < 0:
            return
        edges = list(_edges(body, start + 1)) or [start + 1]
        end = edges[-1] + 1
        strings += 1
        if strings > _MOST_STRINGS:
            raise _too_many()
        if body[end - 1 : end] != b'"':
            raise _no_json()
        yield shorten(start + 1, edges)


def _edges(body: bytes, start: int) -> Iterator[int]:
    """Where the parts of a string end, the last at its end or what cannot be in it; no character is torn."""
    while match := _INSIDE.match(body, start):
        stop = match.end()
        while stop > start and stop < len(body) and body[stop] & 0xC0 == 0x80:
            stop -= 1
        if stop == start:
            return
        yield stop
        start = stop


def _restored(value: Any, full: dict[str, str]) -> Any:
    """A value with the long strings in place of their names."""
    match value:
        case str():
            return full.get(value, value)
        case list():
            return [_restored(one, full) for one in value]
        case dict():
            return {full.get(key, key): _restored(one, full) for key, one in value.items()}
    return value


def _no_json() -> Refusal:
    return Refusal(400, "The body is not JSON as RFC 8259 has it.")


def _too_many() -> Refusal:
    return Refusal(400, f"The body has more than {MOST_ITEMS:,} items.")

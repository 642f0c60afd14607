"""JSON within limits: looked over before it is parsed, so that no shape of it costs time or memory."""

import re
from typing import Any

import orjson

from page.security.refusal import Refusal

DEEPEST = 12
MOST_ITEMS = 2_000
_MARKS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{},]', re.DOTALL)
_STEP = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


def parse(body: bytes) -> Any:
    """The value of a JSON text; NaN, infinities, lone surrogates and broken UTF-8 are no JSON.

    Raises:
        Refusal: it is not JSON, nested deeper than 12, or has more than 2,000 items.
    """
    _look_over(body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal(400, "The body is not JSON as RFC 8259 has it.") from None


def _look_over(body: bytes) -> None:
    """Count brackets and commas outside of strings; ends at the first too many."""
    depth = items = 0
    for mark in _MARKS.finditer(body):
        found = mark.group()
        if len(found) > 1:
            continue
        depth += _STEP.get(found, 0)
        items += 1
        if depth > DEEPEST:
            raise Refusal(400, f"The body is nested deeper than {DEEPEST}.")
        if items > MOST_ITEMS:
            raise Refusal(400, f"The body has more than {MOST_ITEMS:,} items.")

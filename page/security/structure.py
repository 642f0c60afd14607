"""JSON within limits: looked over before it is parsed, so that no shape of it costs time or memory."""

import re
from typing import Any

import orjson

from page.security.refusal import Refusal

DEEPEST = 12
MOST_ITEMS = 2_000
# A string that never ends is taken to the end: a match that failed would begin anew at each quote.
_MARKS = re.compile(rb'"[^"]*+(?:"|\Z)|[\[\]{},]')
_STEP = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_MOST_STRINGS = 2 * MOST_ITEMS  # a key and a value for each item


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
    """Count brackets, commas and strings; ends at the first too many."""
    depth = items = strings = 0
    plain = body.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    for mark in _MARKS.finditer(plain):
        found = plain[mark.start() : mark.start() + 1]
        depth += _STEP.get(found, 0)
        strings += found == b'"'
        items += found != b'"'
        if depth > DEEPEST:
            raise Refusal(400, f"The body is nested deeper than {DEEPEST}.")
        if items > MOST_ITEMS or strings > _MOST_STRINGS:
            raise Refusal(400, f"The body has more than {MOST_ITEMS:,} items.")

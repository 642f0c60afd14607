"""The page served within the test's own process."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from authorship.models.bundle import ModelBundle
from authorship.same_hand.answer import Measure
from page.book.books import Books
from page.book.downloads import download_routes
from page.excerpt.pair_service import Reader
from page.launch import build_blocks, launch
from page.masking.downloads import ShownResults
from page.scheduler.turns import Turns
from page.two_texts.cases import Cases
from page.two_texts.downloads import comparison_routes
from tests.invented_hand import invented_reasons


@contextmanager
def serving(
    reader: Reader,
    books: tuple[ModelBundle, ModelBundle],
    turns: Turns,
    mcp: bool = False,
    measure: Measure | None = None,
) -> Iterator[str]:
    """The address of a page that lasts as long as the context; its two texts are measured by `measure`."""
    kept = Books(*books, compares=measure is not None)
    cases = Cases(measure, kept, explain=invented_reasons)
    blocks = build_blocks(reader, kept, ShownResults(), turns, cases=cases)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        routes = [*download_routes(kept, turns), *comparison_routes(cases, turns)]
        yield launch(blocks, routes, "127.0.0.1", port, share=False, mcp=mcp).rstrip("/")
    finally:
        blocks.close()

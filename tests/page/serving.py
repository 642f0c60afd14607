"""The page served within the test's own process."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from authorship.models.bundle import ModelBundle
from page.book.books import Books
from page.book.downloads import download_routes
from page.excerpt.pair_service import Reader
from page.launch import build_blocks, launch
from page.masking.results import ShownResults
from page.scheduler.turns import Turns


@contextmanager
def serving(
    reader: Reader, books: tuple[ModelBundle, ModelBundle], turns: Turns, mcp: bool = False
) -> Iterator[str]:
    """The address of a page that lasts as long as the context."""
    kept = Books(*books)
    blocks = build_blocks(reader, kept, ShownResults(), turns)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        routes = download_routes(kept, turns)
        yield launch(blocks, routes, "127.0.0.1", port, share=False, mcp=mcp).rstrip("/")
    finally:
        blocks.close()

"""Blocks to a running server: look, limits and the few routes beside the page."""

from pathlib import Path
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from authorship.errors import AuthorshipError
from authorship.formats.limits import Limits
from explain.view import STYLE
from page.api import Api, publish
from page.book.books import Books
from page.book.crossing import Crossing, wire_crossing
from page.book.downloads import download_routes
from page.book.events import wire_book
from page.book.handlers import BookHandlers
from page.events import wire
from page.fingerprints.events import wire_fingerprints
from page.fingerprints.handlers import FingerprintHandlers
from page.fingerprints.shelf import find_fingerprints
from page.handlers import Handlers
from page.layout import build_parts
from page.reader import Reader
from page.russian import RUSSIAN

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
LARGEST_UPLOAD = Limits().file
UPLOADS_KEPT = 600
SESSIONS_KEPT = 100
QUEUE = 64


def build_blocks(reader: Reader, books: Books) -> gr.Blocks:
    """The page and its endpoints over a pair of models."""
    blocks = gr.Blocks(
        analytics_enabled=False,
        title=RUSSIAN.title,
        delete_cache=(UPLOADS_KEPT, UPLOADS_KEPT),
        fill_width=True,
    )
    with blocks:
        publish(Api(reader, books))  # first: the page's own events must not take the names
        _wire(reader, books, blocks)
    blocks.queue(max_size=QUEUE, api_open=False, default_concurrency_limit=1)
    return blocks


def _wire(reader: Reader, books: Books, blocks: gr.Blocks) -> None:
    parts = build_parts()
    excerpts, book = Handlers(reader, books), BookHandlers(reader, books)
    wire(parts, excerpts, blocks)
    wire_book(parts, book, blocks)
    wire_crossing(parts, Crossing(excerpts, book))
    wire_fingerprints(parts, FingerprintHandlers(reader, find_fingerprints(reader)), blocks)


def launch(blocks: gr.Blocks, books: Books, host: str, port: int, share: bool) -> str:
    """Start serving in the background; the address is returned.

    Raises:
        AuthorshipError: the port is taken.
    """
    try:
        _, local, public = blocks.launch(
            server_name=host,
            server_port=port,
            share=share,
            quiet=True,
            prevent_thread_lock=True,
            **_look(),
            **_limits(books),
        )
    except OSError as error:
        raise AuthorshipError(f"Port {port} is taken: choose another with --port.") from error
    return public or local


def _look() -> dict[str, Any]:
    script = _joined("page.js", "book/book.js", "fingerprints/fingerprints.js")
    return {
        "theme": gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        "css": STYLE + _joined("style.css", "book/book.css", "fingerprints/fingerprints.css"),
        "head": f"<script>{script}</script>",
        "favicon_path": HERE / "favicon.svg",
        "footer_links": ["api"],  # lets ?view=api open; the footer itself is hidden by the style
    }


def _joined(*names: str) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


def _limits(books: Books) -> dict[str, Any]:
    """Nothing of a visitor is kept or shown to another: no history, no errors, no monitoring."""
    return {
        "max_file_size": LARGEST_UPLOAD,
        "state_session_capacity": SESSIONS_KEPT,
        "run_history": False,
        "show_error": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "pwa": False,
        "app_kwargs": {"routes": [*_routes(), *download_routes(books)]},
    }


def _routes() -> list[Route]:
    return [Route("/readme", _readme), Route("/health", _health)]


def _readme(_: Request) -> PlainTextResponse:
    text = README.read_text(encoding="utf-8") if README.exists() else "No README here."
    return PlainTextResponse(text)


def _health(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")

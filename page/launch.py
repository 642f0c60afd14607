"""Blocks to a running server: look, limits and the few routes beside the page."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import LocalContext
from gradio.routes import App
from gradio.state_holder import SessionState
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from authorship.errors import AuthorshipError
from authorship.text.formats.limits import Limits
from explain.report.highlights import STYLE
from explain.same_hand.view import PLOT_STYLE
from page.api import Api, publish
from page.authors.handlers import FingerprintHandlers, wire_fingerprints
from page.authors.view import find_fingerprints
from page.book.books import Books
from page.book.events import wire_book
from page.book.handlers import BookHandlers
from page.book.tab_links import Crossing, wire_crossing
from page.events import wire
from page.excerpt.pair_service import Reader
from page.files.batches import Batches
from page.files.handlers import FileHandlers, wire_files
from page.handlers import Handlers
from page.i18n.russian import RUSSIAN
from page.layout import build_parts
from page.masking.downloads import ShownResults
from page.masking.handlers import CheckHandlers, wire_checking
from page.request_filter.connections import harden
from page.request_filter.filter import RequestFilter, hand_on_checked
from page.request_filter.forms import Forms
from page.request_filter.headers import PagePolicy
from page.request_filter.private_parts import check_parts
from page.request_filter.uploads import Uploads
from page.scheduler.turns import Turns, make_turns
from page.share.about import with_preview
from page.share.handlers import SharingHandlers, wire_sharing
from page.storage.cache import Room
from page.storage.visitors import adopt
from page.two_texts.book_part import PartHandlers, wire_book_part
from page.two_texts.cases import Cases
from page.two_texts.handlers import TwoTextHandlers, wire_two_texts


def register_function() -> None:
    """On ZeroGPU, name a function that is never called; elsewhere nothing. To be called before the launch."""
    if os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true"):
        import spaces  # of requirements-zerogpu.txt

        spaces.GPU(_unused)


def _unused() -> None:
    """Nothing."""


HERE = Path(__file__).parent
ASSETS = HERE / "assets"
README = HERE.parent / "README.md"
LARGEST_UPLOAD = Limits().file
UPLOADS_KEPT = 600
EVENTS = 256  # at once: most of them only wait, which takes no thread; see page/scheduler/ for who may


def build_blocks(
    reader: Reader,
    books: Books,
    results: ShownResults,
    turns: Turns | None = None,
    batches: Batches | None = None,
    cases: Cases | None = None,
) -> gr.Blocks:
    """The page and its endpoints over a pair of models; without `cases` no two texts can be compared."""
    blocks = gr.Blocks(
        analytics_enabled=False,
        title=RUSSIAN.title,
        delete_cache=(UPLOADS_KEPT, UPLOADS_KEPT),
        fill_width=True,
    )
    turns = turns or make_turns()
    cases = cases or Cases(None, books)
    with blocks:
        publish(Api(reader, books, turns, cases))  # first: the page's own events must not take the names
        _wire(reader, books, results, turns, blocks, batches or Batches(reader, books), cases)
    blocks.queue(max_size=EVENTS, api_open=False, default_concurrency_limit=1)
    return blocks


def _wire(
    reader: Reader,
    books: Books,
    results: ShownResults,
    turns: Turns,
    blocks: gr.Blocks,
    batches: Batches,
    cases: Cases,
) -> None:
    parts = build_parts(compares=cases.measure is not None)
    excerpts, book = Handlers(reader, books, results, turns), BookHandlers(reader, books, turns)
    wire(parts, excerpts, blocks)
    wire_checking(parts, CheckHandlers(excerpts), blocks)
    wire_book(parts, book, blocks)
    crossing = Crossing(excerpts, book)
    wire_crossing(parts, crossing)
    wire_files(parts, FileHandlers(batches, crossing, turns), blocks)
    two = TwoTextHandlers(cases, turns)
    wire_two_texts(parts, two, blocks)
    wire_book_part(parts, PartHandlers(book, two))
    wire_sharing(parts, SharingHandlers(excerpts))
    wire_fingerprints(parts, FingerprintHandlers(reader, find_fingerprints(reader)), blocks)


def launch(
    blocks: gr.Blocks,
    routes: Sequence[Route],
    host: str,
    port: int,
    share: bool,
    mcp: bool = False,
    room: Room | None = None,
) -> str:
    """Start serving in the background, with `mcp` also the endpoints as tools; the address is returned.

    `room` is what all that is kept for visitors shares.

    Raises:
        AuthorshipError: the port is taken, or the page cannot be guarded with these versions of its packages.
    """
    check_parts(blocks=blocks, context=LocalContext, session=SessionState, gradio=gr)
    check_parts(component=next(iter(blocks.blocks.values())), event=next(iter(blocks.fns.values())))
    # X-Forwarded-For is the client's own word, unless the operator named a proxy to trust in this variable
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "")
    uploads = Uploads()
    uploads.adopt(blocks)
    unsafe: list[AuthorshipError] = []
    try:
        _, local, public = blocks.launch(
            server_name=host,
            server_port=port,
            share=share,
            mcp_server=mcp,
            quiet=True,
            prevent_thread_lock=True,
            max_threads=EVENTS,
            **_look(),
            **_limits(),
            app_kwargs=_app(blocks, routes, uploads, room or Room(), unsafe),
        )
    except OSError as error:
        taken = AuthorshipError(f"Port {port} is taken: choose another with --port.")
        raise (unsafe or [taken])[0] from error
    except Exception:
        blocks.close(verbose=False)
        raise
    try:
        check_parts(server=blocks.server)
        harden(blocks.server)
        if not isinstance(blocks.server_app.middleware_stack, RequestFilter):
            raise AuthorshipError("The page cannot be served safely: its request filter is not in place.")
    except AuthorshipError:
        blocks.close(verbose=False)
        raise
    return public or local


def _look() -> dict[str, Any]:
    tabs = ("book.css", "masking.css", "files.css", "authors.css", "two_texts.css")
    return {
        "theme": gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        "css": STYLE + PLOT_STYLE + _joined("style.css", *tabs, "sharing.css", "connection.css"),
        "head": f"<style>{_joined('print.css')}</style><script>{_script()}</script>",
        "favicon_path": ASSETS / "favicon.svg",
        "footer_links": ["api"],  # lets ?view=api open; the footer itself is hidden by the style
    }


def _script() -> str:
    tabs = ("book.js", "masking.js", "files.js", "authors.js")
    return _joined("page.js", "access.js", *tabs, "sharing.js", "connection.js")


def _joined(*names: str) -> str:
    return "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names)


def _limits() -> dict[str, Any]:
    """Nothing of a visitor is kept or shown to another: no history, no errors, no monitoring."""
    return {
        "max_file_size": LARGEST_UPLOAD,
        "run_history": False,
        "show_error": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "pwa": False,
    }


def _app(
    blocks: gr.Blocks, routes: Sequence[Route], uploads: Uploads, room: Room, unsafe: list[AuthorshipError]
) -> dict[str, Any]:
    """The application around the page; the filter is in place before the first client can connect.

    Where it cannot be put in place, nothing is served, and `unsafe` holds why.
    """

    @asynccontextmanager
    async def guarded(app: App) -> AsyncIterator[None]:
        try:
            check_parts(app=app, request=Request)
            if app.middleware_stack is None:
                raise AuthorshipError("The page cannot be served safely: the application is not built yet.")
        except AuthorshipError as error:
            unsafe.append(error)
            raise
        hand_on_checked()
        app.middleware_stack = RequestFilter(adopt(app, blocks, room), Forms(blocks, uploads.find))
        try:
            yield
        finally:
            uploads.forget()

    upload = Route("/gradio_api/upload", uploads.receive, methods=["POST"])
    return {
        "routes": [Route("/readme", _readme), Route("/health", _health), *routes, upload],
        "middleware": [Middleware(PagePolicy, script=_script(), rewrite=with_preview)],
        "lifespan": guarded,
        "openapi_url": None,
    }


def _readme(_: Request) -> PlainTextResponse:
    text = README.read_text(encoding="utf-8") if README.exists() else "No README here."
    return PlainTextResponse(text)


def _health(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")

"""Blocks to a running server: look, limits and the few routes beside the page."""

from pathlib import Path
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from authorship.errors import AuthorshipError
from explain.view import STYLE
from page.api import Api, publish
from page.events import wire
from page.handlers import Handlers
from page.layout import build_parts
from page.reader import Reader
from page.russian import RUSSIAN

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
LARGEST_UPLOAD = "5mb"
UPLOADS_KEPT = 600
SESSIONS_KEPT = 100
QUEUE = 64


def build_blocks(reader: Reader) -> gr.Blocks:
    """The page and its endpoints over a pair of models."""
    blocks = gr.Blocks(
        analytics_enabled=False,
        title=RUSSIAN.title,
        delete_cache=(UPLOADS_KEPT, UPLOADS_KEPT),
        fill_width=True,
    )
    with blocks:
        publish(Api(reader))  # first: the page's own events must not take the names
        wire(build_parts(), Handlers(reader), blocks)
    blocks.queue(max_size=QUEUE, api_open=False, default_concurrency_limit=1)
    return blocks


def launch(blocks: gr.Blocks, host: str, port: int, share: bool) -> str:
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
            **_limits(),
        )
    except OSError as error:
        raise AuthorshipError(f"Port {port} is taken: choose another with --port.") from error
    return public or local


def _look() -> dict[str, Any]:
    script = (HERE / "page.js").read_text(encoding="utf-8")
    return {
        "theme": gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        "css": STYLE + (HERE / "style.css").read_text(encoding="utf-8"),
        "head": f"<script>{script}</script>",
        "favicon_path": HERE / "favicon.svg",
        "footer_links": ["api"],  # lets ?view=api open; the footer itself is hidden by the style
    }


def _limits() -> dict[str, Any]:
    """Nothing of a visitor is kept or shown to another: no history, no errors, no monitoring."""
    return {
        "max_file_size": LARGEST_UPLOAD,
        "state_session_capacity": SESSIONS_KEPT,
        "run_history": False,
        "show_error": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "pwa": False,
        "app_kwargs": {"routes": [Route("/readme", _readme), Route("/health", _health)]},
    }


def _readme(_: Request) -> PlainTextResponse:
    text = README.read_text(encoding="utf-8") if README.exists() else "No README here."
    return PlainTextResponse(text)


def _health(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")

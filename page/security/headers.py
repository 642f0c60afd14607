"""The headers of every answer, and the content security policy of the page."""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A Space shows the page in a frame of huggingface.co; nobody else may.
FRAMES = "'self' https://huggingface.co https://*.hf.space"
_INLINE = re.compile(rb"<script\b[^>]*>(.*?)</script>", re.DOTALL)

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), midi=(), serial=(), "
    "display-capture=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # What is not the page itself holds nothing to run; the style is that of pictures.
    "Content-Security-Policy": f"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors {FRAMES}",
}


def page_policy(scripts: Iterable[bytes]) -> str:
    """The policy under which the page works; inline scripts run only if they are these.

    Two exceptions stand. 'unsafe-eval': Gradio makes functions of its events' `js` and of the templates
    of its HTML components. 'unsafe-inline' for styles: Gradio's components and our own rankings set
    widths and colours in style attributes.
    """
    hashes = " ".join(f"'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in scripts)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'unsafe-eval' {hashes}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "connect-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {FRAMES}",
        ]
    )


def inline_scripts(html: bytes) -> list[bytes]:
    """The texts of the scripts that stand in a page itself."""
    return [script for script in _INLINE.findall(html) if script]


def dress(headers: MutableHeaders, path: str) -> None:
    """Add what every answer carries and none has yet; what belongs to a visitor is not stored."""
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    if path.startswith("/gradio_api/") or path == "/":
        headers.setdefault("Cache-Control", "no-store")


class PagePolicy:
    """Puts the page's policy on answers that are HTML; `script` is the one that Gradio inserts by itself."""

    def __init__(self, app: ASGIApp, script: str) -> None:
        self.app = app
        self.script = script.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold an HTML answer back until it is whole, then send it with its policy."""
        held: list[Message] = []

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_html(message):
                held.append(message)
                return
            if not held:
                await send(message)
                return
            held.append(message)
            if not message.get("more_body", False):
                await self._release(held, send)
                held.clear()

        await self.app(scope, receive, watch if scope["type"] == "http" else send)

    async def _release(self, held: list[Message], send: Send) -> None:
        html = b"".join(message.get("body", b"") for message in held)
        headers = MutableHeaders(scope=held[0])
        headers["Content-Security-Policy"] = page_policy([self.script, *inline_scripts(html)])
        for message in held:
            await send(message)


def _is_html(message: Message) -> bool:
    return MutableHeaders(scope=message).get("content-type", "").startswith("text/html")

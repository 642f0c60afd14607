"""The headers of every answer, and the content security policy of the page."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from hashlib import sha256
from importlib.resources import files

import orjson
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A Space shows the page in a frame of huggingface.co; nobody else may.
FRAMES = "'self' https://huggingface.co https://*.hf.space"
# What never ends is taken to the end of the page, so that no match fails after a long look.
_INLINE = re.compile(rb"<script\b[^>]*+(?:>|\Z)(.*?)(?:</script>|\Z)", re.DOTALL)
_FILLED_IN = re.compile(rb"\{\{.*?(?:\}\}|\Z)", re.DOTALL)

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


class KnownScripts:
    """Tells the page's own inline scripts, ours and those of Gradio's template, from any other in it."""

    def __init__(self, ours: str) -> None:
        """`ours` is the script that Gradio puts into the page's head, in the browser."""
        template = (files("gradio") / "templates" / "frontend" / "index.html").read_bytes()
        self._ours = ours.encode()
        self._known = [_pattern(script) for script in _INLINE.findall(template) if script]

    def among(self, html: bytes) -> list[bytes]:
        """Ours, and those of a page's inline scripts that are the template's."""
        return [self._ours, *(script for script in _INLINE.findall(html) if self._knows(script))]

    def _knows(self, script: bytes) -> bool:
        found = filter(None, (known.fullmatch(script) for known in self._known))
        return any(all(map(_is_json, match.groups())) for match in found)


def _pattern(script: bytes) -> re.Pattern[bytes]:
    """A script of the template; what the template fills in may be any one line of it."""
    return re.compile(rb"([^\n]*)".join(map(re.escape, _FILLED_IN.split(script))))


def _is_json(text: bytes) -> bool:
    """Whether it is a value and nothing more, so that nothing in it runs."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def dress(headers: MutableHeaders, path: str) -> None:
    """Add what every answer carries and none has yet; what belongs to a visitor is not stored."""
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    if path.startswith("/gradio_api/") or path == "/":
        headers.setdefault("Cache-Control", "no-store")


class PagePolicy:
    """Puts the page's policy on answers that are HTML and have none of their own."""

    def __init__(
        self, app: ASGIApp, script: str, rewrite: Callable[[bytes, Request], bytes] | None = None
    ) -> None:
        """`script` is the page's own, see `KnownScripts`; `rewrite` makes of such an answer what is sent."""
        self.app = app
        self.scripts = KnownScripts(script)
        self.rewrite = rewrite

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
                await self._release(held, scope, send)
                held.clear()

        await self.app(scope, receive, watch if scope["type"] == "http" else send)

    async def _release(self, held: list[Message], scope: Scope, send: Send) -> None:
        html = b"".join(message.get("body", b"") for message in held)
        headers = MutableHeaders(scope=held[0])
        headers["Content-Security-Policy"] = page_policy(self.scripts.among(html))
        if self.rewrite and html:  # the answer to HEAD has none
            html = self.rewrite(html, Request(scope))
            headers["Content-Length"] = str(len(html))
        await send(held[0])
        await send({"type": "http.response.body", "body": html})


def _is_html(message: Message) -> bool:
    headers = MutableHeaders(scope=message)
    html = headers.get("content-type", "").startswith("text/html")
    return html and "content-security-policy" not in headers

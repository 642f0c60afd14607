"""A Kaggle of our own: the real client, told another address, downloads from it."""

import base64
import csv
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from train.data.original import KEYS

PROJECT = Path(__file__).resolve().parents[1]
USER, KEY, TOKEN = "reader", "our-own-key", "our-own-token"
DATASET = "tatianafofanova/authorstexts"

# Sends the client to another address and tells how long it would sleep; all else is as at Kaggle's.
LAUNCH = """
import runpy, sys, time
from kagglesdk import kaggle_env
kaggle_env._env_to_endpoint[kaggle_env.KaggleEnv.PROD] = sys.argv.pop(1)
time.sleep = lambda seconds: print(f"slept {seconds:.0f}", file=sys.stderr)
runpy.run_module("train.kaggle", run_name="__main__", alter_sys=True)
"""


Rows = list[dict[str, str]]


@dataclass
class Kaggle:
    """What the server gives and how it misbehaves, and what it was asked."""

    archive: bytes = b""
    version: str = '"first"'
    refusals: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # of the API, one a request
    introspection: int = 200
    page: bytes = b""  # an error page in the archive's stead, once no cut is left
    cut_at: int = 0  # bytes of the archive after which the connection breaks
    cuts: int = 0  # how often it still does
    ranges: list[str] = field(default_factory=list)
    sent: int = 0
    address: str = ""

    @staticmethod
    def rows(
        works: int, excerpts: int, seed: int = 0, third: str = "book_name", characters: int = 300
    ) -> Rows:
        """Rows as the original's: an index, the writer, the text, and a third column that names the work."""
        generator = np.random.default_rng(seed)
        places = [(key, work) for key in KEYS for work in range(works) for _ in range(excerpts)]
        # Commas and quotes for CSV to get wrong.
        texts = ["".join(generator.choice(list('абвгдежзик,"   '), characters)) for _ in places]
        return [
            {"": str(number), "writer": key, "text": text, third: f"{key} {seed}.{work}"}
            for number, ((key, work), text) in enumerate(zip(places, texts, strict=True))
        ]

    def offer(self, files: dict[str, Rows], compression: int = zipfile.ZIP_DEFLATED) -> None:
        """Hold an archive of such CSV files."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", compression) as archive:
            for name, rows in files.items():
                text = io.StringIO()
                writer = csv.DictWriter(text, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
                archive.writestr(name, text.getvalue())
        self.archive = buffer.getvalue()

    def run(
        self, out: Path, home: Path, *options: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """`python -m train.kaggle OUT` in a home of its own, with a key unless the environment says more."""
        home.mkdir(exist_ok=True)
        known = environment or {"KAGGLE_USERNAME": USER, "KAGGLE_KEY": KEY}
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("KAGGLE", "XDG"))
        }
        command = [sys.executable, "-c", LAUNCH, self.address, str(out), *options]
        return subprocess.run(
            command,
            cwd=PROJECT,
            env={**inherited, "HOME": str(home), **known},
            capture_output=True,
            text=True,
        )


class Handler(BaseHTTPRequestHandler):
    """The three requests that the client makes: who am I, where is the archive, the archive."""

    kaggle: Kaggle

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/security.OAuthService/IntrospectToken":
            answer = {"active": request["token"] == TOKEN, "username": USER}
            self._answer(self.kaggle.introspection, answer)
        elif self.kaggle.refusals:
            status, headers = self.kaggle.refusals.pop(0)
            self._answer(status, {"code": status, "message": "as the test wants it"}, headers)
        elif not self._known():
            self._answer(401, {"code": 401, "message": "Unauthenticated"})
        elif f"{request['ownerSlug']}/{request['datasetSlug']}" != DATASET:
            self._answer(404, {"code": 404, "message": "Not found"})
        else:
            self._answer(302, {}, {"Location": f"{self.kaggle.address}/archive.zip?signed=1"})

    def _known(self) -> bool:
        basic = base64.b64encode(f"{USER}:{KEY}".encode()).decode()
        return self.headers.get("Authorization") in (f"Basic {basic}", f"Bearer {TOKEN}")

    def _answer(self, status: int, value: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        sent = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
        for name, content in sent.items():
            self.send_header(name, content)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        if self.kaggle.page and not self.kaggle.cuts:
            self._page()
            return
        fresh = self.headers.get("If-Range", self.kaggle.version) == self.kaggle.version
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and fresh else 0
        self.kaggle.ranges += [wanted] if wanted else []
        self._head(start, 206 if wanted and fresh else 200)
        self._send(start)

    def _page(self) -> None:
        self.send_response(503)
        self.send_header("Content-Length", str(len(self.kaggle.page)))
        self.end_headers()
        self.wfile.write(self.kaggle.page)

    def _head(self, start: int, status: int) -> None:
        self.send_response(status)
        for name, content in (
            ("Content-Type", "application/zip"),
            ("Content-Length", str(len(self.kaggle.archive) - start)),
            ("Accept-Ranges", "bytes"),
            ("ETag", self.kaggle.version),
            ("Last-Modified", "Wed, 05 Jul 2023 10:00:00 GMT"),
        ):
            self.send_header(name, content)
        self.end_headers()

    def _send(self, start: int) -> None:
        whole = len(self.kaggle.archive)
        broken = self.kaggle.cuts > 0
        self.kaggle.cuts -= broken
        body = self.kaggle.archive[start : min(whole, self.kaggle.cut_at) if broken else whole]
        self.kaggle.sent += len(body)
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serve_kaggle() -> Iterator[Kaggle]:
    """A server whose archive is still to be offered."""
    state = Kaggle()
    handler = type("BoundHandler", (Handler,), {"kaggle": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    state.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()

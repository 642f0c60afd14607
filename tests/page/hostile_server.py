"""The page as a process of its own, with what it writes, and the ways to ask it something."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.conftest import free_port

PROJECT = Path(__file__).resolve().parents[2]
SECRET = "geheim-40718-do-not-tell"
# The page, which waits for slow clients a quarter as long as it does for visitors.
IMPATIENT = """
import sys
from app import main
from authorship.commandline import run
from page.request_filter import body, connections
body.PATIENCE, connections.HEADERS_WITHIN = 5.0, 8.0
sys.exit(run(main))
"""
STARTING = 300.0
PATIENCE = 60.0


@dataclass(frozen=True)
class Reply:
    """What a request was answered with."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """`python app.py` over a pair, on a port of its own; it can be killed and started again.

    `program` is what Python is given instead of app.py.
    """

    pair: Path
    log: Path
    program: tuple[str, ...] = ("app.py",)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def files(self) -> Path:
        """Its folder for temporary files."""
        return self.log.parent / "temporary"

    def kept(self) -> list[Path]:
        """The files that it keeps there and that hold something."""
        return [file for file in self.files.rglob("*") if file.is_file() and file.stat().st_size]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [sys.executable, *self.program, "--port", str(self.port), "--mcp"]
        command += ["--teacher", str(self.pair / "teacher"), "--student", str(self.pair / "student")]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "WHOSE_SECRET": SECRET}
        environment["TMPDIR"] = str(self.files)
        self.files.mkdir(exist_ok=True)
        with self.log.open("ab") as stream:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdout=stream, stderr=stream
            )
        deadline = time.monotonic() + STARTING
        while not self.serves():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def serves(self) -> bool:
        """Whether it answers now."""
        try:
            return self.ask("GET", "/health").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def kill(self) -> None:
        """As when the machine runs out of memory."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def stop(self) -> int:
        """As a container is stopped; the exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(30)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """One request over a connection of its own; a stream is read for its first bytes only."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            sent = {"Content-Length": str(len(body))} if body is not None else {}
            for name, value in (sent | (headers or {})).items():
                connection.putheader(name, value)
            connection.endheaders()
            try:
                if body:
                    connection.send(body)
            except OSError:
                pass  # refused before it was all sent: the answer is on its way
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            stream = found.get("content-type", "").startswith("text/event-stream")
            return Reply(answer.status, found, answer.read1(65536) if stream else answer.read())
        finally:
            connection.close()

    def post(self, path: str, value: Any) -> Reply:
        """A JSON body; one that is bytes already goes as it is."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/json"})

    def call(self, name: str, data: list[Any]) -> str:
        """An endpoint as curl asks it; the events up to its end."""
        reply = self.post(f"/gradio_api/call/{name}", {"data": data})
        assert reply.status == 200, reply
        return self.follow(f"/gradio_api/call/{name}/{json.loads(reply.body)['event_id']}")

    def follow(self, path: str) -> str:
        """All of a stream that ends by itself."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def raw(self, data: bytes) -> bytes:
        """Bytes as they are, and the first bytes of the answer; none where the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            try:
                return connection.recv(65536)
            except ConnectionResetError:
                return b""

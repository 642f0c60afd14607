"""A Hugging Face Hub of our own: the real client, told another address, publishes to it."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import yaml

USER, GROUP, TOKEN = "reader", "reading-room", "hf_ourOwnToken"
LARGE = (".safetensors", ".npz", ".jpg", ".png", ".ttf")


@dataclass
class Kept:
    """A repository: how it was made, and its files."""

    made: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)
    hardware: str | None = None


@dataclass
class Hub:
    """What it holds and what it was sent; `refuse` maps the start of a path to a status."""

    repositories: dict[str, Kept] = field(default_factory=dict)
    refuse: dict[str, int] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)
    address: str = ""


def _git_hash(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        refused = [status for start, status in self.hub.refuse.items() if path.startswith(start)]
        if self.headers.get("Authorization") != f"Bearer {TOKEN}" and not path.startswith("/object/"):
            status, answer = 401, {"error": "Invalid username or password."}
        elif refused:
            status, answer = refused[0], {"error": "our own refusal"}
        else:
            status, answer = self._route(path, body)
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if "error" in answer:
            self.send_header("X-Error-Message", answer["error"])
            if status == 404:
                self.send_header("X-Error-Code", "RepoNotFound")
        self.end_headers()
        self.wfile.write(data)

    def _route(self, path: str, body: bytes) -> tuple[int, Any]:
        if path.startswith("/object/"):
            assert hashlib.sha256(body).hexdigest() == path.removeprefix("/object/")
            self.hub.objects[path.removeprefix("/object/")] = body
            return 200, {}
        if path.endswith("/commit/main"):
            name = path.removeprefix("/api/").removesuffix("/commit/main")
            return self._commit(name.removeprefix("models/"), self._kept(path, "/commit/main"), body)
        asked = json.loads(body) if body else {}
        match path:
            case "/api/whoami-v2":
                return 200, {"type": "user", "name": USER, "orgs": [{"name": GROUP}]}
            case "/api/repos/create":
                return self._create(asked)
            case "/api/validate-yaml":
                head = yaml.safe_load(asked["content"].split("---")[1])
                errors = [] if asked["repoType"] != "space" or head.get("sdk") else [{"message": "no sdk"}]
                return 200, {"errors": errors, "warnings": []}
        if path.endswith("/preupload/main"):
            return 200, self._modes(self._kept(path, "/preupload/main"), asked["files"])
        if path.endswith(".git/info/lfs/objects/batch"):
            return 200, {"transfer": "basic", "objects": [self._action(one) for one in asked["objects"]]}
        if path.endswith("/tree/main"):
            return 200, self._tree(self._kept(path, "/tree/main"))
        if path.endswith("/runtime"):
            wanted = self._kept(path, "/runtime").hardware
            return 200, {"stage": "RUNNING", "hardware": {"current": wanted, "requested": wanted}}
        if path.endswith("/hardware"):
            self._kept(path, "/hardware").hardware = asked["flavor"]
            return 200, {"stage": "RUNNING", "hardware": {"current": None, "requested": asked["flavor"]}}
        name = path.removeprefix("/api/").removesuffix("/revision/main")
        if name in self.hub.repositories:
            return 200, {"id": name.partition("/")[2], "sha": "0" * 40, "siblings": []}
        return 404, {"error": "Repository not found"}

    def _kept(self, path: str, end: str) -> Kept:
        return self.hub.repositories[path.removeprefix("/api/").removesuffix(end)]

    def _create(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        kind, name = asked.get("type") or "model", f"{asked.get('organization') or USER}/{asked['name']}"
        url = f"{self.hub.address}/{'spaces/' if kind == 'space' else ''}{name}"
        if f"{kind}s/{name}" in self.hub.repositories:
            return 409, {"url": url, "error": "You already created this repo"}
        self.hub.repositories[f"{kind}s/{name}"] = Kept(asked, hardware=asked.get("hardware"))
        return 200, {"url": url, "name": name}

    @staticmethod
    def _tree(kept: Kept) -> list[dict[str, Any]]:
        return [
            {"type": "file", "path": path, "size": len(data), "oid": _git_hash(data)}
            for path, data in kept.files.items()
        ]

    @staticmethod
    def _modes(kept: Kept, files: list[dict[str, Any]]) -> dict[str, Any]:
        answers = []
        for file in files:
            large, data = file["path"].endswith(LARGE), kept.files.get(file["path"])
            there = data and (hashlib.sha256(data).hexdigest() if large else _git_hash(data))
            mode = "lfs" if large else "regular"
            answers.append({"path": file["path"], "uploadMode": mode, "shouldIgnore": False, "oid": there})
        return {"files": answers}

    def _action(self, one: dict[str, Any]) -> dict[str, Any]:
        if one["oid"] in self.hub.objects:
            return one
        return {**one, "actions": {"upload": {"href": f"{self.hub.address}/object/{one['oid']}"}}}

    def _commit(self, name: str, kept: Kept, body: bytes) -> tuple[int, dict[str, Any]]:
        for line in body.decode().splitlines():
            part = json.loads(line)
            value = part["value"]
            if part["key"] == "file":
                kept.files[value["path"]] = base64.b64decode(value["content"])
            elif part["key"] == "lfsFile":
                kept.files[value["path"]] = self.hub.objects[value["oid"]]
            elif part["key"] == "deletedFile":
                del kept.files[value["path"]]
            if part["key"] != "header":
                self.hub.sent.append(value["path"])
        return 200, {
            "success": True,
            "commitOid": "1" * 40,
            "commitUrl": f"{self.hub.address}/{name}/commit/1",
        }


@contextmanager
def serve_hub() -> Iterator[Hub]:
    """A running server's state; threads end with the block."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

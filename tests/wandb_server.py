"""A small Weights & Biases on the loopback: what the real client uploads, it gives back to it."""

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = dict[str, Any]
API_KEY = "0123456789" * 4


@dataclass
class StoredArtifact:
    """One committed or growing version; `files` maps a path in the artifact to its key in the storage."""

    identity: str
    project: str
    name: str
    kind: str
    version: int
    digest: str
    metadata: str | None
    aliases: list[str]
    files: dict[str, str] = field(default_factory=dict)
    manifest: str = ""
    committed: bool = False


class WandbServer:
    """The state behind the HTTP server; every unknown request is kept in `unknown` and answered with 400."""

    def __init__(self, entity: str) -> None:
        self.entity = entity
        self.url = ""
        self.storage: dict[str, bytes] = {}
        self.artifacts: list[StoredArtifact] = []
        self.runs: dict[str, Answer] = {}
        self.history: list[Answer] = []
        self.unknown: list[str] = []
        self.lock = threading.RLock()

    def environment(self) -> dict[str, str]:
        """What points the client here, logged in."""
        return {"WANDB_BASE_URL": self.url, "WANDB_API_KEY": API_KEY, "WANDB_ENTITY": self.entity}

    def artifact(self, name: str) -> StoredArtifact:
        """The newest committed version of an artifact."""
        return [one for one in self.artifacts if one.name == name and one.committed][-1]

    def answer(self, query: str, variables: Answer) -> Answer | None:
        """The `data` of a GraphQL answer, or None to a question that this server does not know."""
        match = re.search(r"\b(?:query|mutation)\s+(\w+)", query)
        handler: Callable[[Answer], Answer] | None = getattr(self, f"_on_{match[1]}" if match else "", None)
        if handler is None:
            self.unknown.append(query)
            return None
        with self.lock:
            return handler(variables)

    def _on_Viewer(self, _: Answer) -> Answer:
        viewer = {"id": "user", "username": "me", "email": "me@localhost", "flags": "{}"}
        return {"viewer": {**viewer, "entity": self.entity, "teams": {"edges": []}}}

    def _on_ServerFeaturesQuery(self, _: Answer) -> Answer:
        return {"serverInfo": {"features": []}}

    def _on_UpsertBucket(self, variables: Answer) -> Answer:
        known = self.runs.setdefault(variables["name"], {})
        known.update({key: value for key, value in variables.items() if value is not None})
        return {"upsertBucket": {"bucket": self._bucket(known), "inserted": True}}

    def _bucket(self, run: Answer) -> Answer:
        project = {"id": "project", "name": run["project"], "entity": {"id": "entity", "name": self.entity}}
        return {
            **{"id": run["name"], "name": run["name"], "displayName": run["name"], "description": ""},
            **{"config": run.get("config"), "sweepName": None, "project": project, "historyLineCount": 0},
        }

    def _on_CreateRunFiles(self, variables: Answer) -> Answer:
        files = [{"name": name, "uploadUrl": self._place(f"run/{name}")} for name in variables["files"]]
        return {"createRunFiles": {"runID": variables["run"], "uploadHeaders": [], "files": files}}

    def _on_CreateArtifact(self, variables: Answer) -> Answer:
        given = variables["input"]
        name = given["artifactCollectionName"]
        same = [one for one in self.artifacts if one.name == name]
        for one in same:
            one.aliases = [alias for alias in one.aliases if alias != "latest"]
        made = StoredArtifact(
            identity=f"artifact-{len(self.artifacts)}",
            project=given["projectName"],
            name=name,
            kind=given["artifactTypeName"],
            version=len(same),
            digest=given["digest"],
            metadata=given["metadata"],
            aliases=[alias["alias"] for alias in given["aliases"]],
        )
        self.artifacts.append(made)
        sequence = {"latestArtifact": {"id": same[-1].identity} if same else None}
        return {"createArtifact": {"artifact": {**self._identified(made), "artifactSequence": sequence}}}

    def _identified(self, artifact: StoredArtifact) -> Answer:
        return {"id": artifact.identity, "state": "COMMITTED" if artifact.committed else "PENDING"}

    def _by_identity(self, identity: str) -> StoredArtifact:
        return next(one for one in self.artifacts if one.identity == identity)

    def _on_CreateArtifactManifest(self, variables: Answer) -> Answer:
        artifact = self._by_identity(variables["artifactID"])
        artifact.manifest = f"{artifact.identity}/{variables['name']}"
        file = {"uploadUrl": self._place(artifact.manifest), "uploadHeaders": []}
        return {"createArtifactManifest": {"artifactManifest": {"id": artifact.identity, "file": file}}}

    def _on_UpdateArtifactManifest(self, variables: Answer) -> Answer:
        artifact = self._by_identity(variables["artifactID"] or variables["artifactManifestID"])
        file = {"uploadUrl": self._place(artifact.manifest), "uploadHeaders": []}
        return {"updateArtifactManifest": {"artifactManifest": {"id": artifact.identity, "file": file}}}

    def _on_CreateArtifactFiles(self, variables: Answer) -> Answer:
        edges = [{"node": self._new_file(file)} for file in variables["input"]["artifactFiles"]]
        return {"createArtifactFiles": {"files": {"edges": edges}}}

    def _new_file(self, file: Answer) -> Answer:
        artifact = self._by_identity(file["artifactID"])
        key = f"{artifact.identity}/file/{file['name']}"
        artifact.files[file["name"]] = key
        described = {"id": key, "name": file["name"], "displayName": file["name"], "storagePath": key}
        upload = {"uploadUrl": self._place(key), "uploadHeaders": [], "uploadMultipartUrls": None}
        return {**described, **upload, "artifact": {"id": artifact.identity}}

    def _on_CommitArtifact(self, variables: Answer) -> Answer:
        artifact = self._by_identity(variables["artifactID"])
        artifact.committed = True
        return {"commitArtifact": {"artifact": {"id": artifact.identity, "digest": artifact.digest}}}

    def _on_ArtifactMembershipByName(self, variables: Answer) -> Answer:
        found = self._find(variables["entity"], variables["project"], *variables["name"].split(":"))
        if found is None:
            return {"project": {"artifactCollectionMembership": None}}
        return {"project": {"artifactCollectionMembership": self._membership(found)}}

    def _find(self, entity: str, project: str, name: str, alias: str) -> StoredArtifact | None:
        if entity != self.entity:
            return None
        fitting = (one for one in self.artifacts if (one.project, one.name) == (project, name))
        return next(
            (one for one in fitting if one.committed and alias in {f"v{one.version}", *one.aliases}), None
        )

    def _membership(self, artifact: StoredArtifact) -> Answer:
        project = {
            "id": "project",
            "internalId": "1",
            "name": artifact.project,
            "entity": {"name": self.entity},
        }
        times = {"createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}
        collection = {"__typename": "ArtifactSequence", "name": artifact.name, "project": project}
        aliases = [{"__typename": "ArtifactAlias", "id": name, "alias": name} for name in artifact.aliases]
        facts = {
            **{"__typename": "Artifact", "artifactSequence": collection, "versionIndex": artifact.version},
            **{"artifactType": {"name": artifact.kind}, "description": None, "metadata": artifact.metadata},
            **{"ttlDurationSeconds": -1, "ttlIsInherited": False, "tags": [], "historyStep": None},
            **{"size": 1, "digest": artifact.digest, "commitHash": None, "fileCount": len(artifact.files)},
            **{**self._identified(artifact), **times, "aliases": None},
        }
        place = {
            "__typename": "ArtifactCollectionMembership",
            "id": "membership",
            "aliases": aliases,
            **times,
        }
        place |= {"versionIndex": artifact.version, "artifactCollection": collection, "artifact": facts}
        return place

    def _on_FetchArtifactManifest(self, variables: Answer) -> Answer:
        manifest = self._place(self._by_identity(variables["id"]).manifest)
        return {"artifact": {"currentManifest": {"file": {"directUrl": manifest}}}}

    def _on_GetArtifactMembershipFileUrls(self, variables: Answer) -> Answer:
        collection, alias = variables["collection"], variables["alias"]
        artifact = self._find(variables["entity"], variables["project"], collection, alias)
        assert artifact is not None
        edges = [
            {"node": {"__typename": "File", "name": name, "directUrl": self._place(key)}}
            for name, key in artifact.files.items()
        ]
        page = {"__typename": "PageInfo", "endCursor": None, "hasNextPage": False}
        membership = {"files": {"pageInfo": page, "edges": edges}}
        return {
            "project": {
                "artifactCollection": {"__typename": "ArtifactSequence", "artifactMembership": membership}
            }
        }

    def _place(self, key: str) -> str:
        return f"{self.url}/storage/{base64.urlsafe_b64encode(key.encode()).decode()}"

    def stream(self, body: Answer) -> None:
        """Lines of history and the summary, as a run sends them while it goes on."""
        for line in body.get("files", {}).get("wandb-history.jsonl", {}).get("content", []):
            self.history.append(json.loads(line))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Http"

    def do_POST(self) -> None:
        """GraphQL, a run's stream of lines, or telemetry, which is thrown away."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/graphql":
            asked = json.loads(body)
            data = self.server.state.answer(asked["query"], asked.get("variables") or {})
            self._send(200 if data is not None else 400, json.dumps({"data": data}).encode())
        elif self.path.endswith("/file_stream"):
            self.server.state.stream(json.loads(body))
            self._send(200, b"{}")
        else:
            self._send(200, b"{}")

    def do_PUT(self) -> None:
        """A file's bytes."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.state.storage[self._key()] = body
        self._send(200, b"")

    def do_GET(self) -> None:
        """A file's bytes back."""
        found = self.server.state.storage.get(self._key()) if "/storage/" in self.path else None
        self._send(404 if found is None else 200, found or b"")

    def _key(self) -> str:
        return base64.urlsafe_b64decode(self.path.rpartition("/")[2]).decode()

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep standard error for the tests."""


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    state: WandbServer


@contextmanager
def serve_wandb(entity: str = "me") -> Iterator[WandbServer]:
    """A running server with one user's entity."""
    http = _Http(("127.0.0.1", 0), _Handler)
    http.state = WandbServer(entity)
    http.state.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield http.state
    finally:
        http.shutdown()
        http.server_close()

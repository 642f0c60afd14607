"""What an attacker sends; every text typed holds `MARK`, which must never reach a log."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MARK = "mark3r7391"
PROSE = f"Степан {MARK} сидел у самого края мостков и чинил сеть, а рядом дремала рыжая собака. " * 6
JOIN, RUN, CALL = "/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/call/attribute"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Attack:
    """One request; `refused` where it must be turned away with a status from 400 to 499."""

    name: str
    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    refused: bool = True


PATHS = [
    "/gradio_api/file=/etc/passwd", "/gradio_api/file=../../etc/passwd", "/gradio_api/file=app.py",
    "/gradio_api/file=%2Fetc%2Fpasswd", "/gradio_api/file=http://127.0.0.1:1/", "/file=/etc/passwd",
    "/gradio_api/file//etc/passwd", "/gradio_api/file=models/teacher/config.json", "/file/etc/passwd",
    "/gradio_api/proxy=http://127.0.0.1:1/", "/gradio_api/proxy=https://x.hf.space/", "/gradio_api/file=.env",
    "/static/../../../../etc/passwd", "/static/..%2f..%2f..%2fetc/passwd", "/static//etc/passwd",
    "/assets/../../routes.py", "/assets/%2e%2e/%2e%2e/routes.py", "/assets/..%5c..%5croutes.py",
    "/svelte/../package.json", "/static/", "/assets/%00", "/static/a%0d%0aSet-Cookie:x=1",
    "/book/x/../../README.md", "/book/..%2f..%2fapp/passages.csv", "/book/%2e%2e/app.py", "/book/x/chart.svg",
    "/docs", "/redoc", "/openapi.json", "/gradio_api/openapi.json", "/monitoring", "/monitoring/summary",
    "/monitoring/x", "/gradio_api/deep_link?session_hash=a", "/gradio_api/runs", "/gradio_api/user",
    "/gradio_api/token", "/gradio_api/dev/reload", "/gradio_api/vibe-code", "/gradio_api/profiling/traces",
    "/gradio_api/upload_progress?upload_id=a", "/gradio_api/custom_component/x/client/component/index.js",
    "/gradio_api/stream/a/b/1/playlist.m3u8", "/gradio_api/stream/a/b/1/playlist-file", "/login", "/logout",
    "/login_check", "/.git/config", "/app.py", "/requirements.txt", "/models/teacher/model.safetensors",
    "/readme/../app.py", "//etc/passwd", "/gradio_api/run-history/buckets", "/pwa_icon/99999999999",
    f"/gradio_api/heartbeat/{'x' * 100}", "/gradio_api/heartbeat/../config", "/" + MARK * 200,
    f"/health?x={MARK * 400}", f"/gradio_api/call/nobody/{MARK}%00", "/gradio_api/info/%2e%2e/x",
]  # fmt: skip

METHODS = [
    ("PUT", "/"), ("DELETE", "/"), ("PATCH", "/config"), ("TRACE", "/"), ("CONNECT", "/"), ("POST", "/"),
    ("POST", "/health"), ("POST", "/readme"), ("GET", JOIN), ("GET", RUN), ("DELETE", CALL), ("PUT", JOIN),
    ("GET", "/gradio_api/upload"), ("GET", "/gradio_api/cancel"), ("POST", "/gradio_api/info"), ("FOO", "/"),
    ("POST", "/gradio_api/queue/data"), ("POST", "/gradio_api/component_server"), ("POST", "/login"),
    ("POST", "/gradio_api/process_recording"), ("POST", "/gradio_api/vibe-edit"), ("PROPFIND", "/"),
    ("POST", "/gradio_api/stream/abc"), ("POST", "/gradio_api/stream/abc/close"),
    ("POST", "/book/x/book.json"),
]  # fmt: skip

BODIES: dict[str, bytes] = {
    "empty": b"", "no json": MARK.encode(), "half": b'{"data": [', "null": b"null", "list": b"[]",
    "number": b"1", "text": f'"{MARK}"'.encode(), "nan": b'{"data": [NaN]}', "nul": b"\x00" * 50,
    "infinity": b'{"data": ["x", Infinity]}', "minus infinity": b'{"data": [-Infinity]}',
    "huge number": b'{"data": ["x", 1' + b"0" * 5000 + b"]}", "exponent": b'{"data": ["x", 1e400]}',
    "broken utf-8": b'{"data": ["\xff\xfe"]}', "lone surrogate": b'{"data": ["\\ud800"]}',
    "utf-16": json.dumps({"data": [MARK]}).encode("utf-16"), "bomb of lists": b"[" * 100_000,
    "nested lists": b'{"data": [' + b"[" * 500 + b"]" * 500 + b"]}",
    "nested objects": b'{"data": [' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"]}",
    "very deep": b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "many items": b'{"data": [' + b"1," * 100_000 + b"1]}",
    "many keys": json.dumps({f"k{number}": 1 for number in range(5000)}).encode(),
    "no data": b"{}", "data null": b'{"data": null}', "data text": f'{{"data": "{MARK}"}}'.encode(),
    "data object": b'{"data": {"length": 2}}', "data long": json.dumps({"data": [MARK] * 500}).encode(),
    "unknown key": b'{"data": [], "__proto__": {}}', "token": b'{"data": ["x"], "oauth_token": "hf_x"}',
}  # fmt: skip

DATA: dict[str, list[Any]] = {
    "none": [], "one too many": [PROSE, 5, MARK], "number for text": [5, 5], "list for text": [[PROSE], 5],
    "object for text": [{"text": PROSE}, 5], "true for text": [True, 5], "text for number": [PROSE, MARK],
    "null for number": [PROSE, None], "fraction": [PROSE, 1.5], "true for number": [PROSE, True],
    "forged path": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, 5],
    "forged address": [{"url": "http://127.0.0.1:1/", "meta": {"_type": "gradio.FileData"}}, 5],
    "list of forged": [[{"path": "/etc/passwd"}], 5], "huge": [PROSE, 10**30], "too few": [PROSE],
}  # fmt: skip

FILES: dict[str, Any] = {
    "absolute": {"path": "/etc/passwd"}, "climbing": {"path": "uploads/../../etc/passwd"},
    "climbing name": {"path": "uploads/x/.."}, "unknown": {"path": "uploads/abc/book.txt"},
    "web": {"path": "http://127.0.0.1:1/x"}, "local web": {"path": "http://localhost/x", "url": "x"},
    "url only": {"url": "http://169.254.169.254/latest/meta-data"}, "file scheme": {"path": "file:///etc/passwd"},
    "number": {"path": 5}, "list": [{"path": "/etc/passwd"}, {"path": "/etc/hosts"}], "text": "/etc/passwd",
    "empty": {}, "stream": {"path": "/etc/passwd", "is_stream": True}, "nul": {"path": "uploads/a/\x00"},
    "typed": {"path": "/proc/self/environ", "meta": {"_type": "gradio.FileData"}, "orig_name": MARK},
}  # fmt: skip

# These are texts like any other: they are read, or refused with a reason, and stay text.
TEXTS = {
    "script": f"<script>alert('{MARK}')</script>" + PROSE, "template": "${alert(1)} {{x}} {% x %}" + PROSE,
    "control characters": "\x01\x07\x1b[31m\x08" + PROSE, "bidirectional": "\u202e\u2066" + PROSE + "\u2069",
    "nul": PROSE + "\x00", "word of a megabyte": MARK + "ж" * 1_000_000, "word at the limit": "ж" * 99_990,
    "combining": "а" + "\u0301" * 5_000 + PROSE, "lines": "\n" * 5_000 + PROSE,
    "private": "\ue000" * 300 + PROSE,
    "not a character": "\uffff\ufffe" * 100 + PROSE, "empty": "", "blanks": " \u00a0\u200b" * 200,
    "emoji": "👩‍👩‍👧‍👦" * 300 + PROSE,
    "sql": "'; DROP TABLE users; --" + PROSE, "format": "%s%n {0} {0.__class__}" + PROSE,
    "path": "../../etc/passwd " * 3 + PROSE, "special tokens": "[CLS] [SEP] [MASK] [PAD] [UNK] " * 20 + PROSE,
}  # fmt: skip

NAMES = [
    "../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "<script>alert(1)</script>.txt",
    "a\x01b\x7f.txt",
    "\u202egpj.txt", "x" * 3000 + ".txt", ".", "..", "", " ", "con.txt", "a;b|c&d$(e).txt", "%2e%2e%2fx.txt",
    f"{MARK}.fb2", "книга.txt", "a\\..\\..\\b.txt",
]  # fmt: skip


def general() -> Iterator[Attack]:
    """All that needs no knowledge of the page's events."""
    yield from (Attack(f"GET {path[:60]}", "GET", path) for path in PATHS)
    yield from (Attack(f"{method} {path}", method, path) for method, path in METHODS)
    for where in (JOIN, RUN, CALL, "/gradio_api/call/v2/attribute", "/gradio_api/cancel"):
        for name, body in BODIES.items():
            yield Attack(f"{name} to {where}", "POST", where, body, JSON)
    for endpoint in ("attribute", "explain", "book"):
        for name, data in DATA.items():
            if endpoint == "attribute" or name in ("none", "one too many", "number for text", "forged path"):
                body = json.dumps({"data": data}).encode()
                yield Attack(f"{name} to {endpoint}", "POST", f"/gradio_api/call/{endpoint}", body, JSON)
    yield from _identifiers()
    yield from _headers()


def _identifiers() -> Iterator[Attack]:
    """Wrong sessions, events and numbers of events."""
    for wrong in ("../x", "a b", MARK * 50, "\u202e", "", ["a"], {"a": 1}, 7, True):
        body = json.dumps({"data": [], "fn_index": 1, "session_hash": wrong}).encode()
        yield Attack(f"session {str(wrong)[:20]}", "POST", JOIN, body, JSON)
    for wrong in (-1, 99_999, 10**30, 1.5, True, "1", None, [1], {"a": 1}):
        body = json.dumps({"data": [], "fn_index": wrong, "session_hash": "abcdef"}).encode()
        yield Attack(f"event {wrong}", "POST", JOIN, body, JSON)
    for name in ("nobody", "predict", "..%2fattribute", MARK * 10, "localise", "read"):
        yield Attack(f"endpoint {name[:20]}", "POST", f"/gradio_api/call/{name}", b'{"data": []}', JSON)
    unknown = b'{"session_hash": "abc", "event_id": "abc", "fn_index": 1}'
    yield Attack("cancel of nothing", "POST", "/gradio_api/cancel", unknown, JSON, refused=False)
    stream = "/gradio_api/queue/data?session_hash=nobody"
    yield Attack("stream of nobody", "GET", stream, refused=False)
    yield Attack("stream without a session", "GET", "/gradio_api/queue/data")
    yield Attack("unknown event", "GET", "/gradio_api/call/attribute/abc", refused=False)


def _headers() -> Iterator[Attack]:
    """Headers that lie, and too many of them."""
    many = {f"X-{number}": MARK for number in range(300)}
    yield Attack("many headers", "GET", "/health", headers=many)
    yield Attack("host", "GET", "/", headers={"X-Forwarded-Host": "a\"><script>alert('x')</script>"})
    yield Attack("origin", "GET", "/", headers={"Origin": "null"}, refused=False)
    yield Attack("foreign origin", "GET", "/", headers={"Origin": "https://evil.example"}, refused=False)
    yield Attack("scheme", "GET", "/", headers={"X-Forwarded-Proto": "javascript:"})
    yield Attack("server", "GET", "/", headers={"X-Gradio-Server": "http://[::1"}, refused=False)
    for number, host in enumerate(("[::1", "[1:2]", "a:999999", "a:b", ", ,", "a b", "%00")):
        yield Attack(f"forwarded host {number}", "GET", "/", headers={"X-Forwarded-Host": host})
    yield Attack("compressed", "POST", JOIN, b"\x1f\x8b", {**JSON, "Content-Encoding": "gzip"})
    for kind in ("text/plain", "application/xml", "multipart/form-data", ""):
        yield Attack(f"kind {kind}", "POST", CALL, b"<x/>", {"Content-Type": kind})
    yield Attack("large", "POST", JOIN, b"{", {**JSON, "Content-Length": str(10**9)})
    yield Attack("larger", "POST", "/gradio_api/upload", b"--", {"Content-Length": str(10**12)})


def uploads() -> Iterator[Attack]:
    """Broken forms."""
    bodies = {
        "empty": b"", "no part": b"--x--\r\n", "text": MARK.encode(), "cut": b"--x\r\nContent-Disp",
        "no name": b"--x\r\n\r\nabc\r\n--x--\r\n", "a field": _part('name="files"', b"abc"),
        "another name": _part('name="other"; filename="a.txt"', b"abc"), "boundary": b"\r\n--y\r\n\r\n",
        "too many": _part('name="files"; filename="a"', b"c").removesuffix(b"--x--\r\n") * 51 + b"--x--\r\n",
        "long header": _part(f'name="{"x" * 100_000}"', b"abc"),
        "many fields": _part('name="a"', b"b").removesuffix(b"--x--\r\n") * 500 + b"--x--\r\n",
    }  # fmt: skip
    for name, body in bodies.items():
        yield Attack(f"form {name}", "POST", "/gradio_api/upload", body, FORM)
    kinds = ("text/plain", "multipart/form-data", "multipart/form-data; boundary=", "application/json", "x")
    for kind in kinds:
        yield Attack(f"form as {kind}", "POST", "/gradio_api/upload", b"--x--", {"Content-Type": kind})


def protocol() -> Iterator[Attack]:
    """Messages of the model context protocol that are none, each with a text that must not be logged."""
    start = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    messages: list[Any] = [
        {}, {"jsonrpc": "2.0"}, {"jsonrpc": MARK, "id": 1, "method": "ping"}, [MARK], MARK,
        {"jsonrpc": "2.0", "id": 1, "method": MARK}, {"jsonrpc": "2.0", "id": {"a": MARK}, "method": "ping"},
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": [MARK]}},
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": start | {"clientInfo": MARK}},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": [MARK], "arguments": MARK}},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": MARK, "arguments": {}}},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
         "params": {"name": "attribute", "arguments": {"text": [MARK], "top_k": MARK}}},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
         "params": {"name": "explain", "arguments": {"text": PROSE, "author": MARK}}},
        {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": MARK}},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": MARK},
        {"jsonrpc": "2.0", "id": MARK, "result": MARK}, {"jsonrpc": "2.0", "id": 1, "error": {"code": MARK}},
        {"jsonrpc": "2.0", "id": 1, "method": "completion/complete", "params": {"ref": MARK}},
        {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": MARK}},
        {"jsonrpc": "2.0", "id": 1, "method": "logging/setLevel", "params": {"level": MARK}},
        {"jsonrpc": "2.0", "id": 1, "method": "prompts/get", "params": {"name": MARK}},
    ]  # fmt: skip
    kinds = JSON | {"Accept": "application/json, text/event-stream"}
    for number, message in enumerate(messages):
        body = json.dumps(message).encode()
        yield Attack(f"message {number}", "POST", "/gradio_api/mcp/", body, kinds, refused=False)
    for name, body in BODIES.items():
        yield Attack(f"message {name}", "POST", "/gradio_api/mcp/", body, kinds, refused=False)
    for name, value in {"Mcp-Session-Id": MARK, "Mcp-Protocol-Version": MARK, "Origin": MARK}.items():
        yield Attack(
            f"header {name}", "POST", "/gradio_api/mcp/", b"{}", kinds | {name: value}, refused=False
        )


FORM = {"Content-Type": "multipart/form-data; boundary=x"}


def form(name: str, data: bytes) -> bytes:
    """A whole form with one file."""
    quoted = name.replace('"', "%22").replace("\r", "").replace("\n", "")
    return _part(f'name="files"; filename="{quoted}"', data)


def _part(disposition: str, data: bytes) -> bytes:
    head = f"--x\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode()
    return head + data + b"\r\n--x--\r\n"

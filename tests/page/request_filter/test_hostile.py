"""Hundreds of requests that no browser would send, against a running server."""

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authorship.models.bundle import ModelBundle, save_bundle
from tests.page.hostile_requests import (
    FILES,
    FORM,
    JOIN,
    MARK,
    NAMES,
    PROSE,
    RUN,
    TEXTS,
    Attack,
    form,
    general,
    protocol,
    uploads,
)
from tests.page.hostile_server import IMPATIENT, PROJECT, SECRET, Reply, Server

LEAKS = ("Traceback", "site-packages", str(PROJECT), sys.prefix, "root:x:0", SECRET, "uploads-", 'File "')
WRONG: list[Any] = [5, 1e308, True, [MARK], {"path": "/etc/passwd"}, MARK * 3000, [[[]]], {"a": {"b": MARK}}]


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, tiny_bundle: ModelBundle, tiny_student: ModelBundle
) -> Iterator[Server]:
    """The page over the random pair, impatient with slow clients; in the end it goes and leaves nothing."""
    folder = tmp_path_factory.mktemp("hostile")
    save_bundle(tiny_bundle, folder / "teacher")
    save_bundle(tiny_student, folder / "student")
    server = Server(folder, folder / "log", ("-c", IMPATIENT))
    server.start()
    yield server
    assert server.stop() == 0  # by itself: a signal's default ends no first process of a container
    assert server.kept() == []


@pytest.fixture(scope="module")
def events(server: Server) -> list[dict[str, Any]]:
    """The page's events as its configuration lists them, each with the kinds of its inputs."""
    config = json.loads(server.ask("GET", "/config").body)
    kinds = {component["id"]: component["type"] for component in config["components"]}
    return [
        {**event, "kinds": [kinds[one] for one in event["inputs"]]}
        for event in config["dependencies"]
        if event["backend_fn"]
    ]


def check(attack: Attack, reply: Reply) -> str | None:
    """What is wrong with an answer; None where all is well."""
    text = reply.body.decode("utf-8", "replace")
    leaks = [leak for leak in LEAKS if leak in text and attack.path not in ("/readme",)]
    if leaks:
        return f"{attack.name}: leaks {leaks}: {text[:200]}"
    if reply.status >= 500 or (attack.refused and not 400 <= reply.status < 500):
        return f"{attack.name}: {reply.status} {text[:200]}"
    if reply.headers.get("x-content-type-options") != "nosniff":
        return f"{attack.name}: no headers"
    return None


def attack_all(server: Server, attacks: list[Attack]) -> None:
    """Send all, and name every answer that is wrong."""
    wrong = (check(one, server.ask(one.method, one.path, one.body, one.headers)) for one in attacks)
    assert not list(filter(None, wrong))


def test_wrong_paths_methods_bodies_and_headers_are_refused(server: Server) -> None:
    attacks = list(general())
    assert len(attacks) >= 200
    attack_all(server, attacks)


def test_broken_forms_are_refused(server: Server) -> None:
    attack_all(server, list(uploads()))


def test_messages_that_are_no_protocol_are_refused(server: Server) -> None:
    attack_all(server, list(protocol()))


def test_a_session_has_one_heartbeat_and_other_sites_send_nothing(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 60) as living:
        living.sendall(b"GET /gradio_api/heartbeat/one HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in living.recv(1000)
        assert server.ask("GET", "/gradio_api/heartbeat/one").status == 409
        assert server.ask("GET", "/gradio_api/heartbeat/two").status == 200
    foreign = {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}
    for where in ("/gradio_api/upload", "/gradio_api/queue/join", "/gradio_api/call/attribute"):
        assert server.ask("POST", where, b'{"data": []}', foreign).status == 403


def test_hundreds_of_connections_leave_the_health_check_and_other_addresses(server: Server) -> None:
    """The flood comes from another address of this machine than the visitor."""
    flood: list[socket.socket] = []
    before = server.log.stat().st_size
    for _ in range(700):
        connection = socket.socket()
        connection.settimeout(60)
        connection.bind(("127.0.0.2", 0))
        connection.connect(("127.0.0.1", server.port))
        flood.append(connection)
    assert server.serves() and "event: complete" in server.call("attribute", [PROSE, 2])
    with socket.create_connection(("127.0.0.1", server.port), 60, ("127.0.0.2", 0)) as health:
        health.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in health.recv(1000)
    for connection in flood:
        connection.close()
    assert server.log.stat().st_size - before < 10_000


def test_no_event_of_the_page_takes_a_wrong_value(server: Server, events: list[dict[str, Any]]) -> None:
    attack_all(server, [one for event in events for one in _misuse(event)])


def _misuse(event: dict[str, Any]) -> Iterator[Attack]:
    """An event with a value wrong in each of its places, and with wrong numbers of values."""
    right = [None for _ in event["kinds"]]
    many = {"one too many": [*right, MARK]} | ({"none": []} if len(right) > 1 else {})
    for name, data in many.items():
        yield _event(event, name, data)
    for place, kind in enumerate(event["kinds"]):
        if kind == "state":
            continue
        wrong = FILES.values() if kind == "uploadbutton" else WRONG
        for value in wrong:
            if kind != "api" and not _fits(kind, value):
                yield _event(event, f"{kind} {str(value)[:30]}", [*right[:place], value, *right[place + 1 :]])


def _fits(kind: str, value: Any) -> bool:
    """Whether a value of these is right after all, by its kind."""
    right = {"textbox": isinstance(value, str), "checkbox": value is True, "slider": value == 5}
    return right.get(kind, False)


def _event(event: dict[str, Any], name: str, data: list[Any]) -> Attack:
    body = {"data": data, "fn_index": event["id"], "session_hash": "attacker1", "event_data": None}
    where = JOIN if event["queue"] is not False else RUN
    headers = {"Content-Type": "application/json"}
    return Attack(f"event {event['id']} {name}", "POST", where, json.dumps(body).encode(), headers)


def test_a_strange_text_is_read_or_refused_with_a_reason(server: Server, subtests: pytest.Subtests) -> None:
    for name, text in TEXTS.items():
        with subtests.test(text=name):
            answer = server.call("attribute", [text, 2])
            assert "event: complete" in answer or "Something went wrong" not in answer
            assert not [leak for leak in LEAKS if leak in answer]
            if "event: error" in answer:
                assert "null" not in answer.splitlines()[1], answer


def test_numbers_out_of_range_are_named(server: Server) -> None:
    for wrong in (0, -5, 10**9):
        answer = server.call("attribute", [PROSE, wrong])
        assert "event: error" in answer and "top_k" in answer


def test_an_uploaded_name_is_only_a_name(server: Server, tmp_path: Path) -> None:
    for name in NAMES:
        reply = server.ask("POST", "/gradio_api/upload", form(name, PROSE.encode()), FORM)
        assert reply.status in (200, 400), (name, reply)
        if reply.status == 200:
            folder, token, kept = json.loads(reply.body)[0].split("/")
            assert folder == "uploads" and len(token) >= 20 and 0 < len(kept) <= 80
            assert kept.isprintable() and kept not in (".", "..") and "<" not in kept


def test_slow_clients_are_hung_up_on_and_hinder_nobody(server: Server) -> None:
    head = b"POST /gradio_api/queue/join HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    slow = [socket.create_connection(("127.0.0.1", server.port), 60) for _ in range(60)]
    for number, connection in enumerate(slow):
        connection.sendall(head[:20] if number % 2 else head + b"Content-Length: 50000\r\n\r\n{")
    assert "event: complete" in server.call("attribute", [PROSE, 2])
    ended = threading.Event()
    dripping = threading.Thread(target=_drip, args=(slow[0], ended), daemon=True)
    dripping.start()
    answered = socket.create_connection(("127.0.0.1", server.port), 60)
    answered.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n")
    drips = threading.Thread(target=_drip, args=(answered, ended), daemon=True)
    drips.start()
    assert b" 408 " in slow[0].recv(1000)
    assert answered.recv(1000) and answered.recv(1000) == b""  # what was answered already is waited for less
    assert slow[1].recv(1000) == b""
    ended.set()
    dripping.join(5)
    drips.join(5)
    for connection in slow:
        connection.close()
    assert server.serves()


def _drip(connection: socket.socket, ended: threading.Event) -> None:
    """A body byte by byte."""
    while not ended.wait(1):
        try:
            connection.sendall(b" ")
        except OSError:
            return


@pytest.mark.parametrize(
    "data",
    [b"GET / HTTP/1.0\r\nOrigin: http://x\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00",
     b"GET " + b"/" * 100_000, b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 100_000 + b"\r\n\r\n",
     b"POST /gradio_api/queue/join HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
     b"POST /gradio_api/queue/join HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
     b"POST /gradio_api/queue/join HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
     b"GET / HTTP/1.1\r\nHost: a b\x01\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"],
    ids=["no host, origin", "no host", "tls", "line", "header", "length", "lengths", "chunk", "host", "nul",
         "ws"],
)  # fmt: skip
def test_what_is_hardly_http_gets_no_error_of_ours(server: Server, data: bytes) -> None:
    answer = server.raw(data)
    assert b" 500 " not in answer[:40]
    assert not [leak for leak in LEAKS if leak.encode() in answer]


def test_nobody_sees_what_another_typed(server: Server, events: list[dict[str, Any]]) -> None:
    secret = "Потаённое" + PROSE
    server.call("attribute", [secret, 2])
    for path in ("/", "/config", "/gradio_api/info", "/gradio_api/queue/status", "/readme"):
        assert "Потаённое" not in server.ask("GET", path).body.decode()
    stranger = server.ask("GET", "/gradio_api/queue/data?session_hash=stranger").body.decode()
    assert "Потаённое" not in stranger


def test_the_page_is_shown_under_the_name_by_which_it_is_asked(server: Server) -> None:
    """However often it is sent again to those who ask by another."""
    first, second = (
        [server.ask("GET", "/", None, {"X-Forwarded-Host": host}).body for host in ("one.test", "two.test")]
        for _ in range(2)
    )
    assert first == second and b"one.test" in first[0] and b"one.test" not in first[1]


def test_the_page_may_be_framed_by_a_space_only(server: Server) -> None:
    policy = server.ask("GET", "/").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["frame-ancestors"] == "'self' https://huggingface.co https://*.hf.space"
    assert "'unsafe-inline'" not in rules["script-src"] and rules["default-src"] == "'none'"
    assert "http" not in policy.replace(rules["frame-ancestors"], "")


def test_after_all_that_a_reader_is_answered_and_no_log_holds_a_text(server: Server) -> None:
    answer = server.call("attribute", [PROSE, 2])
    result = json.loads(answer.split("data: ", 1)[1].splitlines()[0])[0]
    assert result["characters"] == len(PROSE)
    probabilities = [one["probability"] for one in result["models"]["teacher"]["authors"]]
    assert len(probabilities) == 2 and 0 < sum(probabilities) <= 1.0001
    time.sleep(0.5)
    log = server.log.read_text()
    assert MARK not in log and "Traceback" not in log and SECRET not in log, log[-3000:]


def test_no_file_outlives_its_reading(server: Server, events: list[dict[str, Any]]) -> None:
    before = set(server.kept())
    reply = server.ask("POST", "/gradio_api/upload", form("book.txt", PROSE.encode()), FORM)
    name = json.loads(reply.body)[0]
    assert [file.name for file in set(server.kept()) - before] == ["book.txt"]
    opening = next(event for event in events if event["kinds"] == ["state", "uploadbutton"])
    body = {"data": [None, {"path": name}], "fn_index": opening["id"], "session_hash": "reader1"}
    assert server.post(JOIN, body).status == 200
    stream = server.follow("/gradio_api/queue/data?session_hash=reader1")
    assert MARK in stream and '"success":true' in stream.replace(" ", "")
    assert set(server.kept()) <= before
    assert server.post(JOIN, body).status == 422

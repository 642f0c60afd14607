"""Limits are shares: whoever takes all that it may leaves enough for everybody else."""

import asyncio
import errno
import json
import logging
import os
import shutil
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import gradio.http_server
import h11
import pytest
from gradio.routes import App
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.testclient import TestClient

from authorship.errors import AuthorshipError
from page import downloads as delivery
from page.launch import launch
from page.request_filter import body, quiet, uploads
from page.request_filter.addresses import Shares, client_address
from page.request_filter.body import SMALL, Budget, Held, limited, read_whole
from page.request_filter.connections import (
    SPARE_CONNECTIONS,
    Doorkeeper,
    FrugalConnection,
    connections_allowed,
)
from page.request_filter.filter import LARGEST_JSON, RequestFilter, check_origin
from page.request_filter.headers import KnownScripts, PagePolicy
from page.request_filter.private_parts import PARTS, check_parts
from page.request_filter.quiet import KindsOnly, OnceASecond
from page.request_filter.refusal import Refusal
from page.request_filter.uploads import Uploads, plain_name
from page.scheduler.turns import make_turns
from tests.e2e.conftest import free_port
from tests.page.hostile_requests import FORM, form
from tests.page.own_loop import run_in_own_loop


def greedy(take: Callable[[], bool]) -> int:
    """How often something can be taken."""
    return next(count for count in range(10**6) if not take())


@pytest.mark.parametrize("greedy_addresses", [1, 2, 9])
def test_however_many_take_all_they_can_a_newcomer_gets_its_share(greedy_addresses: int) -> None:
    shares = Shares(1_000)
    for _ in range(50):  # they take turns, so that none is first
        for number in range(greedy_addresses):
            for _ in range(20):
                shares.take(f"a{number}")
    most = max(shares._held.values())
    assert greedy(lambda: shares.take("newcomer")) >= most // 3 > 0
    assert shares.used == sum(shares._held.values()) < 1_000
    for address, held in dict(shares._held).items():
        shares.give_back(address, held)
    assert shares.used == 0 and not shares._held


def test_bodies_that_fill_all_the_room_leave_small_ones_theirs() -> None:
    budget = Budget(6 * LARGEST_JSON)
    stalled = [Held(budget, f"a{number}") for number in range(40)]
    for one in stalled:
        try:
            while True:
                one.take(1_000_000)
        except Refusal as refusal:
            assert refusal.status == 503
    small = Held(budget, "visitor")
    small.take(SMALL)
    with pytest.raises(Refusal):
        Held(budget, stalled[0].address).take(LARGEST_JSON)
    for one in (*stalled, small):
        one.give_back()
        one.give_back()
    assert budget.large.used == budget.small.used == 0


def test_a_body_may_stand_still_for_its_patience_from_its_last_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred megabytes at once, then nothing: what came before buys no time."""
    now = [0.0]
    monkeypatch.setattr(body, "time", SimpleNamespace(monotonic=lambda: now[0]))
    allowed: list[float] = []

    async def within(part: Any, seconds: float) -> Any:
        allowed.append(seconds)
        return await part

    monkeypatch.setattr(body, "_within", within)
    parts = [(0.1, 10_000_000)] * 10 + [(body.PATIENCE - 1, 1)] * 3

    async def receive() -> dict[str, Any]:
        seconds, size = parts.pop(0)
        now[0] += seconds
        return {"type": "http.request", "body": b"x" * size, "more_body": bool(parts)}

    run_in_own_loop(read_whole(limited(receive, 10**9)))
    assert max(allowed) <= body.PATIENCE
    assert allowed[-1] < body.PATIENCE / 10  # byte by byte does not buy time either


def test_beyond_its_share_an_address_has_a_few_connections_for_the_health_check() -> None:
    doors, closed = Doorkeeper(100), []

    class Connection:
        transport = SimpleNamespace(abort=lambda: closed.append(1))

    def enter(address: str) -> bool:
        return doors.enter(Connection(), address)  # type: ignore[arg-type]

    assert greedy(lambda: enter("flood")) == 50
    for _ in range(3_000):
        enter("flood")
    assert len(doors.spare) == SPARE_CONNECTIONS and len(closed) > 2_900
    assert greedy(lambda: enter("visitor")) >= 20
    for files in (256, 1_024, 4_096, 10_000, 100_000):
        assert 0 < connections_allowed(files) <= files // 4 or connections_allowed(files) == 1_000


def test_pieces_too_small_for_their_number_end_a_connection_and_a_head_has_so_many_lines() -> None:
    """h11 parses all that has come at once: 40,000 chunks of a byte take two seconds."""
    ended: list[int] = []

    def reading(*parts: bytes) -> FrugalConnection:
        connection = FrugalConnection(lambda: ended.append(1))
        for part in parts:
            connection.receive_data(part)
            while connection.next_event() is not h11.NEED_DATA:
                pass
        return connection

    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"200\r\n" + b"x" * 512 + b"\r\n"
    reading(head, *[chunk * 400] * 3), reading(head, b"1\r\na\r\n" * 90, *[chunk] * 900)
    assert not ended
    reading(head, b"1\r\na\r\n" * 40_000)
    assert len(ended) == 1
    reading(head + b"1\r\na\r\n" * 200)
    assert len(ended) == 2
    known = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n"
    reading(known, b"\n" * 200_000, b"\n\r\n" * 50_000)  # no lines of a head
    assert len(ended) == 2
    for many in (b"a:\r\n" * 1_999, b"a:\n" * 5_000):
        with pytest.raises(h11.RemoteProtocolError):
            reading(b"GET / HTTP/1.1\r\nHost: x\r\n" + many + b"\r\n")
    reading(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a:\r\n" * 990 + b"\r\n")


def test_thousands_of_errors_are_one_line_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(quiet, "time", SimpleNamespace(monotonic=lambda: now[0]))
    brief, written = OnceASecond(KindsOnly()), Counter[str]()
    for number in range(5_000):
        now[0] += 0.0005
        for name, line in (("page.x", "One"), ("page.x", "Other"), ("stranger", f"quotes {number}")):
            record = logging.LogRecord(name, logging.ERROR, "x.py", 1, line, None, None)
            written[name] += brief.filter(record)
    assert written == {"page.x": 6, "stranger": 3} and len(brief._last) == 3


class Posting:
    """Sends files to `Uploads` as Starlette would."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GRADIO_TEMP_DIR", "")
        monkeypatch.setattr(uploads.tempfile, "gettempdir", lambda: str(folder))
        self.uploads = Uploads()

    async def post(self, address: str, data: bytes = b"x", name: str = "a.txt", silent: bool = False) -> Any:
        whole = form(name, data)
        headers = {**FORM, "Content-Length": str(len(whole))}
        raw = [(key.lower().encode(), value.encode()) for key, value in headers.items()]

        async def receive() -> dict[str, Any]:
            if silent:
                await asyncio.sleep(3600)
            return {"type": "http.request", "body": whole, "more_body": False}

        scope = {"type": "http", "method": "POST", "path": "/", "headers": raw, "client": (address, 1)}
        return await self.uploads.receive(Request(scope, receive))


@pytest.fixture
def posting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Posting:
    return Posting(tmp_path, monkeypatch)


def test_neither_silent_uploads_nor_large_ones_shut_out_another_address(posting: Posting) -> None:
    async def attack() -> tuple[list[int], int, int]:
        silent = [asyncio.ensure_future(posting.post("1.1.1.1", silent=True)) for _ in range(30)]
        await asyncio.sleep(0.1)
        visitor = await posting.post("2.2.2.2")
        for one in silent:
            one.cancel()
        await asyncio.gather(*silent, return_exceptions=True)
        assert posting.uploads.places.used == 1
        posting.uploads.room = Shares(10_000)
        large = [(await posting.post("1.1.1.1", b"x" * 2_000)).status_code for _ in range(6)]
        return large, visitor.status_code, (await posting.post("2.2.2.2", b"x" * 2_000)).status_code

    large, beside_silent, beside_large = run_in_own_loop(attack())
    assert (beside_silent, beside_large) == (200, 200)
    assert large == [200, 200, 503, 503, 503, 503]
    assert posting.uploads.slots.used == 0


def test_an_upload_looks_at_no_other_and_none_fails_beside_many(
    posting: Posting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files come, are read and deleted at once by many; whatever a thread sees half made stays whole."""
    real = uploads._write

    def slow(data: Any, path: Path) -> None:
        path.parent.mkdir(parents=True)
        os.utime(path.parent, (1, 1))  # as if its thread had been held up for long
        time.sleep(0.002)
        path.parent.rmdir()
        real(data, path)

    monkeypatch.setattr(uploads, "_write", slow)
    monkeypatch.setattr(Path, "iterdir", lambda _: pytest.fail("all files are listed"))
    monkeypatch.setattr(Path, "glob", lambda *_: pytest.fail("all files are listed"))

    async def visit(number: int) -> int:
        answer = await posting.post(f"1.1.{number % 40}.1", b"x" * 1_000)
        if answer.status_code == 200:
            path = posting.uploads.find(json.loads(answer.body)[0])
            assert path is not None
            Path(path).unlink()
        return int(answer.status_code)

    async def crowd() -> list[int]:
        found: list[int] = []
        for start in range(0, 400, 8):
            found += await asyncio.gather(*(visit(number) for number in range(start, start + 8)))
        posting.uploads._release_read()
        return found

    assert set(run_in_own_loop(crowd())) == {200}
    assert posting.uploads.room.used == posting.uploads.places.used == 0


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named_and_keeps_no_part(
    posting: Posting, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def full(data: Any, kept: Any) -> None:
        kept.write(b"half")
        raise OSError(error, "full")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    answer = run_in_own_loop(posting.post("1.1.1.1"))
    assert answer.status_code == 507 and b"room" in answer.body
    assert list(posting.uploads.folder.iterdir()) == [] and posting.uploads.room.used == 0


def test_a_name_of_many_bytes_is_shortened_to_what_a_disk_takes(posting: Posting) -> None:
    for name in ("👩" * 300 + ".txt", "ж" * 300 + ".fb2", "\ud800" * 300 + ".txt"):
        assert len(plain_name(name).encode()) <= 200 and plain_name(name)[-4:] == name[-4:]
    answer = run_in_own_loop(posting.post("1.1.1.1", name="𝔞" * 200 + ".txt"))
    assert answer.status_code == 200


def test_a_second_server_leaves_a_living_ones_files_and_takes_a_dead_ones(posting: Posting) -> None:
    living = posting.uploads
    os.utime(living.folder, (1, 1))  # nothing was uploaded for long
    second = Uploads()
    assert run_in_own_loop(posting.post("1.1.1.1")).status_code == 200
    second._lock.close()  # as when its process is killed
    third = Uploads()
    assert living.folder.is_dir() and third.folder.is_dir() and not second.folder.exists()
    living.forget()
    third.forget()
    assert not list(living.folder.parent.glob("whose-prose-*"))


def test_whose_address_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert client_address("127.0.0.1", "9.9.9.9") == "127.0.0.1"
    assert client_address("2001:db8:1:2:3::4", "") == client_address("2001:db8:1:2::9", "")
    assert client_address("::ffff:1.2.3.4", "") == "1.2.3.4"
    monkeypatch.setenv("SPACE_ID", "a/b")
    assert client_address("10.0.0.1", "6.6.6.6, 9.9.9.9") == "9.9.9.9"


def test_what_is_made_at_once_is_made_two_at_a_time_fairly_and_read_as_slowly_as_one_likes() -> None:
    """The page itself takes 20 ms of a processor, a switch over a long text half a second."""
    making, most, done = set[object](), [0], list[str]()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        making.add(scope["client"])
        most[0] = max(most[0], len(making))
        await asyncio.sleep(0.001)
        making.discard(scope["client"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        done.append(scope["client"][0])
        await send({"type": "http.response.body", "body": b"x"})

    async def ask(address: str, number: int, slow: bool) -> int:
        status = [0]

        async def send(message: Any) -> None:
            status[0] = status[0] or message["status"]
            if slow and message["type"] == "http.response.body":
                await asyncio.sleep(3_600)

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": b"",
            "client": (address, number),
        }
        own = (b"cookie", f"visit={address}{number}".encode())  # else one answer serves all
        await filtered(scope | {"headers": [(b"host", b"x"), own]}, None, send)  # type: ignore[arg-type]
        return status[0]

    filtered = RequestFilter(app, None)  # type: ignore[arg-type]

    async def attack() -> tuple[int, int]:
        slow = [asyncio.create_task(ask("greedy", number, True)) for number in range(90)]
        await asyncio.sleep(0)
        visitor = asyncio.create_task(ask("visitor", 0, False))
        more = [asyncio.create_task(ask("greedy", number, False)) for number in range(90, 130)]
        answered, place = await visitor, done.index("visitor")
        refused = await asyncio.gather(*more)
        for one in slow:
            one.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        assert set(refused) == {200, 503} and filtered.making.held == 0
        return answered, place

    answered, place = run_in_own_loop(attack())
    assert answered == 200 and place <= 4 and most == [2]


def test_files_left_unread_are_bounded_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is held in memory until its client has taken it, for as long as that goes on."""
    monkeypatch.setattr(delivery, "under_way", Shares(1_000_000))
    turns = make_turns()

    async def ask(address: str, send: Any) -> int:
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "client": (address, 1)}
        made = await delivery.deliver(Request(scope), turns, lambda: b"x" * 100_000, "text/plain", {})

        async def receive() -> Any:
            await asyncio.sleep(3_600)

        await made({**scope, "asgi": {"spec_version": "2.4"}}, receive, send)
        return made.status_code

    async def unread(message: Any) -> None:
        if message["type"] == "http.response.body" and len(message["body"]) > 1_000:
            await asyncio.sleep(3_600)

    async def read(_: Any) -> None:
        return

    async def attack() -> list[int]:
        slow = [asyncio.create_task(ask("greedy", unread)) for _ in range(5)]
        while delivery.under_way.used < 500_000:
            await asyncio.sleep(0.001)
        found = [await ask("greedy", read), await ask("visitor", read)]
        for one in slow:
            one.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return [*found, await ask("greedy", read)]

    assert run_in_own_loop(attack()) == [503, 200, 200] and delivery.under_way.used == 0


def test_another_sites_page_may_send_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        check_origin(Headers({"sec-fetch-site": "cross-site"}))
    assert refused.value.status == 403
    for site in ("same-origin", "none"):
        check_origin(Headers({"sec-fetch-site": site}))
    check_origin(Headers({}))


def test_only_known_scripts_are_allowed_to_run() -> None:
    scripts = KnownScripts("ours()")
    config = b'window.gradio_config = {"a":1};'
    assert scripts.among(b"<script>" + config + b"</script>") == [b"ours()", config]
    for strange in (
        b"alert(1)",
        b"window.gradio_config = {}; alert(1);",
        b"ours();alert(1)",
        config + b"\n0",
    ):
        assert scripts.among(b"<script>" + strange + b"</script>") == [b"ours()"]


@pytest.mark.parametrize(
    ("own", "kept"), [({}, "script-src"), ({"Content-Security-Policy": "sandbox"}, "sandbox")]
)
def test_a_document_keeps_the_policy_that_it_has(own: dict[str, str], kept: str) -> None:
    client = TestClient(PagePolicy(HTMLResponse("<p>", headers=own), "ours()"))
    policy = client.get("/").headers["content-security-policy"]
    assert kept in policy and ("sandbox" in policy) == bool(own)


def test_records_of_others_say_nothing_of_what_was_asked() -> None:
    form = KindsOnly()
    try:
        raise ValueError("mark")
    except ValueError:
        record = logging.LogRecord("root", 30, "/x/session.py", 3, "Failed: mark", (), sys.exc_info())
    assert form.format(record) == "WARNING: root, session:3 ValueError"
    ours = logging.LogRecord("page.request_filter.filter", 40, "x", 3, "A request: %s", ("OSError",), None)
    assert form.format(ours) == "ERROR: A request: OSError"


def test_the_page_is_not_served_where_a_private_part_is_missing() -> None:
    for part in PARTS:
        *before, last = part.path.split(".")
        owner: Any = SimpleNamespace(**{last: 1})
        for name in reversed(before):
            owner = SimpleNamespace(**{name: owner})
        check_parts([part], **{part.owner: owner})
        target = owner
        for name in before:
            target = getattr(target, name)
        delattr(target, last)
        with pytest.raises(AuthorshipError, match=part.path.replace(".", r"\.")):
            check_parts([part], **{part.owner: owner})


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("change", ["gone", "none"])
def test_without_its_filter_the_page_answers_nobody(monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """As where Starlette keeps its middleware elsewhere: the page is not even served for a moment."""

    async def call(app: App, scope: Any, receive: Any, send: Any) -> None:
        vars(app).pop("middleware_stack", None)
        if change == "none":
            app.middleware_stack = None
        await app.build_middleware_stack()(scope | {"app": app}, receive, send)

    monkeypatch.setattr(App, "__call__", call)
    faster = SimpleNamespace(time=lambda: 20 * time.time(), sleep=time.sleep)
    monkeypatch.setattr(gradio.http_server, "time", faster)  # it waits for five seconds
    with gr.Blocks() as blocks:
        box = gr.Textbox()
        box.change(lambda text: text, [box], [box])
    port = free_port()
    with pytest.raises(AuthorshipError, match="safely"):
        launch(blocks, [], "127.0.0.1", port, share=False)
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), 2):
        pass

"""The page is made once for all who ask alike, whoever else asks for it as often as they like."""

from typing import Any

from page.request_filter.filter import RequestFilter
from page.request_filter.routes import SharedAnswers
from tests.page.own_loop import run_in_own_loop

SCOPE = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "client": ("a", 1)} | {
    "headers": [(b"host", b"x")]
}


class Maker:
    """An application that counts what it makes, and answers with what was asked."""

    def __init__(self) -> None:
        self.made = 0
        self.status, self.headers, self.body = 200, list[tuple[bytes, bytes]](), b"."

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        for part in (dict(scope["headers"]).get(b"host", b""), b" ", scope["query_string"]):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": self.body})


def ask(maker: RequestFilter, **differs: Any) -> tuple[int, bytes, dict[bytes, bytes]]:
    """Status, body and headers of one request."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    run_in_own_loop(maker(SCOPE | differs, None, send))  # type: ignore[arg-type]
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent), dict(sent[0]["headers"])


def test_the_page_is_made_once_for_all_who_ask_alike_and_anew_for_others() -> None:
    maker = Maker()
    page = RequestFilter(maker, None)  # type: ignore[arg-type]
    answers = [ask(page, client=(f"10.0.0.{number}", 1)) for number in range(20)]
    assert maker.made == 1 and all(answer == answers[0] for answer in answers)
    assert answers[0][:2] == (200, b"x .") and answers[0][2][b"cache-control"] == b"no-store"
    others = (
        {"headers": [(b"host", b"y")]},
        {"headers": [(b"host", b"x"), (b"x-forwarded-host", b"z")]},
        {"headers": [(b"host", b"x"), (b"accept-encoding", b"br")]},
        {"headers": [(b"host", b"x"), (b"cookie", b"a=b")]},
        {"query_string": b"deep_link=1"},
        {"path": "/config"},
        {"method": "HEAD"},
        {"scheme": "https"},
    )
    for made, differs in enumerate(others, start=2):
        ask(page, **differs)
        assert maker.made == made, differs
    # where another server would put the page is not asked
    assert ask(page, headers=[(b"host", b"x"), (b"x-gradio-server", b"http://[::1")])[1] == answers[0][1]
    assert ask(page, headers=[(b"host", b"y")])[1] == b"y ." and maker.made == 1 + len(others)


def test_what_failed_what_is_somebodys_own_and_what_is_asked_at_length_is_never_shared() -> None:
    maker = Maker()
    page = RequestFilter(maker, None)  # type: ignore[arg-type]
    for status, headers in ((500, []), (200, [(b"set-cookie", b"who=me")])):
        maker.status, maker.headers = status, headers
        before = maker.made
        ask(page), ask(page)
        assert maker.made == before + 2
    maker.status, maker.headers = 200, []
    for _ in range(2):
        ask(page, query_string=b"page=1")
        ask(page, headers=[(b"host", b"x"), (b"accept-encoding", b"g" * 5_000)])
        ask(page, path="/health")
    assert not page.shared._kept


def test_what_is_kept_is_bounded_however_many_hosts_are_named() -> None:
    page = RequestFilter(Maker(), None)  # type: ignore[arg-type]
    page.shared = SharedAnswers(10_000)
    for number in range(100):
        ask(page, headers=[(b"host", f"host{number}".encode())])
    assert 0 < page.shared._kept.currsize <= 10_000


def test_a_slow_client_has_a_piece_of_the_page_before_it_at_most() -> None:
    maker = Maker()
    maker.body = b"x" * 1_000_000
    page, pieces = RequestFilter(maker, None), list[int]()  # type: ignore[arg-type]
    ask(page)

    async def send(message: Any) -> None:
        pieces.append(len(message.get("body", b"")))

    run_in_own_loop(page(SCOPE, None, send))  # type: ignore[arg-type]
    assert maker.made == 1 and sum(pieces) > 1_000_000 and max(pieces) <= 64_000

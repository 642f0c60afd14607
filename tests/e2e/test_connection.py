"""The server dies in the middle of a request and comes back: the page says so, and nothing typed is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import SCREENSHOTS, open_page, wait_for_reasons
from tests.page.hostile_server import Server

expect.set_options(timeout=180_000)


@pytest.fixture
def mortal(pair: Path, tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own."""
    server = Server(pair, tmp_path / "log")
    server.start()
    yield server
    server.kill()


def picture(page: Page, name: str) -> None:
    """A screenshot of what a person sees."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def test_a_killed_server_is_named_and_after_its_return_reading_goes_on(
    browser: Browser, mortal: Server, sample_text: str
) -> None:
    """To a Russian reader at a desk, whose text is explained, and to an English one on a phone."""
    with (
        browser.new_context(locale="ru-RU", viewport={"width": 1280, "height": 800}) as desk,
        browser.new_context(locale="en-GB", viewport={"width": 320, "height": 800}) as phone,
    ):
        russian, english = desk.new_page(), phone.new_page()
        text = sample_text * 40
        for page in (russian, english):
            open_page(page, mortal.address)
            page.locator("#excerpt-box textarea").fill(text)
            page.locator("#run").click()
            expect(page.locator(".verdict")).to_be_visible()
            expect(page.locator("#stop")).to_be_visible()
        expect(russian.locator("progress").first).to_be_visible()
        mortal.kill()
        expect(russian.locator("#connection")).to_contain_text("Связь с сервером потеряна")
        expect(english.locator("#connection")).to_contain_text("connection to the server was lost")
        picture(russian, "connection-lost-1280")
        picture(english, "connection-lost-320")
        mortal.start()
        expect(russian.locator("#connection")).to_contain_text("восстановлена")
        expect(english.locator("#connection")).to_contain_text("connection is back")
        picture(russian, "connection-back-1280")
        picture(english, "connection-back-320")
        for page in (russian, english):
            expect(page.locator("#excerpt-box textarea")).to_have_value(text)
            page.locator("#run").click()
            expect(page.locator(".verdict")).to_be_visible()


def test_the_policy_stops_nothing_that_the_page_does(browser: Browser, server: str, sample_text: str) -> None:
    with browser.new_context(locale="ru-RU") as context:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        open_page(page, server)
        page.locator("#excerpt-box textarea").fill(sample_text)
        page.locator("#run").click()
        wait_for_reasons(page)
        assert [text for text in said if "Policy" in text] == []
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hit=1\">')")
        page.evaluate(
            "document.head.append(Object.assign(document.createElement('script'), {text: 'hit=2'}))"
        )
        page.wait_for_function("true")
        assert page.evaluate("window.hit") is None
        assert len([text for text in said if "Content Security Policy" in text]) >= 2

"""A result as a link: it holds the text itself, and no server is ever asked by an address that does."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from gzip import compress
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from page.i18n.wording import sharing_messages
from page.masking.downloads import LONGEST_LINK
from tests.e2e.conftest import explain, open_page, unfold

expect.set_options(timeout=90_000)
COPIED = "window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text); };"
NOT_COPIED = "() => { navigator.clipboard.writeText = async () => { throw new Error(); }; }"


@pytest.fixture
def reader(browser: Browser, server: str) -> Iterator[BrowserContext]:
    """A browser of an English reader, whose clipboard is a list."""
    with browser.new_context(locale="en-GB") as context:
        context.add_init_script(COPIED)
        yield context


def choose(page: Page, dropdown: str, entry: str) -> None:
    """Pick an entry of a dropdown as a person does."""
    page.locator(f"{dropdown} input").click()
    page.get_by_role("option", name=re.compile(entry)).first.click()


def copied(page: Page) -> str:
    """The link that the button puts into the clipboard."""
    page.locator("#copy-link").click()
    page.wait_for_function("copied.length")
    return str(page.evaluate("copied.pop()"))


def verdict(page: Page) -> list[str]:
    """What both models say, with every probability."""
    names = (".verdict", "#teacher-ranking .ranking", "#student-ranking .ranking")
    return [page.locator(name).first.inner_text() for name in names]


def test_a_link_brings_text_author_rival_and_verdict_back(
    reader: BrowserContext, browser: Browser, server: str, sample_text: str
) -> None:
    page = reader.new_page()
    open_page(page, server)
    explain(page, sample_text)
    unfold(page, "rival")
    choose(page, "#author", "Author Beta")
    expect(page.locator("#copy-link")).to_have_attribute("data-author", "Beta")
    choose(page, "#rival", "Author Alpha")
    expect(page.locator("#copy-link")).to_have_attribute("data-rival", "Alpha")
    link, said = copied(page), verdict(page)
    assert set(parse_qs(urlsplit(link).fragment)) == {"language", "author", "rival", "text"}
    expect(page.locator("#announcer")).to_contain_text(sharing_messages("en").copied)

    with browser.new_context(locale="ru-RU") as context:
        other, asked = context.new_page(), list[str]()
        other.on("request", lambda request: asked.append(request.url))
        open_page(other, link)
        expect(other.locator("#excerpt-box textarea")).to_have_value(sample_text)
        label = re.compile("Author Beta or Author Alpha")
        expect(other.locator("#coloured .excerpt")).to_have_attribute("aria-label", label)
        assert verdict(other) == said
        text = parse_qs(urlsplit(link).fragment)["text"][0]
        addresses = [urlsplit(url)._replace(fragment="").geturl() for url in asked]
        assert addresses and not any(text[:40] in address or "author=" in address for address in addresses)
        other.locator("[data-edit]").click()
        other.locator("#excerpt-box textarea").press("End")
        other.keyboard.type("!")
        assert "#" not in other.url


def test_a_link_that_cannot_be_made_says_why(reader: BrowserContext, server: str, sample_text: str) -> None:
    words, page = sharing_messages("en"), reader.new_page()
    open_page(page, server)
    explain(page, sample_text)
    page.locator("[data-edit]").click()
    page.locator("#excerpt-box textarea").press("End")
    page.keyboard.type("!")
    page.locator("#copy-link").click()
    expect(page.locator("#link-note")).to_have_text(words.changed)
    page.evaluate(NOT_COPIED)
    page.locator("#excerpt-box textarea").fill(sample_text)
    page.locator("#copy-link").click()
    expect(page.locator("#link-note input")).to_have_value(re.compile("^http.*text="))
    expect(page.locator("#copy-link")).to_have_attribute("data-limit", str(LONGEST_LINK))
    page.locator("#copy-link").evaluate("button => { button.dataset.limit = 300; }")
    page.locator("#copy-link").click()
    expect(page.locator("#link-note")).to_contain_text(words.too_long.split("{", 1)[0])
    expect(page.locator("#link-note")).to_contain_text("300")


def test_a_damaged_link_says_so(browser: Browser, server: str, sample_text: str) -> None:
    packed = urlsafe_b64encode(compress(sample_text.encode())).decode().rstrip("=")
    changed = packed[:60] + ("A" if packed[60] != "A" else "B") + packed[61:]
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        for broken in (packed[: len(packed) // 2], changed, "???"):
            open_page(page, f"{server}#language=ru&author=Beta&text={broken}")
            expect(page.locator(".problem[role=alert]")).to_have_text(sharing_messages("ru").broken)
            page.goto("about:blank")
        open_page(page, f"{server}#language=ru&author=Beta&text={packed}")
        expect(page.locator("#excerpt-box textarea")).to_have_value(sample_text)
        expect(page.locator(".verdict").first).to_be_visible()

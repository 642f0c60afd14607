"""What can be cited and shared: previews of links, "About", a result that opens alone and prints whole."""

import io
import json
import re
import urllib.request
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from authorship import VERSION
from authorship.models.digest import text_hash
from authorship.numerals import Language
from page.i18n.about import about_messages
from page.i18n.wording import messages
from tests.e2e.conftest import open_page, wait_for_reasons

LANGUAGES: tuple[Language, ...] = ("ru", "en")
WIDTHS = (320, 700, 1000, 1440)
BOXES = """elements => elements.map((one) => {
  const box = one.getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom];
})"""


def fetch(address: str, language: str = "") -> bytes:
    """What a program that knows no JavaScript is answered."""
    request = urllib.request.Request(address, headers={"Accept-Language": language})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_previews_as_the_page_and_not_as_what_it_is_built_with(
    server: str, language: Language
) -> None:
    for path in ("", f"about?language={language}"):
        html = fetch(server + path, language).decode()
        tags = re.findall(
            r"<meta\s+(?:property|name)=\"((?:og|twitter):[\w:]+)\"\s+content=\"([^\"]*)\"", html
        )
        assert len(tags) == len(dict(tags)), "one of each, so that the first is ours"
        found = dict(tags)
        assert found["og:title"] == messages(language).title
        assert found["og:description"] == about_messages(language).described
        assert found["og:url"] == server and "gradio" not in " ".join(found.values()).lower()
        with Image.open(io.BytesIO(fetch(found["og:image"]))) as picture:
            assert picture.format == "PNG" and picture.size == (1200, 630)
        assert found["og:image"].startswith(server) and found["twitter:image"] == found["og:image"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_about_is_a_page_in_the_readers_language(browser: Browser, server: str, language: Language) -> None:
    about = about_messages(language)
    with browser.new_context(
        locale="ru-RU" if language == "ru" else "en-GB", viewport={"width": 320, "height": 700}
    ) as context:
        page = context.new_page()
        open_page(page, server)
        page.locator("footer").get_by_text(messages(language).readme).click()
        expect(page.locator("h1")).to_have_text(about.title)
        assert page.locator("html").get_attribute("lang") == language
        text = page.locator("main").inner_text()
        assert about.limits_title in text and server in text and VERSION in text and "{" not in text
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_text(about.other_language).click()
        other: Language = "en" if language == "ru" else "ru"
        expect(page.locator("h1")).to_have_text(about_messages(other).title)
        page.get_by_text(about_messages(other).back).click()
        page.locator("#masthead h1").wait_for()


@pytest.fixture
def saved(browser: Browser, server: str, sample_text: str, tmp_path: Path) -> Iterator[dict[str, Path]]:
    """All files of one result, by their endings."""
    with browser.new_context(locale="ru-RU", accept_downloads=True) as context:
        page = context.new_page()
        open_page(page, server)
        page.locator("#excerpt-box textarea").fill(sample_text)
        page.locator("#run").click()
        links = page.locator("#excerpt-exports a[download]")
        links.first.wait_for()
        wait_for_reasons(page)
        files = {}
        for place in range(links.count()):
            with page.expect_download() as download:
                links.nth(place).click()
            name = download.value.suggested_filename
            download.value.save_as(tmp_path / name)
            files[Path(name).suffix] = tmp_path / name
        page.locator(".cite summary").click()
        assert f"{server}." in page.locator(".cite .citation").inner_text()
        yield files


def test_a_result_opens_alone_prints_whole_and_can_be_cited(
    saved: dict[str, Path], browser: Browser, server: str, sample_text: str
) -> None:
    assert set(saved) == {".html", ".json", ".png"}
    for file in saved.values():
        assert file.name.startswith("Вечер сошёл на пристань тихо") and "Автор" in file.name
    content = json.loads(saved[".json"].read_text(encoding="utf-8"))
    assert content["hashes"]["text"] == text_hash(content_text(content, sample_text))
    assert len({*map(len, content["hashes"].values())}) == 1 and content["citation"]["address"] == server
    assert {"title", "date", "version", "sentence"} <= set(content["citation"])
    with Image.open(saved[".png"]) as picture:
        assert picture.size == (1200, 630)
    with browser.new_context(offline=True) as context:
        page = context.new_page()
        page.goto(saved[".html"].as_uri())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            for boxes in (".models > section", ".models ol > li", ".rankings > section"):
                assert_apart(page, boxes)
        assert page.locator("button, input, select, script").count() == 0
        said = page.locator(".citation").inner_text()
        assert all(digest[:16] in said for digest in content["hashes"].values()) and server in said
        localised = page.pdf()
    shown = squeezed("".join(part.extract_text() for part in PdfReader(io.BytesIO(localised)).pages))
    assert all(squeezed(word) in shown for word in sample_text.split())


def content_text(content: dict[str, object], sample: str) -> str:
    """The text that was read; its length stands in the file."""
    text = content["text"]
    assert isinstance(text, dict)
    return sample[: int(text["characters"])]


def squeezed(text: str) -> str:
    """A text without its blanks: where a PDF has them is its own affair."""
    return "".join(text.split())


def assert_apart(page: Page, selector: str) -> None:
    """No two of these elements lie over each other."""
    boxes = page.eval_on_selector_all(selector, BOXES)
    for one, other in combinations(boxes, 2):
        beside = min(one[2], other[2]) <= max(one[0], other[0]) + 1
        below = min(one[3], other[3]) <= max(one[1], other[1]) + 1
        assert beside or below, (selector, one, other)

"""The tab of two texts in a real browser: two pastiches compared, another prior, 320 pixels, axe, a file."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from authorship.models.bundle import ModelBundle
from page.examples import example, example_text
from page.excerpt.pair_service import Reader
from page.scheduler.turns import make_turns
from tests.e2e.conftest import PATIENCE, SCREENSHOTS, open_page
from tests.e2e.test_access import STICKING_OUT, grave
from tests.invented_hand import InventedHand
from tests.page.serving import serving


@pytest.fixture(scope="module")
def address(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Iterator[str]:
    """A page that compares texts."""
    pair = (tiny_bundle, tiny_student)
    with serving(Reader(*pair), pair, make_turns(), measure=InventedHand()) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Page]:
    with browser.new_context(locale="ru-RU", reduced_motion="reduce") as context:
        page = context.new_page()
        open_page(page, f"{address}/")
        yield page


@pytest.fixture(scope="module")
def compared(browser: Browser, address: str) -> Iterator[Page]:
    """The tab with an answer: half a pastiche and a file against its other half."""
    text = example("chekhov")
    middle = text.rindex("\n", 0, len(text) // 2)
    file = {"name": "Гоголь.txt", "mimeType": "text/plain", "buffer": example("gogol").encode("cp1251")}
    with browser.new_context(locale="ru-RU", reduced_motion="reduce") as context:
        page = context.new_page()
        open_page(page, f"{address}/")
        page.get_by_role("tab", name="Два текста").click()
        page.locator("#two-run").click()
        expect(page.locator("#two-problem")).to_contain_text("Не с чем сравнивать", timeout=PATIENCE)
        with page.expect_file_chooser() as chooser:
            page.locator("#two-known-upload").click()
        chooser.value.set_files([file])
        expect(page.locator("#two-known-texts li")).to_contain_text("1986", timeout=PATIENCE)
        page.locator("#two-known-box textarea").fill(text[:middle])
        page.locator("#two-disputed-box textarea").fill(text[middle:])
        page.locator("#two-run").click()
        expect(page.locator("#two-exports a")).to_have_count(2, timeout=PATIENCE)
        expect(page.locator("#announcer")).to_contain_text("за одну руку")
        yield page


def test_two_texts_are_compared_and_another_prior_changes_the_probability(compared: Page) -> None:
    compared.get_by_text("Русский", exact=True).click()
    expect(compared.locator("#two-verdict .verdict")).to_contain_text("за одну руку")
    said = compared.locator("#two-probability")
    expect(said).to_contain_text(re.compile("на 50\u00a0%.* 9"))
    slider = compared.locator("#two-prior input[type=range]")
    slider.focus()
    slider.press("Home")
    expect(said).to_contain_text("на 1\u00a0%", timeout=PATIENCE)
    expect(compared.locator("#two-reasons .hand-text")).to_have_count(2)
    expect(compared.locator("#two-refuse")).to_be_hidden()
    address = compared.url
    for link in compared.locator("#two-exports a").all():
        answer = compared.request.get(f"{address}{link.get_attribute('href')}")
        assert answer.status == 200
        assert ('"prior": 0.01' if "json" in answer.url else "на 1\u00a0%") in answer.text()


def test_a_chapter_is_compared_with_the_rest_of_its_book_at_one_click(opened: Page) -> None:
    opened.get_by_role("tab", name="Книга").click()
    opened.locator("#book-box textarea").fill(example_text("book"))
    opened.locator("#book-run").click()
    expect(opened.locator("#book-exports")).to_be_visible(timeout=PATIENCE)
    opened.locator(".plot").focus()
    opened.keyboard.press("End")
    opened.keyboard.press("Enter")
    chapter = opened.locator(".compared [data-part]").nth(1)
    chapter.click()
    expect(opened.locator(".compared .says")).to_contain_text("руку", timeout=PATIENCE)
    expect(chapter).to_be_focused()
    assert grave(opened) == []
    address = opened.locator("#book-exports a[href*='book.json']").get_attribute("href")
    saved = opened.request.get(f"{opened.url}{address}").json()
    assert f"{saved['compared'][0]['start']} " in (chapter.get_attribute("data-part") or "")
    opened.locator(".compared [data-words]").click()
    expect(opened.locator("#two-reasons .ig").first).to_be_visible(timeout=PATIENCE)
    expect(opened.locator("#two-disputed-texts")).to_contain_text("Эта часть")


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("Русский", "dark", 320), ("English", "light", 1280), ("English", "dark", 320)],
)
def test_axe_finds_nothing_grave_and_nothing_is_too_wide(
    compared: Page, language: str, scheme: str, width: int
) -> None:
    compared.set_viewport_size({"width": width, "height": 800})
    compared.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    compared.get_by_text(language, exact=True).click()
    head = "one hand" if language == "English" else "одну руку"
    expect(compared.locator("#two-verdict .verdict")).to_contain_text(head)
    expect(compared.locator("#tabs [role=tab]:visible")).to_have_count(5)
    compared.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert grave(compared) == []
    assert compared.evaluate("document.scrollingElement.scrollWidth") <= width
    assert compared.evaluate(STICKING_OUT) == []
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    compared.screenshot(path=SCREENSHOTS / f"two-{language}-{scheme}-{width}.png")

"""A word pressed by mouse or key is masked for both models; what is taken away is a whole file."""

import json
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from page.i18n.russian import RUSSIAN_CHECK
from tests.e2e.conftest import explain, hold_back, see, unfold

# In each frame, the words that cannot have the focus.
COUNT_BARE = """() => {
  window.bare = 0;
  const look = () => {
    bare += document.querySelectorAll("#coloured .ig-word:not([tabindex])").length;
    requestAnimationFrame(look);
  };
  look();
}"""

expect.set_options(timeout=180_000)


def word(page: Page, text: str) -> Locator:
    """A word of the coloured text."""
    return page.locator("#coloured .ig-word", has_text=text).first


def test_a_word_is_masked_by_mouse_and_by_key_and_brought_back(page: Page, sample_text: str) -> None:
    explain(page, sample_text)
    see(page, "student")
    word(page, "собака").click()
    expect(page.locator("#outcome .tried section")).to_have_count(2)
    expect(page.locator("#outcome")).to_contain_text("предсказано")
    page.evaluate(COUNT_BARE)
    for view in ("differences", "teacher"):
        see(page, view)
        expect(word(page, "собака")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("bare") == 0  # none is ever drawn that cannot be focused
    word(page, "лошади").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#coloured .ig-masked")).to_have_count(2)
    expect(page.locator("#outcome .held")).to_contain_text("2 слова")
    assert page.evaluate("document.activeElement.textContent") == "лошади"
    page.locator("#undo").click()
    expect(page.locator("#coloured .ig-masked")).to_have_count(1)
    unfold(page, "masks")
    page.locator("#cover label", has_text=RUSSIAN_CHECK.cover_names).first.click()
    expect(word(page, "Лукич")).to_have_attribute("aria-pressed", "true")
    assert page.locator("#trial").evaluate("e => getComputedStyle(e).position") == "sticky"
    page.locator("#restore").click()
    expect(page.locator("#trial")).to_be_hidden()
    expect(page.locator(".ig-masked")).to_have_count(0)


def test_the_result_can_be_taken_away(page: Page, sample_text: str, tmp_path: Path) -> None:
    explain(page, sample_text)
    word(page, "собака").click()
    expect(page.locator("#outcome .tried")).to_be_visible()
    files = {}
    for label in (RUSSIAN_CHECK.export_html, RUSSIAN_CHECK.export_json):
        with page.expect_download() as download:
            page.get_by_text(label, exact=True).click()
        files[label] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[label])
    content = json.loads(files[RUSSIAN_CHECK.export_json].read_text(encoding="utf-8"))
    assert [entry["text"] for entry in content["masked"]["words"]] == ["собака"]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(files[RUSSIAN_CHECK.export_html].as_uri())
    expect(page.locator(".ig-masked")).to_have_count(2)
    assert page.locator(".models .ig").first.text_content() == sample_text
    assert [url for url in asked if not url.startswith("file:")] == []


def test_an_answer_that_comes_late_does_not_undo_what_was_drawn_after_it(
    page: Page, sample_text: str
) -> None:
    explain(page, sample_text)
    route, response = hold_back(page, lambda: see(page, "student"))
    word(page, "собака").click()
    expect(page.locator("#outcome .tried section")).to_have_count(2)
    with page.expect_request("**/run/predict**"):  # the old screen comes, and is drawn anew
        route.fulfill(response=response)
    expect(word(page, "собака")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#outcome .tried section")).to_have_count(2)
    expect(page.locator("#view input[value=student]")).to_be_checked()

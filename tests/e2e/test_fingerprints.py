"""The authors' tab in a real browser: an author is chosen, names are hidden, the excerpt lands on the map."""

import re

from playwright.sync_api import Page, expect

from tests.invented_fingerprints import HOSTILE


def test_an_author_is_looked_at_and_an_excerpt_placed(page: Page, sample_text: str) -> None:
    page.locator("#excerpt-box textarea").fill(sample_text)
    page.locator("#run").click()
    expect(page.locator(".verdict").first).to_be_visible()
    page.get_by_role("tab", name="Авторы").click()
    expect(page.locator(".plane .star")).to_have_count(1)
    page.locator(".roster button[data-author=Beta]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".portrait-name")).to_have_attribute("data-author", "Beta")
    expect(page.locator(".roster [aria-pressed=true]")).to_have_attribute("data-author", "Beta")
    expect(page.locator(".portrait")).to_contain_text(HOSTILE)
    page.locator("#fingerprint-names input").check()
    expect(page.locator(".kind em")).to_have_count(0)
    page.locator("#fingerprint-role label").nth(1).click()
    expect(page.locator(".plane > svg")).to_have_attribute("aria-label", re.compile("Ученик"))
    page.locator(".plane [tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".plane .tip")).to_be_visible()
    page.locator(".plane .work[data-author=Gamma]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".portrait-name")).to_have_attribute("data-author", "Gamma")
    assert page.evaluate("window.hit") is None
    assert page.locator("#fingerprint-tab img").count() == 0
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("tab", name="Authors")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 700})
    wide = page.evaluate(
        "[...document.querySelectorAll('#fingerprint-tab *')].filter("
        "e => e.getBoundingClientRect().right > innerWidth + 1 "
        "&& !e.closest('.plane svg, .map-table')).length"
    )
    assert wide == 0

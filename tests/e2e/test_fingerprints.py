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


def test_who_is_chosen_is_in_sight_at_once_and_a_link_opens_what_it_names(page: Page) -> None:
    page.get_by_role("tab", name="Авторы").click()
    seen = "(e) => e.getBoundingClientRect().top >= 0 && e.getBoundingClientRect().bottom < innerHeight"
    for width, height in ((1440, 900), (320, 700)):
        page.set_viewport_size({"width": width, "height": height})
        for author in ("Gamma", "Beta"):
            page.locator(f".roster button[data-author={author}]").click()
            expect(page.locator(".portrait-name")).to_have_attribute("data-author", author)
            assert page.locator(".portrait-name").evaluate(seen)
        cut = "(all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
        assert page.locator(".roster b, .portrait-name").evaluate_all(cut) == []
    assert not page.locator("#authors").evaluate("e => e.open")
    page.locator("footer a[href='#authors']").click()
    expect(page.locator("#authors li").first).to_be_visible()

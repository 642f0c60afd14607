"""Open to everyone: axe's rules on every tab, 320 pixels, the keyboard alone, and what is heard."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from page.i18n.russian import RUSSIAN
from tests.e2e.conftest import PATIENCE, SCREENSHOTS, explain, open_page, see, unfold, wait_for_reasons

TABS = ("excerpt", "book", "fingerprint")
# Every two of language, colours and width come together; axe does not ask for all three at once.
VIEWS = [
    ("Русский", "light", 1280),
    ("English", "dark", 1280),
    ("Русский", "dark", 320),
    ("English", "light", 320),
]
GRAVE = ("serious", "critical")
STICKING_OUT = """() => [...document.querySelectorAll("main *")].filter((element) => {
  const edge = element.getBoundingClientRect();
  const scrolled = element.closest(".plot svg, .plane svg, .map-table, .ribbon, .skip");
  return !scrolled && edge.width && (edge.right > innerWidth + 1 || edge.left < -1);
}).map((element) => element.outerHTML.slice(0, 120))"""
FOCUS = """() => {
  const shown = (element) => {
    const style = element && getComputedStyle(element);
    return Boolean(style) && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  };
  const focused = document.activeElement;
  const edge = focused.getBoundingClientRect();
  return focused === document.body || {
    seen: shown(focused) || shown(focused.closest("label")),
    inside: edge.bottom > 0 && edge.top < innerHeight && edge.right > 0 && edge.left < innerWidth,
    name: focused.outerHTML.slice(0, 120),
  };
}"""


@pytest.fixture(scope="module")
def finished(browser: Browser, server: str, sample_text: str) -> Iterator[Page]:
    """Every tab with something on it: an explanation with a masked word, a chart, a portrait."""
    with browser.new_context(locale="ru-RU", reduced_motion="reduce") as context:
        page = context.new_page()
        open_page(page, server)
        explain(page, sample_text)
        page.locator("#coloured .ig-word", has_text="собака").first.click()
        expect(page.locator("#outcome .tried section")).to_have_count(2, timeout=PATIENCE)
        page.locator("#book-tab-button").click()
        page.locator("#book-box textarea").fill("".join(f"Глава {n}.\n{sample_text}" for n in range(20)))
        page.locator("#book-run").click()
        expect(page.locator("#book-exports a").first).to_be_visible(timeout=PATIENCE)
        page.locator("#book-teacher-passages [data-open]").first.click()
        expect(page.locator(".opened mark")).to_be_visible(timeout=PATIENCE)
        page.locator("#excerpt-tab-button").click()
        for part in ("rival", "masks", "agreement", "figures"):
            unfold(page, part)
        yield page


@pytest.mark.parametrize(("language", "scheme", "width"), VIEWS)
def test_axe_finds_nothing_grave_and_nothing_is_too_wide(
    finished: Page, language: str, scheme: str, width: int
) -> None:
    finished.set_viewport_size({"width": width, "height": 800})
    finished.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    finished.get_by_text(language, exact=True).click()
    code = "en" if language == "English" else "ru"
    expect(finished.locator("html")).to_have_attribute("lang", code)
    heading = "Whose prose" if code == "en" else "Чья это проза"
    expect(finished.locator("#masthead h1")).to_contain_text(heading)
    for tab in TABS:
        finished.locator(f"#{tab}-tab-button").click()
        expect(finished.locator(f"#{tab}-tab")).to_be_visible()
        finished.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert grave(finished) == []
        assert finished.evaluate("document.scrollingElement.scrollWidth") <= width
        assert finished.evaluate(STICKING_OUT) == []
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        finished.screenshot(path=SCREENSHOTS / f"access-{tab}-{code}-{scheme}-{width}.png")


def grave(page: Page) -> list[str]:
    """What axe calls serious or critical: the rule, the place, and what is wrong there."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def test_the_views_cover_every_pair() -> None:
    for one, other in ((0, 1), (0, 2), (1, 2)):
        choices = [{view[place] for view in VIEWS} for place in (one, other)]
        assert {(view[one], view[other]) for view in VIEWS} == set(product(*choices))


def test_axe_would_find_what_is_wrong(finished: Page) -> None:
    finished.evaluate("document.body.insertAdjacentHTML('beforeend', '<img id=wrong src=data:,>')")
    assert any(rule.startswith("image-alt") for rule in grave(finished))
    finished.evaluate("document.querySelector('#wrong').remove()")


def test_a_screen_reader_hears_the_score_of_every_word(finished: Page) -> None:
    finished.locator("#excerpt-tab-button").click()
    for view in ("differences", "student", "teacher"):
        see(finished, view)
        excerpt = finished.locator("#coloured")
        expect(finished.locator(f"#view input[value={view}]")).to_be_checked()
        heard = excerpt.get_by_role("button", name=re.compile(r": ([+−]\d+[.,]\d\d|0[.,]00)$"))
        expect(heard).to_have_count(excerpt.locator(".ig-word").count())
        masked = excerpt.get_by_role("button", name=re.compile("^собака: "), pressed=True)
        expect(masked).to_have_count(1)


def tab_to(page: Page, selector: str, key: str = "Tab", most: int = 40) -> None:
    """Go on by the tabulator; every stop on the way shows that it has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        stop = page.evaluate(FOCUS)
        assert stop is True or (stop["seen"] and stop["inside"]), stop
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached in {most} stops")


def test_the_keyboard_alone_goes_all_the_way(page: Page, sample_text: str) -> None:
    heard = page.locator("#announcer[role=status]")
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#excerpt-box textarea')")
    page.keyboard.insert_text(sample_text)
    tab_to(page, "#example-easy")
    page.keyboard.press("Shift+Tab")
    tab_to(page, "#run", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict[aria-live=polite] .verdict")).to_be_visible(timeout=PATIENCE)
    wait_for_reasons(page)
    expect(heard).to_contain_text(RUSSIAN.all_explained)
    tab_to(page, "#strongest a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#coloured .ig-word.found')")
    tab_to(page, "#check-rival > button")
    page.keyboard.press("Enter")

    field = page.locator("#author input")
    expect(field).to_be_visible()
    tab_to(page, "#author input")
    explained = field.input_value()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).not_to_have_value(explained)
    label = re.compile(re.escape(field.input_value()))
    excerpt = page.locator("#coloured .excerpt")
    expect(excerpt).to_have_attribute("aria-label", label, timeout=PATIENCE)
    wait_for_reasons(page)
    expect(page.locator("#stop")).to_be_hidden(timeout=PATIENCE)
    tab_to(page, "#coloured .ig-word", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#outcome[aria-live=polite] .tried section")).to_have_count(2, timeout=PATIENCE)

    tab_to(page, "#excerpt-tab-button", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#book-tab")).to_be_visible()
    tab_to(page, "#book-box textarea")
    page.keyboard.insert_text("".join(f"Глава {n}.\n{sample_text}" for n in range(20)))
    tab_to(page, "#book-run")
    page.keyboard.press("Enter")
    expect(heard).to_contain_text("Прочитано целиком: 11", timeout=PATIENCE)
    tab_to(page, ".plot")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tip .words")).to_be_visible()

    tab_to(page, "#book-tab-button", "Shift+Tab")
    page.keyboard.press("End")
    expect(page.locator("#fingerprint-tab")).to_be_visible()
    tab_to(page, ".roster button")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    name = page.locator(".roster button:focus b").inner_text()
    expect(page.locator(".portrait-name")).to_contain_text(name)
    expect(heard).to_contain_text(name)


def test_what_goes_wrong_is_an_alert_and_is_not_said_twice(page: Page) -> None:
    page.locator("#excerpt-box textarea").focus()
    page.keyboard.insert_text("Мало слов.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Маловато", timeout=PATIENCE)
    expect(page.locator("#announcer")).not_to_contain_text("Маловато")

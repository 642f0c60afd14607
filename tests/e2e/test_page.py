"""The page in a real browser: what a person does, and what an attacker tries."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from authorship.text.formats.limits import Limits
from page.i18n.english import ENGLISH
from page.i18n.russian import RUSSIAN
from tests.e2e.conftest import explain, see, unfold, wait_for_reasons

expect.set_options(timeout=180_000)

HOSTILE = (
    "<img src=x onerror=\"window.hit='img'\"> ${window.hit='dollar'} {{window.hit}} "
    "<script>window.hit='script'</script>"
)
NAMES = {"teacher": RUSSIAN.teacher, "student": RUSSIAN.student}
LAST_WORDS = "Так и не узнали, чья это была шляпа."


def read(page: Page, text: str) -> None:
    """Put a text into the box and press the button."""
    page.locator("#excerpt-box textarea").fill(text)
    page.locator("#run").click()


def upload(page: Page, name: str, data: bytes) -> None:
    """Open a file as through the dialogue."""
    with page.expect_file_chooser() as chooser:
        page.locator("#upload").click()
    chooser.value.set_files({"name": name, "mimeType": "text/plain", "buffer": data})


def shares(page: Page, role: str) -> list[str]:
    """All percentages of a model, the folded ones too."""
    return page.locator(f"#{role}-ranking .share").all_text_contents()


def test_a_pasted_text_gets_both_verdicts_and_both_reasons(page: Page, sample_text: str) -> None:
    explain(page, sample_text)
    unfold(page, "figures")
    expect(page.locator("#figures .exactness")).to_have_count(2)
    expect(page.locator("#figures")).to_contain_text("Прочитано целиком")
    for role in ("teacher", "student"):
        see(page, role)
        expect(page.locator("#coloured .excerpt")).to_have_attribute("aria-label", re.compile(NAMES[role]))
        assert len(shares(page, role)) == 4
        assert all(re.fullmatch(r"[<>]?\s?\d{1,3},\d\s%", share) for share in shares(page, role))
        assert page.locator("#coloured .ig").text_content() == sample_text.strip("\n") + "\n"
        assert page.locator("#coloured .ig-word").count() > 50
    expect(page.locator("#verdict")).to_have_attribute("aria-live", "polite")
    expect(page.locator("#stop")).to_be_hidden()


def test_an_old_file_lands_in_the_box_and_names_its_encoding(page: Page, sample_text: str) -> None:
    text = sample_text.strip() + " " + LAST_WORDS
    upload(page, "old.txt", text.encode("cp1251"))
    expect(page.locator("#excerpt-box textarea")).to_have_value(text)
    expect(page.locator("#encoding")).to_contain_text("cp1251")
    page.locator("#run").click()
    expect(page.locator(".verdict")).to_be_visible()


def test_a_file_can_be_read_again_in_another_encoding(page: Page, sample_text: str) -> None:
    upload(page, "old.txt", sample_text.strip().encode("cp1251"))
    expect(page.locator("#encoding")).to_contain_text("cp1251")
    choose(page, "#encoding", "koi8-r")
    expect(page.locator("#encoding")).to_contain_text("koi8-r")
    expected = sample_text.strip().encode("cp1251").decode("koi8-r")
    expect(page.locator("#excerpt-box textarea")).to_have_value(expected)


def choose(page: Page, dropdown: str, entry: str) -> None:
    """Pick an entry of a dropdown as a person does."""
    page.locator(f"{dropdown} input").click()
    page.get_by_role("option", name=entry, exact=True).click()


def test_another_author_is_explained_without_another_prediction(page: Page, sample_text: str) -> None:
    explain(page, sample_text)
    before = shares(page, "teacher")
    unfold(page, "rival")
    first = page.locator("#author input").input_value()
    other = "Автор Beta" if first != "Автор Beta" else "Автор Alpha"
    choose(page, "#author", other)
    excerpt = page.locator("#coloured .excerpt")
    expect(excerpt).to_have_attribute("aria-label", re.compile(other))
    wait_for_reasons(page)
    assert shares(page, "teacher") == before


def test_word_pieces_are_shown_as_the_model_sees_them(page: Page, sample_text: str) -> None:
    explain(page, sample_text)
    unfold(page, "figures")
    page.locator("#pieces input").check()
    expect(page.locator("#coloured .ig-token").first).to_be_visible()
    assert "[CLS]" in page.locator("#coloured").inner_text()
    page.locator("#pieces input").uncheck()
    expect(page.locator("#coloured .ig-token")).to_have_count(0)


def test_a_long_explanation_can_be_stopped(page: Page, sample_text: str) -> None:
    read(page, sample_text * 40)
    expect(page.locator("progress").first).to_be_visible()
    page.locator("#stop").click()
    expect(page.locator("#stop")).to_be_hidden()
    expect(page.locator("#progress")).to_contain_text("Остановлено")
    assert len(shares(page, "teacher")) == 4


def test_hostile_text_stays_text(page: Page, sample_text: str) -> None:
    text = f"{HOSTILE}\n{sample_text.strip()}\n{HOSTILE}"
    explain(page, text)
    for view in ("student", "differences", "teacher"):
        see(page, view)
        expect(page.locator(f"#view input[value={view}]")).to_be_checked()
        assert page.locator("#coloured .ig").text_content() == text
    unfold(page, "figures")
    page.locator("#pieces input").check()
    expect(page.locator("#coloured .ig-token").first).to_be_visible()
    assert page.evaluate("window.hit") is None
    assert page.locator("#excerpt-tab :is(img, script)").count() == 0


def test_a_text_that_cannot_be_read_says_what_to_do(page: Page) -> None:
    for text, expected in (
        ("", "Здесь пока пусто"),
        ("Мало слов.", "Маловато"),
        ("plain English text " * 20, "Не видно русских букв"),
        ("Слово " * 20_000, "страница читает до"),
    ):
        read(page, text)
        expect(page.get_by_role("alert")).to_contain_text(expected)
        expect(page.locator("#results")).to_be_hidden()


def test_a_file_that_cannot_be_read_says_what_to_do(page: Page) -> None:
    for data, expected in (
        (b"\x89PNG\r\n\x1a\n" + bytes(400), "не текст и не книга"),
        (b"", "пусто"),
        (b"%PDF-1.7" + bytes(400), "PDF"),
    ):
        upload(page, "file.txt", data)
        expect(page.get_by_role("alert")).to_contain_text(expected)


def test_too_large_a_file_is_not_even_sent(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    with file.open("wb") as stream:
        stream.truncate(Limits().file + 1)
    with page.expect_file_chooser() as chooser:
        page.locator("#upload").click()
    chooser.value.set_files(file)
    expect(page.get_by_role("alert")).to_contain_text("больше 60 МБ")


def test_after_a_problem_the_next_text_is_read(page: Page, sample_text: str) -> None:
    read(page, "Мало слов.")
    expect(page.get_by_role("alert")).to_be_visible()
    explain(page, sample_text)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_language_can_be_switched_with_everything_on_screen(page: Page, sample_text: str) -> None:
    explain(page, sample_text)
    page.get_by_text("English", exact=True).click()
    expect(page.locator("#masthead h1")).to_contain_text(ENGLISH.title)
    expect(page.locator("#run")).to_have_text(ENGLISH.run)
    expect(page.locator("#verdict")).to_contain_text("likeness is no proof")
    expect(page.locator("#view")).to_contain_text(ENGLISH.view_differences)
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("#excerpt-box textarea").input_value() == sample_text
    page.reload()
    expect(page.locator("#masthead h1")).to_contain_text(ENGLISH.title)


def test_the_browser_decides_the_first_language(browser: Browser, server: str) -> None:
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(server)
        expect(page.locator("#masthead h1")).to_contain_text(ENGLISH.title)
        expect(page).to_have_title(ENGLISH.title)


def test_nothing_stands_there_before_its_words(browser: Browser, server: str) -> None:
    with browser.new_context(locale="ru-RU") as context:
        page = context.new_page()
        page.route("**/run/predict**", lambda route: None)  # no answer comes
        page.goto(server)
        expect(page.locator("#run")).to_have_css("visibility", "hidden", timeout=20_000)


def test_an_example_needs_one_click(page: Page) -> None:
    page.locator("#example-easy").click()
    expect(page.locator(".verdict")).to_be_visible()
    expect(page.locator("#excerpt-box textarea")).to_have_value(re.compile("^Земский врач"))
    expect(page.locator("#results")).to_contain_text(RUSSIAN.teacher)


def test_the_endpoints_are_described_on_demand(page: Page) -> None:
    page.get_by_text(RUSSIAN.api).click()
    expect(page.locator(".api-docs")).to_contain_text("/attribute")


def test_the_keyboard_alone_is_enough(page: Page, sample_text: str) -> None:
    page.locator("#excerpt-box textarea").focus()
    page.keyboard.insert_text(sample_text)
    page.keyboard.press("Control+Enter")
    wait_for_reasons(page)
    words = page.locator("#coloured .ig-word")
    expect(page.locator("#coloured .ig-word[tabindex='0']")).to_have_count(1)
    page.locator("#coloured .ig-word[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert re.search(r": [+−]\d", label)
    assert words.count() > 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_is_enough_and_nothing_comes_from_elsewhere(
    browser: Browser, server: str, sample_text: str, scheme: str, tmp_path: Path
) -> None:
    size = {"width": 320, "height": 700}
    with browser.new_context(locale="ru-RU", viewport=size, color_scheme=scheme) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server)
        explain(page, sample_text)
        wide = page.evaluate(
            "[...document.querySelectorAll('#results *')].filter("
            "e => e.getBoundingClientRect().right > innerWidth + 1).length"
        )
        assert wide == 0
        names = page.locator("#tabs button[role=tab]")
        assert not names.evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth).length")
        assert page.evaluate("document.querySelector('.gradio-container').scrollLeft") == 0
        assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []

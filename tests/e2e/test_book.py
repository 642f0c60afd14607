"""The book tab in a real browser: a book is read, looked into, stopped and saved."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from playwright.sync_api import Browser, Page, Response, expect

from page.i18n.english import ENGLISH_BOOK
from tests.e2e.conftest import hold_back, open_page, shown_name

expect.set_options(timeout=180_000)

HOSTILE = "<img src=x onerror=\"window.hit='img'\"> ${window.hit='dollar'} {{window.hit}}"


def made_up(sample: str, chapters: int) -> str:
    """Some 650 characters a chapter, no two alike."""
    return "".join(f"Глава {number}. {HOSTILE}\n{sample}" for number in range(1, chapters + 1))


def fictionbook(text: str) -> bytes:
    """A FictionBook in cp1251 with this text."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    paragraphs = "".join(f"<p>{line}</p>" for line in escaped.splitlines())
    return (
        '<?xml version="1.0" encoding="windows-1251"?>'
        '<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><description><title-info>'
        "<book-title>Пристань</book-title></title-info></description>"
        f"<body><section>{paragraphs}</section></body></FictionBook>"
    ).encode("cp1251", "xmlcharrefreplace")


def book_tab(page: Page) -> None:
    """Go to the book tab."""
    page.get_by_role("tab", name=re.compile("Книга|Book")).click()
    expect(page.locator("#book-upload")).to_be_visible()


def upload(page: Page, button: str, name: str, data: bytes) -> None:
    """Open a file as through the dialogue."""
    with page.expect_file_chooser() as chooser:
        page.locator(button).click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})


def read_pasted(page: Page, text: str) -> None:
    """Paste a book and wait until it is read."""
    book_tab(page)
    page.locator("#book-box textarea").fill(text)
    with page.expect_response(_draws_last):
        page.locator("#book-run").click()
        expect(page.locator("#book-exports")).to_be_visible()


def _draws_last(response: Response) -> bool:
    """Whether it is the screen that follows a stream, drawn of the session alone."""
    return "/run/predict" in response.url and len(response.request.post_data_json["data"]) == 1


def saved(page: Page, file: str) -> bytes:
    """The file behind a link, as the browser downloads it."""
    with page.expect_download() as download:
        page.locator(f"#book-exports a[href*='{file}']").click()
    return download.value.path().read_bytes()


# Every element with its attributes by name, since they stand in the order in which they were set; all words.
_ELEMENTS = """e => [...[e, ...e.querySelectorAll("*")].map((one) => [one.tagName,
    [...one.attributes].map((it) => it.name + "=" + it.value).sort()]), e.textContent]"""


def looked_at(page: Page) -> dict[str, object]:
    """What the chart shows, without the names of the session."""
    parts = (".keys", ".bands", ".plot > svg", ".chapters", ".scale")
    drawn: dict[str, object] = {part: page.locator(f".chart {part}").evaluate(_ELEMENTS) for part in parts}
    return drawn | {"points": page.locator(".plot").get_attribute("data-points")}


def test_four_clicks_lead_from_a_file_to_a_saved_passage_with_its_characters_outlined(
    page: Page, sample_text: str
) -> None:
    text = made_up(sample_text, 20)
    book_tab(page)
    page.evaluate("window.clicks = 0; addEventListener('click', (e) => { clicks += e.isTrusted; }, true)")
    upload(page, "#book-upload", "book.fb2", fictionbook(text))
    expect(page.locator("#book-exports")).to_be_visible()
    plot = page.locator(".plot")
    assert plot.count() == 1 and plot.locator("polyline").count() == 8
    assert page.locator(".band").count() == 2 and page.locator(".band .stretches span").count() >= 2
    assert page.locator(".chapters i").count() == 20 == plot.locator("line.chapter").count()
    assert (page.locator(".chapters span").first.get_attribute("title") or "").startswith("Глава 1.")
    plot.click()
    opened = page.locator(".opened")
    start, stop = (int(opened.get_attribute(f"data-{edge}") or 0) for edge in ("from", "to"))
    assert 0 < start < stop and opened.locator("mark").evaluate("e => e.textContent") == text[start:stop]
    assert page.evaluate("document.activeElement.matches('.opened h2')")
    expect(plot.locator(".here")).to_have_count(1)
    with page.expect_download() as download:
        opened.locator("a[download]").click()
    saved_passage = download.value.path().read_text(encoding="utf-8")
    assert page.evaluate("window.clicks") <= 4
    assert "Пристань" in download.value.suggested_filename and "<img" not in saved_passage
    assert all(
        word in saved_passage for word in ("<mark>", "Как сослаться", page.url.partition("#")[0], "SHA-256")
    )
    assert (opened.locator(".cite").inner_text()).count("127.0.0.1") == 1

    expect(page.locator("#book-card")).to_contain_text("Пристань")
    expect(page.locator("#book-state")).to_contain_text("Прочитано целиком")
    assert page.locator("#book-exports a").first.get_attribute("download") == "Пристань - passages.csv"
    rows = list(csv.DictReader(io.StringIO(saved(page, "passages.csv").decode())))
    whole = json.loads(saved(page, "book.json"))
    assert len(rows) == sum(len(model["passages"]) for model in whole["models"].values())
    assert len(whole["chapters"]) == 20
    ElementTree.fromstring(saved(page, "chart.svg"))
    assert saved(page, "chart.png").startswith(b"\x89PNG")
    assert page.evaluate("window.hit") is None


def test_a_place_is_walked_from_left_and_explained_in_the_other_tab(page: Page, sample_text: str) -> None:
    text = made_up(sample_text, 20)
    book_tab(page)
    page.locator("#book-box textarea").fill(text)
    page.locator("#book-run").click()
    expect(page.locator("#book-exports")).to_be_visible()
    plot, opened = page.locator(".plot"), page.locator(".opened")
    plot.focus()
    page.keyboard.press("End")
    words = page.locator(".tip .words").inner_text().rstrip("…")
    expect(page.locator(".tip tr")).to_have_count(1 + 4)
    page.keyboard.press("Enter")
    expect(opened).to_be_visible()
    assert words in " ".join(opened.locator("mark").inner_text().split())
    first = int(opened.get_attribute("data-from") or 0)
    page.keyboard.press("ArrowLeft")
    expect(opened).not_to_have_attribute("data-from", str(first))
    earlier = int(opened.get_attribute("data-from") or 0)
    assert earlier < first
    opened.locator("[data-step='1']").click()
    expect(opened).to_have_attribute("data-from", str(first))
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    expect(plot).to_be_focused()

    listed = page.locator("#book-student-passages [data-open]").first
    author = shown_name((listed.get_attribute("data-open") or "").split(" ")[2])
    listed.click()
    expect(opened).to_be_visible()
    outlined = opened.locator("mark").evaluate("e => e.textContent")
    opened.locator("[data-excerpt]").click()
    expect(page.locator("#composed .composed")).to_be_visible()  # the browser knows of the way back by then
    expect(page.locator("#excerpt-box textarea")).to_have_value(re.compile(re.escape(outlined.strip())))
    expect(page.locator("#coloured .excerpt")).to_have_attribute("aria-label", re.compile(author))
    page.go_back()
    expect(opened.locator("h2")).to_be_focused()
    page.go_back()
    expect(opened).to_have_count(0)
    expect(listed).to_be_focused()


def test_a_result_opened_again_shows_the_same_chart_and_reads_nothing(
    page: Page, server: str, sample_text: str
) -> None:
    book_tab(page)
    upload(page, "#book-upload", "book.fb2", fictionbook(made_up(sample_text, 20)))
    expect(page.locator("#book-exports")).to_be_visible()
    chart, result = looked_at(page), saved(page, "book.json")
    again = page.context.new_page()
    open_page(again, server)
    book_tab(again)
    again.evaluate(
        "window.progress = 0; new MutationObserver(() => {"
        "progress += document.querySelectorAll('#book-state .progress').length })"
        ".observe(document.body, { childList: true, subtree: true })"
    )
    upload(again, "#book-upload", "Пристань - book.json", result)
    expect(again.locator("#book-state")).to_contain_text("Книга заново не читалась")
    assert looked_at(again) == chart and again.evaluate("window.progress") == 0
    again.locator(".plot").click()
    expect(again.locator(".opened mark")).to_be_visible()
    others = json.loads(result)
    others["hashes"]["teacher"] = "a" * 64
    upload(again, "#book-upload", "book.json", json.dumps(others).encode())
    expect(again.locator("#book-state")).to_contain_text("другими моделями")
    assert again.locator(".keys").inner_text() == page.locator(".keys").inner_text()
    upload(again, "#book-upload", "book.json", result[:-9])
    expect(again.get_by_role("alert")).to_contain_text("повреждён")
    again.close()


def test_the_chart_is_zoomed_and_walked_by_keyboard(page: Page, sample_text: str) -> None:
    read_pasted(page, made_up(sample_text, 20))
    figure, plot = page.locator(".chart"), page.locator(".plot").first
    length = int(figure.get_attribute("data-length") or 0)
    plot.focus()
    page.keyboard.press("End")
    assert "Автор" in (plot.get_attribute("aria-valuetext") or "")
    page.keyboard.press("+")
    expect(figure).not_to_have_attribute("data-from", "0")
    assert int(figure.get_attribute("data-to") or 0) <= length
    page.locator("[data-zoom='whole']").click()
    expect(figure).to_have_attribute("data-from", "0")
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 50, steps=4)
    page.mouse.up()
    expect(figure).not_to_have_attribute("data-to", str(length))
    assert length * 0.2 < int(figure.get_attribute("data-from") or 0) < length * 0.3
    page.get_by_text("English", exact=True).click()
    expect(figure).to_contain_text(ENGLISH_BOOK.chart_title)
    expect(page.get_by_role("tab", name="Book")).to_be_visible()


def test_a_stopped_book_keeps_what_was_read(page: Page, sample_text: str) -> None:
    """On a phone, where the chart that grows is brought into sight."""
    page.set_viewport_size({"width": 320, "height": 700})
    book_tab(page)
    upload(page, "#book-upload", "book.txt", made_up(sample_text, 3_000).encode())
    expect(page.locator(".plot polyline").first).to_be_attached()
    seen = "(e) => e.getBoundingClientRect().top >= 0 && e.getBoundingClientRect().bottom <= innerHeight"
    assert page.locator(".plot").evaluate(seen)
    page.locator("#book-stop").click()
    expect(page.locator("#book-stop")).to_be_hidden()
    expect(page.locator("#book-state")).to_contain_text("Чтение остановлено")
    assert page.locator(".plot .unread, .plot rect.unread").count() >= 1
    expect(page.locator("#book-state .sofar")).to_be_visible()
    whole = json.loads(saved(page, "book.json"))
    assert 0 < whole["read"] < whole["characters"]
    page.reload()
    expect(page.locator("#book-go-on")).to_be_visible()
    again = json.loads(saved(page, "book.json"))
    assert again == whole
    page.locator("#book-go-on").click()
    expect(page.locator("#book-stop")).to_be_visible()
    state = page.locator("#book-state")
    expect(state).to_contain_text("Прочитано")
    expect(state).not_to_have_text(state.inner_text())
    page.locator("#book-stop").click()
    expect(page.locator("#book-stop")).to_be_hidden()
    further = json.loads(saved(page, "book.json"))
    assert further["read"] > whole["read"]
    for role, model in whole["models"].items():
        before = [one["start"] for one in model["passages"]]
        assert [one["start"] for one in further["models"][role]["passages"]][: len(before)] == before


def test_each_tab_offers_the_other(page: Page, sample_text: str) -> None:
    upload(page, "#upload", "book.txt", made_up(sample_text, 1_500).encode("cp1251"))
    expect(page.get_by_role("alert")).to_contain_text("Книга")
    page.locator("#to-book").click()
    expect(page.locator("#book-card")).to_contain_text("cp1251")
    page.locator("#book-stop").click()
    page.locator("#book-box textarea").fill(sample_text)
    page.locator("#book-run").click()
    expect(page.get_by_role("alert")).to_contain_text("маловато")
    page.locator("#to-excerpt").click()
    expect(page.locator("#excerpt-box textarea")).to_have_value(sample_text.strip())
    expect(page.locator(".verdict").first).to_be_visible()


def test_a_file_that_is_no_book_says_what_to_do(page: Page) -> None:
    book_tab(page)
    for name, data, expected in (
        ("book.epub", b"PK\x03\x04" + bytes(400), ""),
        ("book.epub", b"%PDF-1.7" + bytes(400), "PDF"),
        ("book.djvu", b"AT&TFORM" + bytes(400), "DjVu"),
        ("book.pdf", b"%PDF-1.7" + bytes(400), "PDF"),
    ):
        upload(page, "#book-upload", name, data)
        expect(page.get_by_role("alert")).to_contain_text(expected)
        assert page.locator(".toast-body").count() == 0
        expect(page.locator("#book-stop")).to_be_hidden()


def keeps_focus_when_drawn_anew(page: Page, selector: str) -> None:
    """A late screen may replace what has the focus: the keyboard stays where it was."""
    place = page.locator(selector)
    place.focus()
    drawn = "const drawn = one.closest('.opened, .html-container')"
    place.evaluate(f"(one) => {{ {drawn}; drawn.outerHTML = drawn.outerHTML; }}")
    expect(place).to_be_focused(timeout=5_000)


def test_a_narrow_screen_is_enough_for_a_book(browser: Browser, server: str, sample_text: str) -> None:
    size = {"width": 320, "height": 700}
    with browser.new_context(locale="en-GB", viewport=size, color_scheme="dark") as context:
        page = context.new_page()
        page.goto(server)
        book_tab(page)
        upload(page, "#book-upload", "book.txt", made_up(sample_text, 20).encode())
        expect(page.locator("#book-exports")).to_be_visible()
        page.locator("#book-teacher-passages [data-open]").first.click()
        expect(page.locator(".opened h2")).to_be_focused()
        keeps_focus_when_drawn_anew(page, ".opened h2")
        keeps_focus_when_drawn_anew(page, ".opened [data-excerpt]")
        keeps_focus_when_drawn_anew(page, "#book-teacher-passages [data-open] >> nth=-1")
        names = page.locator(".opened h2, .band > b, .keys li, .opened .says")
        cut = names.evaluate_all("(all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1).length")
        assert cut == 0
        wide = page.evaluate(
            "[...document.querySelectorAll('#book-tab *')].filter("
            "e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.plot svg')).length"
        )
        assert wide == 0


def test_the_endpoint_says_the_same(server: str, sample_text: str) -> None:
    client = Client(server, verbose=False)
    text = made_up(sample_text, 20)
    whole = client.predict(text, api_name="/book")
    assert whole["characters"] == whole["read"] == len(text)
    for model in whole["models"].values():
        assert model["passages"][0]["start"] == 0
        assert {"authors", "unknown"} == set(model["whole"])
    with pytest.raises(AppError, match="10,000"):
        client.predict(sample_text, api_name="/book")


def test_an_answer_that_comes_late_does_not_take_the_zoom_back(page: Page, sample_text: str) -> None:
    read_pasted(page, made_up(sample_text, 20))
    figure, plot = page.locator(".chart"), page.locator(".plot").first
    length = figure.get_attribute("data-length") or ""
    plot.press("End")
    route, response = hold_back(page, lambda: plot.press("+"))
    for key in ("Home", "+"):
        plot.press(key)
    expect(figure).not_to_have_attribute("data-to", length)
    expect(figure).to_have_attribute("data-from", "0")
    shown = figure.get_attribute("data-to") or ""
    with page.expect_request("**/run/predict**"):  # the old screen comes, and is drawn anew
        route.fulfill(response=response)
    expect(figure).to_have_attribute("data-from", "0")
    expect(figure).to_have_attribute("data-to", shown)

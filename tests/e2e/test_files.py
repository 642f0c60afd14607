"""The tab of many files in a real browser: rows appear, the table is saved, a row is opened."""

import re

from playwright.sync_api import Page, expect


def test_many_files_become_one_table(page: Page, server: str, sample_text: str) -> None:
    page.get_by_role("tab", name=re.compile("Файлы")).click()
    contents = {
        "a.txt": sample_text.encode(),
        "b.pdf": b"%PDF-1.7" + bytes(300),
        "c.txt": sample_text.encode("cp1251"),
    }
    files = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        for name, data in contents.items()
    ]
    with page.expect_file_chooser() as chooser:
        page.locator("#files-upload").click()
    chooser.value.set_files(files)
    rows = page.locator("table.files tbody tr")
    expect(rows).to_have_count(3, timeout=180_000)
    expect(page.locator("#announcer")).to_contain_text("Прочитано")
    for name, row in zip(contents, rows.all(), strict=True):
        expect(row).to_contain_text("Это файл PDF" if name == "b.pdf" else "Открыть как отрывок")
    link = page.locator("#files-table .exports a[download='table.csv']").get_attribute("href")
    answer = page.request.get(f"{server}{link}")
    assert answer.status == 200 and answer.body().startswith(b"\xef\xbb\xbf")
    page.locator("[data-files-open]").last.press("Enter")
    expect(page.locator("#excerpt-box textarea")).to_have_value(sample_text)


def test_reading_is_stopped_and_goes_on(page: Page, server: str, sample_text: str) -> None:
    page.get_by_role("tab", name=re.compile("Файлы")).click()
    texts = {"a.txt": sample_text, "b.txt": sample_text * 1500, "c.txt": sample_text}
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in texts.items()
    ]
    with page.expect_file_chooser() as chooser:
        page.locator("#files-upload").click()
    chooser.value.set_files(files)
    rows, stop, go_on = (
        page.locator(name) for name in ("table.files tbody tr", "#files-stop", "#files-go-on")
    )
    expect(rows).to_have_count(1, timeout=180_000)
    stop.click()
    expect(rows).to_have_count(3)
    expect(rows.last).to_contain_text("не прочитан")
    go_on.click()
    expect(stop).to_be_visible()
    expect(go_on).to_be_hidden()
    stop.click()
    expect(go_on).to_be_visible()

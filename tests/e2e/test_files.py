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
    link = page.locator("#files-table .exports a").get_attribute("href")
    answer = page.request.get(f"{server}{link}")
    assert answer.status == 200 and answer.body().startswith(b"\xef\xbb\xbf")
    page.locator("[data-files-open]").last.press("Enter")
    expect(page.locator("#excerpt-box textarea")).to_have_value(sample_text)

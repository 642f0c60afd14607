"""What is cited and shared, without a browser: names of files, nearest works, pictures, tags, examples."""

import io
from datetime import date

from PIL import Image
from starlette.requests import Request

from authorship.datamodels import Author, NearestWorks, NearWork
from authorship.models.digest import Hashes
from explain.report.citation import Citation, incipit, say_citation
from explain.report.nearest import render_nearest
from explain.report.wording import ENGLISH, RUSSIAN
from page.downloads import file_name
from page.examples import EXAMPLES, example_text
from page.i18n.about import about_messages
from page.share.about import with_preview
from page.share.card import Bar, Card, draw_card

AUTHORS = (Author("Anna", 0, "Авторская А. А.", "Anna Author"), Author("B", 1, "Бывалый Б.", "Boris B"))


def near(*works: tuple[str, float], right: float | None = 0.974) -> NearestWorks:
    """Works of Anna's at these distances."""
    return NearestWorks(tuple(NearWork("Anna", title, apart) for title, apart in works), right, 100)


def test_nearest_works_are_a_table_of_both_models_with_what_it_means() -> None:
    found = {
        "teacher": near(("Буря", 0.12), ("Сад", 0.2), ("Дым", 0.25), ("<b>", 0.3)),
        "student": near(("Сад", 0.1), ("Буря", 0.31), ("Пыль", 0.35), right=0.999),
    }
    russian, english = (render_nearest(found, AUTHORS, words) for words in (RUSSIAN, ENGLISH))
    assert russian.index("Сад") < russian.index("Буря") < russian.index("Дым")
    assert "0,12" in russian and "0.12" in english and "А.\u00a0А.\u00a0Авторская" in russian
    assert "97\u00a0(учитель), 99\u00a0(ученик)" in russian and "97\u00a0(teacher)" in english
    assert "<b>" not in russian
    assert "&gt;\u00a00,35" in russian  # Дым is not among the student's nearest
    assert render_nearest({"teacher": None, "student": None}, AUTHORS, RUSSIAN) == ""
    assert "Бывалый) среди них нет" in render_nearest(found, AUTHORS, RUSSIAN, AUTHORS[1])
    assert "среди них нет" not in render_nearest(found, AUTHORS, RUSSIAN, AUTHORS[0])
    assert RUSSIAN.nearest_right[:12] not in render_nearest(
        {"teacher": near(("Сад", 0.1), right=None)}, AUTHORS, RUSSIAN
    )


def test_a_citation_names_title_day_version_address_and_hashes() -> None:
    hashes = Hashes("a" * 64, "b" * 64, "c" * 64)
    citation = Citation("Дуэль", 12_345, date(2026, 11, 2), "https://prose.example/", hashes)
    said = say_citation(citation, RUSSIAN), say_citation(citation, ENGLISH)
    assert "«Дуэль», знаков: 12\u202f345" in said[0] and "2\u00a0ноября 2026\u00a0г." in said[0]
    assert "“Duel" not in said[1] and "12,345 characters" in said[1] and "2\u00a0November 2026" in said[1]
    for one in said:
        assert all(digit * 16 in one for digit in "abc") and citation.address in one
        assert ".." not in one and "{" not in one
    assert set(citation.to_object()) >= {"title", "text", "date", "version", "address", "sentence"}
    assert incipit("— Что же ты,\n\u202eбратец? — спросил он. И так далее") == "Что же ты, братец…"
    assert incipit("…") == "" and incipit("а" * 500) == ""


def test_files_are_named_after_text_and_author_whatever_these_hold() -> None:
    assert file_name(["Дуэль?", "А.\u00a0П.\u00a0Чехов"], "a.html") == "Дуэль - А. П. Чехов - a.html"
    hostile = file_name(["../..\\\u202e<x>:|", "\x00\n"], "a.html")
    assert not set(hostile) & set('/\\<>:|"?*\u202e\x00\n') and hostile.endswith("a.html")
    assert len(file_name(["длинное " * 100, "имя " * 100], "a.html")) < 140


def test_a_card_is_drawn_of_anything() -> None:
    bars = (Bar("Учитель", "Имя " * 60, 0.5, "50,0\u00a0%"), Bar("Ученик", "\u202e", 1.0, "> 99,9\u00a0%"))
    for headline in ("Почти наверняка А. П. Чехов.", "слово " * 80, "я" * 3_000, ""):
        words = (("\u0000" * 30, 2.0, "+2,0"), ("слово", -1.0, "−1,0"))
        card = Card("Чья это проза?", headline, bars, words, "заметка " * 90)
        with Image.open(io.BytesIO(draw_card(card))) as picture:
            assert picture.size == (1200, 630) and len(picture.convert("RGB").getcolors(1 << 20)) > 20


def test_tags_of_others_go_whatever_they_look_like() -> None:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b'x"><script>.example')]}
    scope |= {"query_string": b"", "scheme": "http", "server": ("x", 80)}
    html = b'<meta charset="utf-8" />\n<meta\n property="og:image"\n content="https://other/" />'
    html += b'<meta name="twitter:creator" content="@other" /><meta name="viewport" content="w">' * 2
    found = with_preview(html, Request(scope)).decode()
    assert "other" not in found and found.count('name="viewport"') == 2
    assert found.count('og:image"') == 1 and "<script" not in found


def test_eight_examples_are_named_in_both_languages() -> None:
    assert len(EXAMPLES) == 8
    for language in ("ru", "en"):
        assert len(set(about_messages(language).examples)) == len(EXAMPLES)
    texts = {name: example_text(name) for name in EXAMPLES}
    assert len(set(texts.values())) == len(EXAMPLES) and all(len(text) >= 200 for text in texts.values())
    assert len(texts["short"]) < 500 and len(texts["book"]) > 10_000 and "ѣ" in texts["old_spelling"]
    assert texts["nonsense"] == example_text("nonsense")

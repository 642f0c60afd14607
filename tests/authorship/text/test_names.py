"""Names are told by a capital inside a sentence; [brackets] mark what should be found."""

import re

import pytest

from authorship.text.names import mask_names, name_spans


@pytest.mark.parametrize(
    "marked",
    [
        "Вошёл [Лукич]. [Лукич] молчал.",
        "— Вот, [Степан] [Лукич], — сказал он. Никто не ответил.",
        "Он жил в [Сумах]. Дом был стар.",
        "«Что?» Мы молчали. Снег шёл.",
        "СПАСИБО, сказал я. Я ушёл.",
    ],
)
def test_names(marked: str):
    text = re.sub(r"[\[\]]", "", marked)
    assert [text[start:stop] for start, stop in name_spans(text)] == re.findall(r"\[(.*?)\]", marked)


def test_masked_text_keeps_all_else():
    assert mask_names("Вошёл Лукич. Лукич молчал.", "[MASK]") == "Вошёл [MASK]. [MASK] молчал."
    assert mask_names("тихо", "[MASK]") == "тихо"


def test_names_are_known_however_their_letters_are_dressed() -> None:
    text = "Вошёл Лу\u0301кич. Лук\u00adич молчал, и Лyкич ушёл."
    assert [text[start:stop] for start, stop in name_spans(text)] == ["Лу\u0301кич", "Лук\u00adич", "Лyкич"]

"""Words are exact slices in order, and no score is lost on the way from tokens to words."""

import re

import pytest

from authorship.encode import encode
from authorship.models.bundle import ModelBundle
from explain.attribution import aggregate_words, find_words
from explain.datamodels import TokenScore


@pytest.mark.parametrize(
    "marked",
    [
        "[Кто-то] [шёл][…]",
        "[—] [Ну][?][!] [д'Артаньян][,] [ёлки-палки][...]",
        "[1914] [год][:] [№] [5][-]\n[слово]",
        "[за́мок] [из‑за] [a_]",
        "[да][--][нет]",
    ],
)
def test_words_and_marks(marked: str):
    marked = marked.replace("[a_]", "[a][_]")
    text = re.sub(r"[\[\]]", "", marked)
    found = [text[start:stop] for start, stop in find_words(text)]
    assert found == re.findall(r"\[([^\]]+)\]", marked)


def scored(text: str, *pieces: tuple[int, int, float]) -> list[TokenScore]:
    return [TokenScore(start, stop, text[start:stop], score) for start, stop, score in pieces]


def test_pieces_are_summed_even_across_windows():
    text = "он пристанями шёл"
    special = TokenScore(0, 0, "[SEP]", 0.0)
    tokens = [
        *scored(text, (0, 2, 0.5), (3, 10, 1.0)),
        special,
        special,
        *scored(text, (10, 13, -0.25), (14, 17, 2.0)),
    ]
    words = aggregate_words(text, tokens)
    assert [(word.text, word.score) for word in words] == [("он", 0.5), ("пристанями", 0.75), ("шёл", 2.0)]


def test_words_under_one_token_become_one():
    text = "по доро-\nге шёл"
    words = aggregate_words(text, scored(text, (0, 2, 1.0), (3, 11, 2.0), (12, 15, 3.0)))
    assert [(word.text, word.score) for word in words] == [("по", 1.0), ("доро-\nге", 2.0), ("шёл", 3.0)]


def test_blanks_count_with_the_word_before_and_words_without_token_are_zero():
    text = "он \n шёл ~"
    words = aggregate_words(text, scored(text, (0, 2, 1.0), (2, 4, 0.5), (4, 8, 3.0)))
    assert [(word.text, word.score) for word in words] == [("он", 1.5), ("шёл", 3.0), ("~", 0.0)]


def test_words_and_gaps_are_the_text(tiny_bundle: ModelBundle, sample_text: str):
    text = f"{sample_text}Экая глу-\nшь — «ёлка»…  да--нет... 😀 за́мок\r\n[MASK]\t"
    offsets = [span for window in encode(text, tiny_bundle.tokenizer).windows for span in window.offsets]
    words = aggregate_words(text, scored(text, *((start, stop, 1.0) for start, stop in offsets)))
    end, rebuilt = 0, ""
    for word in words:
        gap = text[end : word.start]
        assert not gap.strip()
        rebuilt += gap + word.text
        end = word.stop
    assert rebuilt + text[end:] == text
    assert sum(word.score for word in words) == sum(start < stop for start, stop in offsets)

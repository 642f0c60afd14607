"""Excerpts hold whole sentences of one work and lose nothing but its tail."""

import re

import pytest

from authorship.datamodels import Work
from authorship.text.excerpts import EXCERPT_CHARACTERS, cut_text, cut_work, sentence_stop

SENTENCES = (
    "Мельник долго глядел на мокрую дорогу и молчал.",
    "— Кто там едет? — спросила его дочь, не отрываясь от шитья.",
    "Никто не ответил ей!",
    "Снег, как это бывает в наших местах, пошёл с самого утра и к вечеру засыпал и двор, и баню, и ворота.",
    "Г. П. Сорокин, землемер, приехал в 8 ч. вечера…",
)


def book(sentences: int, per_paragraph: int = 3) -> str:
    """A made-up book of so many sentences."""
    said = [f"{SENTENCES[number % len(SENTENCES)]}" for number in range(sentences)]
    lines = [said[start : start + per_paragraph] for start in range(0, sentences, per_paragraph)]
    return "\n".join(" ".join(line) for line in lines)


def squeezed(text: str) -> str:
    """The text without its whitespace."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("sentences", [30, 60, 100, 301])
@pytest.mark.parametrize("per_paragraph", [1, 3, 1000])
def test_excerpts_joined_are_the_work_without_its_tail(sentences: int, per_paragraph: int) -> None:
    text = book(sentences, per_paragraph)
    pieces = list(cut_text(text))
    joined = squeezed("".join(pieces))
    assert squeezed(text).startswith(joined)
    assert len(squeezed(text)) - len(joined) < EXCERPT_CHARACTERS / 2


@pytest.mark.parametrize("per_paragraph", [1, 4, 1000])
def test_lengths_lie_within_bounds_and_pieces_end_with_a_sentence(per_paragraph: int) -> None:
    *whole, last = list(cut_text(book(400, per_paragraph)))
    longest = max(map(len, SENTENCES))
    assert all(EXCERPT_CHARACTERS - 2 <= len(piece) <= EXCERPT_CHARACTERS + longest for piece in whole)
    assert len(last) >= EXCERPT_CHARACTERS / 2
    assert all(piece.endswith((".", "!", "…")) for piece in whole)


@pytest.mark.parametrize(
    ("characters", "excerpts"), [(0, 0), (1249, 0), (1250, 1), (2500, 1), (3700, 1), (3800, 2)]
)
def test_a_last_piece_under_half_is_dropped(characters: int, excerpts: int) -> None:
    text = ("А" + "а" * 8 + ". ") * 400
    assert len(list(cut_text(text[:characters].ljust(characters, ".")))) == excerpts


def test_no_excerpt_crosses_works() -> None:
    works = [Work("A", "первая", book(90)), Work("A", "вторая", "Ключ. " + book(95, 2))]
    for work in works:
        for excerpt in cut_work(work):
            assert (excerpt.author, excerpt.work) == (work.author, work.title)
            assert squeezed(excerpt.text) in squeezed(work.text)


def test_a_text_without_sentence_ends_is_one_excerpt() -> None:
    text = "слово " * 2000
    assert list(cut_text(text)) == [text.strip()]


def test_a_colon_at_the_end_of_a_paragraph_does_not_end_an_excerpt() -> None:
    text = "Он встал.\nОн громко сказал:\n— Иду, братцы.\nДверь хлопнула."
    assert text[: sentence_stop(text, 15)] == "Он встал.\nОн громко сказал:\n— Иду, братцы."


def test_stop_is_an_offset_of_the_text_whatever_the_offset_asked_for() -> None:
    text = book(40)
    stops = {sentence_stop(text, offset) for offset in range(1, len(text))}
    assert max(stops) == len(text)
    assert all(text[stop - 1] in ".!?…" for stop in stops)

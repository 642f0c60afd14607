"""Why two texts are by one hand: sums over places, a drawing within its bounds, a document that is inert."""

import json
import re
from html import unescape
from math import log
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from authorship.encode import read_tokens
from authorship.models.cohort import Cohort
from authorship.same_hand.answer import compare_texts, measure_text
from authorship.same_hand.datamodels import Comparison, Usual
from authorship.same_hand.grams import Grams, Spelling
from authorship.same_hand.measure import LENGTHS, GramSpace, SameHand, Scale, Space, Within
from authorship.same_hand.phrases import ENGLISH, RUSSIAN, say_usual
from authorship.same_hand.reading import load_measure, measure_hashes
from explain.datamodels import WordScore
from explain.same_hand import __main__ as program
from explain.same_hand.document import SavedComparison, render_comparison
from explain.same_hand.reasons import HandReasons, explain_answer, strongest
from explain.same_hand.view import MOST_COLOURED, render_plot
from tests.invented_hand import InventedHand, invented_reasons

STUDENT = Path(__file__).resolve().parents[3] / "models" / "student"
HOSTILE = "</style><script>alert(1)</script>{{x}}${y} «Экая глушь!» "


def test_the_strongest_are_summed_over_places_and_sides_and_none_is_lost() -> None:
    def scored(*pairs: tuple[str, float]) -> tuple[WordScore, ...]:
        return tuple(WordScore(at, at + len(word), word, score) for at, (word, score) in enumerate(pairs))

    known = scored(("И", 1.0), ("дом", -0.5), ("и", 0.5), (",", 0.25))
    reasons = HandReasons((known, scored(("дом", 0.1))), (scored(("и", -0.25), ("!", -1.0)),), 0.06)
    told = {
        one.text: (one.known, one.disputed, one.count)
        for marks in (False, True)
        for side in strongest(reasons, marks)
        for one in side
    }
    assert told == {"и": (1.5, -0.25, 3), "дом": (-0.4, 0.0, 2), ",": (0.25, 0.0, 1), "!": (0.0, -1.0, 1)}
    assert [one.text for one in strongest(reasons, False)[1]] == ["дом"] and not reasons.converged


@pytest.mark.parametrize("log_ratio", [-80.0, -3.0, 0.0, log(45), 80.0])
def test_the_drawing_stays_within_its_bounds_and_its_caption_tells_it(log_ratio: float) -> None:
    usual = Usual((-30.0, -1.0, 2.0, 5.0, 40.0), (-50.0, -8.0, -4.0, 0.0, 3.0))
    found = Comparison(log_ratio, 2_500, 2_500, usual)
    for words in (RUSSIAN, ENGLISH):
        drawn = render_plot(found, words)
        for path in re.findall(r' d="([^"]+)"', drawn):
            across = [float(one) for one in re.findall(r"[MH](-?[\d.]+)", path)]
            assert all(0 <= one <= 1000 for one in across)
        places = [float(one) for one in re.findall(r"left:(-?[\d.]+)%", drawn)]
        assert all(0 <= one <= 100 for one in places) and 2 <= drawn.count('class="tick"') <= 4
        assert say_usual(found, words) in unescape(drawn)


@pytest.mark.parametrize("with_grams", [False, True])
def test_words_and_what_lacks_make_the_log_ratio_of_a_real_measure(
    sample_text: str, tmp_path: Path, with_grams: bool
) -> None:
    """Over the shipped cohort, whatever numbers the measure has, with runs of characters and without."""
    cohort, generator = Cohort.load(STUDENT, ()), np.random.default_rng(0)
    assert cohort is not None
    shape, lengths = len(cohort.features), (len(LENGTHS), len(LENGTHS))
    space = Space(
        generator.normal(0, 1e-3, shape).astype(np.float32),
        generator.uniform(0.5, 2, shape).astype(np.float32),
        generator.integers(-9, 9, (2, shape), np.int8),
        np.full(2, 1e-4, np.float32),
        generator.uniform(0, 1, shape).astype(np.float32),
        generator.normal(size=(len(cohort.keys), 5)).astype(np.float32),
    )
    tokenizer = PreTrainedTokenizerFast.from_pretrained(STUDENT)
    gram_space, likenesses = None, [9.0, 3.0, 2.0]
    if with_grams:
        likenesses, spelling = [*likenesses, 8.0, 7.0], Spelling.of(tokenizer)
        numbers = np.unique(spelling.read(measured_ids(tokenizer, sample_text))[0])[::2]
        parts = (part[..., : len(numbers)] for part in (space.centre, space.variance, space.nuisance))
        grams = Grams(numbers, np.ones(len(numbers), np.float32), spelling)
        gram_space = GramSpace(grams, Within(*parts, space.unit))
    weights = np.full((*lengths, len(likenesses) + 1), (*likenesses, -4.0), np.float32)
    quantiles = np.tile(np.linspace(-5, 5, 11, dtype=np.float32), (*lengths, 1))
    for name in ("cohort.safetensors", "tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).symlink_to(STUDENT / name)
    SameHand(tokenizer, cohort, space, Scale(weights, quantiles, quantiles), gram_space).save(tmp_path)
    measure = load_measure(tmp_path)
    assert isinstance(measure, SameHand) and (measure.gram_space is not None) == with_grams
    texts = [measure_text(str(at), sample_text[at:], measure, None) for at in (0, 90, 250)]
    answer = compare_texts(measure, texts[:2], texts[2:])
    reasons = explain_answer(measure, answer)
    assert reasons is not None and reasons.converged and len(measure_hashes(tmp_path)) == 2
    assert answer.comparison.log_ratio - reasons.total == pytest.approx(-4, abs=0.05)
    assert len(reasons.pairs) > 20 and any(" " in pair.text for pair in reasons.pairs)
    assert sum(pair.known + pair.disputed for pair in reasons.pairs) != 0
    page = render_comparison(SavedComparison(answer, reasons), "ru")
    assert page.count("Соседние слова") == 2
    for text, words in zip(answer.texts, (*reasons.known, *reasons.disputed), strict=True):
        assert all(text.text[word.start : word.stop] == word.text for word in words)


def measured_ids(tokenizer: PreTrainedTokenizerFast, text: str) -> NDArray[np.int64]:
    """A text's word pieces."""
    return np.concatenate([ids for ids, _ in read_tokens(text, tokenizer)])


def test_runs_of_characters_are_the_same_however_a_text_is_broken_or_spelled() -> None:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(STUDENT)
    spelling = Spelling.of(tokenizer)
    texts = (
        "Вѣрно, онъ былъ въ лѣсу; и всё тутъ стоялъ.",
        "Верно, он\nбыл  в\u00a0лесу; и все тут сто\u00adял.",
    )
    (one, piece), (other, _) = (spelling.read(measured_ids(tokenizer, text)) for text in texts)
    assert one.tolist() == other.tolist() and len(piece) == len(one) + 3 and (np.diff(piece) >= 0).all()
    assert len(spelling.read(np.zeros(0, np.int64))[0]) == 0
    grams = Grams(np.unique(one)[:5], np.ones(5, np.float32), spelling)
    rows, values = grams.held(measured_ids(tokenizer, texts[0]))
    assert rows.tolist() == [0, 1, 2, 3, 4] and values @ values == pytest.approx(1)
    assert len(grams.held(measured_ids(tokenizer, "щщ"))[0]) == 0


def test_the_document_is_inert_shows_each_text_and_cuts_long_ones(sample_text: str) -> None:
    measure, long = InventedHand(), HOSTILE + sample_text * 40
    known = [measure_text(f"/home/x/{HOSTILE[:20]}.txt", HOSTILE + sample_text, measure, None)]
    answer = compare_texts(measure, known, [measure_text("b\u202e.txt", long, measure, None)])
    reasons = invented_reasons(measure, answer)
    for language in ("ru", "en"):
        page = render_comparison(SavedComparison(answer, reasons, 0.3), language)
        assert "<script" not in page and "{{x}}" not in page and "\u202e" not in page and "/home" not in page
        shown = re.findall(r'<div class="ig">(.*?)</div>', page, flags=re.DOTALL)
        texts = [unescape(re.sub(r"<[^>]+>", "", one)) for one in shown]
        assert texts[0] == known[0].text and long.startswith(texts[1])
        assert MOST_COLOURED - 100 < len(texts[1]) <= MOST_COLOURED


def test_the_command_prints_a_document_and_json(
    tmp_path: Path, sample_text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "load_measure", lambda folder: InventedHand())
    monkeypatch.setattr(program, "explain_answer", invented_reasons)
    (tmp_path / "a.txt").write_text(sample_text)
    (tmp_path / "b.txt").write_text(sample_text[200:])
    asked = [str(tmp_path / "a.txt"), "--disputed", str(tmp_path / "b.txt"), "--model", str(tmp_path)]
    assert program.main([*asked, "--format", "html", "--language", "en", "--prior", "0.2"]) == 0
    assert "20% probable before" in unescape(capsys.readouterr().out).replace("\u00a0", " ")
    assert program.main(asked) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["disputed"][0]["words"] and value["error"] == 0.004 and "torch" in value["versions"]

"""A judge is fitted to any prose and to what is none of it, by one command."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from authorship.commandline import run
from authorship.text.judge import Judge
from train.data.csv_files import TRAIN_FILE
from train.judge import crop, main, surprise_table


def prose(generator: np.random.Generator, syllables: str, words: int) -> str:
    """Sentences of words of these syllables, the first of a list the commonest."""
    parts = syllables.split()
    weights = 1 / np.arange(1, 61)
    vocabulary = ["".join(generator.choice(parts, 1 + index % 3)) for index in range(60)]
    chosen = generator.choice(vocabulary, words, p=weights / weights.sum())
    return " ".join(
        f"{word.capitalize()} {other}." for word, other in zip(chosen[::2], chosen[1::2], strict=True)
    )


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Judge, str, str]:
    """A judge of twelve authors' prose, and a text of its kind and of another by nobody among them."""
    folder = tmp_path_factory.mktemp("judge")
    ours, others = "ба не то ми ру ла ко си", "жы щу фэ цо хю гя эх пь"
    rows = [
        {
            "writer": f"author {number % 12}",
            "book": str(number),
            "text": prose(np.random.default_rng(number % 3), ours, 700),
        }
        for number in range(36)
    ]
    pd.DataFrame(rows).to_csv(folder / TRAIN_FILE, index=False)
    for number in range(12):
        source = folder / "negatives" / "today" / f"site {number}"
        source.mkdir(parents=True)
        text = prose(np.random.default_rng(number % 3 + 50), others, 700)
        (source / "page.txt").write_text(text, encoding="utf-8")
    command = ["--data", str(folder), "--negatives", str(folder / "negatives"), "--out", str(folder)]
    assert run(main, command) == 0
    judge = Judge.load(folder)
    assert judge is not None
    texts = (prose(np.random.default_rng(seed), part, 200) for seed, part in ((1, ours), (51, others)))
    return judge, *texts


def test_its_own_prose_is_told_from_the_other(fitted: tuple[Judge, str, str]):
    judge, ours, others = fitted
    assert judge.judge(ours).outside is None
    outside = judge.judge(others).outside
    assert outside is not None
    assert judge.measure(others).surprise > judge.measure(ours).surprise


def test_too_little_to_measure_on_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    text = prose(np.random.default_rng(1), "ба не то ми", 700)
    pd.DataFrame([{"writer": "one", "book": "b", "text": text}]).to_csv(tmp_path / TRAIN_FILE, index=False)
    command = ["--data", str(tmp_path), "--negatives", str(tmp_path / "none"), "--out", str(tmp_path)]
    assert run(main, command) == 1
    assert "KIND/SOURCE/NAME.txt" in capsys.readouterr().err
    (tmp_path / "none" / "kind" / "source").mkdir(parents=True)
    (tmp_path / "none" / "kind" / "source" / "a.txt").write_text(text, encoding="utf-8")
    assert run(main, command) == 1
    assert "Too few authors or sources" in capsys.readouterr().err


def test_bits_are_those_of_the_shares():
    """Two symbols that follow each other always, among others: the fourth is no surprise after the three."""
    from authorship.text.ngrams import FOUR_GRAMS, SYMBOLS, four_grams, to_symbols

    symbols = to_symbols("абаб" * 500)
    table = surprise_table(np.bincount(four_grams(symbols), minlength=FOUR_GRAMS))
    assert table[four_grams(symbols)].mean() < 2  # sixteenths of a bit
    probabilities = 2.0 ** (-table.reshape(-1, SYMBOLS)[four_grams(symbols)[0] // SYMBOLS].astype(float) / 16)
    assert probabilities.sum() == pytest.approx(1, abs=0.05)


def test_crops_are_of_the_text():
    generator = np.random.default_rng(0)
    assert crop("абв", 5, generator) == "абв"
    assert all(crop("абвгд", 2, generator) in "абвгд" for _ in range(20))

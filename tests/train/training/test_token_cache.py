"""Tokens on disk are those that were made, and are made once for each text and tokenizer."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from authorship.datamodels import Work
from train.data.csv_files import TrainingTexts, excerpt_index, held_out_excerpts, read_excerpts, stream_works
from train.training import tokens
from train.training.tokens import TokenisedWork, cached_tokens, open_tokens, tokenise, write_tokens


@pytest.fixture
def file(tmp_path: Path, sample_text: str) -> Path:
    """Excerpts of three works, mixed as the rows of a downloaded file may be."""
    lines = sample_text.split("\n")[:4]
    rows = [("AB"[row % 2], f"book {row % 3 // 2}", f"{lines[row % 4]} {row}") for row in range(60)]
    pd.DataFrame(rows, columns=["writer", "book", "text"]).to_csv(tmp_path / "some.csv", index=False)
    return tmp_path / "some.csv"


def same(one: TokenisedWork, two: TokenisedWork) -> bool:
    arrays = ("ids", "starts", "names", "codes")
    equal = all(np.array_equal(getattr(one, name), getattr(two, name)) for name in arrays)
    return equal and (one.author, one.title) == (two.author, two.title)


def test_a_store_gives_back_what_was_written(file: Path, tmp_path: Path, tiny_tokenizer):
    works = list(tokenise(stream_works(file, tmp_path), tiny_tokenizer))
    for vocabulary in (len(tiny_tokenizer), 100_000):
        write_tokens(works, tmp_path / str(vocabulary), vocabulary)
        opened = open_tokens(tmp_path / str(vocabulary))
        assert all(same(*pair) for pair in zip(works, opened, strict=True))


def test_reading_in_chunks_changes_nothing(file: Path, tmp_path: Path, monkeypatch):
    frame, works = read_excerpts(file), list(stream_works(file, tmp_path))
    monkeypatch.setattr("train.data.csv_files._ROWS", 7)
    assert read_excerpts(file).equals(frame) and list(stream_works(file, tmp_path)) == works
    joined = {
        Work(str(writer), str(book), "\n".join(texts))
        for (writer, book), texts in frame.groupby(["writer", "book"])["text"]
    }
    assert set(works) == joined and len(works) == len(joined)
    held_out = frozenset({("A", "book 1")})
    inside, outside = held_out_excerpts(file, held_out), list(TrainingTexts((file,), held_out))
    assert sorted([*inside["text"], *outside]) == sorted(frame["text"]) and len(inside)
    assert len(excerpt_index(file)) == len(frame)


def test_one_text_is_tokenised_once(file: Path, tmp_path: Path, tiny_tokenizer, monkeypatch):
    first = cached_tokens(file, tiny_tokenizer, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(tokens, "tokenise", lambda *_: pytest.fail("tokenised again"))
        again = cached_tokens(file, tiny_tokenizer, tmp_path)
    assert all(same(*pair) for pair in zip(first, again, strict=True))
    with file.open("a", encoding="utf-8") as opened:
        opened.write("C,book,Совсем другое дело\n")
    assert [work.author for work in cached_tokens(file, tiny_tokenizer, tmp_path)][-1] == "C"
    assert not list(tmp_path.glob(".part-*"))


def test_a_failure_leaves_no_half_store(file: Path, tmp_path: Path, tiny_tokenizer, monkeypatch):
    monkeypatch.setattr(tokens, "tokenise", lambda works, tokenizer: iter([next(works), None]))
    with pytest.raises(AttributeError):
        cached_tokens(file, tiny_tokenizer, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"some.csv"}

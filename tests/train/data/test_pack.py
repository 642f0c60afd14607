"""A packed file trains on the tokens that the texts would have given."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from train import pack
from train.config import TeacherArguments
from train.data.csv_files import read_excerpts
from train.data.sources import DataError
from train.data.split import held_out_works
from train.training.stage import authors_of, training_crops


@pytest.fixture
def data(tmp_path: Path, sample_text: str) -> Path:
    lines = sample_text.split("\n")[:4]
    rows = [
        (writer, f"book {row % 6}", f"{lines[row % 4]} {writer} {row}")
        for writer in "AB"
        for row in range(36)
    ]
    (tmp_path / "data").mkdir()
    frame = pd.DataFrame(rows, columns=["writer", "book", "text"])
    frame.to_csv(tmp_path / "data" / "train_data.csv", index=False)
    frame.assign(writer="C").to_csv(tmp_path / "data" / "unlabelled_data.csv", index=False)
    return tmp_path / "data"


def crops(data: Path, tokenizer):
    arguments = TeacherArguments(data=data, out=data, use_cpu=True, crops_per_epoch=48)
    held_out = held_out_works(read_excerpts(data / "train_data.csv"))
    return training_crops(held_out, tokenizer, authors_of(data, "AB"), arguments, transfer=True)


def test_unpacked_crops_are_those_of_the_texts(data: Path, tmp_path: Path, tiny_tokenizer):
    tiny_tokenizer.save_pretrained(tmp_path / "tokenizer")
    file, unpacked = tmp_path / "tokens", tmp_path / "unpacked"
    command = ["--data", str(data), "--tokenizer", str(tmp_path / "tokenizer"), "--out", str(file)]
    assert pack.main(command) == 0
    assert pack.main(["--unpack", str(file), "--data", str(unpacked)]) == 0
    ours, theirs = crops(data, tiny_tokenizer), crops(unpacked, tiny_tokenizer)
    for index in range(48):
        for key, value in ours[index].items():
            assert np.array_equal(value, theirs[index][key])
    held_out = held_out_works(read_excerpts(data / "train_data.csv"))
    assert held_out
    for row in read_excerpts(unpacked / "train_data.csv").itertuples():
        assert (len(row.text) > 1) == ((row.writer, row.book) in held_out)


def test_unpacked_data_is_read_with_its_tokenizer_alone(data: Path, tmp_path: Path, tiny_tokenizer):
    pack.pack(data, tiny_tokenizer, tmp_path / "tokens")
    pack.unpack(tmp_path / "tokens", tmp_path / "unpacked")
    other = type(tiny_tokenizer)(tokenizer_object=tiny_tokenizer.backend_tokenizer, model_max_length=50)
    other.add_tokens("приезжий")
    with pytest.raises(DataError, match="was unpacked from tokens"):
        crops(tmp_path / "unpacked", other)
    with pytest.raises(DataError, match="not empty"):
        pack.unpack(tmp_path / "tokens", tmp_path / "unpacked")
    (tmp_path / "other").write_text("no archive")
    with pytest.raises(DataError, match=r"no file of train\.pack"):
        pack.unpack(tmp_path / "other", tmp_path / "new")

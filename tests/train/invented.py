"""A library of three invented authors, whose words have nothing in common."""

from pathlib import Path

import numpy as np
import pandas as pd

WORDS = {
    "Alpha": "ну что же голубчик этакая право оказия вышла со мною нынче ввечеру",
    "Beta": "дождь ветер пустая дорога человек шёл один молчал до самого утра",
    "Gamma": "княгиня улыбнулась веером бал свечи вальс граф поклонился холодно",
}


def invented(writer: str, generator: np.random.Generator) -> str:
    words = generator.choice(WORDS[writer].split(), 120)
    return ", ".join(" ".join(words[start : start + 6]) for start in range(0, 120, 6)) + "."


def frame(writers: list[str], books: int, seed: int) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    rows = [
        (writer, f"{writer} {seed} {book}", invented(writer, generator))
        for writer in writers
        for book in range(books)
        for _ in range(3)
    ]
    return pd.DataFrame(rows, columns=["writer", "book", "text"])


def write_library(folder: Path) -> None:
    """Training, test and unlabelled excerpts as `train.corpus` writes them."""
    frame(["Alpha", "Beta", "Gamma"], 6, 0).to_csv(folder / "train_data.csv", index=False)
    frame(["Alpha", "Beta", "Gamma"], 2, 1).to_csv(folder / "test_data.csv", index=False)
    frame(["Beta"], 2, 2).assign(writer="Delta").to_csv(folder / "unlabelled_data.csv", index=False)
    (folder / "authors.json").write_text('{"Alpha": {"name": "Альфа"}}', encoding="utf-8")

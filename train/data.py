"""The CSV files of the contract: columns by name, further ones ignored."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from authorship.datamodels import Work
from train.errors import DataError

TRAIN_FILE, TEST_FILE = "train_data.csv", "test_data.csv"
UNKNOWN_FILE, UNLABELLED_FILE = "unknown_data.csv", "unlabelled_data.csv"


def read_excerpts(file: Path) -> pd.DataFrame:
    """Columns `writer`, `book`, `text`; without a `book` column each excerpt is a work of its own.

    Raises:
        DataError: the file is missing, is no CSV, or lacks `writer` or `text`.
    """
    if not file.is_file():
        raise DataError(f"{file} is missing: make it with `python -m train.corpus SOURCE {file.parent}`.")
    try:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    except (ValueError, OSError) as error:
        raise DataError(f"{file} cannot be read as CSV: {error}") from error
    missing = {"writer", "text"} - set(frame.columns)
    if missing:
        raise DataError(
            f"{file} has no column {', '.join(sorted(missing))}; it has {', '.join(frame.columns)}."
        )
    if "book" not in frame.columns:
        frame["book"] = [str(number) for number in range(len(frame))]
    return frame.loc[frame["text"].str.strip() != "", ["writer", "book", "text"]].reset_index(drop=True)


def works(frame: pd.DataFrame) -> Iterator[Work]:
    """Whole works again: the excerpts of one book joined in their order."""
    for (writer, book), texts in frame.groupby(["writer", "book"], sort=True)["text"]:
        yield Work(str(writer), str(book), "\n".join(texts))

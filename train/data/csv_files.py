"""The CSV files of the contract: columns by name, further ones ignored, read in chunks of rows."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

import pandas as pd

from authorship.datamodels import Excerpt, Work
from authorship.errors import AuthorshipError
from authorship.text import excerpts as excerpt_table
from train.data.sources import DataError
from train.data.split import split_frame

TRAIN_FILE, TEST_FILE = "train_data.csv", "test_data.csv"
UNKNOWN_FILE, UNLABELLED_FILE = "unknown_data.csv", "unlabelled_data.csv"
PACKED_MARK = ".packed"
COLUMNS = list(excerpt_table.COLUMNS)
_ROWS = 2_000


def excerpt_chunks(file: Path) -> Iterator[pd.DataFrame]:
    """Columns `writer`, `book`, `text`, so many rows at a time that memory does not grow with the file.

    Without a `book` column each excerpt is a work of its own; excerpts without text are left out.

    Raises:
        DataError: the file is missing, is no CSV, or lacks `writer` or `text`.
    """
    if not file.is_file():
        raise DataError(f"{file} is missing: make it with `python -m train.corpus SOURCE {file.parent}`.")
    excerpts = excerpt_table.read_excerpts(file)
    try:
        chunk = _to_frame(islice(excerpts, _ROWS))
        yield chunk  # of a file without excerpts too
        while len(chunk := _to_frame(islice(excerpts, _ROWS))):
            yield chunk
    except (AuthorshipError, OSError) as error:
        raise DataError(str(error)) from error


def _to_frame(excerpts: Iterable[Excerpt]) -> pd.DataFrame:
    return pd.DataFrame([(one.author, one.work, one.text) for one in excerpts], columns=COLUMNS, dtype=str)


def read_excerpts(file: Path) -> pd.DataFrame:
    """All of a file's excerpts at once, as `excerpt_chunks` reads them; for files that fit into memory."""
    return pd.concat(list(excerpt_chunks(file)), ignore_index=True)


def excerpt_index(file: Path) -> pd.DataFrame:
    """The columns `writer` and `book` of every excerpt, without the text."""
    return pd.concat([chunk[["writer", "book"]] for chunk in excerpt_chunks(file)], ignore_index=True)


def held_out_excerpts(file: Path, held_out: frozenset[tuple[str, str]]) -> pd.DataFrame:
    """The excerpts of the held-out works."""
    return pd.concat([split_frame(chunk, held_out)[1] for chunk in excerpt_chunks(file)], ignore_index=True)


@dataclass(frozen=True, slots=True)
class TrainingTexts:
    """The texts of all excerpts but the held-out works', in the files' order, read anew each time.

    Iterating raises a `DataError` where a folder was unpacked by `train.pack` and has no texts to train on.
    """

    files: tuple[Path, ...]
    held_out: frozenset[tuple[str, str]]

    def __iter__(self) -> Iterator[str]:
        for file in self.files:
            _need_texts(file)
            for chunk in excerpt_chunks(file):
                yield from split_frame(chunk, self.held_out)[0]["text"]


def works(frame: pd.DataFrame) -> Iterator[Work]:
    """Whole works again: the excerpts of one book joined in their order."""
    for (writer, book), texts in frame.groupby(["writer", "book"], sort=True)["text"]:
        yield Work(str(writer), str(book), "\n".join(texts))


def stream_works(file: Path, scratch: Path) -> Iterator[Work]:
    """`works` of a whole file with one of them in memory at a time.

    The excerpts wait in an unnamed file in the folder `scratch`, since a book's rows may stand anywhere.

    Raises:
        DataError: the folder was unpacked by `train.pack` and has no texts to train on.
    """
    _need_texts(file)
    with tempfile.TemporaryFile(dir=scratch) as spool:
        places = pd.concat([_spool(chunk, spool) for chunk in excerpt_chunks(file)], ignore_index=True)
        for (writer, book), rows in places.groupby(["writer", "book"], sort=True):
            texts = [
                _read(spool, start, stop) for start, stop in zip(rows["start"], rows["stop"], strict=True)
            ]
            yield Work(str(writer), str(book), "\n".join(texts))


def _need_texts(file: Path) -> None:
    if (file.parent / PACKED_MARK).exists():
        raise DataError(
            f"{file.parent} was unpacked from tokens: train with its tokenizer, {file.parent / 'tokenizer'}."
        )


def _spool(chunk: pd.DataFrame, spool: IO[bytes]) -> pd.DataFrame:
    """Write the chunk's texts; where each stands in the file, in bytes."""
    starts, stops = [], []
    for text in chunk["text"]:
        starts.append(spool.tell())
        spool.write(text.encode())
        stops.append(spool.tell())
    return chunk[["writer", "book"]].assign(start=starts, stop=stops)


def _read(spool: IO[bytes], start: int, stop: int) -> str:
    spool.seek(start)
    return spool.read(stop - start).decode()

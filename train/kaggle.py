"""The original's data from Kaggle: `python -m train.kaggle OUT`."""

import argparse
import os
import re
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from authorship.commandline import run
from train.data.kaggle_client import Table, download_archive, open_archive, read_table, unpack
from train.data.original import KEYS, authors_json
from train.data.sources import AUTHORS_FILE, DataError

DATASET = "tatianafofanova/authorstexts"
FILES = ("train_data.csv", "test_data.csv")
PART = ".kaggle-part"


def fetch(dataset: str, out: Path) -> tuple[Table, Table]:
    """Download, check and unpack; `out` gets whole files, or none of them.

    The archive stays in a hidden folder of `out` only where the connection broke, to be gone on with.

    Raises:
        DataError: Kaggle does not give the data, or they are not the original's.
    """
    part = out / PART
    try:
        archive = download_archive(dataset, part)
    finally:
        with suppress(OSError):  # it holds the begun archive, or was never made
            part.rmdir()
    try:
        tables = _unpack_all(archive, part)
    except DataError:
        shutil.rmtree(part)
        raise
    for name in (*FILES, AUTHORS_FILE):
        os.replace(part / name, out / name)
    shutil.rmtree(part)
    return tables


def _unpack_all(path: Path, part: Path) -> tuple[Table, Table]:
    """Both files and authors.json into `part`, after both were checked."""
    with open_archive(path) as archive:
        train = read_table(archive, FILES[0])
        test = read_table(archive, FILES[1], train.book)
        check_writers(train.writers, test.writers)
        for table, name in zip((train, test), FILES, strict=True):
            unpack(archive, table, part / name)
    (part / AUTHORS_FILE).write_text(authors_json(), encoding="utf-8")
    return train, test


def check_writers(train: frozenset[str], test: frozenset[str]) -> None:
    """DataError unless the training writers are the 34 known ones and the test's are among them."""
    problems = []
    if unknown := sorted((train | test) - set(KEYS)):
        problems.append(f"{len(unknown)} writers are unknown ({', '.join(unknown)})")
    if missing := [key for key in KEYS if key not in train]:
        problems.append(f"{len(missing)} are missing from {FILES[0]} ({', '.join(missing)})")
    if problems:
        raise DataError(
            f"These are not the original's {len(KEYS)} writers: {'; '.join(problems)}. "
            f"Ask for an earlier version with --dataset {DATASET}/VERSION."
        )


def already_there(out: Path) -> bool:
    """Whether `out` holds all files; DataError where authors.json is another corpus's."""
    authors = out / AUTHORS_FILE
    if authors.is_file() and authors.read_text(encoding="utf-8") != authors_json():
        raise DataError(f"{out} holds data of other authors: name another folder.")
    return all((out / name).is_file() for name in (*FILES, AUTHORS_FILE))


def describe(file: Path, table: Table) -> str:
    """One line on a file."""
    works = f" from {table.works:,} works" if table.book is not None else ""
    return f"{file}: {table.rows:,} excerpts{works} by {len(table.writers)} writers"


def _parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(prog="python -m train.kaggle", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help=f"folder for {', '.join(FILES)}")
    parser.add_argument(
        "--dataset", default=DATASET, metavar="OWNER/NAME[/VERSION]", help="default: %(default)s"
    )
    options = parser.parse_args(arguments)
    if not re.fullmatch(r"[\w-]+/[\w-]+(/\d+)?", options.dataset):
        parser.error(f"--dataset {options.dataset!r} is not OWNER/NAME[/VERSION]")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Download unless all is there."""
    options = _parse_arguments(arguments)
    out: Path = options.out
    if already_there(out):
        print(f"{out} holds all files already: remove them to download them again", file=sys.stderr)
        return 0
    tables = fetch(options.dataset, out)
    for name, table in zip(FILES, tables, strict=True):
        print(describe(out / name, table))
    if tables[0].book is None:
        print("No column names the works: every excerpt counts as a work of its own.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

"""Whether the change of author is found in books stitched of chapters of three authors.

`python -m bench.stitched --data DIR [--bundle REF] [--books 50] [--seed 0] [--held-out]` joins the excerpts
of `test_data.csv` to works, cuts chapters of 15,000 to 40,000 characters at paragraph borders, reads each
book by `read_along` and prints one JSON line. A book is *found* where as many changes are reported as there
are, each within one window of the true place; `precision` and `recall` are of single changes. `--held-out`
takes the works held out of `train_data.csv` instead, for a pair that did not learn from them: on these
`authorship/predict/hands.py`'s penalty was chosen.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from authorship.commandline import run
from authorship.datamodels import RollingAttribution, Work
from authorship.engines.choice import compile_bundle
from authorship.models.bundle import ModelBundle
from authorship.models.source import default_reference, open_bundle
from authorship.predict.sliding import read_along, summarise
from bench.works import join_works
from train.data.csv_files import TEST_FILE, TRAIN_FILE, read_excerpts
from train.data.split import held_out_works, split_frame

SHORTEST, LONGEST = 15_000, 40_000
AUTHORS = 3


@dataclass(frozen=True, slots=True)
class StitchedBook:
    """A text of several authors and the characters at which one follows another."""

    text: str
    borders: tuple[int, ...]
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """How many changes a book has, how many were reported, and how many of these are true, one to one."""

    there: int
    reported: int
    right: int

    @property
    def whole(self) -> bool:
        """Whether every change was found and none invented."""
        return self.there == self.reported == self.right


def read_works(folder: Path, held_out: bool) -> list[Work]:
    """The works of `test_data.csv`, or those held out of `train_data.csv`."""
    frame: pd.DataFrame = read_excerpts(folder / (TRAIN_FILE if held_out else TEST_FILE))
    if held_out:
        _, frame = split_frame(frame, held_out_works(frame))
    return [work for work in join_works(frame) if len(work.text) >= SHORTEST]


def stitch(chosen: Sequence[Work], generator: np.random.Generator) -> StitchedBook:
    """One chapter of each of three authors, one after the other."""
    authors = sorted({work.author for work in chosen})
    writers = [str(author) for author in generator.choice(authors, AUTHORS, replace=False)]
    chapters = [_chapter([work for work in chosen if work.author == author], generator) for author in writers]
    ends = np.cumsum([len(chapter) + 1 for chapter in chapters])
    return StitchedBook("\n".join(chapters), tuple(int(end) for end in ends[:-1]), tuple(writers))


def _chapter(of_author: Sequence[Work], generator: np.random.Generator) -> str:
    """Paragraphs of one work from a random place on, as far as the work goes."""
    text = of_author[int(generator.integers(len(of_author)))].text
    length = int(generator.integers(SHORTEST, LONGEST + 1))
    start = text.rfind("\n", 0, int(generator.integers(max(1, len(text) - length)))) + 1
    stop = text.find("\n", start + length)
    return text[start : stop if stop >= 0 else len(text)]


def judge(book: StitchedBook, read: RollingAttribution) -> Found:
    """Match reported and true changes in their order, each within one window's characters."""
    window = float(np.mean([passage.stop - passage.start for passage in read.passages]))
    free, right = list(book.borders), 0
    for change in read.changes:
        near = [place for place in free if abs(place - change.offset) <= window]
        if near:
            free.remove(min(near, key=lambda place: abs(place - change.offset)))
            right += 1
    return Found(len(book.borders), len(read.changes), right)


def _measure(bundle: ModelBundle, books: Sequence[StitchedBook]) -> dict[str, float]:
    """The figures over all books."""
    started = time.perf_counter()
    found = [judge(book, summarise(bundle, list(read_along(bundle, book.text)))) for book in books]
    right = sum(one.right for one in found)
    return {
        "books_found": sum(one.whole for one in found) / len(found),
        "precision": right / max(1, sum(one.reported for one in found)),
        "recall": right / sum(one.there for one in found),
        "characters": float(np.mean([len(book.text) for book in books])),
        "seconds": time.perf_counter() - started,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures of one bundle as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m bench.stitched", description=__doc__)
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--bundle", default=default_reference("student"))
    parser.add_argument("--books", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--held-out", action="store_true")
    options = parser.parse_args(argv)
    generator = np.random.default_rng(options.seed)
    chosen = read_works(options.data, options.held_out)
    books = [stitch(chosen, generator) for _ in range(options.books)]
    figures = _measure(compile_bundle(open_bundle(options.bundle)), books)
    rounded = {name: round(value, 3) for name, value in figures.items()}
    print(json.dumps({"bundle": options.bundle, "books": len(books), **rounded}))
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

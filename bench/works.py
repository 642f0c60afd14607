"""How often whole works are given to their authors, and how often short ones.

`python -m bench.works --data DIR [--bundle REF] [--overlap 0.5] [--short-only]` joins the excerpts of
`test_data.csv` to works, reads each as the page's book tab does, and prints one JSON line: accuracy by works,
by works under 20,000 characters, and how many there are of each.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from authorship.bundle import ModelBundle
from authorship.commandline import run
from authorship.compiled import compile_bundle
from authorship.datamodels import Work
from authorship.reference import default_reference, open_bundle
from authorship.rolling import OVERLAP, read_along
from authorship.whole import summarise
from train.data import TEST_FILE, read_excerpts

SHORT = 20_000


def join_works(frame: pd.DataFrame) -> list[Work]:
    """Whole works again: the excerpts of one book joined in their order."""
    texts = frame.groupby(["writer", "book"])["text"].agg("\n".join)
    return [Work(str(writer), str(book), text) for (writer, book), text in texts.items()]


def is_right(bundle: ModelBundle, work: Work, overlap: float) -> bool:
    """Whether the work's author is the likeliest by all of it."""
    whole = summarise(bundle, list(read_along(bundle, work.text, overlap))).whole
    return whole.top_k(1)[0].author.key == work.author


def share(hits: Sequence[bool]) -> float | None:
    """The share of hits; None where nothing was tried."""
    return round(sum(hits) / len(hits), 4) if hits else None


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures of one bundle as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m bench.works", description=__doc__)
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--bundle", default=default_reference("student"))
    parser.add_argument("--overlap", type=float, default=OVERLAP)
    parser.add_argument("--short-only", action="store_true")
    options = parser.parse_args(argv)
    bundle = compile_bundle(open_bundle(options.bundle))
    known = {author.key for author in bundle.authors}
    works = [work for work in join_works(read_excerpts(options.data / TEST_FILE)) if work.author in known]
    if options.short_only:
        works = [work for work in works if len(work.text) < SHORT]
    hits = [is_right(bundle, work, options.overlap) for work in tqdm(works, desc="works")]
    short = [hit for work, hit in zip(works, hits, strict=True) if len(work.text) < SHORT]
    figures = {
        "works": len(hits),
        "accuracy": None if options.short_only else share(hits),
        "short_works": len(short),
        "short_accuracy": share(short),
    }
    print(json.dumps({"bundle": options.bundle, **figures}))
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

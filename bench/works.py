"""How often whole works are given to their authors, and in how many more hands than one are seen.

`python -m bench.works --data DIR [--bundle REF] [--short-only] [--unknown CSV]` joins the
excerpts of `test_data.csv` to works, reads each as the page's book tab does, and prints one JSON line:
accuracy by works and by works under 20,000 characters, how many works the model abstains on, and in how many
it reports a change of author, each having one only. `--unknown` counts the same for works by authors outside
the set; those who helped to choose the abstention are left out.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from authorship.commandline import run
from authorship.datamodels import Work
from authorship.engines.choice import compile_bundle
from authorship.models.bundle import ModelBundle
from authorship.models.source import default_reference, open_bundle
from authorship.predict.sliding import read_along, summarise
from train.data.csv_files import TEST_FILE, read_excerpts
from train.evaluation.calibrate import tuning_authors

SHORT = 20_000


def join_works(frame: pd.DataFrame) -> list[Work]:
    """Whole works again: the excerpts of one book joined in their order."""
    texts = frame.groupby(["writer", "book"])["text"].agg("\n".join)
    return [Work(str(writer), str(book), text) for (writer, book), text in texts.items()]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one work: the right author first, abstained on, more than one hand reported."""

    characters: int
    right: bool
    abstained: bool
    several: bool


def judge_work(bundle: ModelBundle, work: Work) -> Judged:
    """Read a work of one author whole."""
    found = summarise(bundle, list(read_along(bundle, work.text)))
    right = found.whole.top_k(1)[0].author.key == work.author
    return Judged(len(work.text), right, found.whole.unknown, bool(found.changes))


def judge_all(bundle: ModelBundle, works: Sequence[Work]) -> list[Judged]:
    """Read works one by one, with progress on standard error."""
    return [judge_work(bundle, work) for work in tqdm(works, desc="works")]


def share(hits: Sequence[bool]) -> float | None:
    """The share of hits; None where nothing was tried."""
    return round(sum(hits) / len(hits), 4) if hits else None


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures of one bundle as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m bench.works", description=__doc__)
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--bundle", default=default_reference("student"))
    parser.add_argument("--short-only", action="store_true")
    parser.add_argument("--unknown", type=Path, metavar="CSV", help="works by authors outside the set")
    options = parser.parse_args(argv)
    bundle = compile_bundle(open_bundle(options.bundle))
    known = {author.key for author in bundle.authors}
    works = [work for work in join_works(read_excerpts(options.data / TEST_FILE)) if work.author in known]
    if options.short_only:
        works = [work for work in works if len(work.text) < SHORT]
    figures = _of_known(judge_all(bundle, works), options.short_only)
    if options.unknown:
        frame = read_excerpts(options.unknown)
        apart = known | set(tuning_authors(frame))
        others = [work for work in join_works(frame) if work.author not in apart]
        figures |= _of_unknown(judge_all(bundle, others))
    print(json.dumps({"bundle": options.bundle, **figures}))
    return 0


def _of_known(judged: Sequence[Judged], short_only: bool) -> dict[str, float | None]:
    short = [one.right for one in judged if one.characters < SHORT]
    return {
        "works": len(judged),
        "accuracy": None if short_only else share([one.right for one in judged]),
        "short_works": len(short),
        "short_accuracy": share(short),
        "abstained": sum(one.abstained for one in judged),
        "abstained_though_right": sum(one.abstained and one.right for one in judged),
        "several_hands": sum(one.several for one in judged),
    }


def _of_unknown(judged: Sequence[Judged]) -> dict[str, float | None]:
    return {
        "unknown_works": len(judged),
        "unknown_abstained": sum(one.abstained for one in judged),
        "unknown_several_hands": sum(one.several for one in judged),
    }


if __name__ == "__main__":
    sys.exit(run(main))

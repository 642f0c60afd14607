"""`python -m authorship.library SOURCE OUT`: score a corpus of any size, on one machine or a Ray cluster."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from tqdm import tqdm

from authorship.commandline import positive, print_error, run
from authorship.errors import AuthorshipError
from authorship.models.pair import check_pair
from authorship.models.source import FORMS, default_reference, locate_bundle


@dataclass(frozen=True, slots=True)
class Options:
    """The command line; `actors` None means as many as the cluster has cores."""

    source: str
    out: str
    teacher: str
    student: str
    top_k: int
    batch: int
    actors: int | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Score the works that OUT does not hold yet; the exit status is 1 where one of them could not be."""
    options = _parse_options(arguments)
    check_installed()
    from authorship.library.job import score_library
    from authorship.library.scoring import Task
    from authorship.library.shipping import pack_bundle
    from authorship.library.source import open_source
    from authorship.library.store import open_store

    with open_source(options.source) as source, tqdm(unit=" works", disable=None) as bar:
        store = open_store(options.out, source)
        teacher, student = (pack_bundle(locate_bundle(ref)) for ref in (options.teacher, options.student))
        check_pair(options.teacher, options.student, teacher.authors, student.authors)
        task = Task(source, store, teacher, student, options.top_k)

        def show(tried: int, pending: int) -> None:
            bar.total = pending
            bar.update(tried - bar.n)

        outcome = score_library(task, options.batch, options.actors, show)
    for failure in outcome.failures:
        print_error(AuthorshipError(failure.problem), failure.path)
    print(f"{options.out}: {outcome.scored:,} works scored now, {outcome.earlier:,} before, ", end="")
    print(f"{len(outcome.failures):,} failed")
    return int(bool(outcome.failures))


def check_installed() -> None:
    """Raise AuthorshipError where Ray or Arrow is missing: the page does not bring them."""
    missing = [name for name in ("ray", "pyarrow") if find_spec(name) is None]
    if missing:
        names = " and ".join(missing)
        raise AuthorshipError(f"{names} must be installed: pip install -r requirements-cluster.txt")


def _parse_options(arguments: Sequence[str] | None) -> Options:
    """Read the command line; leaves with status 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m authorship.library",
        description="Score a corpus of any size on Ray: on this machine, or on the cluster at RAY_ADDRESS.",
    )
    source = "books or Parquet files (columns path or writer and book, text): folder, file or fsspec address"
    out = "folder or fsspec address for works/, windows/, failed/; a run that was cut short is gone on with"
    parser.add_argument("source", metavar="SOURCE", help=source)
    parser.add_argument("out", metavar="OUT", help=out)
    parser.add_argument("--teacher", metavar="REF", default=default_reference("teacher"), help=FORMS)
    parser.add_argument("--student", metavar="REF", default=default_reference("student"), help="likewise")
    parser.add_argument("--top-k", type=positive, default=5, metavar="K", help="authors kept (default: 5)")
    batch = "works written at once, and lost at most when an actor dies (default: 64, or 2 MB of text)"
    parser.add_argument("--batch", type=positive, default=64, metavar="N", help=batch)
    parser.add_argument("--actors", type=positive, metavar="N", help="of one core each (default: all cores)")
    return Options(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(run(main))

"""`python -m explain.fingerprints --data CSV --out DIR`: what speaks for each author, and a map of works."""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from authorship.commandline import positive, run
from authorship.datamodels import Excerpt
from authorship.engines.choice import compile_bundle
from authorship.models.bundle import REPORT_FILE, load_bundle
from authorship.models.digest import model_hash
from authorship.models.source import FORMS, Role, default_reference, locate_bundle
from explain.fingerprints.datamodels import FINGERPRINTS_FILE, ModelFingerprint, PairFingerprints, save
from explain.fingerprints.mapping import make_map
from explain.fingerprints.measure import (
    Deadline,
    Read,
    Subject,
    choose,
    explain_excerpt,
    fingerprints,
    read_works,
    reading,
    spread,
)
from explain.fingerprints.tally import Record

RECORD_FILE = ".fingerprints.partial"
READ_PER_WORK = 12


@dataclass(frozen=True, slots=True)
class Options:
    """The command line."""

    data: Path
    out: Path
    teacher: str
    student: str
    excerpts_per_author: int
    max_minutes: float | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a pair and write `fingerprints.json`; an interrupted run goes on when called again.

    Raises:
        AuthorshipError: the data or a model cannot be used.
    """
    options = _parse_options(arguments)
    deadline = Deadline(options.max_minutes)
    subjects = [_subject("teacher", options.teacher), _subject("student", options.student)]
    keys = {author.key for subject in subjects for author in subject.bundle.authors}
    works = read_works(options.data, sorted(keys))
    mapped = [excerpt for work in works for excerpt in spread(work, READ_PER_WORK)]
    chosen = list(choose(works, options.excerpts_per_author))
    options.out.mkdir(parents=True, exist_ok=True)
    file, kept = options.out / FINGERPRINTS_FILE, options.out / RECORD_FILE
    with Record(kept) as record:
        reads = [list(_read_all(subject, mapped, record, deadline)) for subject in subjects]
        whole = _explain_all(subjects, chosen, record, deadline)
        measured = [
            _model(subject, chosen, read, record) for subject, read in zip(subjects, reads, strict=True)
        ]
    save(PairFingerprints(*measured), options.data.name, file)
    if whole:
        kept.unlink()
    else:
        _tell("Out of time: these are the results so far. The same command goes on.")
    print(file)
    return 0


def _parse_options(arguments: Sequence[str] | None) -> Options:
    """Read the command line; leaves with status 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m explain.fingerprints",
        description="Measure what speaks for each author over held-out works, and draw a map of the works.",
    )
    parser.add_argument(
        "--data", required=True, type=Path, metavar="CSV", help="held-out works: writer,book,text"
    )
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="gets fingerprints.json")
    parser.add_argument("--teacher", metavar="REF", default=default_reference("teacher"), help=FORMS)
    parser.add_argument("--student", metavar="REF", default=default_reference("student"), help="likewise")
    parser.add_argument("--excerpts-per-author", type=positive, default=6, metavar="N", help="default: 6")
    parser.add_argument("--max-minutes", type=float, metavar="M", help="stop then (default: never)")
    return Options(**vars(parser.parse_args(arguments)))


def _subject(role: Role, reference: str) -> Subject:
    folder = locate_bundle(reference)
    bundle = load_bundle(folder)
    return Subject(role, compile_bundle(bundle), model_hash(bundle), _report_f1(folder))


def _report_f1(folder: Path) -> Mapping[str, float]:
    """F1 by author from the bundle's report; a bundle without one, or with another's, has none."""
    try:
        report = json.loads((folder / REPORT_FILE).read_text(encoding="utf-8"))
        return {key: float(scores["f1"]) for key, scores in report["per_author"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _known(subject: Subject, excerpts: Sequence[Excerpt]) -> list[Excerpt]:
    keys = {author.key for author in subject.bundle.authors}
    return [excerpt for excerpt in excerpts if excerpt.author in keys]


def _read_all(
    subject: Subject, excerpts: Sequence[Excerpt], record: Record, deadline: Deadline
) -> Sequence[Read]:
    known, reads = _known(subject, excerpts), list[Read]()
    for read in reading(subject, known, record):
        reads.append(read)
        _count(f"{subject.role} reads", len(reads), len(known))
        if deadline.passed:
            break
    return reads


def _explain_all(
    subjects: Sequence[Subject], excerpts: Sequence[Excerpt], record: Record, deadline: Deadline
) -> bool:
    """Whether all were explained before the deadline."""
    for number, excerpt in enumerate(excerpts, 1):
        for subject in subjects:
            if deadline.passed:
                return False
            if _known(subject, [excerpt]):
                explain_excerpt(subject, excerpt, record)
        _count("explained", number, len(excerpts))
    return True


def _model(
    subject: Subject, excerpts: Sequence[Excerpt], reads: Sequence[Read], record: Record
) -> ModelFingerprint:
    authors = fingerprints(subject, _known(subject, excerpts), reads, record)
    return ModelFingerprint(subject.role, subject.model, authors, make_map(subject, reads))


def _count(what: str, done: int, expected: int) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what}: {done} of {expected}", end="\n" if done == expected else "", file=sys.stderr)
    elif done % 50 == 0 or done == expected:
        _tell(f"{what}: {done} of {expected}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.environ.setdefault("TQDM_DISABLE", "1")
    sys.exit(run(main))

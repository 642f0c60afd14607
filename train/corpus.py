"""Books to CSV files of excerpts: `python -m train.corpus SOURCE OUT`."""

import argparse
import csv
import io
import json
import os
import shutil
import signal
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

from authorship.datamodels import Excerpt, Work
from authorship.text.excerpts import EXCERPT_CHARACTERS, cut_work
from train.data.audit import (
    Signature,
    WorkReport,
    audit,
    check_sides,
    digest,
    mid_sentence_names,
    minhash,
    near_duplicates,
)
from train.data.cleaning import clean_book
from train.data.sources import (
    AUTHORS_FILE,
    SPLITS,
    RawWork,
    authors_path,
    read_authors,
    read_works,
    source_bytes,
)
from train.data.split import names_author, surname

COLUMNS = ("writer", "book", "text")
WORKERS = 2
AHEAD = 6


@dataclass(frozen=True, slots=True)
class PreparedWork:
    """A work cleaned and cut: its rows as CSV, its signatures, what became of it."""

    rows: bytes
    signatures: tuple[Signature, ...]
    report: WorkReport


@dataclass(frozen=True, slots=True)
class Summary:
    """How much was written."""

    works: int
    excerpts: int
    near_duplicates: int
    splits: tuple[str, ...]


def prepare_work(raw: RawWork, family: str) -> PreparedWork:
    """Clean and cut one work; excerpts that name its author twice are left out."""
    source = raw.text()
    text = clean_book(source)
    pieces = cut_work(Work(raw.author, raw.title, text))
    excerpts = [piece for piece in pieces if not names_author(piece.text, family)]
    dropped = {"names_author": len(pieces) - len(excerpts), "short_work": int(not pieces)}
    signatures = (Signature(raw.split, raw.author, raw.title, minhash(piece.text)) for piece in excerpts)
    report = WorkReport(
        raw.split, raw.author, raw.title, len(source), len(text), len(excerpts), dropped, digest(text)
    )
    report.names = mid_sentence_names(text) if raw.split in ("train", "test") else frozenset()
    return PreparedWork(to_csv(excerpts), tuple(signatures), report)


def to_csv(excerpts: Sequence[Excerpt]) -> bytes:
    """The rows of one work, without the header."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows((e.author, e.work, e.text) for e in excerpts)
    return buffer.getvalue().encode()


def build_corpus(source: Path, out: Path, workers: int = WORKERS) -> Summary:
    """Write the files of a source SPLIT/AUTHOR/TITLE.txt; see `write_corpus`."""
    names = {key: surname(str(value.get("name", ""))) for key, value in read_authors(source).items()}
    families = {key: family for key, family in names.items() if family}
    size = source_bytes(source) if source.exists() else 0
    summary = write_corpus(read_works(source), size, families, authors_path(source), out, workers)
    for split in SPLITS:
        if split not in summary.splits:
            print(f"the source has no split {split!r}: no {csv_name(split)} written", file=sys.stderr)
    return summary


def write_corpus(
    works: Iterable[RawWork],
    size: int,
    families: Mapping[str, str],
    authors: Path,
    out: Path,
    workers: int = WORKERS,
) -> Summary:
    """Write the CSV files, audit.json and authors.json; nothing of them where a work is on both sides.

    `size` is in bytes, for the progress; `families` are the authors' surnames, else found in their keys;
    `authors` is the authors.json to copy, if there is one.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".corpus-", dir=out) as folder:
        prepared = _prepare_all(works, size, families, workers)
        reports, signatures, splits = _spool(prepared, Path(folder))
        check_sides(reports)
        if "train" not in splits:
            raise ValueError(
                f"{authors.parent} holds no work at train/AUTHOR/TITLE.txt, in a folder or in an archive; "
                "for books at AUTHOR/book there is `make train BOOKS=folder`"
            )
        pairs = near_duplicates(signatures)
        result = json.dumps(audit(reports, pairs), ensure_ascii=False, indent=1)
        (Path(folder) / "audit.json").write_text(result + "\n", encoding="utf-8")
        if authors.is_file():
            shutil.copyfile(authors, Path(folder) / AUTHORS_FILE)
        _publish(Path(folder), out, splits)
    _tell_short_works(reports)
    return Summary(len(reports), len(signatures), len(pairs), tuple(splits))


def _tell_short_works(reports: Sequence[WorkReport]) -> None:
    """Say how many works were too short for an excerpt."""
    short = sum(report.dropped["short_work"] for report in reports)
    if short:
        print(f"{short} works are under {EXCERPT_CHARACTERS // 2} characters: no excerpts", file=sys.stderr)


def _prepare_all(
    works: Iterable[RawWork], size: int, families: Mapping[str, str], workers: int
) -> Iterator[PreparedWork]:
    """Every work prepared by other processes, in the source's order, few at a time in memory."""
    waiting: deque[tuple[int, Future[PreparedWork]]] = deque()
    bar = tqdm(total=size, unit="B", unit_scale=True, desc="corpus")
    with bar, ProcessPoolExecutor(workers, initializer=_leave_interrupts) as pool:
        try:
            for raw in works:
                family = families.get(raw.author, surname(raw.author))
                waiting.append((raw.read, pool.submit(prepare_work, raw, family)))
                while len(waiting) > AHEAD:
                    yield _next(waiting, bar)
            while waiting:
                yield _next(waiting, bar)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that reads the keyboard, so that workers print no traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _next(waiting: deque[tuple[int, Future[PreparedWork]]], bar: "tqdm[None]") -> PreparedWork:
    """The oldest result, once it is there."""
    read, future = waiting.popleft()
    prepared = future.result()
    bar.update(read)
    return prepared


def _spool(
    prepared: Iterator[PreparedWork], folder: Path
) -> tuple[list[WorkReport], list[Signature], list[str]]:
    """Write each split's rows as they come, then in the order of author and title."""
    places: dict[str, list[tuple[WorkReport, int, int]]] = {}
    signatures: dict[str, tuple[Signature, ...]] = {}
    with ExitStack() as stack:
        spools: dict[str, BinaryIO] = {}
        for item in prepared:
            split = item.report.split
            if split not in spools:
                spools[split] = stack.enter_context((folder / f"{split}.spool").open("w+b"))
            places.setdefault(split, []).append((item.report, spools[split].tell(), len(item.rows)))
            signatures[item.report.place] = item.signatures
            spools[split].write(item.rows)
        splits = [split for split in SPLITS if split in spools]
        for split in splits:
            places[split].sort(key=lambda place: (place[0].author, place[0].title))
            _write_sorted(folder / csv_name(split), spools[split], places[split])
    reports = [report for split in splits for report, _, _ in places[split]]
    return reports, [item for report in reports for item in signatures[report.place]], splits


def _write_sorted(path: Path, spool: BinaryIO, places: Sequence[tuple[WorkReport, int, int]]) -> None:
    """The CSV file of one split from the rows in `spool`."""
    with path.open("wb") as file:
        file.write((",".join(COLUMNS) + "\n").encode())
        for _, start, length in places:
            spool.seek(start)
            file.write(spool.read(length))


def csv_name(split: str) -> str:
    """The file of a split."""
    return f"{split}_data.csv"


def _publish(folder: Path, out: Path, splits: Sequence[str]) -> None:
    """Move the finished files to `out`, each in one step."""
    for name in [*(csv_name(split) for split in splits), "audit.json", AUTHORS_FILE]:
        if (folder / name).is_file():
            os.replace(folder / name, out / name)


def _parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(prog="python -m train.corpus", description=__doc__)
    parser.add_argument(
        "source", type=Path, help="folder SPLIT/AUTHOR/TITLE.txt, folder of SPLIT.tar.xz, or a tar"
    )
    parser.add_argument("out", type=Path, help="folder for the CSV files and audit.json")
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes (default: %(default)s)")
    options = parser.parse_args(arguments)
    if options.workers < 1:
        parser.error("--workers must be at least 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 done, 1 not possible, 130 interrupted."""
    options = _parse_arguments(arguments)
    try:
        summary = build_corpus(options.source, options.out, options.workers)
    except (ValueError, OSError, BrokenExecutor) as error:
        print(f"train.corpus: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("train.corpus: interrupted, nothing written", file=sys.stderr)
        return 130
    print(f"{summary.works} works, {summary.excerpts} excerpts, {summary.near_duplicates} near duplicates")
    return 0


if __name__ == "__main__":
    sys.exit(main())

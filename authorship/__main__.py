"""`python -m authorship PATH...`: whom the teacher and the student take for the author of each book."""

import argparse
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from authorship.commandline import positive, print_error, print_warning, run, visible
from authorship.datamodels import Book
from authorship.errors import TextError
from authorship.models.digest import Hashes, known_hash
from authorship.models.pair import open_pair
from authorship.models.source import FORMS, default_reference
from authorship.predict.predictor import Pair
from authorship.predict.results import Attributed, Record, SourceFile, to_json, to_table
from authorship.text.decode import check_text
from authorship.text.excerpts import cut_text
from authorship.text.files import (
    BOOK_FORMS,
    STDIN,
    find_files,
    find_foreign,
    name_some,
    remedy,
)
from authorship.text.formats.reader import FoundText, texts_at
from authorship.text.letters.folding import without_words

Outcome = Literal["read", "earlier", "failed"]


@dataclass(frozen=True, slots=True)
class Options:
    """The command line; `paths` are files, folders or `-`, `resume` is the record to go on with."""

    paths: list[str]
    teacher: str
    student: str
    top_k: int
    format: str
    encoding: str | None
    resume: Path | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Attribute every book; the exit status is 1 where one of them could not be."""
    options = _parse_options(arguments)
    with Record(options.resume) if options.resume else nullcontext() as record:
        pair = Pair(*open_pair(options.teacher, options.student))
        if record:
            record.check_models(known_hash(pair.teacher), known_hash(pair.student))
        paths, foreign = list(find_files(options.paths)), find_foreign(options.paths)
        for path in foreign:
            print_warning(f"passed over: {remedy(path)}", path)
        tally: Counter[Outcome] = Counter()
        for number, path in enumerate(paths, start=1):
            tally.update(_do(path, f"{number:,} of {len(paths):,}", pair, options, record))
    if paths != options.paths or tally.total() > 1 or record:
        _summarise(tally, len(foreign))
    return int(bool(tally["failed"]))


def _do(path: str, place: str, pair: Pair, options: Options, record: Record | None) -> Iterator[Outcome]:
    """Attribute the texts of one file that are not recorded yet, and print each: how that went."""
    try:
        source = SourceFile.of(path) if record else None
        if record and source and record.holds(source):
            yield "earlier"
            return
        found = texts_at(path, options.encoding)
    except (TextError, OSError) as error:
        print_error(error, path)
        yield "failed"
        return
    if found.others:
        print_warning(f"passed over in the archive: {name_some(found.others)}", path)
    for text in found.texts:
        yield _do_one(text, path, place, pair, options, record, source)


def _do_one(
    text: FoundText,
    path: str,
    place: str,
    pair: Pair,
    options: Options,
    record: Record | None,
    source: SourceFile | None,
) -> Outcome:
    """Attribute one text of a file, unless it is recorded, and print what was found."""
    named = text.path_in(path)
    source = source and replace(source, path=text.path_in(source.path))
    if record and source and record.holds(source):
        return "earlier"
    try:
        with _progress(visible(f"{place}: {named} …")):
            result = attribute(named, text.read(), pair)
    except (TextError, OSError) as error:
        print_error(error, named)
        return "failed"
    _write(result, options, record, source)
    return "read"


def _summarise(tally: Counter[Outcome], foreign: int) -> None:
    """One closing line on standard error."""
    parts = [f"{tally['read']:,} read"]
    parts += [f"{tally['earlier']:,} done before"] if tally["earlier"] else []
    parts += [f"{tally['failed']:,} failed"]
    parts += [f"{foreign:,} passed over"] if foreign else []
    print(", ".join(parts), file=sys.stderr, flush=True)


def _parse_options(arguments: Sequence[str] | None) -> Options:
    """Read the command line; leaves with status 2 on wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m authorship", description="Tell who wrote Russian prose.")
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help=f"a book ({BOOK_FORMS}), a folder or zip of them, or - (stdin)",
    )
    parser.add_argument("--teacher", metavar="REF", default=default_reference("teacher"), help=FORMS)
    parser.add_argument("--student", metavar="REF", default=default_reference("student"), help="likewise")
    parser.add_argument("--top-k", type=positive, default=5, metavar="K", help="authors shown (default: 5)")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.add_argument("--encoding", metavar="NAME", help="such as cp1251 (default: found for each file)")
    resume = "JSON lines of what is done: those books are not read again, new lines are added"
    parser.add_argument("--resume", type=Path, metavar="OUT.jsonl", help=resume)
    options = Options(**vars(parser.parse_args(arguments)))
    if options.resume and STDIN in options.paths:
        parser.error("standard input has no name to be recognised by: --resume takes files and folders")
    return options


def attribute(path: str, book: Book, pair: Pair) -> Attributed:
    """Ask both models about the book of this path; a long one is read along, and its hands are told apart.

    Raises:
        TextError: it is no text that can be attributed.
    """
    check_text(text := book.text)
    found = pair.predict(text)
    return Attributed(
        path=path,
        characters=len(text),
        excerpts=max(1, sum(1 for _ in cut_text(text))),
        teacher=found.teacher,
        student=found.student,
        notices=without_words(book.notices, found.judgement.outside),
        outside=found.judgement.outside,
        stretches=found.stretches,
        modern=found.judgement.modern,
        hashes=Hashes.of(text, pair.teacher, pair.student),
    )


def _write(result: Attributed, options: Options, record: Record | None, source: SourceFile | None) -> None:
    """Record the line before it is printed: what was seen is never done again."""
    for notice in result.notices:
        print_warning(notice.message, result.path)
    if record and source:
        record.add(to_json(result, options.top_k, source), source)
    as_json = options.format == "json"
    print(to_json(result, options.top_k, source) if as_json else to_table(result, options.top_k), flush=True)


@contextmanager
def _progress(line: str) -> Iterator[None]:
    """Show a line on standard error while something is done, where that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    print(line[: shutil.get_terminal_size().columns - 1], end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(run(main))

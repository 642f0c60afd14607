"""`python -m authorship PATH...`: whom the teacher and the student take for the author of each file."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from authorship.bundle import ModelBundle
from authorship.commandline import print_error, run
from authorship.datamodels import DecodedText
from authorship.errors import TextError
from authorship.excerpts import cut_text
from authorship.listing import Attributed, to_json, to_table
from authorship.prediction import predict
from authorship.reference import FORMS, default_reference, open_bundle
from authorship.text import check_text, decode_text, read_text

STDIN = "-"
LARGEST_BOOK = 50_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """The command line; `paths` are files, folders or `-`."""

    paths: list[str]
    teacher: str
    student: str
    top_k: int
    format: str
    encoding: str | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Attribute every file; the exit status is 1 where one of them could not be."""
    options = parse(arguments)
    teacher, student = open_bundle(options.teacher), open_bundle(options.student)
    show = to_json if options.format == "json" else to_table
    failed = False
    for path in find_files(options.paths):
        try:
            result = _with_progress(path, teacher, student, options.encoding)
        except (TextError, OSError) as error:
            print_error(error, path)
            failed = True
        else:
            print(show(result, options.top_k), flush=True)
    return int(failed)


def parse(arguments: Sequence[str] | None) -> Options:
    """Read the command line; leaves with status 2 on wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m authorship", description="Tell who wrote Russian prose.")
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a file, a folder of .txt files, or - (stdin)"
    )
    parser.add_argument("--teacher", metavar="REF", default=default_reference("teacher"), help=FORMS)
    parser.add_argument("--student", metavar="REF", default=default_reference("student"), help="likewise")
    parser.add_argument("--top-k", type=_positive, default=5, metavar="K", help="authors shown (default: 5)")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.add_argument("--encoding", metavar="NAME", help="such as cp1251 (default: found for each file)")
    return Options(**vars(parser.parse_args(arguments)))


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def find_files(paths: Sequence[str]) -> Iterator[str]:
    """The paths themselves, a folder's as all `.txt` files in it, sorted; a folder without any stays."""
    for path in paths:
        folder = Path(path)
        found = sorted(folder.rglob("*")) if path != STDIN and folder.is_dir() else []
        yield from [str(file) for file in found if file.suffix.lower() == ".txt" and file.is_file()] or [path]


def attribute(
    path: str, teacher: ModelBundle, student: ModelBundle, encoding: str | None = None
) -> Attributed:
    """Read one file and ask both models; a long text is read whole.

    Raises:
        OSError: the file cannot be read.
        TextError: it is no text, or none that can be attributed.
    """
    text = _read(path, encoding).text
    check_text(text)
    return Attributed(
        path=path,
        characters=len(text),
        excerpts=max(1, sum(1 for _ in cut_text(text))),
        teacher=predict(teacher, text),
        student=predict(student, text),
    )


def _read(path: str, encoding: str | None) -> DecodedText:
    if path == STDIN:
        return decode_text(sys.stdin.buffer.read(LARGEST_BOOK + 1), encoding, LARGEST_BOOK)
    if Path(path).is_dir():
        raise TextError("empty", "There is no .txt file in this folder: name one that holds some.")
    return read_text(Path(path), encoding, LARGEST_BOOK)


def _with_progress(path: str, teacher: ModelBundle, student: ModelBundle, encoding: str | None) -> Attributed:
    """`attribute`, its path meanwhile shown on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return attribute(path, teacher, student, encoding)
    print(f"reading {path} …", end="", file=sys.stderr, flush=True)
    try:
        return attribute(path, teacher, student, encoding)
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(run(main))

"""`python -m explain PATH`: which words make the teacher and the student take an author for the text's."""

import argparse
import sys
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from authorship.bundle import ModelBundle
from authorship.commandline import print_warning, run
from authorship.datamodels import Author, EncodedText
from authorship.formats.limits import Limits
from authorship.formats.reader import open_book, read_book
from authorship.pair import open_pair
from authorship.reference import FORMS, default_reference
from authorship.text import LARGEST_FILE, check_text
from explain.agreement_scale import load_scale
from explain.attribution import attributing_together
from explain.datamodels import Attribution, JointProgress
from explain.document import render_document
from explain.document_words import Language
from explain.export import to_json
from explain.pair import explain_pair
from explain.topic import COVERS, Cover

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Options:
    """The command line; `author` is a key, None for the teacher's first."""

    path: str
    author: str | None
    rather_than: str | None
    mask: Cover
    teacher: str
    student: str
    format: str
    language: Language
    encoding: str | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Explain one file by both models and print the result."""
    options = parse(arguments)
    text = read(options.path, options.encoding)
    check_text(text)
    teacher, student = open_pair(options.teacher, options.student)
    result = explain_pair(
        options.path,
        text,
        {"teacher": teacher, "student": student},
        explain,
        options.author,
        options.rather_than,
        options.mask,
        load_scale(teacher, student),
    )
    if options.format == "html":
        print(render_document(replace(result, path=Path(options.path).name), options.language))
    else:
        print(to_json(result))
    return 0


def parse(arguments: Sequence[str] | None) -> Options:
    """Read the command line; leaves with status 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m explain", description="Tell which words speak for an author."
    )
    parser.add_argument(
        "path", metavar="PATH", help="a book (.txt, .fb2, .fb2.zip, .epub, .docx), or - (stdin)"
    )
    parser.add_argument(
        "--author",
        metavar="KEY",
        help="as in the model's authors.json, such as Chekhov (default: the teacher's first)",
    )
    parser.add_argument("--rather-than", metavar="KEY", help="explain why the author and not this one")
    mask = (
        "see how far the verdicts hold without names (but not adjectives made of them) or all content words"
    )
    parser.add_argument("--mask", choices=COVERS, default="nothing", help=mask)
    parser.add_argument("--teacher", metavar="REF", default=default_reference("teacher"), help=FORMS)
    parser.add_argument("--student", metavar="REF", default=default_reference("student"), help="likewise")
    parser.add_argument("--format", choices=("json", "html"), default="json", help="default: json")
    parser.add_argument("--language", choices=("ru", "en"), default="ru", help="of the HTML (default: ru)")
    parser.add_argument("--encoding", metavar="NAME", help="such as cp1251 (default: found for the file)")
    return Options(**vars(parser.parse_args(arguments)))


def read(path: str, encoding: str | None = None) -> str:
    """The text of a book file, or of standard input; what could not be read is told on standard error.

    Raises:
        OSError: the file cannot be read.
        TextError: it is no book.
    """
    if path == STDIN:
        data = sys.stdin.buffer.read(Limits(LARGEST_FILE).file + 1)
        book = read_book(data, encoding=encoding, limit=LARGEST_FILE)
    else:
        book = open_book(Path(path), encoding, LARGEST_FILE)
    for notice in book.notices:
        print_warning(notice.message, path)
    return book.text


def explain(
    role: str, bundle: ModelBundle, encoded: EncodedText, authors: Sequence[Author]
) -> tuple[Attribution, ...]:
    """One model's attributions; one that did not converge is reported on standard error."""
    results = _follow(role, attributing_together(bundle, encoded, authors))
    for result in results:
        if not result.converged:
            error = f"{result.error:.0%} after {result.n_steps} nodes"
            whose = f"the {role}'s scores for {result.author.key}"
            print(f"warning: {whose} did not converge: their error is {error}.", file=sys.stderr)
    return results


def _follow(
    role: str, steps: Generator[JointProgress, None, tuple[Attribution, ...]]
) -> tuple[Attribution, ...]:
    """The results of the steps, counted on standard error where that is a terminal."""
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            _show("")
            results: tuple[Attribution, ...] = stop.value
            return results
        _show(f"{role}: {step.done} of {step.expected} nodes")


def _show(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(run(main))

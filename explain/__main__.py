"""`python -m explain PATH`: which words make the teacher and the student take an author for the text's."""

import argparse
import json
import sys
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from authorship.bundle import ModelBundle
from authorship.commandline import print_warning, run
from authorship.formats.limits import Limits
from authorship.formats.reader import open_book, read_book
from authorship.prediction import predict_encoded
from authorship.reference import FORMS, default_reference, open_bundle
from authorship.text import LARGEST_FILE, check_text
from authorship.windows import encode
from explain.agreement import Likeness
from explain.agreement_scale import load_scale
from explain.attribution import attributing
from explain.compare import compare
from explain.datamodels import Attribution, AttributionProgress
from explain.document import render_document
from explain.transfer import Explained, measure_transfer

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Options:
    """The command line; `author` is a key, None for the teacher's first."""

    path: str
    author: str | None
    teacher: str
    student: str
    format: str
    encoding: str | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Explain one file by both models and print the result."""
    options = parse(arguments)
    text = read(options.path, options.encoding)
    check_text(text)
    teacher, student = open_bundle(options.teacher), open_bundle(options.student)
    author = options.author or first_author(teacher, text)
    models = {
        "teacher": explain("teacher", teacher, text, author),
        "student": explain("student", student, text, author),
    }
    explained = (
        Explained(teacher, encode(text, teacher.tokenizer), models["teacher"]),
        Explained(student, encode(text, student.tokenizer), models["student"]),
    )
    likeness = Likeness(
        compare(models["teacher"], models["student"]),
        measure_transfer(*explained),
        load_scale(Path(options.student).expanduser(), teacher, student),
    )
    if options.format == "html":
        title = f"{Path(options.path).name}: {teacher.author(author).name}"
        print(render_document(title, text, models, likeness))
    else:
        print(to_json(options.path, author, models, likeness))
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
    parser.add_argument("--teacher", metavar="REF", default=default_reference("teacher"), help=FORMS)
    parser.add_argument("--student", metavar="REF", default=default_reference("student"), help="likewise")
    parser.add_argument("--format", choices=("json", "html"), default="json", help="default: json")
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


def first_author(bundle: ModelBundle, text: str) -> str:
    """The key of the author whom the model holds for the most probable."""
    return predict_encoded(bundle, encode(text, bundle.tokenizer)).top_k(1)[0].author.key


def explain(role: str, bundle: ModelBundle, text: str, author: str) -> Attribution:
    """One model's attribution; one that did not converge is reported on standard error.

    Raises:
        BundleError: the model does not know the author.
    """
    result = _follow(role, attributing(bundle, encode(text, bundle.tokenizer), bundle.author(author)))
    if not result.converged:
        error = f"{result.error:.0%} after {result.n_steps} nodes"
        print(f"warning: the {role}'s scores did not converge: their error is {error}.", file=sys.stderr)
    return result


def _follow(role: str, steps: Generator[AttributionProgress, None, Attribution]) -> Attribution:
    """The result of the steps, counted on standard error where that is a terminal."""
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            _show("")
            result: Attribution = stop.value
            return result
        _show(f"{role}: {step.done} of {step.expected} nodes")


def _show(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


def to_json(path: str, author: str, models: Mapping[str, Attribution], likeness: Likeness) -> str:
    """The contract's object on one line.

    Its `convergence_delta` is the true difference of logits less the scores' sum, so that the words'
    scores and the special tokens' add up to `score - baseline_score - convergence_delta`. Captum's
    has the opposite sign.
    """
    content = {
        "path": path,
        "author": author,
        "models": {role: attribution.to_contract() for role, attribution in models.items()},
        "agreement": likeness.to_contract(),
    }
    return json.dumps(content, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(run(main))

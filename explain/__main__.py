"""`python -m explain PATH...`: which words make the teacher and the student take an author for the text's."""

import argparse
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from authorship.commandline import print_error, print_warning, run
from authorship.datamodels import Author, Book, EncodedText
from authorship.errors import AuthorshipError, TextError
from authorship.models.bundle import ModelBundle
from authorship.models.pair import open_pair
from authorship.models.source import FORMS, default_reference
from authorship.numerals import Language
from authorship.text.decode import LARGEST_FILE, check_text
from authorship.text.files import BOOK_FORMS, find_files, find_foreign, name_some, remedy
from authorship.text.formats.reader import FoundText, texts_at
from explain.agreement import Scale, load_scale
from explain.attribution import attributing_together
from explain.datamodels import Attribution, JointProgress
from explain.masking import COVERS, Cover
from explain.pair import explain_pair
from explain.report.html import render_document
from explain.report.json import to_json

_OF_ONE_FILE = "A document is of one text: name one, or take --format json."
_SECONDS = 5.0  # between two lines on how far a long text has come


@dataclass(frozen=True, slots=True)
class Options:
    """The command line; `paths` are files, folders or `-`; `author` None is the teacher's first."""

    paths: list[str]
    author: str | None
    rather_than: str | None
    mask: Cover
    teacher: str
    student: str
    format: str
    language: Language
    encoding: str | None

    @property
    def of_one_file(self) -> bool:
        """Whether there is but one path, and that no folder."""
        return len(self.paths) == 1 and not Path(self.paths[0]).is_dir()


@dataclass(frozen=True, slots=True)
class OpenedPair:
    """Both models, opened once for all files, and what their agreement was measured to be."""

    teacher: ModelBundle
    student: ModelBundle
    scale: Scale | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Explain every file by both models and print the results; 1 where one of them could not be."""
    options = _parse_options(arguments)
    if options.of_one_file:
        path = options.paths[0]
        found = texts_at(path, options.encoding, LARGEST_FILE)
        if len(found.texts) == 1:
            book = read(found.texts[0], path)
            print(render(book, path, open_models(options), options))
            return 0
        if options.format == "html":
            raise TextError("archive", f"The archive holds {len(found.texts)} texts. {_OF_ONE_FILE}")
    for path in find_foreign(options.paths):
        print_warning(f"passed over: {remedy(path)}", path)
    models = open_models(options)
    return int(not all([_explain_file(path, models, options) for path in find_files(options.paths)]))


def _explain_file(path: str, models: OpenedPair, options: Options) -> bool:
    """Explain each text of a file, a line each; whether all could be."""
    try:
        found = texts_at(path, options.encoding, LARGEST_FILE)
    except (AuthorshipError, OSError) as error:
        print_error(error, path)
        return False
    if found.others:
        print_warning(f"passed over in the archive: {name_some(found.others)}", path)
    return all([_explain_text(text, path, models, options) for text in found.texts])


def _explain_text(text: FoundText, path: str, models: OpenedPair, options: Options) -> bool:
    named = text.path_in(path)
    try:
        print(render(read(text, named), named, models, options), flush=True)
    except (AuthorshipError, OSError) as error:
        print_error(error, named)
        return False
    return True


def open_models(options: Options) -> OpenedPair:
    """The pair that the command line names.

    Raises:
        BundleError: a model is missing or incomplete.
    """
    teacher, student = open_pair(options.teacher, options.student)
    return OpenedPair(teacher, student, load_scale(teacher, student))


def render(book: Book, path: str, models: OpenedPair, options: Options) -> str:
    """One book explained, as a line of JSON or a document.

    Raises:
        BundleError: an author is unknown.
        TextError: the book holds no token.
    """
    result = explain_pair(
        path,
        book.text,
        {"teacher": models.teacher, "student": models.student},
        explain,
        options.author,
        options.rather_than,
        options.mask,
        models.scale,
    )
    if options.format == "html":
        return render_document(replace(result, path=Path(path).name), options.language)
    return to_json(replace(result, notices=book.notices))


def _parse_options(arguments: Sequence[str] | None) -> Options:
    """Read the command line; leaves with status 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m explain", description="Tell which words speak for an author."
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help=f"a book ({BOOK_FORMS}), a folder or zip of them, or - (stdin)",
    )
    parser.add_argument(
        "--author",
        metavar="NAME",
        help="Chekhov, Чехов, or the key in authors.json (default: the teacher's first, file by file)",
    )
    parser.add_argument("--rather-than", metavar="NAME", help="explain why the author and not this one")
    mask = (
        "see how far the verdicts hold without names (but not adjectives made of them) or all content words"
    )
    parser.add_argument("--mask", choices=COVERS, default="nothing", help=mask)
    parser.add_argument("--teacher", metavar="REF", default=default_reference("teacher"), help=FORMS)
    parser.add_argument("--student", metavar="REF", default=default_reference("student"), help="likewise")
    parser.add_argument("--format", choices=("json", "html"), default="json", help="default: json")
    parser.add_argument("--language", choices=("ru", "en"), default="ru", help="of the HTML (default: ru)")
    parser.add_argument("--encoding", metavar="NAME", help="such as cp1251 (default: found for each file)")
    options = Options(**vars(parser.parse_args(arguments)))
    if options.format == "html" and not options.of_one_file:
        parser.error(_OF_ONE_FILE)
    return options


def read(text: FoundText, path: str) -> Book:
    """A text of the file of this path; what was repaired or left out is told on standard error.

    Raises:
        TextError: it is no book, or holds nothing that can be explained.
    """
    book = text.read()
    for notice in book.notices:
        print_warning(notice.message, path)
    check_text(book.text)
    return book


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
    """The results of the steps, counted on standard error: in place on a terminal, else now and then."""
    told = time.monotonic()
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            if sys.stderr.isatty():
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            results: tuple[Attribution, ...] = stop.value
            return results
        line = f"{role}: {step.done} of {step.expected} nodes"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - told >= _SECONDS:
            told = time.monotonic()
            print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(run(main))

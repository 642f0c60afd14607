"""`python -m explain.same_hand KNOWN... --disputed FILE`: which words speak for one hand, which against."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from authorship.commandline import run
from authorship.numerals import Language
from authorship.same_hand.answer import compare_texts
from authorship.same_hand.reading import WorkReader, add_texts, load_measure, locate_model, measure_hashes
from authorship.text.judge import Judge
from explain.same_hand.document import SavedComparison, comparison_to_json, render_comparison
from explain.same_hand.reasons import explain_answer


@dataclass(frozen=True, slots=True)
class Options:
    """The command line; `known` and `disputed` are files, folders or `-`."""

    known: list[str]
    disputed: list[str]
    prior: float | None
    model: str | None
    encoding: str | None
    format: str
    language: Language


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, explain, and print a document or a line of JSON."""
    options = _parse_options(arguments)
    folder = locate_model(options.model)
    measure = load_measure(folder)
    reader = WorkReader(measure, Judge.load(folder), options.encoding)
    answer = compare_texts(measure, reader.read(options.known), reader.read(options.disputed))
    reasons = explain_answer(measure, answer)
    if reasons and not reasons.converged:
        print(f"warning: the scores did not converge: their error is {reasons.error:.0%}.", file=sys.stderr)
    result = SavedComparison(answer, reasons, options.prior or 0.5, measure_hashes(folder))
    if options.format == "html":
        print(render_comparison(result, options.language))
    else:
        print(comparison_to_json(result))
    return 0


def _parse_options(arguments: Sequence[str] | None) -> Options:
    """Read the command line; leaves with status 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m explain.same_hand",
        description="Tell which words speak for one author of two texts, and which against.",
    )
    add_texts(parser, "+")
    parser.add_argument("--format", choices=("json", "html"), default="json", help="default: json")
    parser.add_argument("--language", choices=("ru", "en"), default="ru", help="of the HTML (default: ru)")
    return Options(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(run(main))

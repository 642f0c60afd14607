"""`python -m authorship.same_hand KNOWN... --disputed FILE`: did the author of the known works write it?"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from authorship.commandline import run
from authorship.same_hand.answer import compare_texts, weigh_candidates
from authorship.same_hand.reading import WorkReader, add_texts, load_measure, locate_model, measure_hashes
from authorship.same_hand.results import candidates_object, candidates_to_text, to_line, to_object, to_text
from authorship.text.files import STDIN
from authorship.text.judge import Judge


@dataclass(frozen=True, slots=True)
class Options:
    """The command line; `known` and `disputed` are files, folders or `-`, a candidate is a name and files."""

    known: list[str]
    disputed: list[str]
    candidate: list[list[str]]
    prior: float | None
    model: str | None
    json: bool
    encoding: str | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare what the command line names, and print the answer."""
    options = _parse_options(arguments)
    folder = locate_model(options.model)
    measure = load_measure(folder)
    reader = WorkReader(measure, Judge.load(folder), options.encoding)
    hashes = measure_hashes(folder)
    disputed = reader.read(options.disputed)
    if options.candidate:
        answers = [
            (name, compare_texts(measure, reader.read(files), disputed)) for name, *files in options.candidate
        ]
        candidates = weigh_candidates(answers, options.prior)
        print(
            to_line(candidates_object(candidates, hashes)) if options.json else candidates_to_text(candidates)
        )
        return 0
    answer, prior = compare_texts(measure, reader.read(options.known), disputed), options.prior or 0.5
    print(to_line(to_object(answer, prior, hashes)) if options.json else to_text(answer, prior))
    return 0


def _parse_options(arguments: Sequence[str] | None) -> Options:
    """Read the command line; leaves with status 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m authorship.same_hand",
        description="Tell whether the author of the known works wrote a disputed text, whoever that is.",
    )
    add_texts(parser, "*")
    candidate = "instead of KNOWN, once for each of several: a name and works surely by them"
    parser.add_argument("--candidate", nargs="+", action="append", default=[], metavar="NAME", help=candidate)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    options = Options(**vars(parser.parse_args(arguments)))
    if bool(options.known) == bool(options.candidate):
        parser.error("name the known works, or several candidates with --candidate NAME FILE...")
    if len({one[0] for one in options.candidate}) < len(options.candidate):
        parser.error("two candidates have one name: give each its own, and all its works at once")
    if any(len(one) < 2 for one in options.candidate):
        parser.error("a candidate needs a name and a file: --candidate NAME FILE...")
    if sum(part.count(STDIN) for part in (options.known, options.disputed, *options.candidate)) > 1:
        parser.error("standard input can be named but once")
    return options


if __name__ == "__main__":
    sys.exit(run(main))

"""Whether the reports of the shipped pair, and with them the README, are still true.

`python -m bench.figures [--data data]` scores both models on DIR/test_data.csv, and on DIR/unknown_data.csv
where that is at hand, as `train.evaluate` does, and prints each figure beside models/*/report.json. The exit
status is 1 where one is off by more than 0.003, which is what engines and processors may cost, or where the
README's table is not what the reports say. Some minutes of two cores a model; nothing is written.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from authorship.commandline import run
from authorship.engines.choice import compile_bundle
from authorship.errors import AuthorshipError
from authorship.models.bundle import REPORT_FILE, load_bundle
from train.data.csv_files import TEST_FILE, read_excerpts
from train.evaluation.figures import evaluate, results_table, to_dictionary

PROJECT = Path(__file__).resolve().parents[1]
ROLES = ("teacher", "student")
UNKNOWN_FILE = "unknown_data.csv"
COUNTS = ("excerpts", "works", "parameters")
SHARES = ("macro_f1", "accuracy", "book_accuracy", "ece", "auroc_unknown")
TOLERANCE = 0.003
# An author's F1 may hang on a few dozen excerpts, of which an engine may turn one.
AUTHOR_TOLERANCE = 0.02


def _measure(folder: Path, data: Path) -> dict[str, Any]:
    """The figures of the bundle in `folder`, as its report has them."""
    unknown = read_excerpts(data / UNKNOWN_FILE) if (data / UNKNOWN_FILE).exists() else None
    bundle, frame = compile_bundle(load_bundle(folder)), read_excerpts(data / TEST_FILE)
    return to_dictionary(evaluate(bundle, frame, unknown, str(folder), str(data / TEST_FILE)))


def differences(report: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """The figures that are not the report's, a line each; one that was not measured now is passed over."""
    for name in (*COUNTS, *SHARES):
        allowed = TOLERANCE if name in SHARES else 0
        if found[name] is not None and not abs(found[name] - report[name]) <= allowed:
            yield f"{name}: {found[name]} now, {report[name]} in the report"
    for author, score in report["per_author"].items():
        now = found["per_author"].get(author, {"f1": 0.0})["f1"]
        if not abs(now - score["f1"]) <= AUTHOR_TOLERANCE:
            yield f"F1 of {author}: {now} now, {score['f1']} in the report"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both models and say what differs.

    Raises:
        AuthorshipError: the data are not at hand.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=PROJECT / "data", help="folder (default: data)")
    data = parser.parse_args(arguments).data
    if not (data / TEST_FILE).exists():
        raise AuthorshipError(
            f"{data / TEST_FILE} is not there: `python -m train.corpus BOOKS {data}` makes it from books, "
            f"and `python -m train.kaggle {data}` gets the original's, which the reports are not of."
        )
    wrong = []
    for role in ROLES:
        report = json.loads((PROJECT / "models" / role / REPORT_FILE).read_text(encoding="utf-8"))
        found = _measure(PROJECT / "models" / role, data)
        print(role, *(f"{name} {found[name]} ({report[name]})" for name in (*COUNTS, *SHARES)), sep="\n  ")
        wrong += [f"{role}, {line}" for line in differences(report, found)]
    if results_table(PROJECT / "models") not in (PROJECT / "README.md").read_text(encoding="utf-8"):
        wrong.append("The README's table is not what the reports say.")
    print("\n".join(wrong) or "All figures are the reports' and the README's.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(run(main))

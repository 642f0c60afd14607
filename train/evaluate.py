"""`python -m train.evaluate --bundle REF --data CSV [--unknown CSV] [--format table|json]`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import torch

from authorship.commandline import run
from authorship.engines.choice import compile_bundle
from authorship.models.bundle import ModelBundle
from authorship.models.source import locate_bundle, open_bundle
from authorship.text.names import mask_names
from train.config import EvaluateArguments, parse_options
from train.data.csv_files import read_excerpts
from train.evaluation.figures import measure, to_json, to_table, write_report
from train.publishing.tracking import track_evaluation
from train.training.validation import score_excerpts


def _read(file: Path, arguments: EvaluateArguments, bundle: ModelBundle) -> pd.DataFrame:
    frame = read_excerpts(file)
    if arguments.mask_names:
        mask = str(bundle.tokenizer.mask_token)
        frame["text"] = [mask_names(text, mask) for text in frame["text"]]
    return frame


def coverage(bundle: ModelBundle, frame: pd.DataFrame, data: str) -> str:
    """What the figures do not cover: the model's authors who are not in the data, and others' excerpts."""
    known, found = {author.key for author in bundle.authors}, set(frame["writer"])
    said = []
    if known - found:
        held = f"{len(known & found)} of the model's {len(known)} authors"
        said.append(f"{data} holds {held}: macro-F1 is the mean over them alone.")
    if others := sorted(found - known):
        left_out = int((~frame["writer"].isin(known)).sum())
        named = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
        said.append(f"{left_out:,} excerpts by writers unknown to the model are left out: {named}.")
    return " ".join(said)


def evaluate(arguments: EvaluateArguments) -> None:
    """Score the bundle and print its figures; what they do not cover is said on standard error."""
    bundle = open_bundle(arguments.bundle)
    if not torch.accelerator.is_available():
        bundle = compile_bundle(bundle)
    frame = _read(Path(arguments.data), arguments, bundle)
    unknown = _read(Path(arguments.unknown), arguments, bundle) if arguments.unknown else None
    scored = score_excerpts(bundle, frame, progress="excerpts")
    evaluation = measure(bundle, scored, unknown, arguments.bundle, arguments.data)
    if said := coverage(bundle, frame, arguments.data):
        print(said, file=sys.stderr)
    print(to_json(evaluation) if arguments.format == "json" else to_table(evaluation))
    if arguments.report:
        write_report(locate_bundle(arguments.bundle), evaluation)
    if arguments.report_to == "wandb":
        track_evaluation(locate_bundle(arguments.bundle), bundle, scored, evaluation)


def main(argv: Sequence[str] | None = None) -> int:
    """Read the options, and evaluate."""
    evaluate(parse_options(EvaluateArguments, argv))
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

"""`python -m train.evaluate --bundle REF --data CSV [--unknown CSV] [--format table|json]`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from authorship.bundle import ModelBundle
from authorship.commandline import run
from authorship.names import mask_names
from authorship.reference import locate_bundle, open_bundle
from train.config import EvaluateArguments, parse
from train.data import read_excerpts
from train.evaluation import measure, to_json, to_table
from train.report import write_report
from train.tracking import track_evaluation
from train.validation import score_excerpts


def _read(file: Path, arguments: EvaluateArguments, bundle: ModelBundle) -> pd.DataFrame:
    frame = read_excerpts(file)
    if arguments.mask_names:
        mask = str(bundle.tokenizer.mask_token)
        frame["text"] = [mask_names(text, mask) for text in frame["text"]]
    return frame


def main(argv: Sequence[str] | None = None) -> int:

    arguments = parse(EvaluateArguments, argv)
    bundle = open_bundle(arguments.bundle)
    frame = _read(Path(arguments.data), arguments, bundle)
    unknown = _read(Path(arguments.unknown), arguments, bundle) if arguments.unknown else None
    scored = score_excerpts(bundle, frame, progress=True)
    evaluation = measure(bundle, scored, unknown, arguments.bundle, arguments.data)
    print(to_json(evaluation) if arguments.format == "json" else to_table(evaluation))
    if arguments.report:
        write_report(locate_bundle(arguments.bundle), evaluation)
    if arguments.report_to == "wandb":
        track_evaluation(locate_bundle(arguments.bundle), bundle, scored, evaluation)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

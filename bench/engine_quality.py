"""What the fast engine costs in quality.

`python -m bench.engine_quality --data DIR [--bundle REF] [--every N]` scores `test_data.csv` (every Nth
excerpt) with the compiled engine and with plain PyTorch, and prints one JSON object: both macro-F1 over the
authors in the data, the loss, how often the first author differs, and the largest difference of a logit. The
exit status is 1 where the loss is over 0.003.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from tqdm import tqdm

from authorship.commandline import run
from authorship.engines.choice import compile_bundle
from authorship.errors import AuthorshipError
from authorship.models.bundle import ModelBundle
from authorship.models.source import default_reference, open_bundle
from authorship.predict.prediction import predict
from train.data.csv_files import TEST_FILE, read_excerpts

LARGEST_LOSS = 0.003


def logits_of(bundle: ModelBundle, texts: Sequence[str], name: str) -> NDArray[np.float64]:
    """Each text's logits, shape `(texts, labels)`."""
    return np.array([predict(bundle, text).logits for text in tqdm(texts, desc=name)])


def compare_engines(bundle: ModelBundle, texts: Sequence[str], writers: Sequence[str]) -> dict[str, float]:
    """Both engines' scores on the same excerpts.

    Raises:
        AuthorshipError: the bundle cannot be compiled here, so there is nothing to compare.
    """
    compiled = compile_bundle(bundle)
    if compiled.engine is None:
        raise AuthorshipError("The model runs uncompiled here: install openvino to compare the engines.")
    fast = logits_of(compiled, texts, "compiled")
    plain = logits_of(replace(bundle, engine=None), texts, "PyTorch")
    keys = np.array([author.key for author in bundle.authors])
    guesses = [keys[logits.argmax(axis=1)] for logits in (plain, fast)]
    labels = sorted(set(writers))
    before, after = (
        float(f1_score(writers, found, labels=labels, average="macro", zero_division=0)) for found in guesses
    )
    return {
        "excerpts": len(texts),
        "macro_f1_torch": round(before, 5),
        "macro_f1_compiled": round(after, 5),
        "loss": round(before - after, 5),
        "first_author_differs": round(float(np.mean(guesses[0] != guesses[1])), 5),
        "largest_logit_difference": round(float(np.abs(plain - fast).max()), 4),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where the engine costs too much."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine_quality", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--bundle", default=default_reference("student"))
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args(argv)
    bundle = open_bundle(options.bundle)
    frame = read_excerpts(options.data / TEST_FILE)
    frame = frame[frame["writer"].isin({author.key for author in bundle.authors})].iloc[:: options.every]
    figures = compare_engines(bundle, list(frame["text"]), list(frame["writer"]))
    print(json.dumps({"bundle": options.bundle, **figures}))
    return int(figures["loss"] > LARGEST_LOSS)


if __name__ == "__main__":
    sys.exit(run(main))

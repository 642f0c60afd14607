"""How exact explanations of real excerpts are, and whether those that are not are marked.

`python -m bench.explain_error --data CSV [--bundle REF ...] [--excerpts 100] [--seed 0] [--check 10]`
explains excerpts drawn at random from the CSV for the author whom the model names first and prints one JSON
object for each bundle. `relative_error` is of the sum, the completeness error; `error` is what a reader is
told, the larger of that and the estimated error of the words. `over_5_percent_unmarked` must be 0. The first
`--check` excerpts are explained again by 49 nodes in single precision: `true_error` is how far the words were
from that, as a share of the sum of absolute scores, and `true_over_stated` its largest share of the error
stated. The data is only measured on; rules were chosen on works held out of training.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from authorship.commandline import run
from authorship.datamodels import EncodedText
from authorship.encode import encode
from authorship.models.bundle import ModelBundle
from authorship.models.source import default_reference, open_bundle
from authorship.predict.prediction import predict_encoded
from explain.attribution import attribute
from explain.datamodels import CONFIDENT_ERROR, Attribution
from train.data.csv_files import read_excerpts


@dataclass(frozen=True, slots=True)
class Explained:
    """An excerpt with its explanation."""

    encoded: EncodedText
    attribution: Attribution


def _explain(bundle: ModelBundle, texts: Sequence[str]) -> list[Explained]:
    """Each text's explanation for its first author."""
    found = []
    for number, text in enumerate(texts, 1):
        encoded = encode(text, bundle.tokenizer)
        author = predict_encoded(bundle, encoded).top_k(1)[0].author
        found.append(Explained(encoded, attribute(bundle, encoded, author)))
        print(f"\r{number} of {len(texts)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


def true_error(bundle: ModelBundle, one: Explained) -> float:
    """How far the tokens' scores are from those of 49 nodes in single precision."""
    exact = attribute(bundle, one.encoded, one.attribution.author, tolerance=0)
    reference = np.array([token.score for token in exact.tokens])
    scores = np.array([token.score for token in one.attribution.tokens])
    return float(np.abs(scores - reference).sum() / np.abs(reference).sum())


def figures(bundle: ModelBundle, found: Sequence[Explained], check: int) -> dict[str, object]:
    """What is printed of one bundle."""
    attributions = [one.attribution for one in found]
    relative = np.array([attribution.relative_error for attribution in attributions])
    unmarked = [one for one in attributions if one.converged and one.relative_error > CONFIDENT_ERROR]
    true = np.array([true_error(bundle, one) for one in found[:check]])
    stated = np.array([attribution.error for attribution in attributions[:check]])
    nodes = Counter(attribution.n_steps for attribution in attributions)
    return {
        "excerpts": len(found),
        "relative_error_median": float(np.median(relative)),
        "relative_error_90_percent": float(np.quantile(relative, 0.9)),
        "relative_error_max": float(relative.max()),
        "error_median": float(np.median([attribution.error for attribution in attributions])),
        "error_max": max(attribution.error for attribution in attributions),
        "over_1_percent": int((relative > 0.01).sum()),
        "over_5_percent": int((relative > CONFIDENT_ERROR).sum()),
        "over_5_percent_unmarked": len(unmarked),
        "marked_as_not_converged": sum(not attribution.converged for attribution in attributions),
        "nodes": {str(size): count for size, count in sorted(nodes.items())},
        "nodes_mean": float(np.mean([attribution.n_steps for attribution in attributions])),
        "seconds_median": float(np.median([attribution.seconds for attribution in attributions])),
        "checked": len(true),
        "true_error_median": float(np.median(true)) if check else None,
        "true_error_max": float(true.max()) if check else None,
        "true_over_stated": float((true / stated).max()) if check else None,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures of each bundle as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m bench.explain_error", description=__doc__)
    both = [default_reference("student"), default_reference("teacher")]
    parser.add_argument("--data", required=True, type=Path, metavar="CSV")
    parser.add_argument("--bundle", nargs="+", default=both, metavar="REF")
    parser.add_argument("--excerpts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--check", type=int, default=10)
    options = parser.parse_args(argv)
    frame = read_excerpts(options.data)
    chosen = frame.sample(min(options.excerpts, len(frame)), random_state=options.seed)
    for reference in options.bundle:
        bundle = open_bundle(reference)
        found = _explain(bundle, chosen["text"].tolist())
        print(json.dumps({"bundle": reference, **figures(bundle, found, options.check)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

"""How fast an excerpt is explained to 1 %, beside plain Captum and transformers-interpret.

`python -m bench.explain [--bundle REF ...] [--repeats 5] [--text FILE]` explains the project's own pastiches,
cut to 2,500 characters, for the author whom the model names first, and prints a JSON object for each bundle.
Every contender explains the same windows with the same model and threads in turns, so that a noisy machine
disturbs all alike; seconds and ratios are medians, and where others use the machine the processor's seconds
(of all threads) tell more than the clock's. Megabytes are a first run's peak over what the process held
before it measured anything (Linux; one bundle at a time tells most).

transformers-interpret reads one window at a time and cuts nothing, so it is given each window's text; it
explains the probability, the others the logit. It runs unchanged, with its defaults: 50 steps in one batch.
So does Captum, by layer and by input. `error` is the completeness error, the share of the difference between
text and baseline that the scores miss, over all windows by their weight; ours is the larger of that and the
estimated error of the words. `floor` is the time of the matrix products alone that as many gradients of the
whole model need; ours leaves out what a text does not use, and may come close to it or below.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from captum.attr import IntegratedGradients, LayerIntegratedGradients
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers_interpret import SequenceClassificationExplainer

from authorship.commandline import run
from authorship.datamodels import Author, EncodedText, Window
from authorship.encode import encode
from authorship.models.bundle import ModelBundle
from authorship.models.source import default_reference, open_bundle
from authorship.predict.prediction import predict_encoded
from bench.book import memory
from explain.attribution import attribute, attributing
from explain.gradients import masking_id
from page.examples import PASTICHES

EXAMPLES = Path(__file__).parents[1] / "page" / "examples"
CHARACTERS = 2_500
STEPS = 50  # of those who take a number of steps
Contender = Callable[[ModelBundle, EncodedText, Author], float]
Factors = tuple[Tensor, Tensor]


def ours(bundle: ModelBundle, encoded: EncodedText, author: Author) -> float:
    """The larger error of an explanation to 1 %."""
    return attribute(bundle, encoded, author).error


def captum_by_layer(bundle: ModelBundle, encoded: EncodedText, author: Author) -> float:
    """`LayerIntegratedGradients` on the embeddings, window by window; the completeness error."""
    model = bundle.model

    def forward(ids: Tensor) -> Tensor:
        logits: Tensor = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
        return logits

    method = LayerIntegratedGradients(forward, model.get_input_embeddings())
    found = []
    for window in encoded.windows:
        ids, baseline = _ids(bundle, window)
        scores, delta = method.attribute(
            ids, baseline, target=author.label_id, n_steps=STEPS, return_convergence_delta=True
        )
        found.append((float(scores.sum()), float(delta)))
    return _error(encoded, found)


def captum_by_input(bundle: ModelBundle, encoded: EncodedText, author: Author) -> float:
    """`IntegratedGradients` on `inputs_embeds`, window by window; the completeness error."""
    model = bundle.model
    embed = model.get_input_embeddings()

    def forward(vectors: Tensor) -> Tensor:
        present = torch.ones(vectors.shape[:2], dtype=torch.long)
        logits: Tensor = model(inputs_embeds=vectors, attention_mask=present).logits
        return logits

    method = IntegratedGradients(forward)
    found = []
    for window in encoded.windows:
        ids, baseline = _ids(bundle, window)
        scores, delta = method.attribute(
            embed(ids),
            embed(baseline),
            target=author.label_id,
            n_steps=STEPS,
            return_convergence_delta=True,
        )
        found.append((float(scores.sum()), float(delta)))
    return _error(encoded, found)


def transformers_interpret(bundle: ModelBundle, encoded: EncodedText, author: Author) -> float:
    """`SequenceClassificationExplainer` on each window's text, with its defaults; the completeness error."""
    explainer = SequenceClassificationExplainer(bundle.model, bundle.tokenizer)
    found = []
    for window in encoded.windows:
        covered = [span for span in window.offsets if span[0] < span[1]]
        explainer(encoded.text[covered[0][0] : covered[-1][1]], index=author.label_id)
        explained = explainer.attributions
        found.append((float(explained._attributions.sum()), float(explained.delta)))
    return _error(encoded, found)


def _ids(bundle: ModelBundle, window: Window) -> tuple[Tensor, Tensor]:
    """The window's ids and those of its masked baseline, shape `(1, tokens)` each."""
    ids = torch.tensor([window.input_ids])
    return ids, torch.where(torch.tensor([window.special]), ids, masking_id(bundle))


def _error(encoded: EncodedText, found: list[tuple[float, float]]) -> float:
    """Of each window's sum of scores and Captum's delta, which is that sum less the true difference."""
    sums, deltas = np.array(found).T
    shares = np.array(encoded.weights)
    return float(abs(shares @ deltas) / abs(shares @ (sums - deltas)))


CONTENDERS: dict[str, Contender] = {
    "ours": ours,
    "captum_layer": captum_by_layer,
    "captum_input": captum_by_input,
    "transformers_interpret": transformers_interpret,
}


def _measure(bundle: ModelBundle, encoded: EncodedText, author: Author, repeats: int) -> dict[str, float]:
    """Median seconds, error and memory of each, after one round that only warms up."""
    figures: dict[str, float] = {}
    held = memory("VmRSS")
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTENDERS}
    for turn in range(repeats + 1):
        for name, contender in CONTENDERS.items():
            Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
            started, spent = time.perf_counter(), time.process_time()
            figures[f"{name}_error"] = contender(bundle, encoded, author)
            if turn:
                times[name].append((time.perf_counter() - started, time.process_time() - spent))
            else:
                figures[f"{name}_megabytes"] = memory("VmHWM") - held
    return _compare(times) | figures


def _compare(times: dict[str, list[tuple[float, float]]]) -> dict[str, float]:
    """Medians of wall and processor seconds, and how many times ours everyone else's are in one turn."""
    found: dict[str, float] = {}
    for name, own in times.items():
        for kind, unit in enumerate(("seconds", "cpu_seconds")):
            found[f"{name}_{unit}"] = statistics.median(pair[kind] for pair in own)
            ratios = [pair[kind] / ours[kind] for pair, ours in zip(own, times["ours"], strict=True)]
            if name != "ours":
                found[f"{name}_over_ours_{unit}"] = statistics.median(ratios)
    return found


def floor(bundle: ModelBundle, encoded: EncodedText, author: Author, repeats: int) -> dict[str, float]:
    """Nodes, the longest wait for an update, and the bare matrix products of that many nodes."""
    waits, started = [], time.perf_counter()
    for _ in attributing(bundle, encoded, author):
        waits.append(time.perf_counter() - started)
        started = time.perf_counter()
    nodes = attribute(bundle, encoded, author).n_steps
    lengths = [len(window.input_ids) for window in encoded.windows]
    one_pass = products_seconds(bundle.model, lengths, repeats)
    return {
        "nodes": nodes,
        "longest_wait_seconds": max(waits),
        "floor_seconds": nodes * one_pass,
    }


def products_seconds(model: PreTrainedModel, lengths: Sequence[int], repeats: int) -> float:
    """Median seconds of the products of one pass there and back over windows of these lengths."""
    factors = [pair for length in lengths for pair in _factors(model, length)]
    times = []
    with torch.inference_mode():
        for _ in range(repeats + 1):
            started = time.perf_counter()
            for left, right in factors:
                torch.matmul(left, right)
            times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def _factors(model: PreTrainedModel, length: int) -> Iterator[Factors]:
    """Each layer's forward product and its gradient by the input; attention's two and their four."""
    for module in model.modules():
        if isinstance(module, nn.Linear):
            weight = module.weight.detach()
            yield torch.randn(length, module.in_features), weight.T
            yield torch.randn(length, module.out_features), weight
    heads = model.config.num_attention_heads
    size = model.config.hidden_size // heads
    tall = torch.randn(heads, length, size)
    square = torch.randn(heads, length, length)
    for _ in range(model.config.num_hidden_layers):
        yield from [(tall, tall.mT), (square, tall)] * 3


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures of each bundle as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m bench.explain", description=__doc__)
    both = [default_reference("student"), default_reference("teacher")]
    parser.add_argument("--bundle", nargs="+", default=both, metavar="REF")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--text",
        nargs="+",
        type=Path,
        default=[EXAMPLES / f"{name}.txt" for name in sorted(PASTICHES)],
        metavar="FILE",
    )
    options = parser.parse_args(argv)
    text = "\n".join(file.read_text(encoding="utf-8") for file in options.text)[:CHARACTERS]
    for reference in options.bundle:
        bundle = open_bundle(reference)
        encoded = encode(text, bundle.tokenizer)
        author = predict_encoded(bundle, encoded).top_k(1)[0].author
        figures = _measure(bundle, encoded, author, options.repeats)
        figures |= floor(bundle, encoded, author, options.repeats)
        rounded = {name: round(value, 4) for name, value in figures.items()}
        facts = {"bundle": reference, "windows": len(encoded.windows), "threads": torch.get_num_threads()}
        print(json.dumps(facts | rounded), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

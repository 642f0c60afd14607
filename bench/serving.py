"""What a prediction costs, side by side: the original's way, a `transformers` pipeline, ours, the floor.

`python -m bench.serving [--teacher REF] [--student REF] [--repeats N] [--no-large]` reads one excerpt of
2,500 characters at a time with the pair, and with a random pair of the original's size (BERT, 12 and 6
layers, 768 wide), and prints one JSON object a pair: the medians of interleaved repeats in milliseconds,
tokenisation included in all but the floor, and the ratios. `original` is the teacher in float32, cut at 512
tokens and padded to them, gradients tracked. `pipeline` is `text-classification` over the student's weights,
a whole excerpt or as much of it as the model has positions for. `ours` is `predict`, `ours_new_length` so
for a number of tokens that the engine has not met. `torch`, `bfloat16`, `int8` and `openvino`, this in single
precision as units that wait for pairs need it, are other engines for the same windows. `floor` is the bare
matrix products of those windows, weights and attention, in bfloat16 or float32, whichever is faster. Each is
given by the clock and by the processor's time, which tells more on a machine that has other work.
"""

import argparse
import copy
import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertForSequenceClassification, PreTrainedModel, pipeline

from authorship.commandline import run
from authorship.encode import encode
from authorship.engines.choice import compile_bundle
from authorship.engines.engine import TorchEngine
from authorship.engines.openvino import EXAMPLE_TOKENS, OpenVinoEngine
from authorship.models.bundle import ModelBundle, make_bundle
from authorship.models.source import default_reference, open_bundle
from authorship.predict.prediction import predict, predict_encoded
from bench.book import make_book

CHARACTERS, ORIGINAL_TOKENS, EXCERPTS = 2_500, 512, 24
IN_A_ROW = 6
RESTING = 0.3  # seconds; PyTorch's threads spin for less
Work = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Seconds:
    """Seconds of one call by the clock and by all cores together."""

    clock: float
    processor: float


def original(bundle: ModelBundle) -> Work:
    """The original's way: cut and padded to 512, float32, gradients tracked."""
    model = copy.deepcopy(bundle.model).requires_grad_(True)
    padding, end = bundle.tokenizer.pad_token_id or 0, bundle.tokenizer.sep_token_id

    def work(text: str) -> Tensor:
        ids = bundle.tokenizer.backend_tokenizer.encode(text.lower()).ids
        ids = ids if len(ids) <= ORIGINAL_TOKENS else [*ids[: ORIGINAL_TOKENS - 1], end]
        missing = ORIGINAL_TOKENS - len(ids)
        mask = torch.tensor([[1] * len(ids) + [0] * missing])
        padded = torch.tensor([ids + [padding] * missing])
        logits: Tensor = model(input_ids=padded, attention_mask=mask).logits
        return logits

    return work


def piped(bundle: ModelBundle) -> Work:
    """A pipeline as its documentation shows it; cut only where the model has no more positions."""
    classify = pipeline("text-classification", model=bundle.model, tokenizer=bundle.tokenizer, device="cpu")
    cut = bundle.model.config.model_type == "bert"
    return lambda text: classify(text, truncation=cut, max_length=ORIGINAL_TOKENS if cut else None)


def in_bfloat16(bundle: ModelBundle) -> Work:
    """PyTorch's automatic half precision."""

    def work(text: str) -> object:
        with torch.autocast("cpu", torch.bfloat16):
            return predict_encoded(bundle, encode(text, bundle.tokenizer))

    return work


def in_int8(bundle: ModelBundle) -> Work:
    """PyTorch's dynamic quantisation of all linear layers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantize = torch.ao.quantization.quantize_dynamic
        model = quantize(copy.deepcopy(bundle.model), {nn.Linear}, torch.qint8)  # type: ignore[no-untyped-call]
    quantised = replace(bundle, model=model, engine=TorchEngine(model))
    return lambda text: predict(quantised, text)


def in_openvino(bundle: ModelBundle) -> Work:
    """OpenVINO's compiled graph, in single precision."""
    compiled = replace(bundle, engine=OpenVinoEngine(bundle.model, EXAMPLE_TOKENS, single=True))
    return lambda text: predict(compiled, text)


def floor(bundle: ModelBundle, dtype: torch.dtype) -> Work:
    """The products of all layers' weights and of attention with nothing around them."""
    config = bundle.model.config
    named = bundle.model.named_modules()
    layers = [module for name, module in named if isinstance(module, nn.Linear) and ".layer" in name]
    weights = [layer.weight.detach().to(dtype) for layer in layers]
    depth, heads = config.num_hidden_layers, config.num_attention_heads

    def multiply(tokens: int) -> None:
        inputs = {size: torch.ones(tokens, size, dtype=dtype) for size in {w.shape[1] for w in weights}}
        for weight in weights:
            inputs[weight.shape[1]] @ weight.T
        rows = torch.ones(heads, tokens, config.hidden_size // heads, dtype=dtype)
        for _ in range(depth):
            (rows @ rows.transpose(1, 2)) @ rows

    def work(text: str) -> None:
        with torch.inference_mode():
            for length in lengths[text]:
                multiply(length)

    lengths = {text: [len(w.input_ids) for w in encode(text, bundle.tokenizer).windows] for text in TEXTS}
    return work


def ways(teacher: ModelBundle, student: ModelBundle) -> dict[str, Work]:
    """Everything that is measured, by name."""
    plain = replace(student, engine=None)
    compiled = compile_bundle(plain)
    return {
        "original": original(teacher),
        "pipeline": piped(plain),
        "ours": lambda text: predict(compiled, text),
        "torch": lambda text: predict(plain, text),
        "bfloat16": in_bfloat16(plain),
        "int8": in_int8(plain),
        "openvino": in_openvino(plain),
        "floor_bfloat16": floor(plain, torch.bfloat16),
        "floor_float32": floor(plain, torch.float32),
    }


def measured(work: Work, text: str) -> Seconds:
    """One call."""
    clock, processor = time.perf_counter(), time.process_time()
    work(text)
    return Seconds(time.perf_counter() - clock, time.process_time() - processor)


def interleaved(works: dict[str, Work], repeats: int) -> dict[str, list[Seconds]]:
    """Every way on every text once unmeasured, then in turns of a few texts each.

    A turn begins with a text unmeasured: the threads of another way's library spin a while after its work.
    """
    for work in works.values():
        for text in TEXTS:
            work(text)
    found: dict[str, list[Seconds]] = {name: [] for name in works}
    for turn in range(0, repeats, IN_A_ROW):
        for name, work in works.items():
            time.sleep(RESTING)
            work(TEXTS[turn % len(TEXTS)])
            for index in range(turn, min(turn + IN_A_ROW, repeats)):
                found[name].append(measured(work, TEXTS[index % len(TEXTS)]))
    return found


def new_lengths(student: ModelBundle) -> list[Seconds]:
    """Our way where each text has a number of tokens that the engine has not met."""
    compiled = compile_bundle(replace(student, engine=None))
    if compiled.engine is None:
        return []
    seen: set[int] = set()
    found = []
    for cut in range(0, CHARACTERS // 4, 23):
        text = TEXTS[0][: CHARACTERS - cut]
        lengths = {len(window.input_ids) for window in encode(text, student.tokenizer).windows}
        if not lengths & seen:
            found.append(measured(lambda text: predict(compiled, text), text))
        seen |= lengths
    return found


def report(teacher: ModelBundle, student: ModelBundle, repeats: int) -> dict[str, object]:
    """Medians in milliseconds by clock and processor, and what the bars are about."""
    times = interleaved(ways(teacher, student), repeats) | {"ours_new_length": new_lengths(student)}
    figures: dict[str, object] = {}
    for unit in ("clock", "processor"):
        medians = {
            name: statistics.median(getattr(one, unit) for one in found)
            for name, found in times.items()
            if found
        }
        best = min(medians.pop("floor_bfloat16"), medians.pop("floor_float32"))
        ours, medians["floor"] = medians["ours"], best
        figures[f"{unit}_ms"] = {name: round(value * 1e3, 2) for name, value in medians.items()}
        figures[f"{unit}_ratios"] = {
            "original_over_ours": round(medians["original"] / ours, 2),
            "pipeline_over_ours": round(medians["pipeline"] / ours, 2),
            "ours_over_floor": round(ours / best, 2),
        }
    return figures


def random_bert(student: ModelBundle, layers: int) -> ModelBundle:
    """A random model of the original's shape over the pair's tokenizer."""
    vocabulary, labels = len(student.tokenizer), len(student.authors)
    config = BertConfig(vocab_size=vocabulary, num_hidden_layers=layers)
    config.num_labels = labels
    model: PreTrainedModel = BertForSequenceClassification(config)
    tokenizer = copy.deepcopy(student.tokenizer)
    tokenizer.model_max_length = ORIGINAL_TOKENS
    return make_bundle(model, tokenizer, student.authors)


def main(argv: Sequence[str] | None = None) -> int:
    """Print one JSON object a pair."""
    parser = argparse.ArgumentParser(prog="python -m bench.serving", description=__doc__)
    parser.add_argument("--teacher", default=default_reference("teacher"))
    parser.add_argument("--student", default=default_reference("student"))
    parser.add_argument("--repeats", type=int, default=72)
    parser.add_argument("--no-large", action="store_true", help="leave the random pair out")
    options = parser.parse_args(argv)
    teacher, student = open_bundle(options.teacher), open_bundle(options.student)
    figures = report(teacher, student, options.repeats)
    print(json.dumps({"pair": options.student, **about(), **figures}), flush=True)
    if not options.no_large:
        torch.manual_seed(0)
        pair = random_bert(student, 12), random_bert(student, 6)
        print(json.dumps({"pair": "random BERT", **about(), **report(*pair, max(8, options.repeats // 4))}))
    return 0


def about() -> dict[str, int]:
    """What the figures depend on."""
    return {"threads": torch.get_num_threads(), "excerpts": len(TEXTS), "characters": CHARACTERS}


def _texts() -> list[str]:
    """Excerpts that differ in their tokens' number, as visitors' do."""
    book = make_book(CHARACTERS * EXCERPTS, seed=3)
    return [book[start : start + CHARACTERS] for start in range(0, len(book), CHARACTERS)]


TEXTS = _texts()

if __name__ == "__main__":
    sys.exit(run(main))

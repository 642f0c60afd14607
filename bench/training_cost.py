"""What a preset's training should take on a graphics card: `python -m bench.training_cost [--base NAME]`.

Measured here: a few training steps, the share of this processor's own matrix rate that they reach, and what
they hold for the backward pass. Computed from that: minutes at the card's rate on its data sheet times the
same share, which a card seldom reaches, and memory. No card is asked; give the `matrix_share` that the logs
of a training on yours tell as --share.
Without --base the model is random and has the shape of ruBert-base.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForSequenceClassification, BertConfig, PreTrainedModel

from train.config import NAMES, NONE, StudentArguments, TeacherArguments, parse_options
from train.training.encoders import half_depth
from train.training.throughput import matrix_rate, operations_per_token

LABELS, TOKENS, EXCERPTS = 34, 512, 97_000  # of the original's data
TEXT_TOKENS = TOKENS - 2
_ADAM_BYTES = 16  # a weight, its gradient and two moments, in single precision
_READ_BYTES = 4
# Dense products a second with half-precision inputs and single-precision sums, by the makers' data sheets.
CARDS = {"T4": 65e12, "RTX 3090": 71e12, "RTX 4090": 165e12, "A100": 312e12, "H100 SXM": 989e12}


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes kept for the backward pass: whatever the batch, and for each crop."""

    fixed: int
    crop: int


@dataclass(frozen=True, slots=True)
class Job:
    """One preset's stage: what it reads and what that takes."""

    name: str
    tokens: float
    operations: float
    gigabytes: float


def make_model(base: str) -> PreTrainedModel:
    """A random classifier of the base's shape, or of ruBert-base's."""
    config = AutoConfig.from_pretrained(base) if base else BertConfig(vocab_size=120_138)
    config.num_labels = LABELS
    model: PreTrainedModel = AutoModelForSequenceClassification.from_config(config)
    model.train()
    return model


def loss_of(model: nn.Module, crops: int) -> Tensor:
    """The loss of a batch of whole windows, computed as training does with --bf16."""
    ids = torch.full((crops, TOKENS), 10)
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    return nn.functional.cross_entropy(logits.float(), torch.zeros(crops, dtype=torch.long))


def held_bytes(model: nn.Module, crops: int) -> int:
    """What autograd keeps after the forward pass of a batch, the weights themselves left out."""
    weights = {weight.untyped_storage().data_ptr() for weight in model.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = loss_of(model, crops)
    total = sum(kept.values())
    del loss
    return total


def measure_held(model: nn.Module) -> Held:
    """Both parts, from batches of one crop and of two."""
    one, two = held_bytes(model, 1), held_bytes(model, 2)
    return Held(fixed=2 * one - two, crop=two - one)


def measure_share(model: nn.Module, steps: int) -> float:
    """The part of the processor's matrix rate that training steps reach, the best of so many."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
    shares = []
    for _ in range(steps + 1):
        rate = matrix_rate(torch.device("cpu"), torch.bfloat16)
        began = time.perf_counter()
        torch.autograd.backward(loss_of(model, 2))
        optimizer.step()
        optimizer.zero_grad()
        seconds = time.perf_counter() - began
        shares.append(2 * TOKENS * operations_per_token(model, TOKENS) / seconds / rate)
    return max(shares[1:])  # the first step also sets up


def jobs(teacher: PreTrainedModel, student: PreTrainedModel) -> list[Job]:
    """Both stages of each preset."""
    held = {stage: measure_held(model) for stage, model in (("teacher", teacher), ("student", student))}
    made = []
    for name in (preset for preset in NAMES if preset != NONE):
        for stage, model in (("teacher", teacher), ("student", student)):
            options = TeacherArguments if stage == "teacher" else StudentArguments
            arguments = parse_options(options, ["--preset", name, "--use_cpu", "true"])
            crops = (arguments.crops_per_epoch or EXCERPTS) * arguments.num_train_epochs
            operations = operations_per_token(model, TOKENS)
            memory = _ADAM_BYTES * model.num_parameters() + held[stage].fixed
            memory += held[stage].crop * arguments.per_device_train_batch_size
            if stage == "student":  # its teacher reads along: a third of what learning takes
                operations += operations_per_token(teacher, TOKENS) / 3
                memory += _READ_BYTES * teacher.num_parameters()
            made.append(Job(f"{name}, {stage}", crops * TOKENS, crops * TOKENS * operations, memory / 1e9))
    return made


def _to_table(made: Sequence[Job], share: float) -> str:
    """Minutes by job and card, and memory."""
    lines = [
        f"| preset, stage | tokens | memory, GB | {' | '.join(CARDS)} |",
        "|---" * (3 + len(CARDS)) + "|",
    ]
    for job in made:
        minutes = [f"{job.operations / (rate * share) / 60:.0f} min" for rate in CARDS.values()]
        lines.append(
            f"| {job.name} | {job.tokens / 1e6:,.0f} M | {job.gigabytes:.1f} | {' | '.join(minutes)} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Print the share measured here and the table, as the README has them."""
    parser = argparse.ArgumentParser(prog="python -m bench.training_cost", description=__doc__)
    parser.add_argument("--base", default="", help="model name or folder whose configuration is taken")
    parser.add_argument("--steps", type=int, default=3, help="training steps to time (default: %(default)s)")
    parser.add_argument("--share", type=float, help="matrix_share of your own card's logs, instead of timing")
    options = parser.parse_args()
    torch.manual_seed(0)
    teacher = make_model(options.base)
    student = half_depth(teacher).train()
    made = jobs(teacher, student)
    share = options.share or measure_share(teacher, options.steps)
    print(f"{teacher.num_parameters():,} parameters; {share:.2f} of the matrix rate\n")
    print(_to_table(made, share))
    return 0


if __name__ == "__main__":
    sys.exit(main())

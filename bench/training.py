"""Tokens of text that a training reads in a second: this project's loop beside the original's.

`python -m bench.training [--layers 4] [--width 256] [--rounds 3]` trains one model of that shape on invented
prose in both ways by turns and prints one JSON line. The original's way: Trainer as it comes, batches of 6
excerpts, cut at 512 tokens or padded to 512, in float32. Ours: `train.teacher`'s loop, batches of 48 crops
that need no padding, in bfloat16 where the hardware has it, compiled on processors. Compiling and the first
steps are not timed.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import (
    ModernBertForSequenceClassification,
    PreTrainedTokenizerFast,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from authorship.encode import window_capacity
from authorship.engines.engine import best_device, has_bfloat16
from bench.memory import WRITERS, write_corpus
from train.config import TeacherArguments
from train.data.csv_files import read_excerpts, stream_works
from train.teacher import TeacherTrainer
from train.training.crops import CropCollator, CropOptions, RandomCrops
from train.training.encoders import small_encoder_config
from train.training.tokenizer import train_tokenizer
from train.training.tokens import tokenise

EXCERPTS, WINDOW, ORIGINAL_WINDOW = 600, 256, 512
WARM_UP = 2
QUIET: dict[str, Any] = {
    "save_strategy": "no",
    "report_to": "none",
    "disable_tqdm": True,
    "logging_strategy": "no",
    "use_cpu": not torch.cuda.is_available(),
}


class Clock(TrainerCallback):
    """Times the steps of a training but for the first few."""

    def __init__(self) -> None:
        self.began = self.seconds = 0.0

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Start when the memory is allocated and the kernels are chosen."""
        if state.global_step == WARM_UP:
            self.began = now()

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Stop when the device is done."""
        self.seconds = now() - self.began


def now() -> float:
    """The time when the device has nothing left to do."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


def original_rate(
    model: ModernBertForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    texts: Sequence[str],
    steps: int,
    folder: str,
) -> float:
    """Tokens of text a second in batches of 6 padded excerpts, float32."""
    encoded = tokenizer(texts, truncation=True, padding="max_length", max_length=ORIGINAL_WINDOW)
    rows = [
        {"input_ids": ids, "attention_mask": mask, "labels": number % WRITERS}
        for number, (ids, mask) in enumerate(
            zip(encoded["input_ids"], encoded["attention_mask"], strict=True)
        )
    ]
    clock = Clock()
    arguments = TrainingArguments(
        output_dir=folder, per_device_train_batch_size=6, max_steps=WARM_UP + steps, **QUIET
    )
    Trainer(model=model, args=arguments, train_dataset=rows, callbacks=[clock]).train()
    tokens = statistics.mean(sum(row["attention_mask"]) - 2 for row in rows)
    return float(steps * 6 * tokens / clock.seconds)


def our_rate(
    model: ModernBertForSequenceClassification, crops: RandomCrops, steps: int, folder: str
) -> float:
    """Tokens of text a second in batches of 48 crops."""
    clock = Clock()
    arguments = TeacherArguments(
        out=Path(folder),
        max_steps=WARM_UP + steps,
        bf16=has_bfloat16(best_device()),
        compile=best_device().type == "cpu",
        eval_strategy="no",
        load_best_model_at_end=False,
        **QUIET,
    )
    TeacherTrainer(
        args=arguments,
        model=model,
        train_dataset=crops,
        data_collator=CropCollator(crops.tokenizer),
        callbacks=[clock],
    ).train()
    return steps * arguments.train_batch_size * crops.options.length / clock.seconds


def make_crops(folder: Path, tokenizer: PreTrainedTokenizerFast) -> RandomCrops:
    """Crops of the invented works, as `train.teacher` cuts them."""
    works = list(tokenise(stream_works(folder / "train_data.csv", folder), tokenizer))
    keys = sorted({work.author for work in works})
    options = CropOptions(window_capacity(tokenizer))
    return RandomCrops(works, tokenizer, {key: label for label, key in enumerate(keys)}, 4800, options)


def main() -> int:
    """Print the median of the rounds for both loops, and the median of their ratios."""
    parser = argparse.ArgumentParser(prog="python -m bench.training", description=__doc__)
    for option, default in (
        ("layers", 4),
        ("width", 256),
        ("vocabulary", 24_000),
        ("rounds", 3),
        ("steps", 6),
    ):
        parser.add_argument(f"--{option}", type=int, default=default)
    options = parser.parse_args()
    rates: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(Path(folder) / "train_data.csv", EXCERPTS)
        texts = list(read_excerpts(Path(folder) / "train_data.csv")["text"])
        tokenizer = train_tokenizer(texts, options.vocabulary, WINDOW)
        config = small_encoder_config(tokenizer, options.layers, options.width)
        config.max_position_embeddings, config.num_labels = ORIGINAL_WINDOW, WRITERS
        crops = make_crops(Path(folder), tokenizer)
        for _ in range(options.rounds):
            model = ModernBertForSequenceClassification(config)
            original = original_rate(model, tokenizer, texts, 4 * options.steps, folder)
            model = ModernBertForSequenceClassification(config)
            rates.append((original, our_rate(model, crops, options.steps, folder)))
    ratios = [ours / original for original, ours in rates]
    figures = {
        "original_tokens_per_second": round(statistics.median(original for original, _ in rates)),
        "tokens_per_second": round(statistics.median(ours for _, ours in rates)),
        "ratio": round(statistics.median(ratios), 2),
        "least_ratio": round(min(ratios), 2),
        "bfloat16": has_bfloat16(best_device()),
        "device": torch.cuda.get_device_name()
        if torch.cuda.is_available()
        else f"{len(os.sched_getaffinity(0))} CPU",
        "layers": options.layers,
        "width": options.width,
    }
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())

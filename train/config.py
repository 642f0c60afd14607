"""The options of the training commands; every field is an option of the same name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from transformers import HfArgumentParser, TrainingArguments

Options = TypeVar("Options")


def parse(options: type[Options], argv: Sequence[str] | None) -> Options:
    """Read a command line into `options`; wrong usage leaves with status 2."""
    parser = HfArgumentParser(cast(Any, options))
    (parsed,) = parser.parse_args_into_dataclasses(None if argv is None else list(argv))
    return cast(Options, parsed)


@dataclass
class StageArguments(TrainingArguments):
    """What every stage of training takes, beside the options of `transformers.TrainingArguments`."""

    data: Path = field(default=Path("data"), metadata={"help": "Folder of train_data.csv."})
    out: Path = field(default=Path("runs"), metadata={"help": "Folder that the result is written to."})
    output_dir: str | None = field(default=None, metadata={"help": "Checkpoints; default OUT/checkpoints."})
    max_minutes: float = field(
        default=0.0, metadata={"help": "Stop after this long, the learning rate ending with it; 0: never."}
    )
    crops_per_epoch: int = field(default=8000, metadata={"help": "Random crops an epoch."})
    token_masking: float = field(default=0.15, metadata={"help": "Share of tokens hidden in training."})
    name_masking: float = field(default=0.3, metadata={"help": "Share of crops whose names are all hidden."})
    balance: float = field(
        default=0.5, metadata={"help": "Authors are drawn by their tokens to this power; 0: all alike."}
    )
    ngrams: Path | None = field(
        default=None, metadata={"help": "ngrams.npz of `train.baselines`, whose scores are taught besides."}
    )
    transfer: float = field(
        default=0.25, metadata={"help": "Share of crops from unlabelled prose, where a model teaches them."}
    )
    validation_excerpts: int = field(default=1500, metadata={"help": "At most so many are scored an epoch."})
    resume: bool = field(default=False, metadata={"help": "Go on from the last checkpoint."})

    per_device_train_batch_size: int = 48
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    dataloader_pin_memory: bool = field(
        default_factory=torch.cuda.is_available, metadata={"help": "As on a graphics card by default."}
    )
    num_train_epochs: float = 10.0
    logging_steps: float = 25
    save_total_limit: int | None = 2
    report_to: str = "none"
    metric_for_best_model: str | None = "macro_f1"
    remove_unused_columns: bool = False

    def __post_init__(self) -> None:
        """Checkpoints go beside the result unless told otherwise."""
        self.output_dir = self.output_dir or str(Path(self.out) / "checkpoints")
        super().__post_init__()  # type: ignore[no-untyped-call]


@dataclass
class PretrainArguments(StageArguments):
    """Masked-language pretraining, with the n-gram model's scores as a second task."""

    layers: int = field(default=4, metadata={"help": "Encoder layers."})
    width: int = field(default=256, metadata={"help": "Hidden size."})
    vocabulary: int = field(default=24_000, metadata={"help": "Word pieces."})
    window: int = field(default=256, metadata={"help": "Tokens a window, special ones included."})
    language_weight: float = field(default=1.0, metadata={"help": "Weight of the masked tokens in the loss."})
    score_weight: float = field(default=1.0, metadata={"help": "Weight of the n-gram scores in the loss."})
    token_masking: float = 0.2
    balance: float = 1.0


@dataclass
class ClassifierArguments(StageArguments):
    """What teacher and student share: an evaluation and a checkpoint every epoch."""

    eval_strategy: str = "epoch"
    save_strategy: str = "epoch"
    load_best_model_at_end: bool = True


@dataclass
class TeacherArguments(ClassifierArguments):
    """Fine-tuning on authors; the best epoch by held-out works is kept."""

    base: str = field(
        default="", metadata={"help": "Model name or folder; without it a small encoder is made."}
    )
    layers: int = field(default=4, metadata={"help": "Encoder layers, without --base."})
    width: int = field(default=256, metadata={"help": "Hidden size, without --base."})
    vocabulary: int = field(default=24_000, metadata={"help": "Word pieces, without --base."})
    window: int = field(default=256, metadata={"help": "Tokens a window, without --base."})
    tokenizer: str = field(
        default="", metadata={"help": "Folder of a tokenizer to take instead of training one."}
    )
    score_weight: float = field(
        default=0.0,
        metadata={"help": "Weight of the n-gram model's verdict beside the label; needs --ngrams."},
    )
    freeze_encoder: bool = field(default=False, metadata={"help": "Train the classifier's head alone."})
    score_temperature: float = field(default=0.2, metadata={"help": "Divides the n-gram model's scores."})


@dataclass
class StudentArguments(ClassifierArguments):
    """Distillation of a teacher into half its layers."""

    teacher: str = field(default="models/teacher", metadata={"help": "The teacher's bundle."})
    start: str = field(
        default="", metadata={"help": "A student's bundle to go on from, instead of the teacher's layers."}
    )
    alpha: float = field(default=0.3, metadata={"help": "Weight of the label's cross-entropy."})
    temperature: float = field(default=2.0, metadata={"help": "Softens teacher's and student's logits."})
    hidden_weight: float = field(default=0.0, metadata={"help": "Weight of the hidden states' distance."})


@dataclass
class BaselineArguments:
    """The n-gram baseline."""

    data: Path = field(default=Path("data"), metadata={"help": "Folder of train_data.csv."})
    out: Path = field(
        default=Path("runs/baselines"), metadata={"help": "Folder that the model is written to."}
    )
    features: int = field(default=150_000, metadata={"help": "Character n-grams."})


@dataclass
class EvaluateArguments:
    """What is scored, and how it is printed."""

    bundle: str = field(
        metadata={"help": "REF: a folder, hub:OWNER/NAME or wandb:ENTITY/PROJECT/NAME:VERSION."}
    )
    data: str = field(metadata={"help": "CSV of labelled excerpts."})
    unknown: str | None = field(default=None, metadata={"help": "CSV of authors the model does not know."})
    format: str = field(default="table", metadata={"help": "How to print.", "choices": ["table", "json"]})
    mask_names: bool = field(default=False, metadata={"help": "Hide proper names first."})
    report: bool = field(default=False, metadata={"help": "Write report.json and the model card too."})

"""The options of the training commands; every field is an option of the same name.

Whole recipes are one option: `--preset` sets what the others start from; each still overrides.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from inspect import get_annotations
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar, cast

import torch
from transformers import HfArgumentParser, TrainingArguments

from train.data.original import BASE
from train.linear.piece_model import PAIRS

Stage = Literal["teacher", "student"]

NONE = "none"
NAMES = (NONE, "original", "best")
_EVERY_EXCERPT = 0  # an epoch reads as many crops as there are excerpts: 97,000 in the original's data

# Every author as often as they wrote, nothing hidden, no prose but the labelled: as the original trained.
_PLAIN: Mapping[str, object] = {
    "crops_per_epoch": _EVERY_EXCERPT,
    "per_device_train_batch_size": 6,
    "learning_rate": 2e-5,  # the original's own is not known
    "token_masking": 0.0,
    "name_masking": 0.0,
    "balance": 1.0,
    "transfer": 0.0,
}
# What the shipped pair's stages gained from, at a pretrained base's rates and batches.
_CAREFUL: Mapping[str, object] = {
    "crops_per_epoch": _EVERY_EXCERPT,
    "per_device_train_batch_size": 48,
    "token_masking": 0.1,
    "name_masking": 0.3,
    "balance": 0.5,
    "transfer": 0.4,
}
_RECIPES: Mapping[tuple[str, str], Mapping[str, object]] = {
    ("teacher", "original"): {**_PLAIN, "base": BASE, "num_train_epochs": 2.0, "pooled_start": False},
    ("student", "original"): {
        **{**_PLAIN, "num_train_epochs": 1.0},
        **{"alpha": 0.5, "temperature": 5.0, "hidden_weight": 0.0},
    },
    ("teacher", "best"): {
        **{**_CAREFUL, "base": BASE, "num_train_epochs": 4.0, "learning_rate": 3e-5},
        **{"score_weight": 0.7, "ngrams": Path("runs/baselines/ngrams.npz"), "layer_decay": 0.8},
    },
    ("student", "best"): {
        **{**_CAREFUL, "num_train_epochs": 8.0, "learning_rate": 5e-5},
        **{"alpha": 0.3, "temperature": 2.0, "hidden_weight": 2.0},
    },
}


def preset_options(stage: Stage, words: Sequence[str]) -> dict[str, object]:
    """What the preset named on a command line sets; a name that is none sets nothing and is refused later."""
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    finder.add_argument("--preset", default=NONE)
    name = finder.parse_known_args(list(words))[0].preset
    recipe = dict(_RECIPES.get((stage, name), {}))
    if recipe and torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False):
        recipe["bf16"] = True
    return recipe


Options = TypeVar("Options")
_OFTEN_SET = "--bf16, --use_cpu, --seed, --gradient_accumulation_steps, --save_steps"


def parse_options(options: type[Options], argv: Sequence[str] | None, **chosen: object) -> Options:
    """Read a command line into `options`; wrong usage leaves with status 2.

    What it leaves open is as `chosen`, else by the preset, else the default.
    """
    parsed, unknown, parser = _parse(options, argv, chosen)
    if unknown:
        parser.error(f"unknown: {' '.join(unknown)}")
    return parsed


def parse_known(
    options: type[Options], argv: Sequence[str] | None, **chosen: object
) -> tuple[Options, list[str]]:
    """As `parse`; returns besides what is not theirs."""
    parsed, unknown, _ = _parse(options, argv, chosen)
    return parsed, unknown


def _parse(
    options: type[Options], argv: Sequence[str] | None, chosen: dict[str, object]
) -> tuple[Options, list[str], argparse.ArgumentParser]:
    words = list(sys.argv[1:] if argv is None else argv)
    parser = HfArgumentParser(cast(Any, options), usage="%(prog)s [OPTION]...", description=options.__doc__)
    if issubclass(options, TrainingArguments):
        _explain(parser, options, everything="--help-all" in words)
    if issubclass(options, ClassifierArguments):
        parser.set_defaults(**preset_options(options.stage, words))
    parser.set_defaults(**chosen)
    parsed, unknown = parser.parse_args_into_dataclasses(words, return_remaining_strings=True)
    return cast(Options, parsed), unknown, parser


def _explain(parser: HfArgumentParser, options: type[TrainingArguments], everything: bool) -> None:
    """Let --help tell the project's options first, then those that it sets, and --help-all every one."""
    parser.epilog = f"Every option of transformers.TrainingArguments works besides: {_OFTEN_SET}; --help-all."
    parser.add_argument("--help-all", action="help", help="List transformers' other options too.")
    lineage = options.__mro__[: options.__mro__.index(TrainingArguments)]
    named = {name for part in lineage for name in get_annotations(part)}
    inherited = TrainingArguments.__dataclass_fields__
    for action in parser._actions:
        if action.dest in inherited:
            action.help = action.help or inherited[action.dest].metadata.get("help")
            if action.dest not in named and not everything:
                action.help = argparse.SUPPRESS
    parser._optionals._group_actions.sort(key=lambda action: action.dest in inherited)


@dataclass
class StageArguments(TrainingArguments):
    """What every stage of training takes, beside the options of `transformers.TrainingArguments`."""

    data: Path = field(default=Path("data"), metadata={"help": "Folder of train_data.csv."})
    out: Path = field(default=Path("runs"), metadata={"help": "Folder that the result is written to."})
    output_dir: str | None = field(default=None, metadata={"help": "Checkpoints; default OUT/checkpoints."})
    max_minutes: float = field(
        default=0.0, metadata={"help": "Stop after this long, the learning rate ending with it; 0: never."}
    )
    piece_minutes: float = field(
        default=0.0, metadata={"help": "Stop this run earlier than --max-minutes, to be gone on with."}
    )
    spent_minutes: float = field(
        default=0.0, metadata={"help": "Of --max-minutes, what earlier runs spent, without their checkpoint."}
    )
    crops_per_epoch: int = field(
        default=8000, metadata={"help": "Random crops an epoch; 0: as many as there are training excerpts."}
    )
    token_masking: float = field(default=0.15, metadata={"help": "Share of tokens hidden in training."})
    name_masking: float = field(default=0.3, metadata={"help": "Share of crops whose names are all hidden."})
    balance: float = field(
        default=0.5, metadata={"help": "Authors are drawn by their tokens to this power; 0: all alike."}
    )
    ngrams: Path | None = field(
        default=None,
        metadata={"help": "Linear model of `train.pieces` or `train.baselines` to learn from."},
    )
    transfer: float = field(
        default=0.25, metadata={"help": "Share of crops from unlabelled prose, where a model teaches them."}
    )
    choices: Path | None = field(
        default=None,
        metadata={"help": "Folder that this stage made before: keep its choices, hold no works out."},
    )
    validation_excerpts: int = field(default=1500, metadata={"help": "At most so many are scored an epoch."})
    calibration_excerpts: int = field(
        default=4000, metadata={"help": "At most so many, of known and of other authors, are calibrated on."}
    )
    resume: bool = field(default=False, metadata={"help": "Go on from the last checkpoint."})
    compile: bool | None = field(
        default=None,
        metadata={"help": "Let PyTorch compile the steps; default: on processors, in trainings long enough."},
    )

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
    # Crops are random by themselves, and in one order on however many processes.
    train_sampling_strategy: str = "sequential"
    # Seconds that other processes wait while the first tokenises or evaluates.
    ddp_timeout: int = 7200

    def __post_init__(self) -> None:
        """Checkpoints go beside the result unless told otherwise.

        transformers would refuse bf16 on a processor that has it, unless told that there is no card.
        """
        self.use_cpu = self.use_cpu or not torch.accelerator.is_available()
        self.output_dir = self.output_dir or str(Path(self.out) / "checkpoints")
        super().__post_init__()  # type: ignore[no-untyped-call]


@dataclass
class PretrainArguments(StageArguments):
    """Masked-language pretraining, with a linear model's scores as a second task."""

    base: str = field(
        default="", metadata={"help": "Folder of an encoder of `train.pretrain` to go on from."}
    )
    layers: int = field(default=4, metadata={"help": "Encoder layers, without --base."})
    width: int = field(default=256, metadata={"help": "Hidden size, without --base."})
    units: int = field(default=0, metadata={"help": "Of a feed-forward layer; 0: four times the width."})
    vocabulary: int = field(default=24_000, metadata={"help": "Word pieces, without --base."})
    window: int = field(default=768, metadata={"help": "Tokens a window, special ones included."})
    tokenizer: str = field(
        default="", metadata={"help": "Folder of a tokenizer to take instead of training one."}
    )
    language_weight: float = field(default=1.0, metadata={"help": "Weight of the masked tokens in the loss."})
    score_weight: float = field(default=1.0, metadata={"help": "Weight of its scores in the loss."})
    verdict_weight: float = field(
        default=0.1, metadata={"help": "Weight of the scores' errors summed over a crop."}
    )
    freeze_embeddings: bool = field(
        default=False, metadata={"help": "Keep what is known of every piece at the start."}
    )
    local_layers: int = field(
        default=1, metadata={"help": "How many of the first layers look at near tokens only, without --base."}
    )
    token_masking: float = 0.2
    balance: float = 1.0


@dataclass
class ClassifierArguments(StageArguments):
    """What teacher and student share: an evaluation and a checkpoint every epoch."""

    stage: ClassVar[Stage]

    preset: str = field(
        default=NONE,
        metadata={"help": "Recipe that the other options' defaults come from.", "choices": list(NAMES)},
    )
    layer_decay: float = field(
        default=1.0, metadata={"help": "Each layer's learning rate is that of the one above times this."}
    )
    eval_strategy: str = "epoch"
    save_strategy: str = "epoch"
    load_best_model_at_end: bool = True


@dataclass
class TeacherArguments(ClassifierArguments):
    """Fine-tuning on authors; the best epoch by held-out works is kept."""

    stage: ClassVar[Stage] = "teacher"

    base: str = field(
        default="", metadata={"help": "Model name or folder; without it a small encoder is made."}
    )
    layers: int = field(default=4, metadata={"help": "Encoder layers, without --base."})
    width: int = field(default=256, metadata={"help": "Hidden size, without --base."})
    units: int = field(default=0, metadata={"help": "Of a feed-forward layer; 0: four times the width."})
    vocabulary: int = field(default=24_000, metadata={"help": "Word pieces, without --base."})
    window: int = field(default=768, metadata={"help": "Tokens a window, without --base."})
    tokenizer: str = field(
        default="", metadata={"help": "Folder of a tokenizer to take instead of training one."}
    )
    score_weight: float = field(
        default=0.0,
        metadata={"help": "Weight of the linear model's verdict beside the label; needs --ngrams."},
    )
    freeze_encoder: bool = field(default=False, metadata={"help": "Train the classifier's head alone."})
    pooled_start: bool = field(
        default=True,
        metadata={
            "help": "Begin a base without a head with what the means of its layers tell, in closed form; "
            "BERT's and RoBERTa's kinds."
        },
    )
    start_windows: int = field(
        default=400, metadata={"help": "Windows an author, at most, that such a start is fitted to."}
    )
    start_layers: int = field(
        default=0, metadata={"help": "Layers, at most, of which such a start chooses; 0: all."}
    )
    score_temperature: float = field(default=0.2, metadata={"help": "Divides the linear model's scores."})


@dataclass
class StudentArguments(ClassifierArguments):
    """Distillation of a teacher into half its layers."""

    stage: ClassVar[Stage] = "student"

    teacher: str = field(default="models/teacher", metadata={"help": "The teacher's bundle."})
    start: str = field(
        default="", metadata={"help": "A student's bundle to go on from, instead of the teacher's layers."}
    )
    alpha: float = field(default=0.3, metadata={"help": "Weight of the label's cross-entropy."})
    temperature: float = field(default=2.0, metadata={"help": "Softens teacher's and student's logits."})
    freeze: list[str] = field(
        default_factory=list,
        metadata={"help": "Parameters whose names contain one of these stand still, such as embeddings."},
    )
    hidden_weight: float = field(default=0.0, metadata={"help": "Weight of the hidden states' distance."})
    attention_weight: float = field(
        default=0.0, metadata={"help": "Weight of the last layers' attention; slower, for it is spelt out."}
    )


@dataclass
class BaselineArguments:
    """The linear baselines."""

    data: Path = field(default=Path("data"), metadata={"help": "Folder of train_data.csv."})
    out: Path = field(
        default=Path("runs/baselines"), metadata={"help": "Folder that the model is written to."}
    )
    choices: Path | None = field(
        default=None,
        metadata={"help": "Folder that it made before: keep its choices, hold no works out."},
    )
    features: int = field(default=300_000, metadata={"help": "At most so many n-grams, and so many words."})
    test: bool = field(default=True, metadata={"help": "Score test_data.csv too, where it is."})
    compare: bool = field(default=False, metadata={"help": "Score support vectors and Delta besides."})


@dataclass
class PieceArguments:
    """The linear model of word pieces and pairs, and the tokenizer that it shares with the pair to be."""

    data: Path = field(default=Path("data"), metadata={"help": "Folder of train_data.csv."})
    out: Path = field(default=Path("runs/pieces"), metadata={"help": "Folder that both are written to."})
    vocabulary: int = field(default=32_000, metadata={"help": "Word pieces, without --tokenizer."})
    window: int = field(default=768, metadata={"help": "Tokens a window, without --tokenizer."})
    tokenizer: str = field(
        default="", metadata={"help": "Folder of a tokenizer to take instead of training one."}
    )
    choices: Path | None = field(
        default=None,
        metadata={"help": "Folder that it made before: keep its choices, hold no works out."},
    )
    pairs: int = field(default=PAIRS, metadata={"help": "At most so many pairs of pieces."})
    test: bool = field(default=True, metadata={"help": "Score test_data.csv too, where it is."})


@dataclass
class RecipeArguments:
    """All stages of the recipe, in pieces of --max-minutes; other options are given to every stage."""

    data: Path = field(default=Path("data"), metadata={"help": "Folder of train_data.csv."})
    out: Path = field(default=Path("runs/recipe"), metadata={"help": "Folder of all stages."})
    total_minutes: float = field(
        default=0.0,
        metadata={"help": "Of training what is written down, all stages together; set when OUT is begun."},
    )
    max_minutes: float = field(default=0.0, metadata={"help": "Stop this run after so long; 0: go through."})
    choices: Path | None = field(
        default=None,
        metadata={"help": "OUT of an ended recipe: keep its choices, hold no works out."},
    )
    layers: int = field(default=4, metadata={"help": "The teacher's encoder layers."})
    width: int = field(default=256, metadata={"help": "Hidden size."})
    units: int = field(default=2048, metadata={"help": "Of a feed-forward layer."})
    window: int = field(default=768, metadata={"help": "Tokens a window, special ones included."})
    vocabulary: int = field(default=32_000, metadata={"help": "Word pieces."})
    batch: int = field(default=32, metadata={"help": "Crops a step."})
    crops_per_epoch: int = field(default=6000, metadata={"help": "Random crops an epoch."})
    language_weight: float = field(
        default_factory=lambda: float(torch.cuda.is_available()),
        metadata={"help": "Weight of masked-language pretraining: 1 on a graphics card, else 0."},
    )


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
    report_to: str = field(
        default="none",
        metadata={"help": "Log figures and bundle there besides.", "choices": ["none", "wandb"]},
    )


@dataclass
class CohortArguments:
    """What the cohort is fitted to, how its limits are chosen, and the models that get it."""

    data: Path = field(metadata={"help": "Folder of train_data.csv and unlabelled_data.csv."})
    held_out: list[Path] = field(
        metadata={"help": "The same models trained without the held-out works, which choose the limits."}
    )
    out: list[Path] = field(metadata={"help": "The models' folders, in the order of --held-out."})


@dataclass
class SameHandArguments:
    """What the comparison of two texts is fitted to, and the model that gets it."""

    data: Path = field(metadata={"help": "Folder of train_data.csv and unlabelled_data.csv."})
    out: Path = field(metadata={"help": "A model's folder, with a cohort."})
    years: Path | None = field(
        default=None,
        metadata={"help": "Table of author, title, year: pairs by two authors are then of one time."},
    )


@dataclass
class JudgeArguments:
    """What the judge of texts is fitted to, and the models that get it."""

    data: str = field(
        metadata={"help": "Folder of train_data.csv and, where there is one, unlabelled_data.csv."}
    )
    negatives: str = field(
        metadata={"help": "Folder of KIND/SOURCE/NAME.txt, texts that are no period prose."}
    )
    out: list[str] = field(metadata={"help": "The models' folders."})
    seed: int = field(default=0, metadata={"help": "Of the crops."})


@dataclass
class WorksArguments:
    """Whose works a text is compared with, how the comparison is chosen, and the models that get it."""

    data: Path = field(metadata={"help": "Folder of train_data.csv and test_data.csv."})
    out: list[Path] = field(metadata={"help": "The models' folders."})
    held_out: list[Path] = field(
        default_factory=list,
        metadata={"help": "The same models trained without the held-out works, which choose the comparison."},
    )
    measure_only: bool = field(default=False, metadata={"help": "Measure on test_data.csv, write nothing."})

"""The stages of the recipe: what each trains, in which share of the minutes, with which options."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from authorship.arithmetic import best_device, has_bfloat16
from train import pretrain, student, teacher
from train.config import RecipeArguments
from train.pieces import PIECES

Options = dict[str, object]
# What is written down from the linear model is exact; faster steps blur it.
_RATE: Options = {"learning_rate": 1e-4, "num_train_epochs": 1000}
_MASKING: Options = {"token_masking": 0.03}
_CROPS: Options = {**_MASKING, "name_masking": 0.1, "transfer": 0.4}


@dataclass(frozen=True, slots=True)
class Stage:
    """A training command, its share of all minutes, and its options; by the one named `begun` it goes on."""

    name: str
    command: Callable[[Sequence[str]], int]
    share: float
    begun: str
    options: Options


def stages(arguments: RecipeArguments) -> tuple[Stage, ...]:
    """The stages in order; train/README.md says what each is for."""
    out = Path(arguments.out)
    ngrams = {"ngrams": out / "pieces" / PIECES}
    shape = {name: getattr(arguments, name) for name in ("layers", "width", "units", "window")}
    made = {"tokenizer": out / "pieces", **shape}
    written = {"verdict_weight": 0.2, "freeze_embeddings": not arguments.language_weight}
    pretraining = {"language_weight": arguments.language_weight, "save_strategy": "epoch", **made, **written}
    head = {"base": out / "scores", "score_weight": 1.0, "freeze_encoder": True}
    distil = {"teacher": out / "teacher", "alpha": 0.1, "temperature": 2, "hidden_weight": 2}
    return (
        Stage("scores", pretrain.main, 0.5, "base", _RATE | _MASKING | ngrams | pretraining),
        Stage("teacher", teacher.main, 0.0, "base", _RATE | ngrams | _CROPS | head),
        Stage("student", student.main, 0.5, "start", _RATE | distil | _CROPS),
    )


def shared_options(arguments: RecipeArguments) -> Options:
    """What every stage is given, the fastest arithmetic there is among it."""
    return {
        "data": arguments.data,
        "crops_per_epoch": arguments.crops_per_epoch,
        "per_device_train_batch_size": arguments.batch,
        "save_total_limit": 1,
        "bf16": has_bfloat16(best_device()),
        "resume": True,
    }

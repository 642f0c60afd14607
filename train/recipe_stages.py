"""The stages of the recipe: what each trains, in which share of the minutes, with which options."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from train import pretrain, student, teacher
from train.arithmetic import has_bfloat16
from train.config import RecipeArguments

Options = dict[str, object]
_MASKING: Options = {"token_masking": 0.1}
_CROPS: Options = {**_MASKING, "name_masking": 0.3, "transfer": 0.4}


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
    ngrams = {"ngrams": out / "baselines" / "ngrams.npz"}
    made = {key: getattr(arguments, key) for key in ("layers", "width", "vocabulary", "window")}
    pretraining = {"language_weight": arguments.language_weight, "save_strategy": "epoch", **made}
    soft = {"score_temperature": 1, **ngrams, **_CROPS}
    head = {"base": out / "scores", "score_weight": 0.95, "freeze_encoder": True}
    distil = {"teacher": out / "teacher", "alpha": 0.1, "temperature": 2, "hidden_weight": 2, **_CROPS}
    return (
        Stage("scores", pretrain.main, 0.6, "base", _rate(2e-3) | _MASKING | ngrams | pretraining),
        Stage("teacher", teacher.main, 0.1, "base", _rate(3e-3) | soft | head),
        Stage("student", student.main, 0.3, "start", _rate(7e-4) | distil),
    )


def _rate(value: float) -> Options:
    return {"learning_rate": value}


def shared_options(arguments: RecipeArguments) -> Options:
    """What every stage is given: as many epochs as the minutes hold, and the fastest arithmetic there is."""
    return {
        "data": arguments.data,
        "num_train_epochs": 1000,
        "crops_per_epoch": arguments.crops_per_epoch,
        "per_device_train_batch_size": arguments.batch,
        "save_total_limit": 1,
        "bf16": has_bfloat16(),
        "resume": True,
    }

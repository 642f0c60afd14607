"""Choices made on held-out works, kept by a later fit to all works.

More works are worth more than most choices (`train/README.md` has the figures).
"""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from authorship.models.calibration import CALIBRATION_FILE, Calibration
from train.data.csv_files import TRAIN_FILE, excerpt_index
from train.data.sources import DataError
from train.data.split import held_out_works

CHOICES_FILE = "choices.json"


class HoldsOut(Protocol):
    """The options of a stage that may hold works out."""

    data: Path
    choices: Path | None


@dataclass(frozen=True, slots=True)
class Choices:
    """How much what is said counts beside the intercepts, and what divides a linear model's margins.

    `depth` is how many layers of a pretrained base are kept, `ridge` what is added to their covariance.
    """

    scale: float
    temperature: float = 1.0
    depth: int = 0
    ridge: float = 0.0

    def save(self, folder: Path) -> None:
        """Write `choices.json` into `folder`, which is made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CHOICES_FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Choices":
        """Read what an earlier stage chose.

        Raises:
            DataError: the stage chose nothing, or there is none.
        """
        file = folder / CHOICES_FILE
        if not file.is_file():
            raise DataError(f"{file} is missing: name what `train.recipe` made with works held out.")
        return cls(**json.loads(file.read_text(encoding="utf-8")))


def held_out(options: HoldsOut) -> frozenset[tuple[str, str]]:
    """The works that a stage does not learn from: none where its choices are made already.

    Raises:
        DataError: nothing was chosen in the folder of the choices.
    """
    if options.choices:
        folder = Path(options.choices)
        if not any(file.name in (CHOICES_FILE, CALIBRATION_FILE) for file in folder.rglob("*.json")):
            raise DataError(f"{folder} holds no choices: name what was made with works held out.")
        return frozenset()
    return held_out_works(excerpt_index(Path(options.data) / TRAIN_FILE))


def chosen_calibration(folder: Path) -> Calibration:
    """How an earlier stage was calibrated on works that were held out.

    Raises:
        DataError: it was not.
    """
    calibration = Calibration.load(folder)
    if not calibration.chosen:
        raise DataError(f"{folder} is not calibrated: name what was trained with works held out.")
    return calibration


def carry_choices(recipe: Path, folder: Path) -> None:
    """Copy what the stages of the folder `recipe` chose, and its tokenizer, to `folder`, all at once.

    Raises:
        DataError: the recipe has not ended, or could hold no works out.
    """
    needed = [
        recipe / "pieces" / CHOICES_FILE,
        *(recipe / r / CALIBRATION_FILE for r in ("teacher", "student")),
    ]
    if missing := [str(file) for file in needed if not file.is_file()]:
        raise DataError(
            f"{recipe} holds no choices, for want of {', '.join(missing)}: name the OUT of an ended "
            "`train.recipe` that could hold works out."
        )
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    for name in (CHOICES_FILE, CALIBRATION_FILE, "tokenizer*.json"):
        for file in sorted(recipe.glob(f"*/{name}")):
            if file.parent.name == "pieces" or not name.startswith("tokenizer"):
                copied = part / file.relative_to(recipe)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copied)
    part.rename(folder)

"""A preset sets where the options start from; what is said on the command line still holds."""

from pathlib import Path

import pytest

from train.config import NAMES, StudentArguments, TeacherArguments, parse_options
from train.data.csv_files import TRAIN_FILE, excerpt_index
from train.data.original import BASE
from train.training.stage import epoch_size

QUIET = ["--use_cpu", "true"]


def teacher(*words: str) -> TeacherArguments:
    return parse_options(TeacherArguments, [*QUIET, *words])


def student(*words: str) -> StudentArguments:
    return parse_options(StudentArguments, [*QUIET, *words])


def test_the_originals_recipe() -> None:
    first, second = teacher("--preset", "original"), student("--preset", "original")
    assert first.base == BASE and (first.per_device_train_batch_size, first.num_train_epochs) == (6, 2)
    assert (second.alpha, second.temperature, second.num_train_epochs) == (0.5, 5, 1)
    for arguments in (first, second):
        assert arguments.token_masking == arguments.name_masking == arguments.transfer == 0
        assert arguments.load_best_model_at_end and arguments.metric_for_best_model == "macro_f1"


@pytest.mark.parametrize("name", ["original", "best"])
def test_an_epoch_of_a_preset_reads_as_many_crops_as_there_are_excerpts(name: str, data: Path) -> None:
    words = ["--preset", name, "--data", str(data), "--per_device_train_batch_size", "7"]
    excerpts, crops = len(excerpt_index(data / TRAIN_FILE)), epoch_size(teacher(*words))
    assert excerpts <= crops < excerpts + 7 and crops % 7 == 0
    assert epoch_size(teacher(*words, "--crops_per_epoch", "20")) == 21


def test_the_best_recipe_learns_from_the_n_grams() -> None:
    arguments = teacher("--preset=best", "--ngrams", "mine.npz")
    assert arguments.ngrams == Path("mine.npz") and arguments.score_weight == 0.7
    assert student("--preset", "best").hidden_weight == 2


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_overrides_the_preset(name: str) -> None:
    said = ["--learning-rate", "1e-4", "--base", "my/base", "--preset", name, "--num_train_epochs", "7"]
    arguments = teacher(*said, "--per-device-train-batch-size", "3")
    assert (arguments.learning_rate, arguments.base, arguments.num_train_epochs) == (1e-4, "my/base", 7)
    assert arguments.per_device_train_batch_size == 3


def test_without_a_preset_nothing_changes() -> None:
    assert teacher().to_dict() == teacher("--preset", "none").to_dict()
    assert teacher().base == "" and teacher().learning_rate == 1e-3


def test_a_preset_that_is_none_is_wrong_usage(capsys) -> None:
    with pytest.raises(SystemExit) as leaving:
        teacher("--preset", "finest")
    assert leaving.value.code == 2 and "finest" in capsys.readouterr().err

"""The training commands' options explain themselves."""

from pathlib import Path

import pytest
import torch

from train.config import StudentArguments, TeacherArguments, parse_options


@pytest.mark.parametrize(("option", "told"), [("--help", False), ("--help-all", True)])
def test_help_tells_what_matters_and_help_all_the_rest(option: str, told: bool, capsys):
    with pytest.raises(SystemExit) as leaving:
        parse_options(StudentArguments, [option])
    text = capsys.readouterr().out
    assert leaving.value.code == 0
    assert all(name in text for name in ("--alpha", "--max-minutes", "--learning-rate", "--help-all"))
    assert ("--adam-beta1" in text) == told
    assert text.index("--alpha") < text.index("--learning-rate")


def test_an_unknown_option_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as leaving:
        parse_options(StudentArguments, ["--use-cpu", "--alhpa", "0.5"])
    assert leaving.value.code == 2 and "--alhpa" in capsys.readouterr().err
    assert parse_options(StudentArguments, ["--use-cpu", "--adam-beta1", "0.8"]).adam_beta1 == 0.8


def test_bf16_needs_no_word_on_the_processor(tmp_path: Path) -> None:
    arguments = parse_options(TeacherArguments, ["--bf16", "true", "--out", str(tmp_path)])
    assert arguments.bf16 and arguments.use_cpu != torch.accelerator.is_available()

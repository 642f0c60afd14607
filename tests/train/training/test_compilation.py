"""Compiled steps say what plain ones say, and are left where compiling does not pay or does not work."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from tests.train.forked import python
from train.training import compilation
from train.training.compilation import CompiledModels, can_compile, pays

QUICK = [
    *("--use_cpu", "true", "--disable_tqdm", "true", "--logging_steps", "1", "--max_steps", "3"),
    *("--per_device_train_batch_size", "8", "--crops_per_epoch", "24", "--validation_excerpts", "6"),
]
TINY = ["--layers", "2", "--width", "32", "--vocabulary", "200", "--window", "34"]


# Dropout is drawn as it is without compiling, which costs time.
BOTH = f"""
import sys
import torch._inductor.config
torch._inductor.config.fallback_random = True
from train import student, teacher
data, out = sys.argv[1:]
shared = ["--data", data, *{QUICK}]
assert teacher.main([*shared, *{TINY}, "--out", out + "/teacher"]) == 0
for kind, more in (("plain", []), ("fast", ["--compile", "true"])):
    distil = ["--teacher", out + "/teacher", "--hidden_weight", "1", *more]
    assert student.main([*shared, "--out", f"{{out}}/{{kind}}", *distil]) == 0
"""


def arguments(kind: str = "cpu", processes: int = 1, compiled: bool = False) -> SimpleNamespace:
    return SimpleNamespace(device=torch.device(kind), world_size=processes, torch_compile=compiled)


def test_only_long_trainings_of_one_processor_are_compiled():
    assert pays(arguments(), steps=300, minutes=0)
    assert pays(arguments(), steps=300, minutes=10)
    assert not pays(arguments(), steps=299, minutes=0)
    assert not pays(arguments(), steps=300, minutes=9)
    assert not pays(arguments(processes=2), steps=300, minutes=0)
    assert not pays(arguments("cuda"), steps=300, minutes=0)
    assert not pays(arguments(compiled=True), steps=300, minutes=0)


def test_unwanted_and_impossible_compiling_leave_the_model_itself(monkeypatch: pytest.MonkeyPatch):
    model = nn.Linear(2, 2)
    monkeypatch.setattr(compilation, "can_compile", lambda: pytest.fail("asked for nothing"))
    assert CompiledModels(wanted=False)(model) is model
    tried: list[int] = []
    monkeypatch.setattr(compilation, "can_compile", lambda: tried.append(1) or False)
    models = CompiledModels(wanted=True)
    assert models(model) is model and models(model) is model
    assert len(tried) == 1


def test_a_machine_without_a_compiler_is_told_so(monkeypatch: pytest.MonkeyPatch, caplog):
    def broken(function: object) -> object:
        raise RuntimeError("No working C++ compiler found\nand much more")

    monkeypatch.setattr(torch, "compile", broken)
    assert not can_compile()
    assert "No working C++ compiler found" in caplog.text and "much more" not in caplog.text


def losses(folder: Path) -> list[float]:
    """Each step's loss, from the last checkpoint's log."""
    (state,) = folder.glob("checkpoints/checkpoint-3/trainer_state.json")
    log = json.loads(state.read_text(encoding="utf-8"))["log_history"]
    return [entry["loss"] for entry in log if "loss" in entry]


def test_compiled_steps_have_the_losses_of_plain_ones(data: Path, tmp_path: Path):
    """A student's, which compile the teacher too: in a process of their own, for compilers stay in memory."""
    done = python(["-c", BOTH, str(data), str(tmp_path)], tmp_path, os.environ)
    if "Steps are not compiled" in done.stderr:
        pytest.skip("PyTorch finds no C++ compiler")
    assert done.returncode == 0, done.stderr
    assert "Compiling the steps" in done.stderr
    found = losses(tmp_path / "fast")
    assert len(found) == 3 and found == pytest.approx(losses(tmp_path / "plain"), abs=1e-4)

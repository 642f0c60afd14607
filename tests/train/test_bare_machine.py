"""Training is imported where neither the page nor any client of a service is installed."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
IMPORT_ALL = """
import importlib, pkgutil, sys, train
for name in ("gradio", "captum", "wandb", "kaggle"):
    sys.modules[name] = None  # what is None here cannot be imported
names = [module.name for module in pkgutil.walk_packages(train.__path__, "train.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_all_of_training_is_imported_without_the_clients() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) == len(list((PROJECT / "train").rglob("*.py"))) - 1

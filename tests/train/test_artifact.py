"""An artifact is taken whole or not at all, and never as a pickle."""

import builtins
from collections.abc import Callable
from pathlib import Path

import pytest

from authorship.errors import BundleError
from train.artifact import download_artifact, fetch


def writer(*names: str) -> Callable[[str, Path], None]:
    """A download that leaves files with these names."""

    def download(_: str, folder: Path) -> None:
        folder.mkdir()
        for name in names:
            (folder / name).write_text(name)

    return download


def test_safetensors_are_left_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "v1"
    fetch("a/b/c:v1", folder, writer("config.json", "model.safetensors"))
    assert {file.name for file in folder.iterdir()} == {"config.json", "model.safetensors"}
    assert [entry.name for entry in folder.parent.iterdir()] == ["v1"]


@pytest.mark.parametrize(
    ("names", "said"),
    [(["config.json", "pytorch_model.bin"], "pickle"), (["notes.txt"], r"notes\.txt"), ([], "nothing")],
)
def test_anything_else_is_refused_and_the_old_files_stay(names: list[str], said: str, tmp_path: Path) -> None:
    folder = tmp_path / "latest"
    fetch("a/b/c:latest", folder, writer("model.safetensors"))
    with pytest.raises(BundleError, match=said):
        fetch("a/b/c:latest", folder, writer(*names))
    assert [file.name for file in folder.iterdir()] == ["model.safetensors"]


def test_a_missing_wandb_is_answered_with_the_remedy(monkeypatch, tmp_path: Path) -> None:
    original = builtins.__import__

    def without_wandb(name: str, *rest: object, **options: object) -> object:
        if name == "wandb":
            raise ImportError(name)
        return original(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without_wandb)
    with pytest.raises(BundleError, match=r"requirements-train\.txt"):
        download_artifact("a/b/c:v0", tmp_path)

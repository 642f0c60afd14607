"""REF to bundle: a folder, `hub:OWNER/NAME[@REVISION]` or `wandb:ENTITY/PROJECT/ARTIFACT:VERSION`."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from authorship.errors import BundleError

if TYPE_CHECKING:
    from authorship.models.bundle import ModelBundle

Role = Literal["teacher", "student"]

PROJECT = Path(__file__).resolve().parents[2]
FORMS = "a folder, hub:OWNER/NAME[@REVISION] or wandb:ENTITY/PROJECT/ARTIFACT:VERSION"

_HUB = re.compile(r"hub:(?P<repository>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+))?")
_WANDB = re.compile(r"wandb:(?P<path>[\w.-]+/[\w.-]+/[\w.-]+):(?P<version>[\w.-]+)")
_SCHEME = re.compile(r"(hub|wandb):")
# Weights without code, and what the tokenizer needs; pickles are not even downloaded.
HUB_FILES = ["*.safetensors", "*.json", "vocab.txt", "README.md"]


def default_reference(role: Role) -> str:
    """The environment's AUTHORSHIP_TEACHER or AUTHORSHIP_STUDENT, else the shipped bundle's folder."""
    return os.environ.get(f"AUTHORSHIP_{role.upper()}") or str(PROJECT / "models" / role)


def open_bundle(reference: str) -> "ModelBundle":
    """Open the bundle that REF names, downloading it first where it is not a folder.

    Raises:
        BundleError: REF has no known form, cannot be downloaded, or is not a bundle.
    """
    from authorship.models.bundle import load_bundle

    return load_bundle(locate_bundle(reference))


def locate_bundle(reference: str) -> Path:
    """The folder in which the bundle lies, after downloading it if need be.

    Raises:
        BundleError: REF has no known form or cannot be downloaded.
    """
    if match := _HUB.fullmatch(reference):
        return _download_from_hub(match["repository"], match["revision"])
    if match := _WANDB.fullmatch(reference):
        return _download_from_wandb(match["path"], match["version"])
    if _SCHEME.match(reference):
        raise BundleError(f"{reference!r} does not name a model: it must be {FORMS}.")
    return Path(reference).expanduser()


def _download_from_hub(repository: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(repository, revision=revision, allow_patterns=HUB_FILES)
    except Exception as error:  # the client's HTTP library has errors of its own
        name = f"{repository}@{revision}" if revision else repository
        remedy = f"check its name and the connection ({_first_line(error)})"
        raise BundleError(f"{name} cannot be had from the Hugging Face hub: {remedy}.") from error
    return Path(folder)


def _download_from_wandb(path: str, version: str) -> Path:
    """A numbered version never changes, so it is downloaded once; `latest` and the like every time."""
    folder = _cache() / "wandb" / path / version
    if not (re.fullmatch(r"v\d+", version) and (folder / "config.json").is_file()):
        _run_artifact(f"{path}:{version}", folder)
    return folder


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "whose-prose"


def _run_artifact(artifact: str, folder: Path) -> None:
    """wandb belongs to training, so a process of its own asks it; the page needs no wandb installed."""
    command = [sys.executable, "-m", "train.artifact", artifact, str(folder)]
    if base := os.environ.get("AUTHORSHIP_BASE"):
        command += ["--tokenizer", str(Path(base).resolve()) if Path(base).is_dir() else base]
    done = subprocess.run(command, cwd=PROJECT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"the download ended with status {done.returncode}"]
        reason = next((line for line in reversed(lines) if line.startswith("error: ")), lines[-1])
        raise BundleError(f"wandb:{artifact} cannot be had: {reason.removeprefix('error: ')}")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)

"""`python -m train.artifact ENTITY/PROJECT/ARTIFACT:VERSION FOLDER`: a bundle from Weights & Biases."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from authorship.commandline import run
from authorship.errors import BundleError

PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


def fetch(artifact: str, folder: Path, download: Callable[[str, Path], None] | None = None) -> None:
    """Download an artifact that holds safetensors into `folder`, replacing what stands there.

    A download cut short leaves `folder` as it was.

    Raises:
        BundleError: wandb is not installed, the artifact cannot be had, or it holds no bundle.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".part-") as part:
        fresh = Path(part) / "artifact"
        (download or download_artifact)(artifact, fresh)
        check_files(fresh)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)


def check_files(folder: Path) -> None:
    """Refuse a download that `load_bundle` could not open.

    Raises:
        BundleError: there are no safetensors, perhaps a pickle in their place.
    """
    if any(folder.glob("*.safetensors")):
        return
    pickles = sorted(file.name for pattern in PICKLES for file in folder.glob(pattern))
    if pickles:
        raise BundleError(
            f"Its weights are a pickle ({', '.join(pickles)}), which could run code and is never opened: "
            "save them with model.save_pretrained(..., safe_serialization=True) and log that."
        )
    found = ", ".join(sorted(file.name for file in folder.glob("*"))) or "nothing"
    raise BundleError(f"It holds no model.safetensors (but {found}): name an artifact with a model.")


def download_artifact(artifact: str, folder: Path) -> None:
    """Ask the public wandb API; its own chatter goes to standard error.

    Raises:
        BundleError: wandb is not installed or does not give the artifact.
    """
    try:
        import wandb
    except ImportError as error:
        remedy = "pip install -r requirements-train.txt"
        raise BundleError(f"wandb is not installed: {remedy}") from error
    try:
        wandb.Api().artifact(artifact).download(root=str(folder))
    except (wandb.Error, OSError, ValueError) as error:
        raise BundleError(f"Weights & Biases does not give {artifact}: {error}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and download."""
    parser = argparse.ArgumentParser(prog="python -m train.artifact", description=__doc__)
    parser.add_argument("artifact", help="ENTITY/PROJECT/ARTIFACT:VERSION")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    fetch(options.artifact, options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

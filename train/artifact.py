"""`python -m train.artifact ENTITY/PROJECT/ARTIFACT:VERSION FOLDER`: a bundle from Weights & Biases.

A folder in the artifact's place is converted likewise: weights that were published as a pickle without a
tokenizer become a bundle of safetensors, with the tokenizer of their base.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from authorship.commandline import run
from authorship.errors import BundleError
from train.data.original import BASE
from train.publishing.space import is_bundle

Download = Callable[[str, Path], None]


def base_of_weights() -> str:
    """The environment's AUTHORSHIP_BASE, else what the original's published weights were fine-tuned from."""
    return os.environ.get("AUTHORSHIP_BASE") or BASE


def fetch(source: str, folder: Path, base: str, download: Download | None = None) -> None:
    """Make `folder` the bundle that an artifact, or another folder, holds, replacing what stands there.

    A bundle is taken as it is, anything else converted; whatever fails leaves `folder` as it was.

    Raises:
        BundleError: wandb is not installed, the artifact cannot be had, or no bundle can be made of it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".part-") as part:
        received, fresh = Path(part) / "received", Path(part) / "bundle"
        if Path(source).is_dir():
            received = Path(source)
        else:
            (download or download_artifact)(source, received)
        if is_bundle(received):
            shutil.copytree(received, fresh)
        else:
            from train.publishing.conversion import convert

            convert(received, fresh, base)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)


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
    """Read the command line, download, convert."""
    parser = argparse.ArgumentParser(prog="python -m train.artifact", description=__doc__)
    parser.add_argument("source", help="ENTITY/PROJECT/ARTIFACT:VERSION, or a folder of weights")
    parser.add_argument("folder", type=Path, help="where the bundle is written")
    parser.add_argument(
        "--tokenizer",
        default=base_of_weights(),
        help="model, by name or folder, whose tokenizer weights without one take (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    fetch(options.source, options.folder, options.tokenizer)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

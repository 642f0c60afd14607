"""Files of weights, told by what they hold, to one file of safetensors."""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from safetensors.torch import load_file, save_file

from authorship.errors import BundleError
from train.unpickle import unpickle

_SHARD = re.compile(r"-\d{5}-of-\d{5}\.")
_NO_WEIGHTS = ("training_args", "optimizer", "scheduler", "rng_state", "scaler")
_PICKLE_STARTS = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))


def find_weights(source: Path) -> list[Path]:
    """The file of weights, or its shards in order; safetensors before pickles, the largest of several.

    Raises:
        BundleError: there is none.
    """
    files = sorted(file for file in source.rglob("*") if file.is_file() and _may_be_weights(file))
    tensors = [file for file in files if file.suffix == ".safetensors"]
    pickles = [file for file in files if is_pickle(file)]
    candidates = tensors or pickles
    if not candidates:
        found = ", ".join(sorted(file.name for file in source.rglob("*"))) or "nothing"
        raise BundleError(f"It holds no weights (but {found}): name an artifact with a model.")
    largest = max(candidates, key=lambda file: file.stat().st_size)
    shards = [file for file in candidates if _SHARD.search(file.name) and file.parent == largest.parent]
    return shards if largest in shards else [largest]


def _may_be_weights(file: Path) -> bool:
    return not file.name.startswith(_NO_WEIGHTS)


def is_pickle(file: Path) -> bool:
    """Whether a file is a pickle, or what `torch.save` writes since version 1.6, whatever its name."""
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(file) as archive:
        return any(name.rpartition("/")[2] == "data.pkl" for name in archive.namelist())
    with file.open("rb") as stream:
        return stream.read(2) in _PICKLE_STARTS


def to_safetensors(files: Sequence[Path], out: Path) -> None:
    """One file of safetensors; pickles are read in processes of their own."""
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".part-") as part:
        parts = [
            file if file.suffix == ".safetensors" else Path(part) / f"{place}.safetensors"
            for place, file in enumerate(files)
        ]
        for file, converted in zip(files, parts, strict=True):
            if file != converted:
                unpickle(file, converted)
        if len(parts) == 1:
            shutil.copyfile(parts[0], out)
        else:
            state = {name: tensor for file in parts for name, tensor in load_file(file).items()}
            save_file(state, out, metadata={"format": "pt"})

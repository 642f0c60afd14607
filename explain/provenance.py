"""What a result was computed from and with: hashes of text and weights, versions of the software."""

from functools import cache
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path

from authorship.bundle import ModelBundle

_PACKAGES = ("torch", "transformers", "tokenizers", "captum", "numpy")
_WEIGHTS = "*.safetensors"


def text_hash(text: str) -> str:
    """SHA-256 of the text in UTF-8, hexadecimal."""
    return sha256(text.encode()).hexdigest()


def weight_hashes(bundle: ModelBundle) -> dict[str, str]:
    """SHA-256 of each file of weights, as `sha256sum` gives it.

    A model that was never in a folder has the hash of its tensors' bytes in the order of their names.
    """
    name = bundle.model.name_or_path
    files = sorted(Path(name).glob(_WEIGHTS)) if name else []
    if files:
        return {file.name: _file_hash(file, file.stat().st_mtime_ns) for file in files}
    digest = sha256()
    for _, tensor in sorted(bundle.model.state_dict().items()):
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return {"tensors": digest.hexdigest()}


@cache
def _file_hash(file: Path, _: int) -> str:
    """The file's hash; its time of change makes a new training another key."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def software_versions() -> dict[str, str]:
    """Versions of the packages that numbers depend on."""
    return {name: version(name) for name in _PACKAGES}

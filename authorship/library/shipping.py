"""A bundle's files as bytes: how a model reaches an actor on a machine that has no copy of it."""

import json
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from authorship.models.bundle import REPORT_FILE, ModelBundle, load_bundle

_SUFFIXES = (".json", ".safetensors", ".txt")


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of a bundle by its name."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class PackedBundle:
    """All files that a bundle is opened from."""

    files: tuple[PackedFile, ...]

    @property
    def digest(self) -> str:
        """What tells this model's scores from any other's."""
        total = sha256()
        for file in self.files:
            total.update(f"{file.name} {len(file.data)}\n".encode())
            total.update(file.data)
        return total.hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(file.data) for file in self.files)

    @property
    def authors(self) -> frozenset[str]:
        """The keys of the authors it knows."""
        config = next(file.data for file in self.files if file.name == "config.json")
        return frozenset(json.loads(config)["id2label"].values())

    def open(self) -> ModelBundle:
        """Unpack into a temporary folder and open the bundle there.

        Raises:
            BundleError: the files are no bundle.
        """
        with tempfile.TemporaryDirectory(prefix="whose-prose-") as folder:
            for file in self.files:
                Path(folder, file.name).write_bytes(file.data)
            return load_bundle(Path(folder))


def pack_bundle(folder: Path) -> PackedBundle:
    """Read a bundle's folder, once it has proved to be one.

    Raises:
        BundleError: the folder is missing, incomplete or not a classifier.
    """
    load_bundle(folder)
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.suffix in _SUFFIXES)
    return PackedBundle(
        tuple(PackedFile(file.name, file.read_bytes()) for file in files if file.name != REPORT_FILE)
    )

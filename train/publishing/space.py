"""What goes to the Hugging Face Hub: a Space that holds the page and its pair, and each model by itself."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Literal

import yaml
from huggingface_hub import RepoCard, SpaceHardware
from huggingface_hub.constants import SPACES_SDK_TYPES

from authorship.errors import BundleError
from authorship.models.source import HUB_FILES
from train.data.sources import DataError

TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "tokenizer.model", "spm.model", "vocab.json")


def has_tokenizer(folder: Path) -> bool:
    """Whether a tokenizer's own files are there."""
    return any((folder / name).is_file() for name in TOKENIZER_FILES)


def is_bundle(folder: Path) -> bool:
    """Whether `load_bundle` has all it needs, so that nothing is converted."""
    return has_tokenizer(folder) and (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))


Hardware = Literal["zero-gpu", "cpu-basic"]

PROJECT = Path(__file__).resolve().parents[2]
# ZeroGPU runs this one and 3.10.13, which is too old for the page.
ZERO_GPU_PYTHON = "3.12.12"
COLOURS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
LONGEST_DESCRIPTION = 60  # characters


def flat_requirements(file: Path) -> str:
    """A requirements file with the ones it includes in their places: a Space's builder sees this one only."""
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines():
        included = re.fullmatch(r"-r (\S+)", line)
        lines.append(flat_requirements(file.parent / included[1]).rstrip() if included else line)
    return "\n".join(lines) + "\n"


def space_readme(hardware: Hardware, models: list[str]) -> str:
    """The project's README with the head that makes the Hub run it on the hardware."""
    readme = PROJECT / "README.md"
    card = RepoCard(readme.read_text(encoding="utf-8"))
    card.data["models"] = models
    if hardware == "zero-gpu":
        card.data.pop("app_port")
        card.data["sdk"] = "gradio"
        card.data["sdk_version"] = pinned("gradio")
        card.data["python_version"] = ZERO_GPU_PYTHON
        card.data["app_file"] = "app.py"
    check_card(readme, str(card), space=True)
    return str(card)


def pinned(package: str) -> str:
    """The version of a package that the page is pinned to."""
    requirements = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    return str(re.findall(rf"(?m)^{re.escape(package)}==(\S+)", requirements)[0])


def check_card(file: Path, text: str, space: bool = False) -> None:
    """What can be known of a README's head without asking the Hub, which looks at it again.

    Raises:
        DataError: it cannot be read, or a field has a value that the Hub refuses.
    """
    try:
        head: dict[str, Any] = RepoCard(text).data.to_dict()  # type: ignore[no-untyped-call]
    except (ValueError, yaml.YAMLError) as error:
        raise DataError(f"The head of {file} cannot be read: {error}") from error
    wrong = [
        field
        for field, fits in (
            ("sdk", head.get("sdk") in SPACES_SDK_TYPES),
            ("colorFrom", head.get("colorFrom", "red") in COLOURS),
            ("colorTo", head.get("colorTo", "red") in COLOURS),
            ("short_description", len(head.get("short_description", "")) <= LONGEST_DESCRIPTION),
            ("title", bool(head.get("title"))),
        )
        if not fits
    ]
    if space and wrong:
        raise DataError(f"The head of {file} has {', '.join(wrong)} as no Space can have it.")
    if not head:
        raise DataError(f"{file} has no head between lines of ---, which the Hub asks for.")


SOURCES = ("LICENSE", "app.py", "authorship", "docs", "explain", "page", "train")
DOCKER_SOURCES = (".dockerignore", "Dockerfile", "requirements.txt")
FINGERPRINTS = "fingerprints.json"
FLAVOURS: dict[Hardware, SpaceHardware] = {
    "zero-gpu": SpaceHardware.ZERO_A10G,
    "cpu-basic": SpaceHardware.CPU_BASIC,
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A path in a repository on the Hub, and what is written there."""

    path: str
    content: Path | bytes

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository on the Hub and all that goes there; a Space has an SDK and hardware."""

    name: str
    uploads: tuple[Upload, ...]
    sdk: str | None = None
    hardware: SpaceHardware | None = None

    @property
    def kind(self) -> Literal["space", "model"]:
        """The Hub's word for it."""
        return "model" if self.sdk is None else "space"

    def outdated(self, there: Iterable[str]) -> list[str]:
        """Of the paths that are there, those an earlier publication left: old weights would be opened."""
        paths = {upload.path for upload in self.uploads}
        return sorted(path for path in there if path not in paths and self._owns(path))

    def _owns(self, path: str) -> bool:
        if self.kind == "model":
            return any(fnmatch(path, pattern) for pattern in HUB_FILES) and "/" not in path
        return path.split("/")[0] in (*SOURCES, "models")


def plan(space: str, teacher: Path, student: Path, hardware: Hardware) -> tuple[Repository, ...]:
    """The Space `OWNER/NAME`, and `OWNER/NAME-teacher` and `OWNER/NAME-student` for the models.

    Raises:
        BundleError: a folder holds no bundle.
        DataError: a README's head is not what the Hub takes.
    """
    models = tuple(
        Repository(f"{space}-{role}", tuple(bundle_files(folder)))
        for role, folder in (("teacher", teacher), ("student", student))
    )
    for model, folder in zip(models, (teacher, student), strict=True):
        if (folder / "README.md").exists():
            check_card(folder / "README.md", (folder / "README.md").read_text(encoding="utf-8"))
        if not model.uploads:
            raise BundleError(f"{folder} holds no model: name the folder of a bundle.")
    readme = space_readme(hardware, [model.name for model in models])
    uploads = [Upload("README.md", readme.encode()), *_page_files(hardware), *_pair_files(teacher, student)]
    sdk = str(RepoCard(readme).data.get("sdk"))
    return (Repository(space, tuple(uploads), sdk, FLAVOURS[hardware]), *models)


def bundle_files(folder: Path, prefix: str = "") -> Iterator[Upload]:
    """What `hub:OWNER/NAME` downloads, not the checkpoints and logs beside it; none without a bundle."""
    if is_bundle(folder):
        found = {file for pattern in HUB_FILES for file in folder.glob(pattern)}
        yield from (Upload(f"{prefix}{file.name}", file) for file in sorted(found))


def _page_files(hardware: Hardware) -> Iterator[Upload]:
    if hardware == "zero-gpu":
        yield Upload("requirements.txt", flat_requirements(PROJECT / "requirements-zerogpu.txt").encode())
    for source in (*SOURCES, *(DOCKER_SOURCES if hardware == "cpu-basic" else ())):
        place = PROJECT / source
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            name = file.relative_to(place if place.is_dir() else file.parent)
            hidden = place.is_dir() and any(part.startswith((".", "__pycache__")) for part in name.parts)
            if file.is_file() and not hidden and file.suffix != ".pyc":
                yield Upload(file.relative_to(PROJECT).as_posix(), file)


def _pair_files(teacher: Path, student: Path) -> Iterator[Upload]:
    """The pair where the page looks for it, with what was measured on it."""
    yield from bundle_files(teacher, "models/teacher/")
    yield from bundle_files(student, "models/student/")
    for measured in (FINGERPRINTS, "baselines.json"):
        if (file := teacher.resolve().parent / measured).is_file():
            yield Upload(f"models/{measured}", file)

"""The head of a README on the Hugging Face Hub: what makes it run a Space, and what it refuses."""

import re
from pathlib import Path
from typing import Any, Literal

import yaml
from huggingface_hub import RepoCard
from huggingface_hub.constants import SPACES_SDK_TYPES

from train.errors import DataError

Hardware = Literal["zero-gpu", "cpu-basic"]

PROJECT = Path(__file__).resolve().parents[1]
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

"""Three pastiches written for this project: in the manner of an author, no sentence is theirs."""

from pathlib import Path

EXAMPLES = ("gogol", "chekhov", "dostoevsky")


def example(name: str) -> str:
    """The pastiche in the manner of the author named."""
    return (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").strip()

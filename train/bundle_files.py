"""What lies in a bundle's folder, told without opening it."""

from pathlib import Path

TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "tokenizer.model", "spm.model", "vocab.json")


def has_tokenizer(folder: Path) -> bool:
    """Whether a tokenizer's own files are there."""
    return any((folder / name).is_file() for name in TOKENIZER_FILES)


def is_bundle(folder: Path) -> bool:
    """Whether `load_bundle` has all it needs, so that nothing is converted."""
    return has_tokenizer(folder) and (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))

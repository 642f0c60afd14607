"""A model bundle: model, tokenizer, authors and calibration, from a folder."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from authorship.calibration import Calibration
from authorship.datamodels import Author
from authorship.engine import Engine
from authorship.errors import BundleError
from authorship.windows import fit_to_model

AUTHORS_FILE = "authors.json"
REPORT_FILE = "report.json"


@dataclass(frozen=True, slots=True)
class ModelBundle:
    """Everything a prediction needs; the model is in evaluation mode with frozen weights.

    `engine` runs a compiled copy of the model (see `compile_bundle`); without one the model runs itself.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    authors: tuple[Author, ...]
    calibration: Calibration = Calibration()
    engine: Engine | None = None

    def author(self, key: str) -> Author:
        """The author with this key.

        Raises:
            BundleError: the bundle does not know the key.
        """
        for author in self.authors:
            if author.key == key:
                return author
        known = ", ".join(author.key for author in self.authors)
        raise BundleError(f"No author {key!r} in this model; it knows {known}.")


def load_bundle(folder: Path) -> ModelBundle:
    """Open a bundle's folder; only safetensors are read, never a pickle, and no code of the bundle runs.

    Raises:
        BundleError: the folder is missing, incomplete or not a classifier.
    """
    if not (folder / "config.json").is_file():
        raise BundleError(
            f"{folder} is not a model bundle: it has no config.json. "
            "Train one with `python -m train.teacher`, or name another folder."
        )
    try:
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, use_safetensors=True, local_files_only=True, trust_remote_code=False, dtype=torch.float32
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        authors = load_authors(folder, model.config.id2label)
        calibration = Calibration.load(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{folder} cannot be opened as a model bundle: {error}") from error
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise BundleError(f"{folder} has no fast tokenizer (tokenizer.json), which word offsets need.")
    return make_bundle(model, tokenizer, authors, calibration)


def make_bundle(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    authors: Sequence[Author],
    calibration: Calibration | None = None,
) -> ModelBundle:
    """Freeze the model and let the tokenizer neither cut nor pad: windows are made by `encode`."""
    model.eval().requires_grad_(False)
    fit_to_model(tokenizer, model)
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    return ModelBundle(model, tokenizer, tuple(authors), calibration or Calibration())


def load_authors(folder: Path, id2label: dict[int, str]) -> tuple[Author, ...]:
    """The authors in label order, named by `authors.json` where it stands and by their key elsewhere."""
    file = folder / AUTHORS_FILE
    known: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return tuple(_to_author(key, label_id, known.get(key, {})) for label_id, key in sorted(id2label.items()))


def _to_author(key: str, label_id: int, facts: dict[str, Any]) -> Author:
    return Author(
        key=key,
        label_id=label_id,
        name=str(facts.get("name", key)),
        name_en=str(facts.get("name_en", key)),
        born=facts.get("born"),
        died=facts.get("died"),
    )


def save_bundle(bundle: ModelBundle, folder: Path, max_shard_size: str = "15MB") -> None:
    """Write a folder that `transformers` opens by itself, the weights in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    half = {name: tensor.to(torch.float16) for name, tensor in bundle.model.state_dict().items()}
    bundle.model.save_pretrained(folder, state_dict=half, max_shard_size=max_shard_size)
    bundle.tokenizer.save_pretrained(folder)
    bundle.calibration.save(folder)
    facts = {author.key: _to_facts(author) for author in bundle.authors}
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (folder / AUTHORS_FILE).write_text(text + "\n", encoding="utf-8")


def _to_facts(author: Author) -> dict[str, str | int]:
    facts = {"name": author.name, "name_en": author.name_en, "born": author.born, "died": author.died}
    return {key: value for key, value in facts.items() if value is not None}

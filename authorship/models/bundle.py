"""A model bundle: model, tokenizer, authors and calibration, from a folder."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from authorship.datamodels import Author
from authorship.encode import fit_to_model
from authorship.engines.engine import Engine
from authorship.errors import BundleError
from authorship.models.calibration import Calibration
from authorship.models.cohort import Cohort
from authorship.models.known_works import KnownWorks
from authorship.text.judge import Judge

AUTHORS_FILE = "authors.json"
REPORT_FILE = "report.json"
_REMEDY = "Download or train it anew, or name another folder."


@dataclass(frozen=True, slots=True)
class ModelBundle:
    """Everything a prediction needs; the model is in evaluation mode with frozen weights.

    `engine` runs a compiled copy of the model (see `compile_bundle`); without one the model runs itself.
    `judge` tells what is no prose of the kind that the model was made on, `cohort` how typical a text is of
    the author named, `works` which of the works that the model learned from it is nearest to.
    `folder` is where the bundle was opened, None of one made in memory.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    authors: tuple[Author, ...]
    calibration: Calibration = Calibration()
    engine: Engine | None = None
    judge: Judge | None = None
    cohort: Cohort | None = None
    works: KnownWorks | None = None
    folder: Path | None = None

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
        BundleError: the folder is missing, incomplete, damaged or not a classifier, or its weights or its
            calibration hold what is no finite number.
    """
    if not (folder / "config.json").is_file():
        raise BundleError(
            f"{folder} is not a model bundle: it has no config.json. "
            "Train one with `python -m train.teacher`, or name another folder."
        )
    try:
        model = _load_model(folder)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        authors = load_authors(folder, cast(dict[int, str], model.config.id2label))
        calibration, judge = Calibration.load(folder), Judge.load(folder)
        cohort = Cohort.load(folder, [author.key for author in authors])
        works = KnownWorks.load(folder, len(authors))
    except Exception as error:  # transformers, tokenizers and safetensors have errors of their own
        cause = str(error).rstrip(".") or type(error).__name__
        raise BundleError(f"{folder} cannot be opened as a model bundle: {cause}. {_REMEDY}") from error
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise BundleError(f"{folder} has no fast tokenizer (tokenizer.json), which word offsets need.")
    bundle = make_bundle(model, tokenizer, authors, calibration)
    return replace(bundle, folder=folder, judge=judge, cohort=cohort, works=works)


def _load_model(folder: Path) -> PreTrainedModel:
    """The classifier with all of its weights, each a finite number.

    Raises:
        BundleError: some are missing or not finite; the library would make missing ones up at random.
    """
    model: PreTrainedModel
    model, found = AutoModelForSequenceClassification.from_pretrained(
        folder,
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
        dtype=torch.float32,
        output_loading_info=True,
    )
    if missing := sorted(found["missing_keys"]):
        raise BundleError(f"{len(missing)} weights are missing, such as {missing[0]}")
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise BundleError(f"the weights {name} hold what is no finite number")
    return model


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


def load_authors(folder: Path, id2label: Mapping[int, str]) -> tuple[Author, ...]:
    """The authors in label order, named by `authors.json` where it stands and by their key elsewhere.

    Raises:
        BundleError: labels are not numbered from 0 on, two have one key, or a fact is of the wrong type.
        OSError, ValueError: `authors.json` cannot be read, or is no JSON.
    """
    file = folder / AUTHORS_FILE
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if not isinstance(known, dict):
        raise BundleError(f"{AUTHORS_FILE} must be an object with an entry for each author's key")
    if sorted(id2label) != list(range(len(id2label))) or len(set(id2label.values())) != len(id2label):
        raise BundleError("id2label in config.json must number different authors from 0 on")
    return tuple(_to_author(str(key), place, known.get(key, {})) for place, key in sorted(id2label.items()))


def _to_author(key: str, label_id: int, facts: object) -> Author:
    if not isinstance(facts, dict):
        raise BundleError(f"{AUTHORS_FILE}: the entry of {key!r} must be an object")
    for name, kind in (("name", str), ("name_en", str), ("born", int), ("died", int)):
        value = facts.get(name)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise BundleError(f"{AUTHORS_FILE}: {name} of {key!r} is {value!r:.40}")
    return Author(
        key=key,
        label_id=label_id,
        name=facts.get("name") or key,
        name_en=facts.get("name_en") or key,
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
    if bundle.judge:
        bundle.judge.save(folder)
    if bundle.cohort:
        bundle.cohort.save(folder)
    if bundle.works:
        bundle.works.save(folder)
    facts = {author.key: _to_facts(author) for author in bundle.authors}
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (folder / AUTHORS_FILE).write_text(text + "\n", encoding="utf-8")


def _to_facts(author: Author) -> dict[str, str | int]:
    facts = {"name": author.name, "name_en": author.name_en, "born": author.born, "died": author.died}
    return {key: value for key, value in facts.items() if value is not None}

"""Published weights to a bundle: safetensors, a configuration from shapes, names for the labels."""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from tokenizers import normalizers
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    DistilBertConfig,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from authorship.encode import fit_to_model
from authorship.errors import BundleError
from authorship.models.bundle import AUTHORS_FILE
from train.data.original import KEYS, authors_json
from train.publishing.space import has_tokenizer
from train.publishing.unpickle import unpickle
from train.training.tokenizer import as_it_stands

Shapes = Mapping[str, tuple[int, ...]]

_HEAD_WIDTH = 64  # in every published BERT; the weights themselves do not tell the heads apart
_LAYER = re.compile(r"\.layer\.(\d+)\.")
_FAMILIES = ("bert", "distilbert")


def infer_config(shapes: Shapes) -> PreTrainedConfig:
    """The configuration of a BERT or DistilBERT classifier with these weights.

    Raises:
        BundleError: they are another model's, are incomplete, or have no classifier.
    """
    family = next((name for name in _FAMILIES if f"{name}.{_EMBEDDINGS}.weight" in shapes), None)
    if family is None:
        known = ", ".join(sorted(shapes)[:3])
        raise BundleError(
            f"It has no config.json, and its weights ({known}, …) are no BERT's or DistilBERT's: "
            "put the model's config.json beside them."
        )
    labels = _require(shapes, "classifier.weight")[0]
    config = _bert(shapes) if family == "bert" else _distilbert(shapes)
    config.num_labels = labels
    return config


_EMBEDDINGS = "embeddings.word_embeddings"


def _bert(shapes: Shapes) -> BertConfig:
    vocabulary, width = _require(shapes, f"bert.{_EMBEDDINGS}.weight")
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=_layers(shapes),
        num_attention_heads=_heads(width),
        intermediate_size=_require(shapes, "bert.encoder.layer.0.intermediate.dense.weight")[0],
        max_position_embeddings=_require(shapes, "bert.embeddings.position_embeddings.weight")[0],
        type_vocab_size=_require(shapes, "bert.embeddings.token_type_embeddings.weight")[0],
    )


def _distilbert(shapes: Shapes) -> DistilBertConfig:
    vocabulary, width = _require(shapes, f"distilbert.{_EMBEDDINGS}.weight")
    return DistilBertConfig(
        vocab_size=vocabulary,
        dim=width,
        n_layers=_layers(shapes),
        n_heads=_heads(width),
        hidden_dim=_require(shapes, "distilbert.transformer.layer.0.ffn.lin1.weight")[0],
        max_position_embeddings=_require(shapes, "distilbert.embeddings.position_embeddings.weight")[0],
    )


def _require(shapes: Shapes, name: str) -> tuple[int, ...]:
    if name not in shapes:
        raise BundleError(f"Its weights lack {name}: they are not a whole classifier.")
    return shapes[name]


def _layers(shapes: Shapes) -> int:
    found = {int(match[1]) for name in shapes if (match := _LAYER.search(name))}
    if found != set(range(len(found))) or not found:
        raise BundleError(f"Its weights hold the layers {sorted(found)}: some are missing.")
    return len(found)


def _heads(width: int) -> int:
    if width % _HEAD_WIDTH:
        raise BundleError(f"Without config.json the heads of a width of {width} cannot be told: add it.")
    return width // _HEAD_WIDTH


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


WEIGHTS_FILE = "model.safetensors"
_PADDING = 128  # embeddings are padded up to a multiple of this at most


def convert(source: Path, out: Path, base: str) -> None:
    """Make the folder `out` a bundle from the weights in `source`, which stays as it is.

    `base` names the model, on the hub or as a folder, whose tokenizer is taken where `source` has none.

    Raises:
        BundleError: there are no weights, they are refused, or something they need cannot be had.
    """
    files = find_weights(source)
    out.mkdir(parents=True)
    to_safetensors(files, out / WEIGHTS_FILE)
    home = files[0].parent
    _config(home, out).save_pretrained(out)
    model = _check(out)
    tokenizer = _tokenizer(home, base, model)
    tokenizer.save_pretrained(out)
    _name_authors(home, out, model.config)


def _config(home: Path, out: Path) -> PreTrainedConfig:
    """The weights' own configuration, or one told from shapes; 34 labels without names are the original's.

    Raises:
        BundleError: neither can be had.
    """
    config: PreTrainedConfig
    if (home / "config.json").is_file():
        try:
            config = AutoConfig.from_pretrained(home, local_files_only=True, trust_remote_code=False)
        except (OSError, ValueError, KeyError) as error:
            raise BundleError(f"Its config.json cannot be read: {error}") from error
    else:
        config = infer_config(_shapes(out / WEIGHTS_FILE))
    if _labels(config) == tuple(f"LABEL_{label_id}" for label_id in range(len(KEYS))):
        config.id2label = dict(enumerate(KEYS))
        config.label2id = {key: label_id for label_id, key in enumerate(KEYS)}
    return config


def _shapes(file: Path) -> dict[str, tuple[int, ...]]:
    try:
        with safe_open(file, framework="pt") as stored:
            return {name: tuple(stored.get_slice(name).get_shape()) for name in stored.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise BundleError(f"Its safetensors are damaged: {error}") from error


def _labels(config: PreTrainedConfig) -> tuple[str, ...]:
    return tuple(str(name) for _, name in sorted((config.id2label or {}).items()))


def _check(out: Path) -> PreTrainedModel:
    """Open the model, which must find every one of its weights in the file.

    Raises:
        BundleError: some are missing, or of another shape than the configuration says.
    """
    try:
        model, info = AutoModelForSequenceClassification.from_pretrained(
            out, use_safetensors=True, local_files_only=True, output_loading_info=True
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise BundleError(f"Its weights do not fit its configuration: {error}") from error
    if missing := sorted(info["missing_keys"]):
        raise BundleError(f"Its weights lack {', '.join(missing[:4])}: they are not a whole classifier.")
    opened: PreTrainedModel = model
    return opened


def _tokenizer(home: Path, base: str, model: PreTrainedModel) -> PreTrainedTokenizerFast:
    """The tokenizer beside the weights, else the base's, which is made to lower-case as the original did.

    Raises:
        BundleError: it cannot be had, or has not as many pieces as the model has embeddings.
    """
    own = has_tokenizer(home)
    name = str(home) if own else base
    tokenizer = _open_tokenizer(name)
    spare = int(model.config.vocab_size) - len(tokenizer)
    if not 0 <= spare < _PADDING:
        raise BundleError(
            f"The tokenizer of {name} has {len(tokenizer)} pieces, the model {model.config.vocab_size}: "
            "name its own base with --tokenizer or AUTHORSHIP_BASE."
        )
    fit_to_model(tokenizer, model)
    return tokenizer if own else lower_casing(tokenizer)


def _open_tokenizer(name: str) -> PreTrainedTokenizerFast:
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
    except Exception as error:  # the hub client's HTTP library has errors of its own
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise BundleError(
            f"It brings no tokenizer, and that of its base {name} cannot be had ({reason}): connect to the "
            "Hugging Face hub, or name a folder that holds it with --tokenizer or AUTHORSHIP_BASE."
        ) from error
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise BundleError(f"{name} has no fast tokenizer, which word offsets need.")
    return tokenizer


def lower_casing(tokenizer: PreTrainedTokenizerFast) -> PreTrainedTokenizerFast:
    """The tokenizer with lower-casing in front, if it does not lower-case by itself."""
    backend = tokenizer.backend_tokenizer
    own = backend.normalizer
    if own is None:
        backend.normalizer = normalizers.Lowercase()
    elif own.normalize_str("Ж") != "ж":
        backend.normalizer = normalizers.Sequence([normalizers.Lowercase(), own])
    return as_it_stands(tokenizer)


def _name_authors(home: Path, out: Path, config: PreTrainedConfig) -> None:
    if (home / AUTHORS_FILE).is_file():
        shutil.copyfile(home / AUTHORS_FILE, out / AUTHORS_FILE)
    elif _labels(config) == KEYS:
        (out / AUTHORS_FILE).write_text(authors_json(), encoding="utf-8")

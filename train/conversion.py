"""Published weights to a bundle: safetensors, a configuration, names for the labels, the base's tokenizer."""

import shutil
from pathlib import Path

from safetensors import SafetensorError, safe_open
from tokenizers import normalizers
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from authorship.bundle import AUTHORS_FILE
from authorship.errors import BundleError
from authorship.windows import fit_to_model
from train.bundle_files import has_tokenizer
from train.original import KEYS, authors_json
from train.shapes import infer_config
from train.tokenizer import as_it_stands
from train.weights import find_weights, to_safetensors

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

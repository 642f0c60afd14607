"""A configuration from nothing but the names and shapes of the weights."""

import re
from collections.abc import Mapping

from transformers import BertConfig, DistilBertConfig, PreTrainedConfig

from authorship.errors import BundleError

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

"""Models of other kinds compiled: sliding windows of attention, and a plain BERT."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    ModernBertConfig,
    ModernBertForSequenceClassification,
    PreTrainedModel,
)

from authorship.engines.choice import compile_bundle
from authorship.engines.engine import TorchEngine
from authorship.engines.openvino import OpenVinoEngine
from authorship.models.bundle import ModelBundle, make_bundle


def sliding(vocabulary: int) -> PreTrainedModel:
    """Four layers, two of which see eight neighbours only."""
    config = ModernBertConfig(
        vocab_size=vocabulary, hidden_size=32, intermediate_size=48, num_hidden_layers=4,
        num_attention_heads=2, layer_types=["sliding_attention", "full_attention"] * 2, local_attention=8,
        classifier_pooling="mean",
        initializer_range=0.3, num_labels=4, pad_token_id=0, cls_token_id=1, sep_token_id=2, bos_token_id=1,
        eos_token_id=2,
    )  # fmt: skip
    return ModernBertForSequenceClassification(config)


def plain(vocabulary: int) -> PreTrainedModel:
    """Two layers of the original's kind."""
    config = BertConfig(
        vocab_size=vocabulary, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=64, initializer_range=0.3, num_labels=4,
    )  # fmt: skip
    return BertForSequenceClassification(config)


@pytest.mark.parametrize("build", [sliding, plain])
def test_every_length_and_number_of_windows_is_read_as_by_torch(build, tiny_bundle: ModelBundle, caplog):
    torch.manual_seed(0)
    model = build(len(tiny_bundle.tokenizer))
    bundle = compile_bundle(make_bundle(model, tiny_bundle.tokenizer, tiny_bundle.authors))
    assert isinstance(bundle.engine, OpenVinoEngine), caplog.text
    generator = np.random.default_rng(0)
    windows = [generator.integers(3, 60, size) for size in [50, 50, 5, 12, 12, 12, 31, 44, 44, 9]]
    ours = np.array(list(bundle.engine.read(windows)))
    reference = np.array(list(TorchEngine(replace(bundle, engine=None).model).read(windows)))
    scale = np.abs(reference).max()
    np.testing.assert_allclose(ours, reference, atol=0.03 * max(1.0, scale))

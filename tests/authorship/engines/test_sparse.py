"""Models that leave nearly all units inactive are read without them, and say the same."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import ModernBertConfig, ModernBertForSequenceClassification

from authorship.encode import encode
from authorship.engines.choice import compile_bundle
from authorship.engines.engine import Ids, TorchEngine
from authorship.engines.sparse import encoder as sparse
from authorship.engines.sparse import feed_forward as sparse_feed_forward
from authorship.engines.sparse.encoder import SparseEngine, is_sparse
from authorship.engines.sparse.feed_forward import INACTIVE, SparseFeedForward
from authorship.models.bundle import ModelBundle, load_bundle
from page.examples import example

MODELS = Path(__file__).parents[3] / "models"


def make(loudness: float, **options: object) -> ModernBertForSequenceClassification:
    """A random model whose gates spread by about `loudness`."""
    torch.manual_seed(0)
    config = ModernBertConfig(
        vocab_size=60,
        pad_token_id=0,
        hidden_size=32,
        intermediate_size=96,
        num_hidden_layers=3,
        num_attention_heads=4,
        local_attention=8,
        num_labels=4,
        **options,
    )
    model = ModernBertForSequenceClassification(config).eval()
    with torch.no_grad():
        for layer in model.model.layers:
            layer.mlp.Wi.weight[:96].normal_(0, loudness / 32**0.5)
    return model


def windows(*lengths: int) -> list[Ids]:
    generator = np.random.default_rng(0)
    return [generator.integers(5, 60, size=length) for length in lengths]


def logits(engine: SparseEngine | TorchEngine, read: list[Ids]) -> np.ndarray:
    return np.array(list(engine.read(iter(read))))


@pytest.mark.parametrize("rough", [True, False])
@pytest.mark.parametrize("loudness", [0.1, 5, 40])
def test_the_logits_stay_however_many_units_are_heard(loudness: float, rough: bool, monkeypatch):
    monkeypatch.setattr(sparse_feed_forward, "has_int8", lambda: rough)
    model = make(loudness)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    read = windows(1, 7, 40, 40, 40, 300, 2000, 9)
    np.testing.assert_allclose(
        logits(SparseEngine(model), read), logits(TorchEngine(model), read), atol=1e-4, rtol=1e-4
    )
    after = model.state_dict()
    assert all(torch.equal(after[name], weight) for name, weight in before.items())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_memory_goes_back_on_the_way_through_a_library(monkeypatch: pytest.MonkeyPatch):
    told: list[int] = []
    monkeypatch.setattr(sparse, "give_back_memory", lambda: told.append(1))
    monkeypatch.setattr(sparse, "_TIDIED", 3)
    assert len(logits(SparseEngine(make(1)), windows(*range(10, 21)))) == 11
    assert len(told) == 3


def test_only_what_is_heard_is_computed():
    """Gates of -10 weigh nothing, so values there may be anything; those of +10 count in full."""
    layer = make(1).model.layers[0].mlp
    tokens = torch.randn(1, 5, 32)
    tokens[..., 0] = 1
    with torch.no_grad():
        layer.Wi.weight[:96] = 0
        layer.Wi.weight[:96, 0] = 2 * INACTIVE
        layer.Wi.weight[7, 0] = 10
        expected = layer(tokens)
        layer.Wi.weight[96:][torch.arange(96) != 7] = 1e20
        torch.testing.assert_close(SparseFeedForward(layer)(tokens), expected)


def test_random_models_and_other_layers_are_not_sparse(tiny_bundle: ModelBundle):
    read = windows(40)
    assert not is_sparse(make(0.1), read)
    assert not is_sparse(tiny_bundle.model, read)
    inactive = make(0.1)
    _silence(inactive)
    assert is_sparse(inactive, read)
    for options in ({"mlp_bias": True}, {"hidden_activation": "relu"}):
        other = make(0.1, **options)
        _silence(other)
        assert not is_sparse(other, read)


def _silence(model: ModernBertForSequenceClassification) -> None:
    """Let the first embedding, the same for all tokens, keep all units but two inactive."""
    with torch.no_grad():
        for layer in model.model.layers:
            layer.mlp_norm.weight.fill_(0)
            layer.mlp_norm.weight[0] = 1
            layer.mlp.Wi.weight[2:96, 0] = -1e4
        model.model.embeddings.tok_embeddings.weight[:, 0] = 10
        for layer in model.model.layers:
            layer.attn.Wo.weight[0] = 0
            layer.mlp.Wo.weight[0] = 0


@pytest.mark.parametrize("role", ["teacher", "student"])
def test_the_shipped_pair_is_read_by_what_is_heard(role: str):
    bundle = compile_bundle(load_bundle(MODELS / role))
    assert isinstance(bundle.engine, SparseEngine)
    texts = [example("gogol")[:length] for length in (40, 700, 2500)]
    read = [np.array(window.input_ids) for text in texts for window in encode(text, bundle.tokenizer).windows]
    exact = TorchEngine(deepcopy(bundle.model).double())
    ours, reference = logits(bundle.engine, read), logits(exact, read)
    # What units below INACTIVE would add; rounding adds some 0.00008 to logits of 59.
    np.testing.assert_allclose(ours, reference, rtol=0, atol=0.001)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: logits(bundle.engine, read), range(8)):
            np.testing.assert_allclose(found, ours, atol=1e-4)

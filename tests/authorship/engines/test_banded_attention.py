"""Banded attention says what transformers' sliding attention says, at any length and reach."""

import pytest
import torch
from transformers import ModernBertConfig, ModernBertModel

from authorship.engines.sparse.encoder import BandedAttention, with_banded_attention


def make(local_attention: int) -> ModernBertModel:
    torch.manual_seed(0)
    config = ModernBertConfig(
        vocab_size=50,
        pad_token_id=0,
        hidden_size=32,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        local_attention=local_attention,
        layer_types=["sliding_attention", "sliding_attention"],
    )
    return ModernBertModel(config).eval()


@pytest.mark.parametrize("local_attention", [2, 8, 128])
def test_banded_attention_equals_masked_attention(local_attention: int):
    model = make(local_attention)
    banded = with_banded_attention(model)
    assert not any(isinstance(layer.attn, BandedAttention) for layer in model.layers)
    unmasked = {"full_attention": None, "sliding_attention": None}
    for tokens in (1, 2, 31, 32, 33, 64, 300):
        ids = torch.randint(5, 50, (3, tokens))
        with torch.no_grad():
            ours = banded(input_ids=ids, attention_mask=unmasked).last_hidden_state
            torch.testing.assert_close(ours, model(input_ids=ids).last_hidden_state, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_gradients_are_the_same_too(dtype: torch.dtype):
    model = make(8)
    vectors, way = torch.randn(2, 33, 32), torch.randn(2, 33, 32)
    found = []
    for one in (model, with_banded_attention(model)):
        inputs = vectors.clone().requires_grad_()
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype == torch.bfloat16):
            one(inputs_embeds=inputs).last_hidden_state.mul(way).sum().backward()
        found.append(inputs.grad)
    assert found[0].abs().max() > 1
    torch.testing.assert_close(*found, atol=1e-4 if dtype == torch.float32 else 0.1, rtol=0)


def test_gradients_come_after_predictions_of_the_same_length():
    banded = with_banded_attention(make(8))
    ids, vectors = torch.randint(5, 50, (1, 41)), torch.randn(1, 41, 32, requires_grad=True)
    with torch.inference_mode():
        banded(input_ids=ids)
    banded(inputs_embeds=vectors).last_hidden_state[0, 0, 0].backward()
    assert vectors.grad is not None and vectors.grad.abs().max() > 0


def test_a_model_that_looks_everywhere_is_returned_itself():
    model = make(8)
    everywhere = ModernBertModel(
        ModernBertConfig(**model.config.to_dict() | {"layer_types": ["full_attention"] * 2})
    )
    assert with_banded_attention(everywhere) is everywhere
    assert with_banded_attention(model, farthest=3) is model


def test_banding_twice_is_banding_once_and_shares_weights():
    model = make(8)
    banded = with_banded_attention(with_banded_attention(model))
    ids = torch.randint(5, 50, (2, 40))
    with torch.no_grad():
        torch.testing.assert_close(banded(input_ids=ids)[0], model(input_ids=ids)[0], atol=1e-5, rtol=1e-4)
    assert {id(weight) for weight in banded.parameters()} == {id(weight) for weight in model.parameters()}

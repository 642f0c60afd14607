"""Banded attention says what transformers' sliding attention says, at any length and reach."""

import pytest
import torch
from transformers import ModernBertConfig, ModernBertModel

from authorship.banded_attention import BandedAttention
from authorship.mute_parts import copy_sharing_weights


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
    banded = copy_sharing_weights(model)
    for layer in banded.layers:
        layer.attn = BandedAttention(layer.attn)
    unmasked = {"full_attention": None, "sliding_attention": None}
    for tokens in (1, 2, 31, 32, 33, 64, 300):
        ids = torch.randint(5, 50, (3, tokens))
        with torch.no_grad():
            ours = banded(input_ids=ids, attention_mask=unmasked).last_hidden_state
            torch.testing.assert_close(ours, model(input_ids=ids).last_hidden_state, atol=1e-5, rtol=1e-4)

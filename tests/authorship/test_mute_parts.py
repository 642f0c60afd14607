"""Heads and units that weigh nothing are left out: the logits stay, and the model as it was."""

import pytest
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    ModernBertConfig,
    ModernBertForSequenceClassification,
)

from authorship.mute_parts import without_mute_parts

SHAPE = {
    "vocab_size": 50,
    "pad_token_id": 0,
    "hidden_size": 32,
    "intermediate_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
}


def make(**biases: bool) -> ModernBertForSequenceClassification:
    torch.manual_seed(0)
    config = ModernBertConfig(**SHAPE, num_labels=3, **biases)
    return ModernBertForSequenceClassification(config).eval()


def mute(model: ModernBertForSequenceClassification, layer: int, heads: list[int]) -> None:
    with torch.no_grad():
        for head in heads:
            model.model.layers[layer].attn.Wo.weight[:, 8 * head : 8 * head + 8] = 0


@pytest.mark.parametrize("bias", [False, True])
def test_what_is_left_out_is_not_missed(bias: bool):
    model = make(attention_bias=bias)
    mute(model, 0, [1, 3])
    mute(model, 1, [0, 1, 2, 3])
    before = {name: value.clone() for name, value in model.state_dict().items()}
    lean = without_mute_parts(model)
    ids = torch.randint(5, 50, (2, 40))
    with torch.no_grad():
        torch.testing.assert_close(lean(input_ids=ids).logits, model(input_ids=ids).logits)
    assert lean.model.layers[0].attn.Wqkv.out_features == 3 * 16
    assert sum(weight.numel() for weight in lean.parameters()) < sum(w.numel() for w in model.parameters())
    assert lean.model.layers[2].attn.Wo.weight is model.model.layers[2].attn.Wo.weight
    after = model.state_dict()
    assert set(after) == set(before) and all(torch.equal(after[name], before[name]) for name in before)


@pytest.mark.parametrize("bias", [False, True])
def test_units_without_a_task_are_left_out(bias: bool):
    model = make(mlp_bias=bias)
    with torch.no_grad():
        model.model.layers[0].mlp.Wo.weight[:, 7:] = 0
        model.model.layers[1].mlp.Wo.weight.zero_()
    lean = without_mute_parts(model)
    ids = torch.randint(5, 50, (2, 40))
    with torch.no_grad():
        torch.testing.assert_close(lean(input_ids=ids).logits, model(input_ids=ids).logits)
    assert lean.model.layers[0].mlp.Wo.in_features == 7
    assert sum(weight.numel() for weight in lean.model.layers[1].mlp.parameters()) < 32 * 6
    assert lean.model.layers[2].mlp.Wi.weight is model.model.layers[2].mlp.Wi.weight


def test_a_model_without_mute_parts_is_returned_itself():
    model = make()
    assert without_mute_parts(model) is model
    mute(model, 1, [2])
    with torch.no_grad():
        model.model.layers[1].attn.Wo.weight[0, 17] = 1e-6
    assert without_mute_parts(model) is model


def test_other_families_are_returned_themselves():
    model = BertForSequenceClassification(BertConfig(**SHAPE))
    assert without_mute_parts(model) is model

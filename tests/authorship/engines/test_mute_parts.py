"""Heads and units that weigh nothing are left out: the logits stay, and the model as it was."""

import pytest
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    ModernBertConfig,
    ModernBertForSequenceClassification,
)

from authorship.engines.sparse.pruning import without_mute_parts

SHAPE = {
    "vocab_size": 50,
    "pad_token_id": 0,
    "hidden_size": 32,
    "intermediate_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
}


def make(**options: object) -> ModernBertForSequenceClassification:
    torch.manual_seed(0)
    config = ModernBertConfig(**SHAPE, num_labels=3, **options)
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


@pytest.mark.parametrize("kept", [1, 5])
@pytest.mark.parametrize("local_attention", [6, 128])
def test_coordinates_that_weigh_nothing_are_left_out(kept: int, local_attention: int):
    """Of queries some rotary pairs, of keys others, of values some rows, of what reads them some columns."""
    model = make(local_attention=local_attention, layer_types=["sliding_attention"] * 2 + ["full_attention"])
    with torch.no_grad():
        for layer in model.model.layers[1:]:
            queries, keys, values = layer.attn.Wqkv.weight.view(3, 4, 8, 32).unbind()
            queries[:, [0, 3, 4, 7]] = 0
            keys[:, [1, 5]] = 0
            keys[:, 4:] *= torch.rand(4, 4, 1) > 0.5
            values[:, kept + 1 :] = 0
            layer.attn.Wo.weight.view(32, 4, 8)[:, :, :1] = 0
    lean = without_mute_parts(model)
    ids = torch.randint(5, 50, (2, 40))
    present = torch.ones_like(ids)
    present[1, 25:] = 0
    for mask in (None, present):
        with torch.no_grad():
            found, expected = (one(input_ids=ids, attention_mask=mask).logits for one in (lean, model))
        torch.testing.assert_close(found, expected)
    for layer in lean.model.layers[1:]:
        assert layer.attn.Wqkv.out_features == 4 * (2 + 2 + kept) and layer.attn.Wo.in_features == 4 * kept
    assert lean.model.layers[0].attn.Wqkv.weight is model.model.layers[0].attn.Wqkv.weight


def test_gradients_go_through_what_is_left():
    model = make()
    mute(model, 0, [1, 3])
    with torch.no_grad():
        model.model.layers[1].attn.Wqkv.weight.view(3, 4, 8, 32)[2, :, 3:] = 0
    vectors = torch.randn(2, 40, 32)
    found = []
    for one in (model, without_mute_parts(model)):
        inputs = vectors.clone().requires_grad_()
        one(inputs_embeds=inputs).logits.sum().backward()
        found.append(inputs.grad)
    torch.testing.assert_close(*found)


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

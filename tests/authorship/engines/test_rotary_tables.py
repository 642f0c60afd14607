"""Rotary tables that are computed once are those that are computed anew."""

import copy

import torch
from transformers import ModernBertConfig, ModernBertModel

from authorship.engines.sparse.lean_attention import RotaryTables, remember_rotary_tables

SHAPE = {
    "vocab_size": 50,
    "pad_token_id": 0,
    "hidden_size": 32,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
}


def make(kind: str = "default", **options: float) -> ModernBertModel:
    torch.manual_seed(0)
    rotary = {"rope_type": kind, "rope_theta": 100.0, **options}
    layers = {"full_attention": rotary, "sliding_attention": rotary | {"rope_theta": 7.0}}
    config = ModernBertConfig(**SHAPE, num_attention_heads=4, rope_parameters=layers)
    return ModernBertModel(config).eval()


def test_tables_are_the_same_at_any_length_in_any_order():
    model = make()
    remembering = copy.deepcopy(model)
    remember_rotary_tables(remembering)
    assert isinstance(remembering.rotary_emb, RotaryTables)
    for tokens in (5, 1, 1500, 7, 1500):
        ids = torch.randint(5, 50, (2, tokens))
        with torch.inference_mode():
            torch.testing.assert_close(remembering(input_ids=ids)[0], model(input_ids=ids)[0])


def test_layers_of_both_kinds_have_their_own():
    model = make()
    remember_rotary_tables(model)
    positions = torch.arange(9).unsqueeze(0)
    near, far = (
        model.rotary_emb(torch.zeros(1), positions, f"{kind}_attention") for kind in ("sliding", "full")
    )
    assert near[0].shape == far[0].shape == (1, 9, 8)
    assert not torch.equal(near[0], far[0])


def test_frequencies_that_depend_on_the_length_are_computed_anew():
    model = make("dynamic", factor=2.0)
    remember_rotary_tables(model)
    assert not isinstance(model.rotary_emb, RotaryTables)

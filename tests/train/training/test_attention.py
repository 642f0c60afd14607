"""Attention by whole products says what transformers' own says."""

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, ModernBertForSequenceClassification

from train.training.compilation import WHOLE, attend_for_processors
from train.training.encoders import small_encoder_config

TOKENS = 40


def make(family: str, tokenizer) -> BertForSequenceClassification | ModernBertForSequenceClassification:
    torch.manual_seed(0)
    if family == "modernbert":
        return ModernBertForSequenceClassification(small_encoder_config(tokenizer, layers=2, width=64))
    shape = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 96}
    return BertForSequenceClassification(BertConfig(vocab_size=300, **shape))


@pytest.mark.parametrize("family", ["modernbert", "bert"])
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("half", [False, True])
def test_logits_and_gradients_are_the_same(family: str, padded: bool, half: bool, tiny_tokenizer):
    ids, mask = torch.randint(5, len(tiny_tokenizer), (3, TOKENS)), torch.ones(3, TOKENS, dtype=torch.long)
    if padded:
        mask[1, 25:] = mask[2, 3:] = 0
    found = []
    for whole in (False, True):
        model = make(family, tiny_tokenizer).eval()
        if whole:
            attend_for_processors(model)
            assert model.config._attn_implementation == WHOLE
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            logits = model(input_ids=ids, attention_mask=mask).logits
        logits.float().square().sum().backward()
        embeddings = model.get_input_embeddings().weight.grad
        found.append((logits.detach().float(), embeddings))
    for own, wanted in zip(*found, strict=True):
        assert wanted.abs().max() > 0
        nearness = 0.05 if half else 1e-5
        torch.testing.assert_close(own, wanted, rtol=0, atol=nearness * float(wanted.abs().max()))


def test_a_model_that_attends_in_its_own_way_is_left_to_it(tiny_tokenizer):
    model = make("bert", tiny_tokenizer)
    model.set_attn_implementation("eager")
    attend_for_processors(model)
    assert model.config._attn_implementation == "eager"


def test_dropout_falls_on_weights_in_training_alone(tiny_tokenizer):
    model = make("bert", tiny_tokenizer)
    attend_for_processors(model)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    ids = torch.randint(5, 100, (2, TOKENS))
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        trained = [model(input_ids=ids).logits for _ in range(2)]
        model.eval()
        judged = [model(input_ids=ids).logits for _ in range(2)]
    assert torch.equal(*judged)
    assert model.bert.encoder.layer[0].attention.self.dropout.p == 0.0 and torch.equal(*trained)
    for layer in model.bert.encoder.layer:
        layer.attention.self.dropout.p = 0.5
    model.train()
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        trained = [model(input_ids=ids).logits for _ in range(2)]
    assert not torch.equal(*trained)

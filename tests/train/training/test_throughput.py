"""The operations that the logs count are those that PyTorch counts."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import BertConfig, BertForSequenceClassification, ModernBertForSequenceClassification

from train.training.encoders import small_encoder_config
from train.training.throughput import matrix_rate, operations_per_token

CROPS, TOKENS, WIDTH = 4, 96, 128


def models(tokenizer):
    modern = small_encoder_config(tokenizer, layers=3, width=WIDTH)
    bert = BertConfig(
        vocab_size=300, hidden_size=WIDTH, num_hidden_layers=3, num_attention_heads=2, intermediate_size=512
    )
    return [ModernBertForSequenceClassification(modern), BertForSequenceClassification(bert)]


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("learns", [True, False])
def test_operations_are_counted_as_pytorch_counts_them(place: int, learns: bool, tiny_tokenizer):
    model = models(tiny_tokenizer)[place]
    model.set_attn_implementation("eager")
    model.requires_grad_(learns)
    with FlopCounterMode(display=False) as counter:
        logits = model(input_ids=torch.ones(CROPS, TOKENS, dtype=torch.long)).logits
        if learns:
            logits.sum().backward()
    counted = operations_per_token(model, TOKENS) * CROPS * TOKENS
    assert counted == pytest.approx(counter.get_total_flops(), rel=0.03)


def test_the_matrix_rate_is_a_processors():
    assert 1e8 < matrix_rate(torch.device("cpu"), torch.float32) < 1e14

"""A student starts as every other layer of its teacher, whatever the family."""

import pytest
import torch
from transformers import AutoModelForSequenceClassification, BertConfig, ElectraConfig, RobertaConfig

from authorship.models.bundle import ModelBundle
from train.data.sources import DataError
from train.training.encoders import encoder_layers, half_depth

SMALL = {
    "vocab_size": 50,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_attention_heads": 2,
    "num_hidden_layers": 5,
    "num_labels": 3,
}


@pytest.mark.parametrize("config", [BertConfig(**SMALL), RobertaConfig(**SMALL), ElectraConfig(**SMALL)])
def test_alternate_layers(config):
    teacher = AutoModelForSequenceClassification.from_config(config)
    student = half_depth(teacher)
    old, new = encoder_layers(teacher)[1], encoder_layers(student)[1]
    assert len(new) == 3 and student.config.num_hidden_layers == 3
    for place in range(3):
        for name, parameter in new[place].named_parameters():
            assert torch.equal(parameter, old[2 * place].get_parameter(name))
    assert torch.equal(student.get_input_embeddings().weight, teacher.get_input_embeddings().weight)


def test_the_copy_is_the_students_own(tiny_bundle: ModelBundle):
    before = encoder_layers(tiny_bundle.model)[1][0].mlp.Wo.weight.clone()
    student = half_depth(tiny_bundle.model)
    with torch.no_grad():
        encoder_layers(student)[1][0].mlp.Wo.weight.zero_()
    assert torch.equal(encoder_layers(tiny_bundle.model)[1][0].mlp.Wo.weight, before)
    assert student.config.layer_types == ["full_attention"]


def test_one_layer_cannot_be_halved(tiny_student: ModelBundle):
    with pytest.raises(DataError, match="1 layer"):
        half_depth(tiny_student.model)

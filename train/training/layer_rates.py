"""Learning rates by layer: what stands nearer to the text moves less (Howard and Ruder 2018, 1801.06146)."""

from collections.abc import Collection
from typing import Any

from torch import nn
from transformers import PreTrainedModel

from train.training.student_init import encoder_layers


def layer_groups(
    model: PreTrainedModel, rate: float, factor: float, decaying: Collection[str], weight_decay: float
) -> list[dict[str, Any]]:
    """An optimizer's groups of parameters: `rate` for the head, times `factor` for each layer further down.

    Embeddings stand one below the first layer. Parameters named in `decaying` have the weight decay, as in
    the Trainer's own two groups; those without a gradient are left out.

    Raises:
        DataError: the model has no list of encoder layers.
    """
    groups: dict[tuple[int, bool], list[nn.Parameter]] = {}
    heights = _heights(model)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((heights[name], name in decaying), []).append(parameter)
    top = int(model.config.num_hidden_layers) + 1
    return [
        {
            "params": parameters,
            "lr": rate * factor ** (top - height),
            "weight_decay": weight_decay if decays else 0.0,
        }
        for (height, decays), parameters in sorted(groups.items(), key=lambda group: group[0])
    ]


def _heights(model: PreTrainedModel) -> dict[str, int]:
    """Each parameter's height by name: 0 the embeddings, 1 to n the layers, n + 1 all outside the encoder.

    Of what stands in the base model beside its layers, only names after the layers' own, as a pooler or a
    last norm, count as the head's.
    """
    path, layers = encoder_layers(model)
    base = f"{model.base_model_prefix}."
    heights, passed = {}, False
    for name, _ in model.named_parameters():
        if name.startswith(f"{path}."):
            passed = True
            heights[name] = 1 + int(name.removeprefix(f"{path}.").partition(".")[0])
        else:
            heights[name] = 0 if name.startswith(base) and not passed else len(layers) + 1
    return heights

"""Models that keep some of another's layers: a student of half the depth, a base without its last layers."""

import copy

from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel

from train.errors import DataError


def half_depth(teacher: PreTrainedModel) -> PreTrainedModel:
    """A copy of `teacher` that keeps its encoder layers 0, 2, 4, …; all else is copied as it is.

    Raises:
        DataError: the model has no list of encoder layers, or only one layer.
    """
    layers = int(teacher.config.num_hidden_layers)
    if layers < 2:
        raise DataError(f"A teacher of {layers} layer cannot be halved: train one of at least two.")
    return with_layers(teacher, list(range(0, layers, 2)))


def with_layers(model: PreTrainedModel, kept: list[int], fresh: int = 0) -> PreTrainedModel:
    """A copy of `model` with its encoder layers `kept` and, above them, `fresh` new ones; all else is copied.

    Raises:
        DataError: the model has no list of encoder layers.
    """
    copied = type(model)(_kept_config(model.config, kept, fresh))
    state = _kept_state(model, kept)
    copied.load_state_dict({**copied.state_dict(), **state})
    return copied


def _kept_config(config: PreTrainedConfig, kept: list[int], fresh: int) -> PreTrainedConfig:
    """The configuration of those layers; what it lists layer by layer, as ModernBERT's kinds of attention,
    is taken along with its layer, a new one being as the last."""
    chosen = copy.deepcopy(config)
    for name, values in config.to_dict().items():
        if "layer" in name and isinstance(values, list) and len(values) == config.num_hidden_layers:
            setattr(chosen, name, [values[index] for index in [*kept, *kept[-1:] * fresh]])
    chosen.num_hidden_layers = len(kept) + fresh
    return chosen


def encoder_layers(model: PreTrainedModel) -> tuple[str, nn.ModuleList]:
    """The encoder's list of layers and its name within the model.

    Raises:
        DataError: no list of modules is as long as the configuration says.
    """
    for name, module in model.named_modules():
        if isinstance(module, nn.ModuleList) and len(module) == model.config.num_hidden_layers:
            return name, module
    raise DataError(f"{type(model).__name__} has no list of encoder layers to take half of.")


def _kept_state(teacher: PreTrainedModel, kept: list[int]) -> dict[str, object]:
    prefix = encoder_layers(teacher)[0] + "."
    places = {str(old): str(new) for new, old in enumerate(kept)}
    state = {}
    for name, tensor in teacher.state_dict().items():
        if not name.startswith(prefix):
            state[name] = tensor
            continue
        layer, _, rest = name.removeprefix(prefix).partition(".")
        if layer in places:
            state[f"{prefix}{places[layer]}.{rest}"] = tensor
    return state

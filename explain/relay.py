"""One forward pass for several authors, in a form that Captum can ask for one author at a time."""

from typing import Any

import torch
from captum.attr import Saliency
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedModel


class _Relay(torch.autograd.Function):
    """Hands on logits that were computed before; its backward pass leaves their graph for the next author.

    Captum runs the forward function anew for every target and frees the graph behind it. With this
    function in between, what is run anew and freed is a single node.
    """

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, logits: Tensor, source: Tensor) -> Tensor:
        ctx.logits, ctx.source = logits, source
        return logits.detach()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (passed,) = torch.autograd.grad(ctx.logits, ctx.source, gradient, retain_graph=True)
        return passed, None, None


def logits_and_gradients(
    model: PreTrainedModel, vectors: Tensor, label_ids: tuple[int, ...], half: bool
) -> tuple[NDArray[Any], list[Tensor]]:
    """Each text's logits for the labels, and for each label their gradients by the input embeddings.

    `vectors` is `(batch, tokens, hidden)`, all tokens real; the logits are `(batch, labels)`, each
    gradient has the shape of `vectors`. `half` computes in bfloat16; the logits are float32 either way.
    """
    source = vectors.detach().requires_grad_()
    with torch.enable_grad(), torch.autocast(source.device.type, torch.bfloat16, enabled=half):
        present = torch.ones(source.shape[:2], dtype=torch.long, device=source.device)
        logits: Tensor = model(inputs_embeds=source, attention_mask=present).logits.float()

    def forward(inputs: Tensor) -> Tensor:
        relayed: Tensor = _Relay.apply(inputs, logits, source)  # type: ignore[no-untyped-call]
        return relayed

    saliency = Saliency(forward)
    asked = vectors.detach().requires_grad_()
    gradients = [saliency.attribute(asked, target=label_id, abs=False) for label_id in label_ids]
    return logits.detach()[:, list(label_ids)].double().cpu().numpy(), gradients

"""What a student learns from its teacher, and a classifier from soft targets."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax, mse_loss, normalize


def soft_target_loss(logits: Tensor, target_logits: Tensor, temperature: float) -> Tensor:
    """T²·KL between two softened distributions, both logits `(batch, labels)`; a mean over the batch.

    Hinton et al. 2015 (arXiv 1503.02531): the square keeps the gradient's size whatever the temperature.
    """
    student = log_softmax(logits.float() / temperature, dim=-1)
    teacher = log_softmax(target_logits.float() / temperature, dim=-1)
    return temperature**2 * kl_div(student, teacher, reduction="batchmean", log_target=True)


def distillation_loss(
    logits: Tensor, teacher_logits: Tensor, labels: Tensor, alpha: float, temperature: float
) -> Tensor:
    """α·cross-entropy + (1−α)·T²·KL; crops without a label (−1) learn from the teacher alone."""
    soft = soft_target_loss(logits, teacher_logits, temperature)
    return alpha * label_loss(logits, labels) + (1 - alpha) * soft


def label_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy averaged over the whole batch, crops without a label (−1) counting as nothing."""
    return cross_entropy(logits.float(), labels, ignore_index=-1, reduction="sum") / len(labels)


def hidden_state_loss(student: Tensor, teacher: Tensor, attention_mask: Tensor) -> Tensor:
    """Squared distance of hidden states, each scaled to unit length; `(batch, tokens, width)`."""
    kept = attention_mask.bool()
    ours, theirs = (normalize(states[kept].float(), dim=-1) for states in (student, teacher))
    return mse_loss(ours, theirs, reduction="sum") / kept.sum()


def attention_loss(student: Tensor, teacher: Tensor, attention_mask: Tensor) -> Tensor:
    """KL of the teacher's attention to the student's, a mean over heads and real tokens.

    Both `(batch, heads, tokens, tokens)`, rows adding up to one (Sun et al. 2020, arXiv 2004.02984).

    Raises:
        ValueError: the heads differ in number.
    """
    if student.shape != teacher.shape:
        raise ValueError(f"{student.shape[1]} heads cannot learn the attention of {teacher.shape[1]}.")
    kept = attention_mask.bool()
    ours, theirs = (
        weights.float().clamp_min(torch.finfo(torch.float32).tiny).transpose(1, 2)[kept].log()
        for weights in (student, teacher)
    )
    return kl_div(ours, theirs, reduction="sum", log_target=True) / (len(ours) * ours.shape[1])

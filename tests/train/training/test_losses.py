"""Distillation's loss against its definition."""

import math

import pytest
import torch

from train.training.losses import attention_loss, distillation_loss, hidden_state_loss, soft_target_loss


@pytest.fixture(autouse=True)
def same_numbers_every_time() -> None:
    """Rounding depends on the numbers drawn, and the bounds are near it."""
    torch.manual_seed(0)


def test_no_loss_where_student_and_teacher_agree():
    logits = torch.randn(5, 4).mul(8).round() / 8  # eighths: adding 3 and dividing by 4 round nothing
    assert soft_target_loss(logits, logits + 3.0, temperature=4.0).item() == pytest.approx(0, abs=1e-6)


def test_it_is_kl_on_log_softmax_times_the_squared_temperature():
    student, teacher = torch.tensor([[0.0, 0.0]]), torch.tensor([[math.log(3.0), 0.0]])
    expected = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5)
    assert soft_target_loss(student, teacher, temperature=1.0).item() == pytest.approx(expected)
    assert soft_target_loss(2 * student, 2 * teacher, 2.0).item() == pytest.approx(4 * expected)


def test_the_gradient_keeps_its_size_at_high_temperature():
    def size(temperature: float) -> float:
        student = torch.zeros(1, 2, requires_grad=True)
        soft_target_loss(student, torch.tensor([[0.2, 0.0]]), temperature).backward()
        return float(student.grad.abs().sum())

    assert size(5.0) == pytest.approx(size(1.0), rel=0.05)


def test_unlabelled_crops_learn_from_the_teacher_alone():
    logits, teacher = torch.randn(4, 3), torch.randn(4, 3)
    soft = soft_target_loss(logits, teacher, 2.0)
    unlabelled = distillation_loss(logits, teacher, torch.full((4,), -1), alpha=0.3, temperature=2.0)
    assert unlabelled.item() == pytest.approx(0.7 * soft.item(), rel=1e-5)
    half = distillation_loss(logits, teacher, torch.tensor([0, 1, -1, -1]), alpha=0.3, temperature=2.0)
    hard = torch.nn.functional.cross_entropy(logits[:2], torch.tensor([0, 1]))
    assert half.item() == pytest.approx(0.3 * hard.item() / 2 + 0.7 * soft.item(), rel=1e-5)


def test_hidden_states_are_compared_by_direction_and_padding_is_left_out():
    states, mask = torch.randn(2, 3, 4), torch.tensor([[1, 1, 0], [1, 1, 1]])
    other = 7 * states
    other[0, 2] = 100.0
    assert hidden_state_loss(states, other, mask).item() == pytest.approx(0, abs=1e-6)
    assert hidden_state_loss(states, -states, mask).item() == pytest.approx(4.0)


def test_attention_is_compared_where_tokens_are_real():
    mask = torch.tensor([[1, 1, 1, 0]])
    ours, theirs = (torch.randn(1, 2, 4, 4).softmax(dim=-1) for _ in range(2))
    other = theirs.clone()
    other[:, :, 3] = 0.25
    assert attention_loss(theirs, other, mask).item() == pytest.approx(0, abs=1e-6)
    expected = (theirs * (theirs / ours).log()).sum(dim=-1)[:, :, :3].mean()
    assert attention_loss(ours, theirs, mask).item() == pytest.approx(expected.item(), rel=1e-5)
    sure = torch.eye(4).expand(1, 2, 4, 4)
    assert torch.isfinite(attention_loss(sure, theirs, mask))
    with pytest.raises(ValueError, match="2 heads"):
        attention_loss(ours, torch.ones(1, 4, 4, 4) / 4, mask)

"""Ctrl-C ends a training at once only where it cannot save first."""

import signal

import pytest
from transformers import TrainerControl, TrainerState, TrainingArguments

from train.training.budget import SaveOnInterrupt


def interrupt() -> None:
    """What an interrupt calls; no signal, which whatever else lives in this process might hear as well."""
    handler = signal.getsignal(signal.SIGINT)
    assert callable(handler)
    handler(signal.SIGINT, None)


@pytest.fixture
def stage(tmp_path):
    """A training that has begun, in which the first interrupt comes; whoever had them gets them back."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    callback, words = SaveOnInterrupt(), {"args": TrainingArguments(output_dir=str(tmp_path), use_cpu=True)}
    words |= {"state": TrainerState(), "control": TrainerControl()}
    callback.on_train_begin(**words)
    assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler, (
        "an interrupt would end the tests"
    )
    interrupt()
    yield callback, words
    signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def test_the_step_ends_and_a_checkpoint_is_written_first(stage):
    callback, words = stage
    callback.on_step_end(**words)
    assert words["control"].should_save
    with pytest.raises(KeyboardInterrupt):
        callback.on_save(**words)


def test_the_second_ends_it_at_once(stage):
    with pytest.raises(KeyboardInterrupt):
        interrupt()


def test_one_after_the_last_step_is_not_lost(stage):
    callback, words = stage
    with pytest.raises(KeyboardInterrupt):
        callback.on_train_end(**words)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

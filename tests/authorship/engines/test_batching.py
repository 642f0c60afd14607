"""Requests read together get what they would get alone."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from authorship.engines.choice import compile_bundle
from authorship.engines.engine import BatchingEngine, TorchEngine
from authorship.models.bundle import ModelBundle
from authorship.predict.prediction import engine_of


class Slow:
    """Answers a window with its sum, counts its readings, and holds the first until told."""

    def __init__(self) -> None:
        self.readings: list[int] = []
        self.go_on = Event()

    def read(self, windows):
        taken = list(windows)
        self.readings.append(len(taken))
        self.go_on.wait(10)
        for window in taken:
            if window[0] < 0:
                raise ValueError("a bad window")
            yield np.array([float(window.sum())])


def waiting(engine: BatchingEngine, count: int) -> None:
    """Until so many requests wait behind the one that is read."""
    deadline = time.monotonic() + 10
    while len(engine._waiting) < count and time.monotonic() < deadline:
        time.sleep(0.001)
    assert len(engine._waiting) == count


def test_what_arrives_meanwhile_is_read_together_and_not_mixed_up():
    slow = Slow()
    engine = BatchingEngine(slow)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(lambda: list(engine.read([np.array([1])])))
        while not slow.readings:
            time.sleep(0.001)
        rest = [
            pool.submit(lambda n=n: list(engine.read([np.array([n, k]) for k in range(n)])))
            for n in range(2, 6)
        ]
        waiting(engine, 4)
        slow.go_on.set()
        assert [float(row[0]) for row in first.result()] == [1]
        for n, future in zip(range(2, 6), rest, strict=True):
            assert [float(row[0]) for row in future.result()] == [n + k for k in range(n)]
    assert slow.readings == [1, 2 + 3 + 4 + 5]


def test_a_long_request_is_read_in_parts_and_whoever_comes_meanwhile_goes_between_them():
    """A text of a hundred windows must not keep an excerpt waiting for its end."""
    slow, pauses = Slow(), []
    engine = BatchingEngine(slow, lambda: pauses.append(len(slow.readings)))
    with ThreadPoolExecutor(8) as pool:
        long = pool.submit(lambda: list(engine.read([np.array([n]) for n in range(100)])))
        while not slow.readings:
            time.sleep(0.001)
        shorts = [pool.submit(lambda n=n: list(engine.read([np.array([n])]))) for n in range(5)]
        waiting(engine, 5)
        slow.go_on.set()
        assert [float(row[0]) for row in long.result()] == list(range(100))
        assert [float(short.result()[0][0]) for short in shorts] == list(range(5))
    assert sum(slow.readings) == 105 and max(slow.readings) <= 8 + 5
    assert slow.readings[1] >= 5, "whoever waits is read next"
    assert len(pauses) == 13, "between is called before each part of the long one, never for the short ones"


def test_no_batch_is_larger_than_the_bound():
    slow = Slow()
    engine = BatchingEngine(slow)
    with ThreadPoolExecutor(31) as pool:
        first = pool.submit(lambda: list(engine.read([np.array([0])])))
        while not slow.readings:
            time.sleep(0.001)
        for number in range(1, 31):
            pool.submit(lambda: list(engine.read([np.array([1])] * 7)))
            waiting(engine, number)
        slow.go_on.set()
        first.result()
    assert slow.readings == [1, 63, 63, 63, 21]


def test_an_error_is_told_and_the_next_request_works():
    slow = Slow()
    slow.go_on.set()
    engine = BatchingEngine(slow)
    with pytest.raises(ValueError, match="bad"):
        list(engine.read([np.array([-1])]))
    assert float(next(engine.read([np.array([7])]))[0]) == 7


@pytest.mark.parametrize("compiled", [False, True])
def test_together_as_alone(tiny_bundle: ModelBundle, compiled: bool):
    alone = engine_of(compile_bundle(tiny_bundle)) if compiled else TorchEngine(tiny_bundle.model)
    engine = BatchingEngine(alone)
    generator = np.random.default_rng(0)
    requests = [
        [generator.integers(5, 60, size) for size in sizes] for sizes in ([30, 30, 28], [50], [30, 9])
    ] * 4
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda windows: np.array(list(engine.read(windows))), requests))
    for windows, logits in zip(requests, together, strict=True):
        expected = np.concatenate([np.array(list(alone.read([window]))) for window in windows])
        # Few windows and many go through graphs of their own, which round bfloat16 apart by some hundredths.
        np.testing.assert_allclose(logits, expected, atol=0.05 if compiled else 1e-4)

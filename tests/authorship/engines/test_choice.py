"""The compiled engine says what the model says, or is not used."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from authorship.engines import choice
from authorship.engines.choice import compile_bundle
from authorship.engines.engine import TorchEngine
from authorship.engines.openvino import OpenVinoEngine
from authorship.models.bundle import ModelBundle
from authorship.predict.prediction import predict
from authorship.predict.sliding import read_along


@pytest.fixture(scope="module")
def fast(tiny_bundle: ModelBundle) -> ModelBundle:
    bundle = compile_bundle(tiny_bundle)
    assert isinstance(bundle.engine, OpenVinoEngine)
    return bundle


def windows(lengths: list[int]) -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [generator.integers(5, 60, size=length) for length in lengths]


def test_windows_of_any_length_come_back_in_order(fast: ModelBundle):
    mixed = windows([50, 50, 7, 30, 50, 50, 50, 50, 50, 50, 9])
    ours = np.array(list(fast.engine.read(iter(mixed))))
    reference = np.array(list(TorchEngine(fast.model).read(mixed)))
    assert ours.shape == (11, 4)
    np.testing.assert_allclose(ours, reference, atol=0.1)
    assert (ours.argmax(axis=1) == reference.argmax(axis=1)).all()


def test_threads_do_not_mix_their_windows(fast: ModelBundle):
    jobs = [windows([50] * n) for n in range(1, 13)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda job: np.array(list(fast.engine.read(job))), jobs))
    for job, result in zip(jobs, together, strict=True):
        np.testing.assert_array_equal(result, np.array(list(fast.engine.read(job))))


def test_a_reading_given_up_harms_no_other(fast: ModelBundle, sample_text: str):
    stream = read_along(fast, sample_text * 5)
    next(stream)
    stream.close()
    np.testing.assert_allclose(
        [passage.logits for passage in read_along(fast, sample_text * 5)],
        [passage.logits for passage in read_along(replace(fast, engine=None), sample_text * 5)],
        atol=0.1,
    )


def test_prediction_goes_through_the_engine(fast: ModelBundle, sample_text: str):
    class Nothing:
        def read(self, windows):
            return (np.zeros(4) for _ in windows)

    assert set(predict(replace(fast, engine=Nothing()), sample_text).logits) == {0.0}


def test_an_engine_that_differs_is_not_used(tiny_bundle: ModelBundle, monkeypatch, caplog):
    monkeypatch.setattr(choice, "_LARGEST_DIFFERENCE", -1.0)
    assert compile_bundle(tiny_bundle).engine is None
    assert "uncompiled" in caplog.text


@pytest.mark.parametrize("told", [False, True])
def test_a_model_too_fine_for_half_precision_is_read_in_single(
    tiny_bundle: ModelBundle, monkeypatch, told: bool
):
    tried: list[bool] = []

    class Kept(OpenVinoEngine):
        def __init__(self, model, usual, single=False):
            tried.append(single)
            super().__init__(model, usual, single)

    monkeypatch.setattr(choice, "OpenVinoEngine", Kept)
    monkeypatch.setattr(choice, "has_bfloat16", lambda _: True)
    monkeypatch.setattr(choice, "_difference", lambda *_: 0.0 if tried and tried[-1] else 1.0)
    if not told:
        monkeypatch.setattr(choice, "_is_too_fine", lambda *_: False)
    assert compile_bundle(tiny_bundle).engine is not None
    assert tried == ([True] if told else [False, True])


def test_an_engine_that_fails_leaves_its_place_to_the_next(tiny_bundle: ModelBundle, monkeypatch):
    def failing(_model):
        raise RuntimeError("no sampled products here")

    monkeypatch.setattr(choice, "is_sparse", lambda *_: True)
    monkeypatch.setattr(choice, "SparseEngine", failing)
    assert isinstance(compile_bundle(tiny_bundle).engine, OpenVinoEngine)


def test_without_openvino_the_model_itself_runs(tiny_bundle: ModelBundle, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert compile_bundle(tiny_bundle).engine is None
    assert "uncompiled" in caplog.text


def test_openvino_reports_to_nobody():
    """In a process of its own, where nothing was imported before."""
    program = (
        "import sys; from authorship.engines.openvino import import_openvino; import_openvino(); "
        "print([name for name, module in sys.modules.items() if 'openvino_telemetry' in name and module])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

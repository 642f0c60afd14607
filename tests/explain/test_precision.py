"""Half precision leaves the ends exact and is part of the stated error; threads do not disturb each other."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest
import torch

from authorship.datamodels import EncodedText
from authorship.encode import encode
from authorship.engines.engine import is_beyond_bfloat16
from authorship.models.bundle import ModelBundle
from explain.attribution import attribute, attributing
from explain.datamodels import Attribution
from explain.gradients import StraightPath
from explain.quadrature import Segment
from tests.explain.captum_reference import deviation, token_scores

EXPLANATIONS, THREADS = 200, 8


@pytest.fixture(scope="module")
def encoded(tiny_bundle: ModelBundle, sample_text: str) -> EncodedText:
    whole = encode(sample_text, tiny_bundle.tokenizer)
    return replace(whole, windows=whole.windows[:2])


def explain(*arguments, **options) -> Attribution:
    steps = attributing(*arguments, **options)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


@pytest.mark.parametrize("label_id", range(4))
def test_rounding_is_part_of_the_stated_error(tiny_bundle: ModelBundle, encoded: EncodedText, label_id: int):
    author = tiny_bundle.authors[label_id]
    single = explain(tiny_bundle, encoded, author, tolerance=0, max_nodes=47, bfloat16=False)
    half = explain(tiny_bundle, encoded, author, tolerance=0.2, bfloat16=True)
    assert (half.score, half.baseline_score) == (single.score, single.baseline_score)
    assert 0 < deviation(half, token_scores(single)) <= half.error


def test_it_is_given_up_where_more_is_asked_for(tiny_bundle: ModelBundle, encoded: EncodedText):
    author = tiny_bundle.authors[1]
    single, half = (
        explain(tiny_bundle, encoded, author, tolerance=1e-5, bfloat16=half) for half in (False, True)
    )
    assert token_scores(half).tolist() == token_scores(single).tolist()
    assert half.word_error == single.word_error


def test_finer_levels_are_in_single(tiny_bundle: ModelBundle, encoded: EncodedText, monkeypatch):
    monkeypatch.setattr("explain.path_integration._MOST_MOVED", 1e9)
    author = tiny_bundle.authors[1]
    coarse = explain(tiny_bundle, encoded, author, tolerance=1e-9, max_nodes=23, bfloat16=True)
    fine, single = (
        explain(tiny_bundle, encoded, author, tolerance=1e-9, max_nodes=47, bfloat16=half)
        for half in (True, False)
    )
    assert coarse.word_error > 1e-3
    np.testing.assert_allclose(token_scores(fine), token_scores(single), atol=1e-6)
    assert fine.word_error == pytest.approx(single.word_error, rel=1e-3)


@pytest.mark.parametrize("half", [False, True])
def test_two_hundred_from_eight_threads_are_those_of_one(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, encoded: EncodedText, half: bool
):
    parts = [replace(encoded, windows=(window,)) for window in encoded.windows]
    tasks = [
        (bundle, part, author)
        for bundle in (tiny_bundle, tiny_student)
        for part in parts
        for author in bundle.authors
    ]
    options = {"tolerance": 0.2, "max_nodes": 9, "bfloat16": half}
    alone = [explain(*task, **options) for task in tasks]
    chosen = [index % len(tasks) for index in range(EXPLANATIONS // 2)]
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(lambda index: explain(*tasks[index], **options), chosen))
    assert not torch.is_autocast_enabled("cpu")
    for index, result in zip(chosen, together, strict=True):
        np.testing.assert_allclose(token_scores(result), token_scores(alone[index]), atol=1e-5)
        assert result.relative_error == pytest.approx(alone[index].relative_error, abs=1e-5)


def test_the_default_follows_the_processor(tiny_bundle: ModelBundle, encoded: EncodedText, monkeypatch):
    author = tiny_bundle.authors[0]
    monkeypatch.setattr("explain.gradients.torch.cpu.get_capabilities", lambda: {})
    without = attribute(tiny_bundle, encoded, author, tolerance=0.2, max_nodes=11)
    single = explain(tiny_bundle, encoded, author, tolerance=0.2, max_nodes=11, bfloat16=False)
    assert token_scores(without).tolist() == token_scores(single).tolist()


@pytest.mark.parametrize(
    ("said", "passes"),
    [("value cannot be converted to type c10::BFloat16 without overflow", True), ("out of memory", False)],
)
def test_only_what_bfloat16_cannot_hold_is_done_without_it(
    tiny_bundle: ModelBundle, encoded: EncodedText, monkeypatch, said: str, passes: bool
):
    """PyTorch's own words, as DeBERTa's masks make it say them: a change of these must be seen here."""
    real = StraightPath.over

    def over(self: StraightPath, segments: Sequence[Segment], shortcut: bool = False):
        if shortcut:
            raise RuntimeError(said)
        return real(self, segments)

    monkeypatch.setattr(StraightPath, "over", over)
    author = tiny_bundle.authors[0]
    with nullcontext() if passes else pytest.raises(RuntimeError, match="memory"):
        assert explain(tiny_bundle, encoded, author, tolerance=0.2, bfloat16=True).n_steps
    with pytest.raises(RuntimeError) as refused:
        torch.zeros(1, dtype=torch.bfloat16).masked_fill(torch.ones(1, dtype=torch.bool), torch.finfo().min)
    assert is_beyond_bfloat16(refused.value)

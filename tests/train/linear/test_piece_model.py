"""The linear model of word pieces: what a text holds counts, not how often, and no names."""

from pathlib import Path

import numpy as np
import pytest

from authorship.models.cohort import pair_codes
from train.data.sources import DataError
from train.linear.piece_model import (
    LENGTH,
    PieceModel,
    _normalised,
    _vocabulary,
    fit_cohort,
    fit_pieces,
    passages,
)
from train.linear.scores import open_linear
from train.training.tokens import TokenisedWork

HABITS = {"Alpha": (10, 11, 12), "Beta": (12, 11, 10)}
NAME = 30


def work(author: str, title: str, seed: int, passages_: int = 8) -> TokenisedWork:
    """Both authors use the same pieces, in another order; a name stands in Alpha's works alone."""
    generator = np.random.default_rng(seed)
    blocks = LENGTH * passages_ // 12
    noise = generator.integers(40, 120, (blocks, 9))
    ids = np.concatenate([noise, np.tile(HABITS[author], (blocks, 1))], axis=1).ravel()
    if author == "Alpha":
        ids[::97] = NAME
    return TokenisedWork(
        author, title, ids, np.arange(len(ids), dtype=np.int32), ids == NAME, np.zeros(len(ids), np.uint8)
    )


@pytest.fixture(scope="module")
def works() -> list[TokenisedWork]:
    return [
        work(author, f"{author} {number}", seed=10 * index + number)
        for index, author in enumerate(HABITS)
        for number in range(3)
    ]


@pytest.fixture(scope="module")
def model(works: list[TokenisedWork]) -> PieceModel:
    return fit_pieces(works, pairs=500)


def test_neighbours_tell_authors_of_the_same_pieces_apart(model: PieceModel):
    for author in HABITS:
        asked = passages(work(author, "new", seed=99))
        assert {model.predict(passage) for passage in asked} == {author}


def test_a_cohort_scores_as_it_was_fitted(works: list[TokenisedWork]):
    cohort = fit_cohort(works)
    fitted = [passage for one in works for passage in passages(one)]
    blocks = _vocabulary(fitted, np.array([NAME]), 8_192, 1.0)
    asked = passages(work("Beta", "new", seed=98))
    expected = (
        _normalised(asked, blocks, 1.0) @ (cohort.scale[:, None] * cohort.directions) + cohort.intercepts
    )
    found = [cohort.scores(passage) for passage in asked]
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)
    assert all(cohort.typicality(passage, "Beta") > cohort.typicality(passage, "Alpha") for passage in asked)


def test_names_have_no_weight(model: PieceModel):
    told = model.unit_scores(np.array([NAME, 10, NAME]))
    assert not told[0].any() and not model.weights[model.rows(np.array([NAME]))].any()
    assert NAME not in (model.features & 0xFFFFFFFF).tolist()


def test_how_often_a_piece_stands_hardly_counts(model: PieceModel):
    once, often = (model.unit_scores(np.full(count, 10)).sum(axis=0) for count in (1, 50))
    most = 1 + model.saturation
    np.testing.assert_allclose(often, once * 50 * most / (50 + model.saturation), rtol=1e-4)
    assert 1 < np.abs(often).max() / np.abs(once).max() < most


def test_pairs_are_numbered_apart_from_pieces_and_by_order():
    assert pair_codes(np.array([1, 2, 1])).min() > 2**31
    assert len(set(pair_codes(np.array([1, 2, 1, 1])).tolist())) == 3


def test_the_tokens_of_a_work_share_its_scores(model: PieceModel, works: list[TokenisedWork]):
    """Crops side by side, each counted in the same surroundings, add up to the passage."""
    one = works[0]
    passage = one.ids[:LENGTH].astype(np.int64)
    told = model.token_scores(one, slice(0, LENGTH))
    np.testing.assert_allclose(told, model.unit_scores(passage), atol=1e-5)
    crop = model.token_scores(one, slice(100, 300))
    assert crop.shape == (200, 2) and model.units(one, slice(100, 300)) == 200


def test_the_end_of_a_work_has_as_many_scores_as_tokens(model: PieceModel, works: list[TokenisedWork]):
    last = slice(len(works[0].ids) - 50, len(works[0].ids) + 50)
    assert len(model.token_scores(works[0], last)) == model.units(works[0], last) == 50


def test_passages_are_the_work_in_even_parts(works: list[TokenisedWork]):
    parts = passages(works[0])
    np.testing.assert_array_equal(np.concatenate(parts), works[0].ids)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_a_text_of_unknown_pieces_has_the_intercepts(model: PieceModel):
    np.testing.assert_allclose(model.margins(np.array([3, 4, 5])), model.intercepts, atol=1e-6)


def test_saved_and_opened_with_its_tokenizer_it_says_the_same(model: PieceModel, tiny_bundle, tmp_path: Path):
    tiny_bundle.tokenizer.save_pretrained(tmp_path)
    model.save(tmp_path / "pieces.npz")
    opened = open_linear(tmp_path / "pieces.npz", tiny_bundle.tokenizer)
    asked = np.array([10, 11, 12, 50])
    np.testing.assert_allclose(opened.margins(asked), model.margins(asked), rtol=2e-2, atol=1e-2)


def test_another_tokenizers_pieces_are_refused(model: PieceModel, tiny_bundle, tmp_path: Path):
    tiny_bundle.tokenizer.save_pretrained(tmp_path)
    model.save(tmp_path / "pieces.npz")
    other = tiny_bundle.tokenizer.__class__.from_pretrained(tmp_path)
    other.add_tokens(["новое"])
    with pytest.raises(DataError, match="other word pieces"):
        open_linear(tmp_path / "pieces.npz", other)


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_a_file_that_is_no_model_is_named(content: bytes | None, tiny_bundle, tmp_path: Path):
    if content is not None:
        (tmp_path / "pieces.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"pieces\.npz"):
        open_linear(tmp_path / "pieces.npz", tiny_bundle.tokenizer)

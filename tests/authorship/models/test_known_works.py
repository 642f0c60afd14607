"""The works nearest to a text by all of a model's scores, kept beside the model and measured."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from authorship.errors import BundleError
from authorship.models.bundle import ModelBundle, load_bundle, save_bundle
from authorship.models.digest import Hashes, model_hash, text_hash
from authorship.models.known_works import WORKS_FILE, KnownWorks
from authorship.predict.prediction import predict
from authorship.predict.results import prediction_object
from train.works import MEASURES, known_works, nearest_right, with_shares

TEXT = "Ветер гнал по дороге сухие листья, и никто не выходил за ворота. " * 10


def invented(labels: int, keys: tuple[str, ...], works: int = 6) -> KnownWorks:
    """Works of authors by turns whose scores are random, compared as they are."""
    scores = np.random.default_rng(0).normal(size=(works, labels)).astype(np.float32)
    return KnownWorks(
        tuple(keys[place % len(keys)] for place in range(works)),
        tuple(f"Книга {place}" for place in range(works)),
        scores,
        np.eye(labels, dtype=np.float32),
        np.array([0.1, 0.5], dtype=np.float32),
        np.array([0.98, 0.6], dtype=np.float32),
        100,
    )


def test_a_text_is_nearest_to_the_work_with_its_proportions_however_loud() -> None:
    works = invented(5, ("a", "b"))
    for place in range(6):
        near = works.nearest((3.0 * works.scores[place] + 7.0).tolist(), 3)
        assert near.works[0].title == f"Книга {place}" and near.works[0].distance < 1e-3
        assert [work.distance for work in near.works] == sorted(work.distance for work in near.works)
        assert near.right == pytest.approx(0.98) and near.measured == 100
    opposite = works.distances_of(-works.scores[:1].astype(float))
    assert opposite[0, 0] == pytest.approx(2.0)
    assert works.share_right(0.3) == pytest.approx(0.79)


def test_predictions_bring_the_nearest_works_of_a_bundle_that_knows_any(
    tiny_bundle: ModelBundle, tmp_path: Path
) -> None:
    keys = tuple(author.key for author in tiny_bundle.authors)
    knowing = replace(tiny_bundle, works=invented(len(keys), keys))
    save_bundle(knowing, tmp_path)
    found, again = predict(knowing, TEXT), predict(load_bundle(tmp_path), TEXT)
    assert found.nearest and again.nearest
    assert [work.title for work in found.nearest.works] == [work.title for work in again.nearest.works]
    told = prediction_object(found, 1)
    assert told["nearest_works"] == [asdict(work) for work in found.nearest.works]
    assert 0.6 <= told["nearest_right"] <= 0.98
    assert predict(tiny_bundle, TEXT).nearest is None
    assert "nearest_works" not in prediction_object(predict(tiny_bundle, TEXT), 1)


def test_damaged_works_are_refused_with_a_remedy(tmp_path: Path) -> None:
    works = invented(4, ("a", "b"))
    bad = works.scores.copy()
    bad[0, 0] = np.nan
    for broken in (
        replace(works, scores=bad),
        replace(works, titles=works.titles[1:]),
        replace(works, distances=works.distances[::-1].copy()),
        replace(works, turn=works.turn[:2]),
    ):
        broken.save(tmp_path)
        with pytest.raises(BundleError, match="Fetch the model again"):
            KnownWorks.load(tmp_path, 4)
    works.save(tmp_path)
    with pytest.raises(BundleError, match="another model"):
        KnownWorks.load(tmp_path, 5)
    (tmp_path / WORKS_FILE).write_bytes(b"{}")
    with pytest.raises(BundleError, match="cannot be opened"):
        KnownWorks.load(tmp_path, 4)
    assert KnownWorks.load(tmp_path / "elsewhere", 4) is None


def test_works_fitted_to_excerpts_tell_whose_others_are_and_how_often() -> None:
    generator = np.random.default_rng(1)
    frame = pd.DataFrame(
        [(writer, f"{writer} {book}") for writer in "abc" for book in range(3) for _ in range(4)],
        columns=["writer", "book"],
    )
    own = np.array([[3.0 * (writer == label) for label in "abc"] for writer in frame["writer"]])
    logits, others = (own + generator.normal(scale=0.3, size=own.shape) for _ in range(2))
    for measure in MEASURES:
        works = known_works(frame, logits, measure)
        assert len(works.titles) == 9
        apart, right = nearest_right(works, frame, others)
        assert right.mean() > 0.95
        measured = with_shares(works, apart, right)
        assert measured.measured == len(frame) and (np.diff(measured.right) <= 0).all()


def test_hashes_tell_texts_and_models_apart(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> None:
    hashes = Hashes.of(TEXT, tiny_bundle, tiny_student)
    assert hashes == Hashes(text_hash(TEXT), model_hash(tiny_bundle), model_hash(tiny_student))
    assert len({hashes.text, hashes.teacher, hashes.student}) == 3
    assert hashes.text != Hashes.of(TEXT + "!", tiny_bundle, tiny_student).text
    assert len(text_hash("\ud800")) == 64

"""The measure of two texts: fitted to some invented authors, it tells others apart and serves as fitted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from transformers import PreTrainedTokenizerFast

from authorship.datamodels import Work
from authorship.errors import BundleError
from authorship.same_hand.grams import Spelling
from authorship.same_hand.measure import LENGTHS, SAME_HAND_FILE, SameHand
from train.linear.hand_space import Passages, choose_grams
from train.linear.piece_model import fit_cohort
from train.same_hand import _UNSCALED, Likenesses, Reading, fit_measure, fit_scale, pair_likenesses
from train.training.tokens import TokenisedWork, tokenise

STUDENT = Path(__file__).resolve().parents[2] / "models" / "student"
TALK = (
    "и в не на я что он с как но так по же все ты вот было уже только бы когда если она мне его ли еще от ну "
    "ведь потом теперь там ничего сказал вышел дом дорога ночь рука глаза вечер село барин лошадь окно"
)
WORDS = TALK.split()
NAME = "Аристарх"
FITTED, HELD = range(6), range(6, 10)


def text_of(author: int, number: int) -> str:
    """Words as often as this author likes them, with some that only this work has often, and a name."""
    habit = np.random.default_rng(author).dirichlet(np.full(len(WORDS), 2.0))
    generator = np.random.default_rng([author, number])
    plot = generator.dirichlet(np.full(len(WORDS), 0.3))
    words = generator.choice(WORDS, 2_600, p=0.7 * habit + 0.3 * plot).tolist()
    words[::40] = [NAME] * len(words[::40])
    marks = generator.choice(["", ",", ".", " —", "…"], 2_600, p=[0.8, 0.1, 0.06, 0.02, 0.02])
    return " ".join(word + mark for word, mark in zip(words, marks, strict=True))


def works_of(authors: range, tokenizer: PreTrainedTokenizerFast) -> list[TokenisedWork]:
    """Three works each."""
    works = [Work(f"A{author}", str(at), text_of(author, at)) for author in authors for at in range(3)]
    return list(tokenise(works, tokenizer))


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast.from_pretrained(STUDENT)


@pytest.fixture(scope="module")
def measure(tokenizer: PreTrainedTokenizerFast) -> SameHand:
    """Fitted to six authors, scaled by four others at the two shortest lengths."""
    works = works_of(FITTED, tokenizer)
    found = fit_measure(works, tokenizer, fit_cohort(works), _UNSCALED)
    read, likenesses = Reading.of(works_of(HELD, tokenizer), found), Likenesses()
    for row, column in ((0, 0), (1, 0), (1, 1)):
        alike, truth, _ = pair_likenesses(found, read, (LENGTHS[row], LENGTHS[column]), {})
        assert np.abs(alike).max() <= 1.001 and alike.shape == (len(truth), 5)
        likenesses[row, column] = [(alike, truth)]
    return replace(found, scale=fit_scale(likenesses))


def test_it_tells_authors_apart_to_whom_nothing_was_fitted(
    measure: SameHand, tokenizer: PreTrainedTokenizerFast
) -> None:
    samples = {
        (author, at): measure.sample(text_of(author, at)[:2_500]) for author in HELD for at in range(3)
    }
    pairs = [(one, two) for one in samples for two in samples if one < two]
    ratios = [measure.compare([samples[one]], samples[two]).log_ratio for one, two in pairs]
    assert roc_auc_score([one[0] == two[0] for one, two in pairs], ratios) > 0.9
    assert all(
        measure.compare([samples[two]], samples[one]).log_ratio == pytest.approx(ratio, abs=1e-3)
        for (one, two), ratio in zip(pairs, ratios, strict=True)
    )


def test_a_text_is_seen_as_in_the_fit_and_names_leave_no_trace(
    measure: SameHand, tokenizer: PreTrainedTokenizerFast
) -> None:
    works, space = works_of(range(6, 7), tokenizer), measure.gram_space
    assert space is not None
    read = Passages.of(works, measure.cohort, space.grams)
    means = read.means(read.bounds[:-1], read.bounds[1:]) - measure.centre
    for at, mean in enumerate(means):
        assert np.allclose(measure.sample(text_of(6, at)).vector, mean, atol=1e-5)
    spelling = Spelling.of(tokenizer)
    name, _ = spelling.read(np.array(tokenizer.encode(NAME, add_special_tokens=False)))
    marked = [replace(work, names=np.isin(work.ids, tokenizer.encode(NAME))) for work in works]
    assert np.isin(
        name, choose_grams([replace(one, names=one.names & False) for one in works], spelling).numbers
    ).any()
    assert not np.isin(name, choose_grams(marked, spelling).numbers).any()


def test_it_is_read_as_it_was_written_and_damage_is_told(measure: SameHand, tmp_path: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).symlink_to(STUDENT / name)
    measure.cohort.save(tmp_path)
    measure.save(tmp_path)
    again, texts = SameHand.load(tmp_path), [text_of(7, at)[:3_000] for at in range(2)]
    one, two = (found.compare([found.sample(texts[0])], found.sample(texts[1])) for found in (measure, again))
    assert one == two
    space = measure.gram_space
    assert space is not None
    for broken in (
        replace(space, grams=replace(space.grams, numbers=space.grams.numbers[::-1].copy())),
        replace(space, within=replace(space.within, variance=-space.within.variance)),
        None,
    ):
        replace(measure, gram_space=broken).save(tmp_path)
        with pytest.raises(BundleError, match=SAME_HAND_FILE):
            SameHand.load(tmp_path)

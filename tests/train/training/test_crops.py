"""Crops are pieces of works, the same in every run, and hide what they should."""

import numpy as np
import pytest
from transformers import PreTrainedTokenizerFast

from authorship.datamodels import Work
from train.linear.discriminant import fit_ngrams
from train.linear.ngram_features import symbol_codes
from train.linear.ngrams import NgramModel
from train.training.crops import CropCollator, CropOptions, RandomCrops, balanced_weights
from train.training.tokens import TokenisedWork, tokenise

LABELS = {"Alpha": 0, "Beta": 1}


@pytest.fixture(scope="module")
def works(tiny_tokenizer: PreTrainedTokenizerFast, sample_text: str) -> list[TokenisedWork]:
    lines = sample_text.split("\n")
    return list(
        tokenise(
            [
                Work("Alpha", "long", sample_text * 4),
                Work("Alpha", "short", lines[1]),
                Work("Beta", "one", lines[2] * 3),
                Work("unlabelled Gamma", "other", lines[3] * 2),
            ],
            tiny_tokenizer,
        )
    )


def make(works, tokenizer, **changes) -> RandomCrops:
    options = CropOptions(**{"length": 24, "token_masking": 0.0, "name_masking": 0.0, **changes})
    return RandomCrops(works, tokenizer, LABELS, 40, options, seed=7)


def test_a_crop_is_a_piece_of_its_work(works, tiny_tokenizer):
    texts = {label: [] for label in (-1, 0, 1)}
    for work in works:
        texts[LABELS.get(work.author, -1)].append(" ".join(map(str, work.ids)))
    for index in range(40):
        item = make(works, tiny_tokenizer)[index]
        piece = " ".join(map(str, item["ids"]))
        assert any(piece in text for text in texts[item["label"]])
        assert len(item["ids"]) <= 24


def test_same_seed_and_epoch_same_crops_and_fresh_ones_next_epoch(works, tiny_tokenizer):
    one, two = make(works, tiny_tokenizer), make(works, tiny_tokenizer)
    assert all((one[index]["ids"] == two[index]["ids"]).all() for index in range(20))
    two.epoch = 1
    assert any(one[index]["ids"].tolist() != two[index]["ids"].tolist() for index in range(20))


def test_all_names_are_hidden_and_nothing_else(works, tiny_tokenizer):
    crops = make(works[:1], tiny_tokenizer, name_masking=1.0)
    hidden = [word for index in range(40) for word in decode_hidden(crops[index], tiny_tokenizer)]
    assert hidden and set("".join(hidden)) <= set("степанлукич")


def decode_hidden(item, tokenizer) -> list[str]:
    tokens = tokenizer.convert_ids_to_tokens(item["ids"][item["hidden"]].tolist())
    return [token.removeprefix("##") for token in tokens]


def test_batches_hide_under_the_mask_and_pad_the_short(works, tiny_tokenizer):
    crops = make(works, tiny_tokenizer, token_masking=0.5)
    batch = CropCollator(tiny_tokenizer)([crops[index] for index in range(16)])
    changed = batch["input_ids"] != batch["original_ids"]
    assert set(batch["input_ids"][changed].tolist()) == {tiny_tokenizer.mask_token_id}
    assert (batch["original_ids"][:, 0] == tiny_tokenizer.cls_token_id).all()
    lengths = batch["attention_mask"].sum(dim=1)
    last = batch["original_ids"][range(16), lengths - 1]
    assert (last == tiny_tokenizer.sep_token_id).all()


def test_balance_zero_draws_authors_alike(works):
    weights = balanced_weights(works[:3], balance=0.0)
    assert weights[:2].sum() == pytest.approx(weights[2])


def test_unlabelled_prose_has_its_share(works, tiny_tokenizer):
    crops = RandomCrops(works, tiny_tokenizer, LABELS, 10, CropOptions(), transfer=0.25)
    share = np.diff(crops.cumulative, prepend=0)[3] / crops.cumulative[-1]
    assert share == pytest.approx(0.25)


def test_token_scores_add_up_to_the_texts(works):
    ngrams: NgramModel = fit_ngrams(
        [symbol_codes("он шёл и молчал " * 5), symbol_codes("волки есть батюшка " * 5)] * 5,
        ["Alpha", "Beta"] * 5,
        ["one"] * 10,
        size=300,
    )
    work = works[0]
    whole = ngrams.token_scores(work, slice(0, len(work.ids)))
    codes = work.codes.astype(np.int64)[work.starts[0] :]
    assert whole.shape == (len(work.ids), 2)
    np.testing.assert_allclose(whole.sum(axis=0), ngrams.unit_scores(codes).sum(axis=0), rtol=1e-4)


def test_whole_crops_are_the_same_with_nothing_hidden(works, tiny_tokenizer):
    crops = make(works, tiny_tokenizer, token_masking=0.5, name_masking=1.0)
    for index in range(10):
        hidden, whole = crops[index], crops.whole()[index]
        assert np.array_equal(hidden["ids"], whole["ids"]) and not whole["hidden"].any()
    assert any(crops[index]["hidden"].any() for index in range(10))

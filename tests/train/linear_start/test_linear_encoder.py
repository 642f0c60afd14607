"""An encoder that begins as a linear model tells its scores token by token, without a step of training."""

import numpy as np
import pytest
import torch
from transformers import PreTrainedTokenizerFast

from train.linear.piece_model import PieceModel, pair_codes
from train.linear_start.initialisation import COUNTING, begin_as_linear, counts
from train.linear_start.layout import orthonormal, spelling
from train.pretrain import PretrainingModel
from train.training.encoders import small_encoder_config

PIECES, AUTHORS, WIDTH, SCALE = 60, 3, 64, 5.0
SATURATION = 1.0
FIRST = 5  # after the special tokens


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer of which only the size and the special tokens matter."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {name: number for number, name in enumerate(special + [f"p{n}" for n in range(PIECES)])}
    backend = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    names = dict(zip(("pad", "unk", "cls", "sep", "mask"), special, strict=True))
    tokens = {f"{name}_token": token for name, token in names.items()}
    return PreTrainedTokenizerFast(tokenizer_object=backend, model_max_length=64, **tokens)


@pytest.fixture(scope="module")
def linear() -> PieceModel:
    """Invented scores of every piece and of sixty pairs of twelve pieces."""
    generator = np.random.default_rng(0)
    pieces = np.arange(FIRST, FIRST + PIECES)
    sides = generator.permutation([(a, b) for a in pieces[:12] for b in pieces[:12] if a != b])[:60]
    pairs = np.sort(np.concatenate([pair_codes(side) for side in sides]))
    weights = generator.normal(size=(PIECES + len(pairs) + 1, AUTHORS)).astype(np.float32)
    weights[-1] = 0
    return PieceModel(
        ("A", "B", "C"),
        np.concatenate([pieces, pairs]),
        weights,
        np.zeros(AUTHORS, np.float32),
        576.0,
        np.full(PIECES + len(pairs), 0.1, np.float32),
        np.ones(PIECES + len(pairs), np.float32),
        SATURATION,
    )


def encoder(
    tokenizer: PreTrainedTokenizerFast, layers: int, width: int = WIDTH, units: int = 256
) -> PretrainingModel:
    torch.manual_seed(0)
    config = small_encoder_config(tokenizer, layers, width, local=1)
    config.intermediate_size = units
    return PretrainingModel(config, AUTHORS, SCALE).eval()


def begun(
    tokenizer: PreTrainedTokenizerFast,
    linear: PieceModel,
    layers: int = 2,
    units: int = 256,
    width: int = WIDTH,
) -> PretrainingModel:
    model = encoder(tokenizer, layers, width, units)
    begin_as_linear(model.model, model.probe, tokenizer, linear, SCALE)
    return model


def text(seed: int, length: int = 40) -> np.ndarray:
    """Pieces in an order by chance, none twice, half of them of the paired ones."""
    generator = np.random.default_rng(seed)
    return generator.permutation(np.arange(FIRST, FIRST + PIECES))[:length]


def repetitive(seed: int, length: int = 40) -> np.ndarray:
    """Pieces of which some stand once, some ten times."""
    generator = np.random.default_rng(seed)
    chances = 1 / np.arange(1, PIECES + 1)
    return generator.choice(np.arange(FIRST, FIRST + PIECES), length, p=chances / chances.sum())


def explained(
    model: PretrainingModel, linear: PieceModel, tokenizer: PreTrainedTokenizerFast, text=text
) -> float:
    """The share of the scores' variance that the probe tells, over some texts."""
    errors, total = 0.0, 0.0
    for seed in range(20):
        ids = text(seed)
        inputs = torch.tensor([[tokenizer.cls_token_id, *ids.tolist(), tokenizer.sep_token_id]])
        with torch.no_grad():
            told = model.probe(model.model(input_ids=inputs)[0])[0, 1:-1].numpy()
        expected = linear.unit_scores(ids) * SCALE
        errors += np.square(told - expected).sum()
        total += np.square(expected).sum()
    return 1 - errors / total


def test_it_tells_every_tokens_scores(tokenizer: PreTrainedTokenizerFast, linear: PieceModel) -> None:
    assert explained(begun(tokenizer, linear), linear, tokenizer) > 0.8


def test_it_counts_what_stands_again(tokenizer: PreTrainedTokenizerFast, linear: PieceModel) -> None:
    counting = begun(tokenizer, linear, layers=3, width=128)
    assert counts(counting.config) and not counts(begun(tokenizer, linear).config)
    told = explained(counting, linear, tokenizer, repetitive)
    assert told > 0.8
    for part in ("attn", "mlp"):  # without either it does worse
        layer = getattr(counting.model.layers[COUNTING], part)
        kept = layer.Wo.weight.detach().clone()
        with torch.no_grad():
            layer.Wo.weight.zero_()
        assert explained(counting, linear, tokenizer, repetitive) < told - 0.1
        with torch.no_grad():
            layer.Wo.weight.copy_(kept)


def test_a_counting_encoder_tells_pairs_in_every_layer(
    tokenizer: PreTrainedTokenizerFast, linear: PieceModel
) -> None:
    model = begun(tokenizer, linear, layers=4, units=12, width=128)
    told = explained(model, linear, tokenizer)
    for layer in model.model.layers:
        kept = layer.mlp.Wo.weight.detach().clone()
        with torch.no_grad():
            layer.mlp.Wo.weight.zero_()
        assert explained(model, linear, tokenizer) < told - 0.001
        with torch.no_grad():
            layer.mlp.Wo.weight.copy_(kept)


def test_pairs_stand_in_the_feed_forward_layers(
    tokenizer: PreTrainedTokenizerFast, linear: PieceModel
) -> None:
    model = begun(tokenizer, linear)
    told = explained(model, linear, tokenizer)
    with torch.no_grad():
        model.model.layers[0].mlp.Wo.weight.zero_()
    assert explained(model, linear, tokenizer) < told


def test_pairs_fill_first_the_layers_that_a_student_keeps(
    tokenizer: PreTrainedTokenizerFast, linear: PieceModel
) -> None:
    def held(units: int) -> list[bool]:
        model = begun(tokenizer, linear, layers=4, units=units)
        return [bool(layer.mlp.Wo.weight.any()) for layer in model.model.layers]

    assert held(units=64) == [True, False, False, False]
    assert held(units=40) == [True, False, True, False]
    assert held(units=25) == [True, True, True, False]


def test_one_seed_one_encoder(tokenizer: PreTrainedTokenizerFast, linear: PieceModel) -> None:
    first, second = (begun(tokenizer, linear).state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_width_without_room_is_refused(tokenizer: PreTrainedTokenizerFast, linear: PieceModel) -> None:
    model = encoder(tokenizer, 2, width=8)
    with pytest.raises(ValueError, match="no room"):
        begin_as_linear(model.model, model.probe, tokenizer, linear, SCALE)


def test_pieces_that_end_alike_are_nearer_than_others() -> None:
    names = ["[PAD]", "река", "##ка", "##ами", "—", "пристань", "рек", ",", "##ть"] * 6
    by_name = dict(zip(names, spelling(names, 20), strict=True))
    assert by_name["река"] @ by_name["##ка"] > by_name["река"] @ by_name["—"]


def test_the_basis_is_orthonormal_and_each_row_has_mean_0() -> None:
    turn = orthonormal(16, np.random.default_rng(0))
    np.testing.assert_allclose(turn @ turn.T, np.eye(15), atol=1e-9)
    np.testing.assert_allclose(turn.mean(axis=1), 0, atol=1e-9)

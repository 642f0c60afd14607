"""The tokenizer that training makes: the same one from the same texts, and no piece that nobody wrote."""

import pytest
from transformers import PreTrainedTokenizerFast

from tests.conftest import SAMPLE
from train.training.tokenizer import SPECIAL_TOKENS, train_tokenizer


def _trained(text: str = SAMPLE, size: int = 110) -> PreTrainedTokenizerFast:
    return train_tokenizer([text], vocab_size=size, max_length=50)


@pytest.mark.parametrize("size", [60, 110, 300])
def test_equal_texts_give_equal_tokenizers(size: int):
    first = _trained(size=size).get_vocab()
    assert all(_trained(size=size).get_vocab() == first for _ in range(8))


def test_of_equally_rare_characters_always_the_same_are_left_out():
    text = " ".join(chr(code) for code in range(0x4E00, 0x4E00 + 400))
    first = set(_trained(text).get_vocab())
    assert 100 < len(first) < 400
    assert all(set(_trained(text).get_vocab()) == first for _ in range(4))


def test_pieces_written_out_in_a_text_are_no_special_tokens():
    tokenizer = _trained()
    assert set(tokenizer.get_added_vocab()) == set(SPECIAL_TOKENS)
    assert tokenizer.tokenize("а ##а") == ["а", "[UNK]", "[UNK]", "а"]


def test_what_several_characters_are_folded_into_is_known():
    tokens = _trained("Он сказал: ''да'' -- и ушёл...").tokenize("«да» — и ушёл…")
    assert {'"', "—", "…"} <= set(tokens)
    assert "[UNK]" not in tokens


def test_composed_and_decomposed_letters_give_one_alphabet():
    decomposed = "и\u0306од и\u0306од"
    assert _trained(decomposed).get_vocab() == _trained("йод йод").get_vocab()

"""Invented excerpts in the original's layout, and a random base of its shape."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast, set_seed

from tests.kaggle_server import Rows
from train.data.original import KEYS

CHARACTERS = 2500
VOCABULARY = 20_000  # a sixth of ruBert-base's: files of its gigabytes took most of the time
BOOKS = 5
SPARED = 1  # excerpts of each author's last book, the only one small enough to be held out
_SYLLABLES = [first + second for first in "бвгджзклмнр" for second in "аеиоуы"]
_PIECES = 1_300  # an excerpt is 500 to 600 of them, as of ruBert-base's

Words = NDArray[np.str_]
Shares = NDArray[np.float64]


def excerpts(count: int, split: str) -> Rows:
    """Excerpts by the 34 in turn, each fond of words of their own, whichever the split."""
    words, tastes = _language(np.random.default_rng(0))
    generator = np.random.default_rng(count)
    rows = []
    for number in range(count):
        key, place = KEYS[number % len(KEYS)], number // len(KEYS)
        book = BOOKS - 1 if place < SPARED else place % (BOOKS - 1)
        text = _prose(generator, words, tastes[key])
        rows.append({"": str(number), "writer": key, "text": text, "book_name": f"{key}, {split} {book}"})
    return rows


def _language(generator: np.random.Generator) -> tuple[Words, dict[str, Shares]]:
    """Words of two to five syllables, and how often each author takes each of them."""
    words = np.array(["".join(generator.choice(_SYLLABLES, generator.integers(2, 6))) for _ in range(600)])
    return words, {key: generator.dirichlet(np.full(len(words), 0.3)) for key in KEYS}


def _prose(generator: np.random.Generator, words: Words, taste: Shares) -> str:
    """Sentences with a name in each: so many characters, and the rest of the last, as the original cut."""
    drawn = iter(generator.choice(words, CHARACTERS // 4, p=taste))
    text = ""
    while len(text) < CHARACTERS:
        first, second, name, *others = (next(drawn) for _ in range(9))
        text += f"{first.capitalize()} {second} {name.capitalize()}, {' '.join(others)}. "
    return text.strip()


def write_base(folder: Path, texts: list[str]) -> None:
    """A random masked-language BERT of two layers as wide as ruBert-base, with a smaller vocabulary.

    A quarter of the usual feed-forward units: with all of them every reading would cost twice as much.
    """
    trained = BertWordPieceTokenizer(lowercase=True, strip_accents=False)
    trained.train_from_iterator(texts, vocab_size=_PIECES, show_progress=False)
    pieces = trained.get_vocab()
    unused = {f"[unused{number}]": number for number in range(len(pieces), VOCABULARY)}
    BertTokenizerFast({**pieces, **unused}, model_max_length=512).save_pretrained(folder)
    set_seed(0)
    config = BertConfig(vocab_size=VOCABULARY, num_hidden_layers=2, intermediate_size=768)
    BertForMaskedLM(config).save_pretrained(folder)

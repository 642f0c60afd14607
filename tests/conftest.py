"""A random two-layer model over a tokenizer trained on a page of our own text."""

import pytest
import torch
from transformers import ModernBertConfig, ModernBertForSequenceClassification, PreTrainedTokenizerFast

from authorship.bundle import ModelBundle, make_bundle
from authorship.datamodels import Author
from train.tokenizer import train_tokenizer

# Files of few long tests: with these begun first no worker is left alone with one at the end.
LONG = ("test_rehearsal.py", "test_image.py", "test_distributed.py", "test_recipe.py", "test_cluster.py")
SAMPLE = (
    "Вечер сошёл на пристань тихо, без ветра. Степан Лукич сидел у самого края мостков и чинил сеть; "
    "рядом, поджав хвост, дремала рыжая собака.\n"
    "— А что, Степан Лукич, — спросил приезжий, — правда ли, что за рекою нынче волки?\n"
    "— Волки-то есть, — отвечал старик не сразу, — да ведь и мы, батюшка, не без зубов…\n"
    "Приезжий засмеялся, но как-то невесело. «Экая глушь!» — подумал он и поглядел на тот берег, "
    "где в сером тумане одна за другой гасли избы. До города оставалось ещё сорок вёрст по размытой "
    "дороге, и лошади, которых обещал почтмейстер, так и не пришли.\n"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files; the order within a file stays."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture(scope="session")
def sample_text() -> str:
    """Some 700 characters of our own prose: two paragraphs, dialogue, quotes, ё."""
    return SAMPLE


@pytest.fixture(scope="session")
def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """A word-piece tokenizer whose windows hold 48 tokens of text."""
    return train_tokenizer([SAMPLE], vocab_size=300, max_length=50)


def make_tiny_bundle(tokenizer: PreTrainedTokenizerFast, seed: int, layers: int = 2) -> ModelBundle:
    """A random classifier of four authors; equal seeds give equal weights."""
    torch.manual_seed(seed)
    keys = ("Gamma", "Alpha", "Delta", "Beta")
    config = ModernBertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=layers,
        num_attention_heads=2,
        pad_token_id=tokenizer.pad_token_id,
        cls_token_id=tokenizer.cls_token_id,
        sep_token_id=tokenizer.sep_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        classifier_pooling="mean",
        layer_types=["full_attention"] * layers,
        initializer_range=0.3,
        id2label=dict(enumerate(keys)),
        label2id={key: label_id for label_id, key in enumerate(keys)},
    )
    authors = [Author(key, label_id, f"Автор {key}", f"Author {key}") for label_id, key in enumerate(keys)]
    return make_bundle(ModernBertForSequenceClassification(config), tokenizer, authors)


@pytest.fixture(scope="session")
def tiny_bundle(tiny_tokenizer: PreTrainedTokenizerFast) -> ModelBundle:
    """A random two-layer "teacher"."""
    return make_tiny_bundle(tiny_tokenizer, seed=0)


@pytest.fixture(scope="session")
def tiny_student(tiny_tokenizer: PreTrainedTokenizerFast) -> ModelBundle:
    """A random one-layer "student"."""
    return make_tiny_bundle(tiny_tokenizer, seed=1, layers=1)

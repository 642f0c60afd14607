"""A random two-layer model over a tokenizer trained on a page of our own text."""

from pathlib import Path

import pytest
import torch
from hypothesis import settings
from transformers import ModernBertConfig, ModernBertForSequenceClassification, PreTrainedTokenizerFast

from authorship.datamodels import Author
from authorship.models.bundle import ModelBundle, make_bundle
from tests.workers import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler  # a hook
from train.training.tokenizer import train_tokenizer

# What takes longest is begun first, so that in the end no worker is left alone with it.
LONG = (
    *("test_image.py", "e2e", "test_rehearsal.py", "train/training/test_distributed.py"),
    *("authorship/library/test_cluster.py", "train/test_recipe.py", "train/training/test_compilation.py"),
)
# Folders and files of tests that begin servers, browsers, trainings or processes, or compute with the shipped
# pair: `make check` leaves them to `make test`.
SLOW = (
    *("e2e", "golden", "test_image.py", "test_rehearsal.py"),
    *("authorship/library", "authorship/test_main.py"),
    *(f"authorship/engines/test_{name}.py" for name in ("choice", "sparse")),
    "authorship/predict/test_resume.py",
    *(f"authorship/text/test_{name}.py" for name in ("damaged", "growth", "isolated")),
    *(f"explain/test_{name}.py" for name in ("precision", "reference", "inactive_units")),
    *("explain/fingerprints/test_measure.py", "explain/study"),
    *("page/files", "page/two_texts", "page/test_mcp.py", "page/scheduler/test_load.py"),
    *(f"page/request_filter/test_{name}.py" for name in ("hostile", "hostile_growth", "hostile_limits")),
    *(f"train/test_{name}.py" for name in ("bare_machine", "judge", "own", "recipe")),
    *("train/data/test_kaggle.py", "train/publishing"),
    *(f"train/linear_start/test_{name}.py" for name in ("linear_encoder", "head")),
    *(f"train/training/test_{name}.py" for name in ("choices", "compilation", "distributed", "families")),
    "train/training/test_training.py",
)
TESTS = Path(__file__).parent
# Generated values are the same in every run.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.load_profile("same")
SAMPLE = (
    "Вечер сошёл на пристань тихо, без ветра. Степан Лукич сидел у самого края мостков и чинил сеть; "
    "рядом, поджав хвост, дремала рыжая собака.\n"
    "— А что, Степан Лукич, — спросил приезжий, — правда ли, что за рекою нынче волки?\n"
    "— Волки-то есть, — отвечал старик не сразу, — да ведь и мы, батюшка, не без зубов…\n"
    "Приезжий засмеялся, но как-то невесело. «Экая глушь!» — подумал он и поглядел на тот берег, "
    "где в сером тумане одна за другой гасли избы. До города оставалось ещё сорок вёрст по размытой "
    "дороге, и лошади, которых обещал почтмейстер, так и не пришли.\n"
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where slow tests are not wanted, do not even import them."""
    unwanted = config.option.markexpr == "not slow" and collection_path in {TESTS / name for name in SLOW}
    return True if unwanted else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow; begin with the long ones, the order within a file unchanged."""
    slow, long = ([TESTS / name for name in names] for names in (SLOW, LONG))
    assert all(path.exists() for path in (*slow, *long)), "a name in SLOW or LONG is not there"
    for item in items:
        if any(item.path.is_relative_to(path) for path in slow):
            item.add_marker("slow")
    places = {path: place for place, path in enumerate(long)}
    items.sort(key=lambda item: places.get(item.path, places.get(item.path.parent, len(long))))


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

"""A pretrained BERT begins with what its layers tell, by a layer and a head computed from them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
    set_seed,
)

from authorship.models.bundle import load_bundle
from train import student, teacher
from train.data.csv_files import TRAIN_FILE, held_out_excerpts, read_excerpts
from train.data.split import held_out_works
from train.linear_start.pooled_start import Windows, fit_start, read_states, spread_windows
from train.training.choices import Choices
from train.training.encoders import half_depth
from train.training.tokenizer import train_tokenizer
from train.training.tokens import TokenisedWork
from train.training.trainer import layer_groups
from train.training.validation import HeldOut

SHAPE = {
    "vocab_size": 40,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_attention_heads": 2,
    "num_hidden_layers": 4,
    "max_position_embeddings": 60,
    "num_labels": 3,
    "initializer_range": 0.1,
}
KINDS = {
    "bert": (BertConfig, BertForSequenceClassification),
    "roberta": (RobertaConfig, RobertaForSequenceClassification),
}


def windows(count: int, seed: int) -> Windows:
    """Windows whose label shows in which pieces they are drawn from, four windows a work."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) // 4 % 3
    ids = [generator.integers(5 + 10 * label, 20 + 10 * label, 20 + label) for label in labels]
    return Windows(ids, labels, [f"{label}/{index // 4}" for index, label in enumerate(labels)])


@pytest.mark.parametrize("kind", KINDS)
def test_the_model_built_says_what_was_fitted_also_of_padded_windows(kind: str) -> None:
    config, classifier = KINDS[kind]
    set_seed(0)
    model = classifier(config(**SHAPE, pad_token_id=1)).eval()
    seen, unseen = windows(96, 0), windows(24, 1)
    start = fit_start(read_states(model, seen.ids, [2])[:, 0], seen, 2, 0.3).scaled(2.0)
    expected = start.logits(read_states(model, unseen.ids, [2])[:, 0])
    built = start.build(model).train()  # nothing of it is dropped while it learns
    longest = max(map(len, unseen.ids))
    ids = torch.ones(len(unseen.ids), longest, dtype=torch.long)
    for row, window in enumerate(unseen.ids):
        ids[row, : len(window)] = torch.from_numpy(window)
    with torch.no_grad():
        found = built(input_ids=ids, attention_mask=(ids != 1).long()).logits
    assert np.abs(found.numpy() - expected).max() < 1e-3 * np.abs(expected).max()
    assert (expected.argmax(axis=1) == unseen.labels).mean() > 0.8
    assert built.config.num_hidden_layers == 3 and model.config.num_hidden_layers == 4
    halved = half_depth(built).state_dict()
    last = {name for name in halved if ".layer.1." in name}
    assert last and all(
        torch.equal(halved[name], built.state_dict()[name.replace("layer.1", "layer.2")]) for name in last
    )


def test_small_works_give_all_their_windows_and_no_author_more_than_the_most(tiny_bundle) -> None:
    tokenizer = tiny_bundle.tokenizer
    capacity = 1024 - 2 if tokenizer.model_max_length > 1024 else tokenizer.model_max_length - 2

    def work(author: str, title: str, size: int) -> TokenisedWork:
        empty = np.zeros(size, np.int32)
        return TokenisedWork(
            author, title, np.full(size, 7), empty, empty.astype(bool), empty.astype(np.uint8)
        )

    works = [work("A", "long", 50 * capacity), work("A", "short", 2 * capacity), work("B", "tiny", 3)]
    found = spread_windows(works, tokenizer, {"A": 0, "B": 1}, 10)
    assert [found.works.count(name) for name in ("A/long", "A/short", "B/tiny")] == [8, 2, 1]
    assert found.labels.tolist() == [0] * 10 + [1]
    assert {len(ids) - 2 for ids in found.ids[:3]} == {capacity, capacity // 2, capacity // 3}
    assert all(len(ids) <= capacity + 2 and ids[0] == tokenizer.cls_token_id for ids in found.ids)


@pytest.fixture(scope="module")
def base(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT, as a download would lie there, without a head."""
    folder = tmp_path_factory.mktemp("base")
    tokenizer: PreTrainedTokenizerFast = train_tokenizer(read_excerpts(data / TRAIN_FILE)["text"], 150, 60)
    tokenizer.save_pretrained(folder)
    set_seed(0)
    shape = SHAPE | {"vocab_size": len(tokenizer), "pad_token_id": tokenizer.pad_token_id}
    BertModel(BertConfig(**shape)).save_pretrained(folder)
    return folder


def options(data: Path, out: Path, *more: str) -> list[str]:
    quick = ["--use_cpu", "true", "--disable_tqdm", "true", "--per_device_train_batch_size", "4"]
    return ["--data", str(data), "--out", str(out), *quick, "--crops_per_epoch", "8", *more]


def test_a_teacher_begins_where_its_base_stands_and_goes_on(data: Path, base: Path, tmp_path: Path) -> None:
    """A bundle of no step at all tells held-out works; steps, a resumed run and a student begin there."""
    out = tmp_path / "start"
    assert teacher.main(options(data, out, "--base", str(base), "--num_train_epochs", "0")) == 0
    bundle, chosen = load_bundle(out), Choices.load(out)
    works = held_out_works(read_excerpts(data / TRAIN_FILE))
    figures = HeldOut(bundle, held_out_excerpts(data / TRAIN_FILE, works)).figures()
    assert figures["macro_f1"] > 0.8 and figures["log_loss"] < 0.5 * np.log(3)
    assert bundle.model.config.num_hidden_layers == chosen.depth + 1 and chosen.depth % 2 == 0

    train = options(data, tmp_path / "more", "--base", str(out), "--learning_rate", "1e-4")
    assert teacher.main([*train, "--num_train_epochs", "1", "--layer_decay", "0.5"]) == 0
    after = load_bundle(tmp_path / "more").model
    assert after.config.num_hidden_layers == chosen.depth + 1  # a base with a head is not begun anew

    killed = options(data, tmp_path / "killed", "--base", str(base))
    assert teacher.main([*killed, "--num_train_epochs", "1"]) == 0
    assert teacher.main([*killed, "--num_train_epochs", "2", "--resume", "true"]) == 0

    again = options(data, tmp_path / "all", "--base", str(base), "--num_train_epochs", "0")
    assert teacher.main([*again, "--choices", str(out)]) == 0
    assert Choices.load(tmp_path / "all") == chosen

    learn = options(data, tmp_path / "student", "--teacher", str(out), "--num_train_epochs", "0")
    assert student.main(learn) == 0
    assert load_bundle(tmp_path / "student").model.config.num_hidden_layers == chosen.depth // 2 + 1


def test_each_layer_moves_less_than_the_one_above() -> None:
    model = BertForSequenceClassification(BertConfig(**SHAPE))
    model.bert.embeddings.position_embeddings.requires_grad_(False)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    decaying = {name for name in names.values() if name.endswith("weight") and "Norm" not in name}
    rates = {}
    for group in layer_groups(model, 1e-3, 0.5, decaying, 0.01):
        for parameter in group["params"]:
            name = names.pop(id(parameter))
            rates[name] = group["lr"]
            assert group["weight_decay"] == (0.01 if name in decaying else 0.0)
    assert list(names.values()) == ["bert.embeddings.position_embeddings.weight"]
    for height, name in enumerate(
        [
            "bert.embeddings.word_embeddings.weight",
            *(f"bert.encoder.layer.{n}.output.dense.bias" for n in range(4)),
        ]
    ):
        assert rates[name] == pytest.approx(1e-3 * 0.5 ** (5 - height))
    assert rates["classifier.weight"] == rates["bert.pooler.dense.bias"] == 1e-3

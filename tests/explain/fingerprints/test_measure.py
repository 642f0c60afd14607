"""From a model to a fingerprint, and the command that writes one and goes on where it stopped."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from torch import nn
from transformers import PreTrainedTokenizerFast

from authorship.datamodels import Author, Excerpt
from authorship.errors import AuthorshipError
from authorship.models.bundle import ModelBundle, save_bundle
from authorship.models.digest import model_hash
from explain.fingerprints.__main__ import RECORD_FILE, main
from explain.fingerprints.datamodels import FINGERPRINTS_FILE, PairFingerprints, load, save
from explain.fingerprints.measure import (
    Subject,
    choose,
    explain_excerpt,
    fingerprints,
    read_works,
    reading,
    spread,
)
from explain.fingerprints.tally import Record
from tests.invented_fingerprints import invented_pair

PLANTED = "собака"


class PlantedModel(nn.Module):
    """The first author's logit rises with each token of the planted word; the second's never moves."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(tokenizer), 2)
        planted = tokenizer(PLANTED, add_special_tokens=False)["input_ids"]
        rare = torch.zeros(len(tokenizer), 2)
        rare[planted, 0] = 1.0
        self.embedding.weight = nn.Parameter(rare)
        self.device = torch.device("cpu")

    def get_input_embeddings(self) -> nn.Module:
        return self.embedding

    def forward(self, input_ids: Any = None, inputs_embeds: Any = None, **_: Any) -> SimpleNamespace:
        vectors = self.embedding(input_ids) if inputs_embeds is None else inputs_embeds
        return SimpleNamespace(logits=vectors.sum(dim=1))


@pytest.fixture
def planted(tiny_tokenizer: PreTrainedTokenizerFast) -> Subject:
    authors = (Author("Alpha", 0, "Альфа", "Alpha"), Author("Beta", 1, "Бета", "Beta"))
    bundle = ModelBundle(cast(Any, PlantedModel(tiny_tokenizer)), tiny_tokenizer, authors)
    return Subject("teacher", bundle, "planted", {"Alpha": 0.5})


def test_the_planted_word_comes_out_on_top(planted: Subject, sample_text: str, tmp_path: Path) -> None:
    excerpts = [Excerpt("Alpha", work, f"{sample_text} {work}") for work in ("лес", "река", "дом")]
    with Record(tmp_path / "record") as record:
        reads = list(reading(planted, excerpts, record))
        for excerpt in excerpts:
            assert explain_excerpt(planted, excerpt, record) == explain_excerpt(planted, excerpt, record)
        (own,) = fingerprints(planted, excerpts, reads, record)
    assert own.words[0].text == PLANTED and own.words[0].works == own.works == 3
    assert own.f1 == 0.5 and own.explained == 3 and own.left_out == 0
    assert own.taken_for == own.given == ()


def test_excerpts_come_from_as_many_works_as_there_are() -> None:
    works = tuple(
        tuple(Excerpt(author, f"{author}{work}", f"{place}") for place in range(9))
        for author in "AB"
        for work in range(3)
    )
    chosen = list(choose(works, 4))
    assert [excerpt.author for excerpt in chosen] == list("ABABABAB")
    assert len({excerpt.work for excerpt in chosen if excerpt.author == "A"}) == 3
    assert len(set(chosen)) == len(chosen)
    assert [excerpt.text for excerpt in spread(works[0], 3)] == ["1", "4", "7"]
    assert len(list(choose(works, 100))) == 54


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory, tiny_bundle: ModelBundle, tiny_student: ModelBundle
) -> Path:
    folder = tmp_path_factory.mktemp("pair")
    save_bundle(tiny_bundle, folder / "teacher")
    save_bundle(tiny_student, folder / "student")
    return folder


@pytest.fixture
def measure(pair: Path, sample_text: str, tmp_path: Path) -> Callable[..., int]:
    rows = [
        (key, f"Книга {work}", f"{sample_text[:120]} {key} {work}")
        for key in ("Alpha", "Beta")
        for work in "12"
    ]
    with (tmp_path / "test.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("writer", "book", "text"), *rows, ("Nobody", "Книга", "Текст")])
    models = ["--teacher", str(pair / "teacher"), "--student", str(pair / "student")]

    def run(out: Path, *more: str) -> int:
        return main(["--data", str(tmp_path / "test.csv"), "--out", str(out), *models, *more])

    return run


def test_an_interrupted_run_goes_on_to_the_same_file(
    measure: Callable[..., int], pair: Path, tiny_bundle: ModelBundle, tmp_path: Path
) -> None:
    whole, pieces = tmp_path / "whole", tmp_path / "pieces"
    assert measure(whole, "--excerpts-per-author", "2") == 0
    assert measure(pieces, "--excerpts-per-author", "2", "--max-minutes", "0") == 0
    assert (pieces / RECORD_FILE).exists()
    assert load(pieces / FINGERPRINTS_FILE).teacher is not None
    with (pieces / RECORD_FILE).open("a") as record:
        record.write('{"task": "cut off", "value": [0.1, 0.')
    assert measure(pieces, "--excerpts-per-author", "2") == 0
    assert not (pieces / RECORD_FILE).exists()
    assert (pieces / FINGERPRINTS_FILE).read_bytes() == (whole / FINGERPRINTS_FILE).read_bytes()
    teacher = load(whole / FINGERPRINTS_FILE).teacher
    assert teacher is not None and teacher.model == model_hash(tiny_bundle)


def test_what_is_stored_is_what_is_read(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, tmp_path: Path
) -> None:
    pair = invented_pair(tiny_bundle, tiny_student)
    save(pair, "data.csv", tmp_path / "file.json")
    assert load(tmp_path / "file.json") == pair
    save(PairFingerprints(teacher=pair.teacher), "data.csv", tmp_path / "file.json")
    assert load(tmp_path / "file.json").student is None


@pytest.mark.parametrize("content", ["", "{", '{"version": 99, "models": {}}', '{"version": 1}', "[]"])
def test_a_damaged_file_says_how_to_make_another(content: str, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text(content)
    with pytest.raises(AuthorshipError, match=r"explain\.fingerprints"):
        load(tmp_path / "file.json")


def test_a_model_is_known_by_its_weights(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> None:
    assert model_hash(tiny_bundle) == model_hash(replace(tiny_bundle))
    assert model_hash(tiny_bundle) != model_hash(tiny_student)


def test_data_without_the_authors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("writer,book,text\nSomebody,A,Text\n")
    with pytest.raises(AuthorshipError, match="no excerpt"):
        read_works(tmp_path / "data.csv", ["Alpha"])
    (tmp_path / "data.csv").write_text("author,text\n")
    with pytest.raises(AuthorshipError, match="writer"):
        read_works(tmp_path / "data.csv", ["Alpha"])

"""The original's work from its data to the page, at full width but for depth, vocabulary and time.

Excerpts of 34 authors, 30 of each, in Kaggle's layout and a random BERT as wide as ruBert-base go through the
commands that a user gives, each in a process of its own; Kaggle and Weights & Biases are servers on the
loopback.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from transformers import AutoConfig

from authorship.models.bundle import load_bundle
from authorship.predict.prediction import predict
from tests.invented_data import VOCABULARY, excerpts, write_base
from tests.kaggle_server import serve_kaggle
from tests.wandb_server import WandbServer, serve_wandb
from tests.workplace import Workplace
from train.data.original import AUTHORS, KEYS

TRAINING, TEST = 1020, 68
QUICK = ["--preset", "original", "--per_device_train_batch_size", "2", "--crops_per_epoch", "6"]
QUICK += ["--validation_excerpts", "34", "--calibration_excerpts", "34"]
QUICK += ["--use_cpu", "--save_only_model", "--save_total_limit", "1", "--disable_tqdm", "true"]
REPORT = {
    *("bundle", "data", "excerpts", "works", "macro_f1", "accuracy", "macro_f1_interval", "ece"),
    *("per_author", "book_accuracy", "auroc_unknown", "excerpts_per_second", "parameters"),
    *("log_loss", "refused_known", "refused_unknown"),
}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A folder whose large files are gone after the test, whether it passes or fails."""
    yield Workplace(tmp_path)
    shutil.rmtree(tmp_path)


def download(folder: Path) -> None:
    """The data from Kaggle, whole and nothing beside."""
    with serve_kaggle() as kaggle:
        kaggle.offer({"train_data.csv": excerpts(TRAINING, "train"), "test_data.csv": excerpts(TEST, "test")})
        done = kaggle.run(folder / "data", folder / "home")
    assert done.returncode == 0, done.stderr
    landed = {file.name for file in (folder / "data").iterdir()}
    assert landed == {"train_data.csv", "test_data.csv", "authors.json"}
    assert tuple(json.loads((folder / "data" / "authors.json").read_text(encoding="utf-8"))) == KEYS
    assert f"{TRAINING:,} excerpts from 170 works by 34 writers" in done.stdout


def train_pair(place: Workplace) -> None:
    """The teacher's run is tracked offline; the student keeps half of its layers."""
    data = ["--data", "data"]
    base = ["--base", str(place.folder / "base"), "--report_to", "wandb", "--logging_steps", "1"]
    place.run("train.teacher", *QUICK, *data, "--out", "teacher", *base, WANDB_MODE="offline")
    place.run("train.student", *QUICK, *data, "--out", "student", "--teacher", "teacher")
    teacher, student = (AutoConfig.from_pretrained(place.folder / name) for name in ("teacher", "student"))
    assert (teacher.num_hidden_layers, student.num_hidden_layers) == (2, 1)
    assert (student.hidden_size, student.num_attention_heads, student.vocab_size) == (768, 12, VOCABULARY)
    assert teacher.label2id == student.label2id and set(student.label2id) == set(KEYS)


def evaluate(place: Workplace) -> None:
    """The student's figures on the test file: printed, written beside it, and sent with it to wandb."""
    file = ["--data", "data/test_data.csv", "--format", "json"]
    options = ["--bundle", "student", *file, "--report", "true", "--report_to", "wandb"]
    printed = json.loads(place.run("train.evaluate", *options, WANDB_MODE="offline"))
    assert set(printed) == REPORT
    assert (printed["excerpts"], set(printed["per_author"])) == (TEST, set(KEYS))
    assert sum(author["excerpts"] for author in printed["per_author"].values()) == TEST
    report = json.loads((place.folder / "student" / "report.json").read_text(encoding="utf-8"))
    assert report == {**printed, "commit": report["commit"]}


def sync(place: Workplace, server: WandbServer) -> None:
    """Both runs and their bundles at the server, whose answers the client all understood."""
    runs = sorted((place.folder / "wandb").glob("offline-run-*"))
    for run in runs:
        place.run("wandb", "sync", str(run), **server.environment())
    assert (len(runs), server.unknown) == (2, [])
    assert {run["jobType"] for run in server.runs.values()} == {"teacher", "evaluate"}
    steps = [line["train/loss"] for line in server.history if "train/loss" in line]
    assert len(steps) == 6 and np.isfinite(steps).all()
    kept = {file.name for file in (place.folder / "student").iterdir() if file.is_file()}
    assert "report.json" in kept and kept == set(server.artifact("student").files)
    assert "held_out/macro_f1" in {name for line in server.history for name in line}


def check_page(place: Workplace, teacher: str, student: str, **environment: str) -> None:
    """Both models know all authors by the names shown; the student is the one whose folder was trained."""
    text = pd.read_csv(place.folder / "data" / "test_data.csv")["text"][0]
    with place.page(teacher, student, **environment) as page:
        models = page.predict(text, len(KEYS), api_name="/attribute")["models"]
    for model in models.values():
        assert {author["name"] for author in model["authors"]} == {author.name for author in AUTHORS}
        assert sum(author["probability"] for author in model["authors"]) == pytest.approx(1, abs=1e-6)
    shown = {author["author"]: author["probability"] for author in models["student"]["authors"]}
    expected = predict(load_bundle(place.folder / "student"), text)
    keys = [author.key for author in expected.authors]
    # The page reads by the compiled model, in bfloat16 where the processor has it.
    assert shown == pytest.approx(dict(zip(keys, expected.probabilities, strict=True)), abs=1e-4)


def test_from_the_originals_data_to_the_page(place: Workplace) -> None:
    folder = place.folder
    download(folder)
    write_base(folder / "base", list(pd.read_csv(folder / "data" / "train_data.csv", nrows=300)["text"]))
    train_pair(place)
    evaluate(place)
    with serve_wandb() as server:
        sync(place, server)
        check_page(place, "teacher", "wandb:me/whose-prose/student:v0", **server.environment())
    assert not [*folder.rglob("*part*")]

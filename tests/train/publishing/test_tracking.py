"""Weights & Biases by its real client: offline, synced to a server of our own, opened again by REF."""

import builtins
import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, set_seed

from authorship.errors import BundleError
from authorship.models import source as reference
from authorship.models.bundle import load_bundle
from authorship.predict.prediction import predict
from tests.train.forked import python
from tests.wandb_server import WandbServer, serve_wandb
from train.config import TeacherArguments
from train.data.original import KEYS
from train.publishing.tracking import artifact_name, start_tracking

PROJECT = Path(__file__).resolve().parents[3]
WORDS = {"Alpha": "ну что же голубчик право оказия", "Beta": "дождь ветер пустая дорога молчал"}
TEXT = "Ну что же, дождь; ветер молчал, голубчик, — право, пустая дорога."

TRAIN_AND_EVALUATE = """
import sys
from train import evaluate, teacher
data, out = sys.argv[1:]
quick = ["--layers", "2", "--width", "32", "--vocabulary", "120", "--window", "34", "--use_cpu", "true",
         "--per_device_train_batch_size", "8", "--crops_per_epoch", "32", "--num_train_epochs", "2",
         "--logging_steps", "2", "--disable_tqdm", "true"]
assert teacher.main([*quick, "--data", data, "--out", out, "--report_to", "wandb"]) == 0
scored = ["--bundle", out, "--data", f"{data}/test_data.csv", "--report", "true", "--report_to", "wandb"]
assert evaluate.main([*scored, "--format", "json"]) == 0
"""
BEGIN = """
import sys
from train.config import TeacherArguments
from train.publishing.tracking import start_tracking
arguments = TeacherArguments(out=sys.argv[1], report_to="wandb", use_cpu=True)
start_tracking(arguments, "teacher")
print("reports to:", arguments.report_to)
"""
LOG_FILE = """
import sys, wandb
run = wandb.init(project="hw-nlp")
for name, file in zip(sys.argv[1::2], sys.argv[2::2]):
    artifact = wandb.Artifact(name, type="model")
    artifact.add_file(file)
    run.log_artifact(artifact)
run.finish()
"""


def run_python(script: str, arguments: list[str], folder: Path, **environment: str) -> str:
    """Run a script as a user would, wandb's files in `folder`; its standard error and output."""
    folders = {f"WANDB_{name}_DIR": str(folder / name.lower()) for name in ("DATA", "CACHE", "CONFIG")}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    home = {"HOME": str(folder), "WANDB_DIR": str(folder), "PYTHONPATH": str(PROJECT), **folders}
    words = ["-c", script, *arguments] if script else arguments
    done = python(words, folder, {**clean, **home, **environment})
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr + done.stdout


def sync(folder: Path, server: WandbServer) -> None:
    """Send the runs one after the other, for the client would send several at once."""
    runs = sorted((folder / "wandb").glob("offline-run-*"))
    assert runs
    for run in runs:
        run_python("", ["-m", "wandb", "sync", str(run)], folder, **server.environment())


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    rows = [
        (writer, f"{writer} {book}", " ".join(WORDS[writer].split()[book % 3 :] * 6) + ".")
        for writer in WORDS
        for book in range(6)
    ]
    for name in ("train_data.csv", "test_data.csv"):
        pd.DataFrame(rows, columns=["writer", "book", "text"]).to_csv(folder / name, index=False)
    return folder


@pytest.fixture(scope="module")
def tracked(data: Path, tmp_path_factory) -> tuple[Path, WandbServer]:
    """A teacher trained and evaluated offline, both runs then synced to a server that is gone since."""
    folder = tmp_path_factory.mktemp("offline")
    out = folder / "teacher"
    with serve_wandb() as server:
        run_python(TRAIN_AND_EVALUATE, [str(data), str(out)], folder, WANDB_MODE="offline")
        assert not server.runs
        sync(folder, server)
    return folder, server


def synced_run(server: WandbServer, stage: str) -> dict[str, Any]:
    return next(run for run in server.runs.values() if run["jobType"] == stage)


def test_the_run_holds_options_losses_rate_speed_and_held_out_figures(tracked) -> None:
    _, server = tracked
    assert server.unknown == []
    run = synced_run(server, "teacher")
    assert run["project"] == "whose-prose"
    config = json.loads(run["config"])
    assert config["crops_per_epoch"]["value"] == 32 and config["num_hidden_layers"]["value"] == 2
    logged = {name for line in server.history for name in line}
    wanted = {"loss", "learning_rate", "tokens_per_second"}
    assert {f"train/{name}" for name in wanted} | {"eval/macro_f1", "held_out/macro_f1"} <= logged
    assert all(f"{split}/per_author" in logged for split in ("held_out", "test"))


def test_tables_and_matrix_are_complete(tracked, data: Path) -> None:
    _, server = tracked
    tables = {name: json.loads(body) for name, body in server.storage.items() if name.startswith("run/media")}
    authors = [table for name, table in tables.items() if "per_author" in name and "test" in name]
    assert [{row[0] for row in table["data"]} for table in authors] == [{"Alpha", "Beta"}]
    excerpts = len(pd.read_csv(data / "test_data.csv"))
    assert [sum(row[4] for row in table["data"]) for table in authors] == [excerpts]
    matrices = [table for name, table in tables.items() if "confusion" in name and "test" in name]
    assert [sum(row[2] for row in table["data"]) for table in matrices] == [excerpts]


def test_the_artifacts_hold_the_bundle_and_what_was_measured(tracked) -> None:
    folder, server = tracked
    first, second = (one for one in server.artifacts if one.kind == "model")
    assert (first.name, second.name, second.aliases) == ("teacher", "teacher", ["latest"])
    for artifact in (first, second):
        stored = {name: server.storage[key] for name, key in artifact.files.items()}
        report = json.loads(stored.pop("report.json"))
        kept = {file.name for file in (folder / "teacher").iterdir() if file.is_file()}
        assert {*stored, "report.json", "README.md"} == kept  # the card is written with the second's report
        assert report["macro_f1"] == json.loads(str(artifact.metadata))["macro_f1"]
    assert json.loads(server.storage[first.files["report.json"]])["data"].startswith("held-out works of")
    own = json.loads((folder / "teacher" / "report.json").read_text(encoding="utf-8"))
    assert json.loads(server.storage[second.files["report.json"]]) == own


@pytest.fixture
def client(monkeypatch, tmp_path: Path):
    """Point `wandb:` references, which a process of their own opens, to a server."""

    def use(server: WandbServer, **more: str) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
        monkeypatch.setenv("WANDB_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.setenv("WANDB_DIR", str(tmp_path))
        for name, value in {**server.environment(), **more}.items():
            monkeypatch.setenv(name, value)

    return use


def test_an_artifact_of_ours_is_opened_by_reference(tracked, client) -> None:
    folder, stopped = tracked
    with serve_wandb() as server:
        server.storage, server.artifacts = stopped.storage, stopped.artifacts
        client(server)
        opened = reference.open_bundle("wandb:me/whose-prose/teacher:v1")
        with pytest.raises(BundleError, match=r"does not give me/whose-prose/nobody:v0.*not found"):
            reference.open_bundle("wandb:me/whose-prose/nobody:v0")
    assert predict(opened, TEXT).logits == predict(load_bundle(folder / "teacher"), TEXT).logits


def original_like(layers: int, file: Path) -> BertForSequenceClassification:
    """Random weights of the published ones' shape, cut down, as a bare state dict."""
    set_seed(layers)
    shape = {"hidden_size": 64, "num_attention_heads": 1, "intermediate_size": 96}
    config = BertConfig(vocab_size=70, num_hidden_layers=layers, num_labels=34, **shape)
    model = BertForSequenceClassification(config).eval()
    torch.save(model.state_dict(), file)
    return model


def test_the_originals_artifacts_are_converted_and_opened_by_reference(client, tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    letters = [chr(code) for code in range(ord("а"), ord("я") + 1)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ",", *letters, *(f"##{one}" for one in letters)]
    (base / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    BertConfig(vocab_size=len(pieces)).save_pretrained(base)
    files = [tmp_path / "baseline.bin", tmp_path / "distilled.pt"]
    teacher, _ = (original_like(layers, file) for layers, file in zip((4, 2), files, strict=True))
    named = ["model_34_baseline", str(files[0]), "distilled_bert", str(files[1])]
    run_python(LOG_FILE, named, tmp_path, WANDB_MODE="offline")
    with serve_wandb("sava_ml") as server:
        sync(tmp_path, server)
        client(server, AUTHORSHIP_BASE=str(base))
        first = reference.open_bundle("wandb:sava_ml/hw-nlp/model_34_baseline:v0")
        second = reference.open_bundle("wandb:sava_ml/hw-nlp/distilled_bert:v0")
    again = reference.open_bundle("wandb:sava_ml/hw-nlp/model_34_baseline:v0")
    ids = torch.tensor([[2, 7, 40, 3]])
    assert torch.allclose(first.model(ids).logits, teacher(ids).logits, atol=1e-5)
    assert [bundle.model.config.num_hidden_layers for bundle in (first, second, again)] == [4, 2, 4]
    assert [author.key for author in second.authors] == list(KEYS)
    assert predict(first, "ВЕЧЕР, ПРИСТАНЬ").logits == predict(again, "вечер, пристань").logits


def test_a_training_that_cannot_report_goes_on_without(data: Path, tmp_path: Path) -> None:
    unreachable = {
        "WANDB_BASE_URL": "http://127.0.0.1:9",
        "WANDB_API_KEY": "0" * 40,
        "WANDB_HTTP_TIMEOUT": "1",
    }
    script = TRAIN_AND_EVALUATE.partition("scored =")[0]
    told = run_python(script, [str(data), str(tmp_path / "out")], tmp_path, **unreachable)
    assert "Nothing is reported to Weights & Biases" in told and "127.0.0.1:9" in told
    assert "Traceback" not in told
    assert len(load_bundle(tmp_path / "out").authors) == 2
    told = run_python(BEGIN, [str(tmp_path)], tmp_path)
    assert "nobody is logged in" in told and "Traceback" not in told and told.endswith("reports to: []\n")


def test_a_training_without_wandb_installed_warns(monkeypatch, caplog, tmp_path: Path) -> None:
    original = builtins.__import__

    def without_wandb(name: str, *rest: object, **options: object) -> object:
        if name == "wandb":
            raise ImportError(name)
        return original(name, *rest, **options)

    arguments = TeacherArguments(out=tmp_path, report_to="wandb", use_cpu=True)
    monkeypatch.setattr(builtins, "__import__", without_wandb)
    start_tracking(arguments, "teacher")
    assert arguments.report_to == [] and "not installed" in caplog.text


@pytest.mark.parametrize(
    ("reference_", "name"),
    [
        ("runs/my teacher", "my-teacher"),
        ("runs/student/", "student"),
        ("hub:me/prose@v1.0", "prose"),
        ("wandb:me/whose-prose/student:latest", "student"),
    ],
)
def test_artifacts_are_called_as_their_bundle(reference_: str, name: str) -> None:
    assert artifact_name(reference_) == name

"""The commands from CSV files to a scored pair, on a made-up library, in seconds."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedModel

from authorship.models.bundle import load_bundle
from train import evaluate, pretrain, student, teacher
from train.data.csv_files import read_excerpts
from train.data.sources import DataError
from train.linear.discriminant import fit_ngrams
from train.linear.ngram_features import symbol_codes
from train.training import stage, trainer

QUICK = [
    *("--bf16", "false", "--use_cpu", "true", "--disable_tqdm", "true", "--logging_steps", "2"),
    *("--per_device_train_batch_size", "16", "--crops_per_epoch", "64", "--validation_excerpts", "20"),
]
TINY = ["--layers", "2", "--width", "32", "--vocabulary", "200", "--window", "34"]


@pytest.fixture(scope="module")
def pair(data: Path, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    teach = ["--data", str(data), "--out", str(out / "teacher"), *TINY, *QUICK, "--num_train_epochs", "4"]
    assert teacher.main(teach) == 0
    distil = ["--data", str(data), "--out", str(out / "student"), "--teacher", str(out / "teacher"), *QUICK]
    assert (
        student.main([*distil, "--num_train_epochs", "2", "--hidden_weight", "1", "--attention_weight", "1"])
        == 0
    )
    return out


def test_the_pair_learns_and_the_student_is_half_as_deep(pair: Path, data: Path, capsys):
    reports = []
    for name in ("teacher", "student"):
        arguments = ["--bundle", str(pair / name), "--data", str(data / "test_data.csv"), "--report", "true"]
        assert evaluate.main([*arguments, "--format", "json"]) == 0
        reports.append(json.loads(capsys.readouterr().out.splitlines()[-1]))
        kept = json.loads((pair / name / "report.json").read_text(encoding="utf-8"))
        assert kept["macro_f1"] == reports[-1]["macro_f1"]
        assert name in (pair / name / "README.md").read_text(encoding="utf-8")
    assert all(report["macro_f1"] > 0.8 and report["excerpts"] == 18 for report in reports)
    assert all(report["auroc_unknown"] is None and report["works"] == 6 for report in reports)
    depths = [load_bundle(pair / name).model.config.num_hidden_layers for name in ("teacher", "student")]
    assert depths == [2, 1]


def test_a_student_goes_on_from_another_but_not_from_a_strangers(pair: Path, data: Path, tmp_path: Path):
    shared = ["--data", str(data), "--teacher", str(pair / "teacher"), *QUICK, "--num_train_epochs", "1"]
    out = ["--out", str(tmp_path / "student")]
    assert student.main([*shared, *out, "--start", str(pair / "student"), "--learning_rate", "0"]) == 0
    before, after = (load_bundle(folder / "student").model.classifier.weight for folder in (pair, tmp_path))
    assert (before == after).all()
    other = json.loads((tmp_path / "student" / "config.json").read_text(encoding="utf-8"))
    other["id2label"] = dict(enumerate(["Omega", "Beta", "Gamma"]))
    (tmp_path / "student" / "config.json").write_text(json.dumps(other), encoding="utf-8")
    with pytest.raises(DataError, match="other authors"):
        student.main([*shared, *out, "--start", str(tmp_path / "student")])


def test_what_is_frozen_stands_still_and_the_distance_to_the_teacher_is_told(
    pair: Path, data: Path, tmp_path: Path
):
    """KL by hidden works is what a distillation without labels stops by."""
    shared = ["--data", str(data), "--teacher", str(pair / "teacher"), *QUICK, "--num_train_epochs", "2"]
    out = ["--out", str(tmp_path / "student"), "--start", str(pair / "student")]
    chosen = ["--alpha", "0", "--metric_for_best_model", "kl_loss"]
    with pytest.raises(DataError, match="nowhere"):
        student.main([*shared, *out, "--freeze", "nowhere"])
    with pytest.raises(DataError, match="nothing to learn"):
        student.main([*shared, *out, "--freeze", "head", "classifier", "model"])
    assert student.main([*shared, *out, *chosen, "--freeze", "embeddings", "attn", "Wi"]) == 0
    before, after = (dict(load_bundle(it / "student").model.named_parameters()) for it in (pair, tmp_path))
    moved = {name for name, weight in after.items() if not weight.equal(before[name])}
    assert moved and not any(part in name for name in moved for part in ("embeddings", "attn", "Wi"))
    states = sorted((tmp_path / "student" / "checkpoints").glob("*/trainer_state.json"))
    state = json.loads(states[-1].read_text(encoding="utf-8"))
    told = [entry["eval_kl_loss"] for entry in state["log_history"] if "eval_kl_loss" in entry]
    assert len(told) == 2 and state["best_metric"] == min(told) >= 0


def test_a_sparse_teacher_is_read_by_what_is_heard_in_single_precision(
    pair: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    read: list[int] = []

    def sparse_reader(teacher: PreTrainedModel, crops: object) -> Callable[..., object]:
        def reader(input_ids: torch.Tensor) -> object:
            assert not torch.is_autocast_enabled("cpu")
            read.append(len(input_ids))
            return teacher(input_ids=input_ids)

        return reader

    monkeypatch.setattr(student, "sparse_reader", sparse_reader)
    shared = ["--data", str(data), "--teacher", str(pair / "teacher"), *QUICK, "--num_train_epochs", "1"]
    assert student.main([*shared, "--out", str(tmp_path / "student"), "--bf16", "true"]) == 0
    assert read


def test_bundles_carry_names_and_calibration(pair: Path):
    bundle = load_bundle(pair / "teacher")
    assert [author.name for author in bundle.authors] == ["Альфа", "Beta", "Gamma"]
    assert bundle.calibration.temperature != 1.0 and bundle.calibration.unknown_energy is not None


def test_a_stopped_training_goes_on_to_the_same_weights(data: Path, tmp_path: Path, monkeypatch):
    def teach(folder: str, *more: str) -> list[float]:
        arguments = ["--data", str(data), "--out", str(tmp_path / folder), *TINY, *QUICK, *more]
        teacher.main([*arguments, "--num_train_epochs", "2"])
        return load_bundle(tmp_path / folder).model.classifier.weight.flatten().tolist()

    straight = teach("straight")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(trainer.NewCrops, "on_epoch_begin", stop_at_second_epoch)
        teach("stopped", "--tokenizer", str(tmp_path / "straight"))
    assert not (tmp_path / "stopped" / "config.json").exists()
    assert teach("stopped", "--resume", "true") == straight


def stop_at_second_epoch(self, args, state, control, **kwargs) -> None:
    if state.epoch and state.epoch >= 1:
        raise KeyboardInterrupt


def test_pretraining_gives_a_base_for_a_teacher(data: Path, tmp_path: Path):
    training = read_excerpts(data / "train_data.csv")
    codes = [symbol_codes(text) for text in training["text"]]
    ngrams = fit_ngrams(codes, list(training["writer"]), list(training["book"]), 500)
    ngrams.save(tmp_path / "ngrams.npz")
    scores = ["--ngrams", str(tmp_path / "ngrams.npz")]
    out = str(tmp_path / "base")
    shared = ["--data", str(data), *QUICK, *scores]
    assert pretrain.main([*shared, *TINY, "--out", out, "--num_train_epochs", "1"]) == 0
    taught = ["--out", str(tmp_path / "teacher"), "--base", out, "--score_weight", "0.5"]
    assert teacher.main([*shared, *taught, "--num_train_epochs", "1"]) == 0
    assert len(load_bundle(tmp_path / "teacher").authors) == 3


def test_a_time_budget_ends_in_a_usable_bundle(data: Path, tmp_path: Path):
    arguments = ["--data", str(data), "--out", str(tmp_path), *TINY, *QUICK]
    assert teacher.main([*arguments, "--num_train_epochs", "1000", "--max_minutes", "0.02"]) == 0
    assert len(load_bundle(tmp_path).authors) == 3


@pytest.mark.parametrize(("columns", "named"), [("writer,book", "text"), ("text", "writer")])
def test_missing_columns_are_named(tmp_path: Path, columns: str, named: str):
    (tmp_path / "train_data.csv").write_text(columns + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=f"no column {named}"):
        read_excerpts(tmp_path / "train_data.csv")


def test_without_books_each_excerpt_is_a_work(tmp_path: Path):
    (tmp_path / "old.csv").write_text("writer,text,Unnamed\nAlpha,раз,1\nAlpha,два,2\n", encoding="utf-8")
    assert read_excerpts(tmp_path / "old.csv")["book"].nunique() == 2


def test_what_was_trained_outlives_a_calibration_that_is_cut_short(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def cut_short(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stage, "calibrate_stage", cut_short)
    teach = ["--data", str(data), "--out", str(tmp_path), *TINY, *QUICK, "--num_train_epochs", "1"]
    with pytest.raises(KeyboardInterrupt):
        teacher.main(teach)
    bundle = load_bundle(tmp_path)
    assert not bundle.calibration.chosen
    assert bundle.model.config.num_labels == len(bundle.authors)


def test_calibration_reads_no_more_excerpts_than_asked(pair: Path, data: Path):
    bundle, validation = load_bundle(pair / "teacher"), read_excerpts(data / "train_data.csv")
    assert len(stage.tuning_excerpts(data, 2)) <= 2
    assert stage.calibrate_stage(bundle, validation, data, 12).chosen

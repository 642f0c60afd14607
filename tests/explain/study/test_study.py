"""The study: a sample that only grows, variants that change what they say, results that outlive a crash."""

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from authorship.commandline import run
from authorship.encode import encode
from authorship.errors import AuthorshipError
from authorship.models.bundle import ModelBundle, save_bundle
from authorship.predict.prediction import predict
from authorship.text.excerpts import read_excerpts
from explain.attribution import attribute
from explain.faithfulness import Explained, rank_words
from explain.gradients import masking_id
from explain.study import __main__ as study
from explain.study.measure import GRID, area, curves, search_limit
from explain.study.records import Record, StudyLog
from explain.study.subjects import baselines_of, sample_excerpts, with_baseline, with_shuffled_weights
from explain.study.summary import interval, mean

WRITERS = ("Alpha", "Beta", "Gamma")


def write_csv(file: Path, text: str, rows: int = 12) -> Path:
    """Excerpts by three writers in turn, each another piece of the same prose."""
    sentences = text.replace("\n", " ").split(". ")
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["writer", "book", "text"])
        for row in range(rows):
            turned = ". ".join(sentences[row % 4 :] + sentences[: row % 4])
            writer.writerow([WRITERS[row % 3], f"work {row // 6}", f"{turned} {row}"])
    return file


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, sample_text: str) -> Path:
    return write_csv(tmp_path_factory.mktemp("data") / "test.csv", sample_text)


@pytest.fixture(scope="module")
def explained(tiny_bundle: ModelBundle, sample_text: str) -> Explained:
    encoded = encode(sample_text, tiny_bundle.tokenizer)
    author = predict(tiny_bundle, sample_text).top_k(1)[0].author
    return Explained(tiny_bundle, encoded, attribute(tiny_bundle, encoded, author))


def test_a_larger_sample_holds_the_smaller_and_serves_all_writers(data: Path):
    small, large = sample_excerpts(data, 5, seed=1), sample_excerpts(data, 9, seed=1)
    assert large[:5] == small and sample_excerpts(data, 99, seed=1)[:9] == large
    assert Counter(excerpt.author for excerpt in large) == dict.fromkeys(WRITERS, 3)
    assert sample_excerpts(data, 5, seed=2) != small
    assert len(set(sample_excerpts(data, 99, seed=1))) == len(list(read_excerpts(data)))


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "missing"), ("writer,book\na,b\n", "no column text"), ("writer,text\na,\n", "holds no excerpt"),
     (b"writer,text\n\xff,\xff\n", "UTF-8")],
)  # fmt: skip
def test_data_that_cannot_be_used_are_named(content: str | bytes | None, message: str, tmp_path: Path):
    file = tmp_path / "data.csv"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(AuthorshipError, match=message):
        sample_excerpts(file, 3, seed=0)


def test_another_baseline_changes_the_explanation_and_no_prediction(explained: Explained, sample_text: str):
    bundle, own = explained.bundle, explained.attribution
    assert baselines_of(bundle) == ("mean", "pad")
    for kind in baselines_of(bundle):
        other = with_baseline(bundle, kind)
        assert predict(other, sample_text).logits == pytest.approx(predict(bundle, sample_text).logits)
        again = attribute(other, explained.encoded, own.author)
        assert again.score == pytest.approx(own.score) and again.baseline_score != own.baseline_score
    vectors = with_baseline(bundle, "pad").model.get_input_embeddings().weight
    assert torch.equal(vectors[masking_id(bundle)], vectors[bundle.tokenizer.pad_token_id])


def test_shuffled_weights_are_the_same_numbers_elsewhere(tiny_student: ModelBundle, sample_text: str):
    before = {name: tensor.clone() for name, tensor in tiny_student.model.state_dict().items()}
    one, again, other = (with_shuffled_weights(tiny_student, seed).model.state_dict() for seed in (5, 5, 6))
    for name, tensor in tiny_student.model.state_dict().items():
        assert torch.equal(tensor, before[name]) and torch.equal(one[name], again[name])
        assert torch.equal(one[name].flatten().sort().values, tensor.flatten().sort().values)
        assert torch.equal(one[name], tensor) == (tensor.ndim < 2)
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_the_area_is_the_integral_of_the_curve():
    assert area([0.5] * len(GRID)) == pytest.approx(0.5 * (1 - GRID[0] / 2))
    assert area(GRID) == pytest.approx(0.5)


def test_limits_of_masking_enclose_chance(explained: Explained):
    words = explained.attribution.words
    chance = np.random.default_rng(0)
    random = [area(curve) for curve in curves(explained, [chance.permutation(len(words)) for _ in range(5)])]
    lower, upper = (search_limit(explained, most) for most in (False, True))
    assert lower < min(random) and max(random) < upper
    own = area(curves(explained, [rank_words(words)])[0])
    assert upper >= own - 0.02  # a beam can lose the explanation's own path, not by much


@pytest.fixture(scope="module")
def arguments(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """A study of three excerpts, done once: the bundles' folder is the output's parent."""
    folder = tmp_path_factory.mktemp("study")
    save_bundle(tiny_bundle, folder / "teacher")
    save_bundle(tiny_student, folder / "student")
    pair = ["--teacher", str(folder / "teacher"), "--student", str(folder / "student")]
    arguments = ["--data", str(data), "--out", str(folder / "out"), *pair, "--excerpts", "3"]
    assert study.main([*arguments, "--keep"]) == 0
    return arguments


def test_a_study_leaves_report_figures_and_pictures(arguments: list[str]):
    out = Path(arguments[3])
    figures = json.loads((out / "study.json").read_text(encoding="utf-8"))
    report = (out / "report.md").read_text(encoding="utf-8")
    assert figures["excerpts"] == 3 and f"{figures['teacher']['comprehensiveness']:.3f}" in report
    for role in ("teacher", "student"):
        assert -1e-9 <= figures[role]["naopc_reverse"] <= figures[role]["naopc"]["value"] <= 1 + 1e-9
    assert figures["agreeing"] == (
        figures["spearman"]["pair"] > figures["spearman"]["ceiling"] / 2 + figures["spearman"]["floor"] / 2
    )
    record = json.loads((out / study.RECORDS).read_text(encoding="utf-8").splitlines()[-1])
    words = [Counter(record[role]["strongest"]) for role in ("teacher", "student")]
    assert all(sum(one.values()) == record["agreement"]["strongest"] for one in words)
    alone = [", ".join((one - other).elements()) for one, other in (words, words[::-1])]
    assert f"| {alone[0]} | {alone[1]} |" in report
    for name in ("curves", "agreement", "authors"):
        assert (out / f"{name}.svg").read_text(encoding="utf-8").startswith("<?xml")
        assert (out / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert (out / "agreement.json").read_bytes() == (out.parent / "student" / "agreement.json").read_bytes()


def test_a_study_that_was_cut_off_measures_only_what_is_missing(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    file = Path(arguments[3]) / study.RECORDS
    whole = file.read_text(encoding="utf-8")
    report = (file.parent / study.REPORT).read_text(encoding="utf-8")
    last = whole.splitlines()[-1]
    file.write_text(whole.removesuffix(last + "\n") + last[:200], encoding="utf-8")
    measured: list[str] = []
    monkeypatch.setattr(study, "measure_excerpt", counting(measured, study.measure_excerpt))
    assert study.main(arguments) == 0
    assert len(measured) == 1
    assert capsys.readouterr().out == report
    assert study.main(arguments) == 0 and len(measured) == 1


def counting(calls: list[str], function):
    """The same function, its calls noted."""

    def counted(subjects, excerpt, seed) -> Record:
        calls.append(excerpt.author)
        return function(subjects, excerpt, seed)

    return counted


def test_results_of_other_models_are_not_mixed_in(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert run(study.main, [*arguments, "--seed", "1"]) == 1
    output = capsys.readouterr()
    assert output.out == "" and "another --out" in output.err


def test_intervals_enclose_the_mean_and_stand_still_for_equal_values(arguments: list[str]):
    file = Path(arguments[3]) / study.RECORDS
    settings = study.Settings(**json.loads(file.read_text(encoding="utf-8").splitlines()[0]))
    with StudyLog(file, settings) as log:
        records = list(log.records.values())
    found = interval(records, np.array([[0.0], [1.0], [2.0]]), mean)
    assert found.low <= found.value == 1 <= found.high and found.low < found.high
    still = interval(records, np.full((3, 1), 0.7), mean)
    assert (still.low, still.value, still.high) == pytest.approx((0.7, 0.7, 0.7))


def test_wrong_usage_is_status_2(arguments: list[str]):
    for wrong in (["--seed", "-1"], ["--excerpts", "0"], ["--student", "hub:a/b", "--keep"]):
        with pytest.raises(SystemExit) as stop:
            study.main([*arguments, *wrong])
        assert stop.value.code == 2

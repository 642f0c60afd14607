"""The command line prints the contract's JSON and nothing else on standard output."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from authorship.commandline import run
from authorship.models.bundle import ModelBundle, save_bundle
from authorship.predict.prediction import predict
from explain.__main__ import main

MODEL_KEYS = {
    "words", "score", "baseline_score", "convergence_delta", "relative_error", "n_steps", "seconds"
}  # fmt: skip

AGREEMENT_KEYS = {"spearman", "top_overlap", "mass_overlap", "strongest", "cross_transfer", "scale"}


@pytest.fixture(scope="module")
def references(tiny_bundle: ModelBundle, tiny_student: ModelBundle, tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("bundles")
    save_bundle(tiny_bundle, folder / "teacher")
    save_bundle(tiny_student, folder / "student")
    return ["--teacher", str(folder / "teacher"), "--student", str(folder / "student")]


@pytest.fixture
def path(sample_text: str, tmp_path) -> str:
    file = tmp_path / "проба.txt"
    file.write_bytes(sample_text.encode("cp1251"))
    return str(file)


def test_json_is_as_the_contract_says(
    references: list[str], path: str, sample_text: str, capsys, monkeypatch
):
    monkeypatch.setattr("explain.__main__._SECONDS", 0.0)
    assert main([path, "--author", "автор delta", *references]) == 0
    output = capsys.readouterr()
    assert "teacher: 1 of " in output.err and "student: 1 of " in output.err
    result = json.loads(output.out)
    assert set(result) >= {"path", "author", "models", "agreement"}
    assert result["path"] == path and result["author"] == "Delta"
    assert set(result["models"]) == {"teacher", "student"}
    assert set(result["agreement"]) == AGREEMENT_KEYS
    assert set(result["agreement"]["cross_transfer"]) == {"teacher", "student"}
    assert result["agreement"]["scale"] is None
    for model in result["models"].values():
        assert set(model) >= MODEL_KEYS
        assert all(set(word) == {"start", "stop", "text", "score"} for word in model["words"])
        assert all(sample_text[word["start"] : word["stop"]] == word["text"] for word in model["words"])
        total = sum(word["score"] for word in model["words"])
        expected = model["score"] - model["baseline_score"] - model["convergence_delta"]
        assert total == pytest.approx(expected, abs=1e-5)


def test_the_author_is_the_teachers_first_and_input_may_be_piped(
    references: list[str], tiny_bundle: ModelBundle, sample_text: str, capsys, monkeypatch
):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(sample_text.encode())))
    assert main(["-", *references]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["path"] == "-"
    assert result["author"] == predict(tiny_bundle, sample_text).top_k(1)[0].author.key


def test_a_damaged_book_is_read_as_far_as_it_goes_and_says_so(
    references: list[str], sample_text: str, tmp_path, capsys
):
    file = tmp_path / "book.txt"
    file.write_text(f"<FictionBook><body><p>{' '.join(sample_text.split())}</p><p>Ещё", encoding="utf-8")
    assert main([str(file), "--author", "Delta", *references]) == 0
    output = capsys.readouterr()
    assert f"warning: {file}: The file is damaged: it was read as far as it goes.\n" in output.err
    words = json.loads(output.out)["models"]["teacher"]["words"]
    assert not any("<" in word["text"] for word in words)


def test_one_author_may_be_held_against_another_and_words_masked(references: list[str], path: str, capsys):
    options = ["--author", "Delta", "--rather-than", "Beta", "--mask", "names"]
    assert main([path, *options, *references]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["rival"] == "Beta" and {word["text"] for word in result["masked"]["words"]} >= {"Лукич"}
    for model in result["models"].values():
        masked = {word["start"] for word in result["masked"]["words"]}
        scores = sum(word["score"] for word in model["words"] if word["start"] in masked)
        assert model["verification"]["predicted"] == pytest.approx(-scores)
        assert [len(digest) for digest in model["weights_sha256"].values()] == [64]
    assert run(main, [path, "--author", "Delta", "--rather-than", "Delta", *references]) == 1


def test_the_weights_are_hashed_as_sha256sum_does(references: list[str], path: str, capsys):
    main([path, *references])
    result = json.loads(capsys.readouterr().out)
    for role, folder in (("teacher", references[1]), ("student", references[3])):
        for name, digest in result["models"][role]["weights_sha256"].items():
            assert digest == hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()


def test_html_is_a_document(references: list[str], path: str, capsys):
    assert main([path, "--format", "html", *references]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "message"), [(["--author", "Nobody"], "Nobody"), (["--encoding", "x-9"], "x-9")]
)
def test_what_cannot_be_done_is_one_line_and_status_1(
    references: list[str], path: str, arguments: list[str], message: str, capsys
):
    assert run(main, [path, *arguments, *references]) == 1
    output = capsys.readouterr()
    assert output.out == "" and message in output.err and "Traceback" not in output.err


def test_several_files_and_folders_are_a_line_each_and_bad_ones_stop_nothing(
    references: list[str], sample_text: str, tmp_path, capsys
):
    for name, text in (
        ("a.txt", sample_text),
        ("b/c.html", f"<p>{sample_text}<p hidden>нет"),
        ("d.txt", "Мало."),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "b" / "e.pdf").write_bytes(b"%PDF-1.4")
    folder, one, few = str(tmp_path / "b"), str(tmp_path / "a.txt"), str(tmp_path / "d.txt")
    assert run(main, [one, few, folder, *references]) == 1
    output = capsys.readouterr()
    results = [json.loads(line) for line in output.out.splitlines()]
    assert [result["path"] for result in results] == [one, str(tmp_path / "b" / "c.html")]
    assert [[notice["kind"] for notice in result["notices"]] for result in results] == [[], ["hidden"]]
    assert f"error: {few}: The text has 5 characters" in output.err
    assert f"warning: {tmp_path / 'b' / 'e.pdf'}: passed over: convert it" in output.err
    with zipfile.ZipFile(packed := tmp_path / "z.zip", "w") as archive:
        for name in ("1/a.txt", "2/a.txt", "b.jpg"):
            archive.writestr(name, sample_text)
    assert run(main, [str(packed), *references]) == 0
    output = capsys.readouterr()
    assert [json.loads(line)["path"] for line in output.out.splitlines()] == [
        *(f"{packed}/1/a.txt", f"{packed}/2/a.txt"),
    ]
    assert f"warning: {packed}: passed over in the archive: b.jpg" in output.err
    assert run(main, [str(packed), "--format", "html", *references]) == 1
    assert "holds 2 texts. A document is of one text" in capsys.readouterr().err
    assert run(main, [folder, *references]) == 0
    assert json.loads(capsys.readouterr().out)["author"] == results[1]["author"]
    with pytest.raises(SystemExit) as stop:
        main([one, few, "--format", "html", *references])
    assert stop.value.code == 2


def test_a_missing_file_and_a_short_text_are_status_1(references: list[str], tmp_path, capsys):
    short = tmp_path / "short.txt"
    short.write_text("Коротко и ясно.", encoding="utf-8")
    assert run(main, [str(short), *references]) == 1
    assert run(main, [str(tmp_path / "none.txt"), *references]) == 1
    assert capsys.readouterr().out == ""


def test_wrong_usage_is_status_2(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--format", "pdf"])
    assert stop.value.code == 2

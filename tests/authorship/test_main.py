"""`python -m authorship`: the contract's JSON, a readable table, and no stop at a bad file."""

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pytest

from authorship.__main__ import attribute, main
from authorship.commandline import run
from authorship.datamodels import Outside
from authorship.models.bundle import ModelBundle
from authorship.models.calibration import Calibration
from authorship.predict.hands import Part
from authorship.predict.prediction import predict
from authorship.predict.predictor import LONG_TEXT, Pair
from authorship.predict.results import to_json, to_table
from authorship.text.files import find_files
from authorship.text.formats.reader import texts_at

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shelf(sample_text: str, tmp_path: Path) -> Path:
    """Two readable files and two that are not."""
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "a.txt").write_text(sample_text, encoding="utf-8")
    (tmp_path / "b" / "c" / "d.TXT").write_text(sample_text * 12, encoding="cp1251", errors="ignore")
    (tmp_path / "b" / "few.txt").write_text("Мало.", encoding="utf-8")
    (tmp_path / "b" / "zip.txt").write_bytes(b"PK\x03\x04rest")
    (tmp_path / "b" / "other.md").write_text(sample_text, encoding="utf-8")
    return tmp_path


def test_json_is_the_contracts(shelf: Path, pair: list[str], sample_text: str, capsys) -> None:
    path = str(shelf / "a.txt")
    assert run(main, [path, *pair, "--format", "json", "--top-k", "3"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert list(value) == [
        "path",
        "characters",
        "excerpts",
        "outside",
        "verdict",
        "models",
        "notices",
        "hashes",
    ]
    assert value["outside"] is None and set(value["verdict"]) == {"certainty", "author", "text"}
    assert (value["path"], value["characters"], value["excerpts"]) == (path, len(sample_text), 1)
    assert list(value["models"]) == ["teacher", "student"]
    for model in value["models"].values():
        assert model["unknown"] is False
        assert [set(entry) for entry in model["authors"]] == [{"author", "name", "probability"}] * 3
        probabilities = [entry["probability"] for entry in model["authors"]]
        assert probabilities == sorted(probabilities, reverse=True)
        assert 0 < sum(probabilities) <= 1


def test_a_folder_goes_on_past_bad_files(shelf: Path, pair: list[str], capsys) -> None:
    assert run(main, [str(shelf), str(shelf / "gone.txt"), *pair, "--format", "json"]) == 1
    captured = capsys.readouterr()
    paths = [json.loads(line)["path"] for line in captured.out.splitlines()]
    assert paths == [str(shelf / "a.txt"), str(shelf / "b" / "c" / "d.TXT")]
    passed, few, zipped, gone, count = captured.err.splitlines()
    assert count == "2 read, 3 failed, 1 passed over"
    assert "other.md: passed over: name the file itself" in passed
    assert "few.txt: The text has 5 characters" in few
    assert "zip.txt: This is an archive (ZIP) without a book" in zipped
    assert "gone.txt: No such file" in gone


def test_books_of_every_format_are_read_and_damage_is_told(
    pair: list[str], sample_text: str, tmp_path: Path, capsys
) -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in sample_text.splitlines())
    whole = f"<FictionBook><body><section>{paragraphs}</section></body></FictionBook>"
    (tmp_path / "a.fb2").write_text(whole, encoding="utf-8")
    (tmp_path / "b.fb2").write_text(whole.removesuffix("</FictionBook>"), encoding="utf-8")
    with ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("book.fb2", whole)
    assert run(main, [str(tmp_path), *pair, "--format", "json"]) == 0
    captured = capsys.readouterr()
    found = {Path(value["path"]).name: value for value in map(json.loads, captured.out.splitlines())}
    assert list(found) == ["a.fb2", "b.fb2", "c.zip"]
    assert len({value["characters"] for value in found.values()}) == 1
    assert [name for name, value in found.items() if value["notices"]] == ["b.fb2"]
    (told,) = found["b.fb2"]["notices"]
    assert set(told) == {"kind", "text"} and told["kind"] == "damaged"
    notice, count = captured.err.splitlines()
    assert notice == f"warning: {tmp_path / 'b.fb2'}: {told['text']}"
    assert count == "3 read, 0 failed"


def test_an_archive_of_several_texts_is_a_line_for_each_and_resumed_so(
    pair: list[str], sample_text: str, tmp_path: Path, capsys
) -> None:
    path = tmp_path / "shelf.zip"
    with ZipFile(path, "w") as archive:
        for name in ("Гоголь/1.txt", "Чехов/1.txt", "b.txt", "cover.jpg"):
            archive.writestr(name, sample_text if name != "b.txt" else "Мало.")
    record = tmp_path / "done.jsonl"
    assert run(main, [str(path), *pair, "--format", "json", "--resume", str(record)]) == 1
    captured = capsys.readouterr()
    paths = [json.loads(line)["path"] for line in captured.out.splitlines()]
    assert paths == [f"{path}/Гоголь/1.txt", f"{path}/Чехов/1.txt"]
    beside, few, count = captured.err.splitlines()
    assert beside == f"warning: {path}: passed over in the archive: cover.jpg"
    assert few.startswith(f"error: {path}/b.txt: The text has 5 characters") and count == "2 read, 1 failed"
    assert run(main, [str(path), *pair, "--format", "json", "--resume", str(record)]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.endswith("0 read, 2 done before, 1 failed\n")


def test_books_in_formats_not_read_here_are_named(
    pair: list[str], sample_text: str, tmp_path: Path, capsys
) -> None:
    for name in ("b/scan.PDF", "b/letter.doc", "notes.md", "picture.png", "~$a.docx", "._a.txt", "a.txt.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a.txt").write_text(sample_text, encoding="utf-8")
    assert run(main, [str(tmp_path), *pair, "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 1
    *named, count = captured.err.splitlines()
    found = [str(Path(line.split(": ")[1]).relative_to(tmp_path)) for line in named]
    assert found == ["a.txt.gz", "b/letter.doc", "b/scan.PDF", "notes.md"]
    assert all(
        word in line for word, line in zip(("unpack", "convert", "convert", "name"), named, strict=True)
    )
    assert count == "1 read, 0 failed, 4 passed over"


def test_one_file_has_no_closing_count(pair: list[str], shelf: Path, capsys) -> None:
    assert run(main, [str(shelf / "a.txt"), *pair]) == 0
    assert capsys.readouterr().err == ""


def test_a_long_book_gets_the_verdict_of_its_windows(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, sample_text: str
) -> None:
    """Streamed through a compiled model or read at once: two routes to the same probabilities."""
    text = sample_text * (1 + LONG_TEXT // len(sample_text))
    streamed = Pair(tiny_bundle, tiny_student).predict(text)
    for bundle, found in ((tiny_bundle, streamed.teacher), (tiny_student, streamed.student)):
        assert found.probabilities == pytest.approx(predict(bundle, text).probabilities, abs=0.02)


def test_excerpts_are_counted(shelf: Path, tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> None:
    path = str(shelf / "b" / "c" / "d.TXT")
    result = attribute(path, texts_at(path).texts[0].read(), Pair(tiny_bundle, tiny_student))
    assert result.excerpts == pytest.approx(result.characters / 2500, abs=1)


def test_standard_input_is_read_in_the_encoding_named(
    pair: list[str], sample_text: str, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(sample_text.encode("utf-16-be"))))
    assert run(main, ["-", *pair, "--format", "json", "--encoding", "utf-16-be"]) == 0
    assert json.loads(capsys.readouterr().out)["characters"] == len(sample_text)


def test_the_table_shows_both_and_the_verdict_in_words(
    shelf: Path, tiny_bundle: ModelBundle, tiny_student: ModelBundle
) -> None:
    path = str(shelf / "a.txt")
    result = attribute(path, texts_at(path).texts[0].read(), Pair(tiny_bundle, tiny_student))
    result = replace(result, student=result.teacher)
    table = to_table(result, top_k=2).splitlines()
    assert len(table) == 5
    best = result.teacher.top_k(1)[0]
    assert best.author.name in table[2]
    assert f"{100 * best.probability:.1f} %" in table[2]
    assert (
        best.author.name in table[4] and table[4].strip() == json.loads(to_json(result, 2))["verdict"]["text"]
    )
    turned = replace(result.teacher, probabilities=result.teacher.probabilities[::-1])
    differing = to_table(replace(result, student=turned), 2)
    assert f"Hard to tell: the teacher leans to {best.author.name}, " in differing


def test_who_abstains_is_shown(shelf: Path, tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> None:
    wary = replace(tiny_bundle, calibration=Calibration(unknown_energy=-1000.0))
    path = str(shelf / "a.txt")
    result = attribute(path, texts_at(path).texts[0].read(), Pair(wary, tiny_student))
    assert "teacher: unknown" in to_table(result, 2)
    assert "Probably none" not in to_table(result, 2)
    assert "Probably none of the 4" in to_table(replace(result, student=result.teacher), 2)
    assert json.loads(to_json(result, 2))["models"]["teacher"]["unknown"] is True


def test_what_is_outside_is_given_no_author_and_several_hands_are_listed(
    shelf: Path, tiny_bundle: ModelBundle, tiny_student: ModelBundle
) -> None:
    path = str(shelf / "a.txt")
    result = attribute(path, texts_at(path).texts[0].read(), Pair(tiny_bundle, tiny_student))
    reason = Outside("language", "The text is in Bulgarian.", "bg")
    foreign = replace(result, outside=reason)
    table, value = to_table(foreign, 2), json.loads(to_json(foreign, 2))
    assert "Bulgarian" in table and not any(author.name in table for author in result.teacher.authors)
    assert value["outside"] == {"kind": "language", "reason": reason.reason}
    assert value["verdict"]["certainty"] == "outside" and value["verdict"]["author"] is None
    first, second, *_ = result.teacher.authors
    parts = (Part(0, 300, first, first), Part(300, 700, second, None), Part(700, 1000, second, second))
    mixed = replace(result, stretches=parts)
    *_, whole, one, two, three, closing = to_table(mixed, 2).splitlines()
    assert "as if one hand wrote it all" in whole and "one hand" not in to_table(result, 2)
    assert all("characters" in part for part in (one, two, three))
    assert closing.strip() == f"More than one hand: {first.name}, {second.name}."
    value = json.loads(to_json(mixed, 2))
    assert value["verdict"] is None and len(value["stretches"]) == 3
    assert value["stretches"][1] == {
        "start": 300, "stop": 700, "models": {"teacher": second.key, "student": None}
    }  # fmt: skip
    assert "stretches" not in json.loads(to_json(result, 2))


def test_a_folder_stands_for_its_texts_in_order(shelf: Path) -> None:
    names = [Path(path).name for path in find_files(["-", str(shelf), "any.md"])]
    assert names == ["-", "a.txt", "d.TXT", "few.txt", "zip.txt", "any.md"]


def test_a_folder_without_texts_is_an_error(pair: list[str], tmp_path: Path, capsys) -> None:
    assert run(main, [str(tmp_path), *pair]) == 1
    assert "There is no book (.txt, .fb2," in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [[], ["a", "--top-k", "0"], ["a", "--top-k", "x"], ["a", "--format", "xml"]]
)
def test_wrong_usage_is_status_two(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as usage:
        main(wrong)
    assert usage.value.code == 2


def test_the_module_runs_from_any_folder_with_nothing_else_on_its_streams(
    shelf: Path, pair: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "authorship", "a.txt", *pair, "--format", "json"],
        cwd=shelf,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Автор" in json.loads(done.stdout.decode("utf-8"))["models"]["teacher"]["authors"][0]["name"]


def test_a_missing_model_is_one_line(capsys) -> None:
    assert run(main, ["a.txt", "--teacher", "no/such/folder"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    assert captured.err.startswith("error: no/such/folder is not a model bundle")

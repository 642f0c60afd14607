"""A teacher and a student that know different authors are no pair, and whoever named one is told."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from authorship.__main__ import main
from authorship.commandline import quiet_libraries, run
from authorship.library.shipping import pack_bundle
from authorship.models import source as reference
from authorship.models.bundle import ModelBundle, save_bundle
from authorship.models.calibration import CALIBRATION_FILE, Calibration
from authorship.models.pair import open_pair


@pytest.fixture
def own(tmp_path: Path, tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Path:
    """A pair of one's own, and beside it a shipped one of other authors, to which the defaults point."""
    for role, random in (("teacher", tiny_bundle), ("student", tiny_student)):
        bundle = replace(random, calibration=Calibration(unknown_energy=1000.0))
        save_bundle(bundle, tmp_path / "models" / role)
        save_bundle(_of_others(bundle), tmp_path / "own" / role)
    return tmp_path / "own"


def _of_others(bundle: ModelBundle) -> ModelBundle:
    keys = [f"Own{author.label_id}" for author in bundle.authors[:2]] + ["Delta", "Beta"]
    authors = [replace(author, key=key) for author, key in zip(bundle.authors, keys, strict=True)]
    renamed = deepcopy(bundle.model)
    renamed.config.id2label = dict(enumerate(keys))
    renamed.config.label2id = {key: label_id for label_id, key in enumerate(keys)}
    return replace(bundle, model=renamed, authors=tuple(authors))


@pytest.fixture(autouse=True)
def shipped(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet_libraries()  # as each command does first
    monkeypatch.setattr(reference, "PROJECT", own.parent)
    for role in ("TEACHER", "STUDENT"):
        monkeypatch.delenv(f"AUTHORSHIP_{role}", raising=False)


def test_a_teacher_alone_is_refused_and_its_student_named(own: Path, sample_text: str, capsys) -> None:
    (own / "a.txt").write_text(sample_text, encoding="utf-8")
    assert run(main, [str(own / "a.txt"), "--teacher", str(own / "teacher")]) == 1
    captured = capsys.readouterr()
    assert not captured.out and captured.err.startswith("error: These are no pair")
    assert "both know 2" in captured.err and f"add --student {own / 'student'}." in captured.err


def test_a_student_alone_is_refused_and_without_a_fellow_told_what_to_do(own: Path) -> None:
    lonely = own.parent / "lonely"
    (own / "student").rename(lonely)
    with pytest.raises(ValueError, match=f"see that model alone with --teacher {lonely}"):
        open_pair(reference.default_reference("teacher"), str(lonely))


def test_the_environments_student_is_named_as_such(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHORSHIP_STUDENT", str(own.parent / "models" / "student"))
    with pytest.raises(ValueError, match="so AUTHORSHIP_STUDENT was taken"):
        open_pair(str(own / "teacher"), reference.default_reference("student"))


def test_two_that_were_named_are_compared_with_a_warning(own: Path, capsys) -> None:
    pair = open_pair(str(own / "teacher"), str(own.parent / "models" / "student") + "/")
    assert [len(bundle.authors) for bundle in pair] == [4, 4]
    assert capsys.readouterr().err.startswith("warning: the teacher")


@pytest.mark.parametrize("folder", ["own", "models"])
def test_a_pair_opens_without_a_word(own: Path, folder: str, capsys) -> None:
    open_pair(str(own.parent / folder / "teacher"), str(own.parent / folder / "student"))
    assert capsys.readouterr().err == ""


def test_a_model_that_is_not_calibrated_is_named(own: Path, capsys) -> None:
    (own / "student" / CALIBRATION_FILE).unlink()
    open_pair(str(own / "teacher"), str(own / "student"))
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"warning: {own / 'student'}: not calibrated")


def test_a_teacher_of_the_same_authors_needs_no_student_named(own: Path, capsys) -> None:
    copy = own.parent / "copy"
    (own.parent / "models" / "teacher").rename(copy)
    open_pair(str(copy), reference.default_reference("student"))
    assert capsys.readouterr().err == ""


def test_a_packed_bundle_tells_its_authors_too(own: Path) -> None:
    packed = [pack_bundle(folder / "teacher") for folder in (own, own.parent / "models")]
    assert [sorted(bundle.authors) for bundle in packed] == [
        ["Beta", "Delta", "Own0", "Own1"],
        ["Alpha", "Beta", "Delta", "Gamma"],
    ]

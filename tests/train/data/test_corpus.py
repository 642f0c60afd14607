"""The corpus builder's files agree with its audit, whatever shape the source has."""

import csv
import io
import json
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from train.corpus import main

FILES = ("train_data.csv", "test_data.csv", "unknown_data.csv", "audit.json")


def prose(seed: int, sentences: int = 150) -> str:
    """A made-up book: plain sentences of random words, three to a paragraph."""
    generator = np.random.default_rng(seed)
    lines = []
    for number in range(sentences):
        said = " ".join("".join(generator.choice(list("абвгдеиоулмнрст"), 5)) for _ in range(8))
        lines.append(f"{said.capitalize()}.{' ' if number % 3 else chr(10)}")
    return "".join(lines)


BOOKS = {
    "train/Ручьёв/Лес": prose(1),
    "train/Ручьёв/Поле": prose(2) + "Об этом Ручьёв знал, а у Ручьёва спросили. " * 60,
    "train/Полев/Сад": prose(3),
    "test/Ручьёв/Река": prose(4),
    "test/Полев/Миг": "Тихо.",
    "unknown/Горин/Гора": prose(5),
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of made-up books."""
    for place, text in BOOKS.items():
        path = tmp_path / "books" / f"{place}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "books"


def run(source: Path, out: Path) -> int:
    """The command line's exit status."""
    return main([str(source), str(out), "--workers", "1"])


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pack(path: Path, source: Path, splits: list[str]) -> None:
    """Pack splits of a folder into an archive."""
    with tarfile.open(path, "w:xz") as archive:
        for split in splits:
            archive.add(source / split, split)


def test_audit_counts_what_is_in_the_files(source: Path, tmp_path: Path) -> None:
    assert run(source, tmp_path / "out") == 0
    audit = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
    for split in ("train", "test", "unknown"):
        written = rows(tmp_path / "out" / f"{split}_data.csv")
        authors = audit["splits"][split]["authors"]
        assert audit["splits"][split]["excerpts"] == len(written)
        assert {key: value["excerpts"] for key, value in authors.items() if value["excerpts"]} == Counter(
            row["writer"] for row in written
        )
        assert audit["splits"][split]["works"] == len({(row["writer"], row["book"]) for row in written})
    assert audit["dropped"]["names_author"] > 0
    assert audit["dropped"]["short_work"] == 1


def test_no_excerpt_names_its_author_twice(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out")
    written = rows(tmp_path / "out" / "train_data.csv")
    assert written and all(row["text"].count("Ручьёв") < 2 for row in written)


def test_folders_and_archives_give_the_same_files(source: Path, tmp_path: Path) -> None:
    split = tmp_path / "archives"
    split.mkdir()
    for name in ("train", "test", "unknown"):
        pack(split / f"{name}.tar.xz", source, [name])
    pack(tmp_path / "all.tar.xz", source, ["unknown", "test", "train"])
    for number, shape in enumerate((source, split, tmp_path / "all.tar.xz")):
        assert run(shape, tmp_path / f"out{number}") == 0
    for file in FILES:
        contents = {(tmp_path / f"out{number}" / file).read_bytes() for number in range(3)}
        assert len(contents) == 1


def test_a_work_on_both_sides_is_an_error_and_writes_nothing(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source / "test/Ручьёв/Лес.txt").write_text(prose(9), encoding="utf-8")
    assert run(source, tmp_path / "out") == 1
    captured = capsys.readouterr()
    assert "train/Ручьёв/Лес" in captured.err and not captured.out
    assert list((tmp_path / "out").iterdir()) == []


def test_missing_splits_give_no_file_and_a_word(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source / "unknown").rename(tmp_path / "elsewhere")
    assert run(source, tmp_path / "out") == 0
    assert "unknown" in capsys.readouterr().err
    assert not (tmp_path / "out" / "unknown_data.csv").exists()


def test_authors_file_is_copied(source: Path, tmp_path: Path) -> None:
    (source / "authors.json").write_text('{"Полев": {"name": "Полев П."}}', encoding="utf-8")
    assert run(source, tmp_path / "out") == 0
    assert (tmp_path / "out" / "authors.json").read_bytes() == (source / "authors.json").read_bytes()


@pytest.mark.parametrize("name", ["../outside.txt", "/absolute.txt", "train/../../x.txt"])
def test_archives_that_leave_their_root_are_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as archive:
        member = tarfile.TarInfo(name)
        member.size = 4
        archive.addfile(member, io.BytesIO(b"text"))
    assert run(tmp_path / "bad.tar", tmp_path / "out") == 1
    assert "leaves" in capsys.readouterr().err


def test_links_in_archives_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as archive:
        member = tarfile.TarInfo("train/А/Б.txt")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    assert run(tmp_path / "bad.tar", tmp_path / "out") == 1


@pytest.mark.parametrize("content", [b"no archive at all", b""])
def test_a_damaged_archive_is_one_line_on_standard_error(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.tar.xz").write_bytes(content)
    assert run(tmp_path / "bad.tar.xz", tmp_path / "out") == 1
    assert "Traceback" not in capsys.readouterr().err


def test_a_book_in_another_encoding_is_named(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source / "train/Полев/Дом.txt").write_bytes("Старый дом".encode("cp1251"))
    assert run(source, tmp_path / "out") == 1
    assert "train/Полев/Дом" in capsys.readouterr().err


def test_a_missing_source_is_an_error_and_wrong_usage_is_two(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere", tmp_path / "out") == 1
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2

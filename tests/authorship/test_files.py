"""A folder's books: by suffix, a zip by its contents, in order, none lost silently."""

import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from authorship.files import find_files


def zipped(file: Path, member: str) -> None:
    with ZipFile(file, "w") as archive:
        archive.writestr(member, "проза")


def names(*paths: str) -> list[str]:
    return [Path(path).name for path in find_files(paths)]


def test_books_are_known_by_suffix_in_any_case(tmp_path: Path) -> None:
    books = ["a.txt", "b.FB2", "c.fb2.zip", "d.epub", "e.DocX"]
    for name in [*books, "f.md", "g.jsonl", "h.txt.gz", "txt"]:
        (tmp_path / name).write_bytes(b"")
    assert names(str(tmp_path)) == books


def test_a_zip_is_a_book_where_it_holds_one_or_cannot_be_opened(tmp_path: Path) -> None:
    zipped(tmp_path / "book.zip", "inner/Book.FB2")
    zipped(tmp_path / "pictures.zip", "one.png")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    assert names(str(tmp_path)) == ["book.zip", "broken.zip"]


def test_any_name_stands_when_given_directly(tmp_path: Path) -> None:
    zipped(tmp_path / "pictures.zip", "one.png")
    assert names(str(tmp_path / "pictures.zip"), "any.md", "-") == ["pictures.zip", "any.md", "-"]


def test_folders_are_read_to_the_bottom_in_order(tmp_path: Path) -> None:
    for path in ("b/2.txt", "b/10.txt", "b-a.txt", "a/z/y.txt", "c.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"")
    found = [str(Path(path).relative_to(tmp_path)) for path in find_files([str(tmp_path)])]
    assert found == ["a/z/y.txt", "b/10.txt", "b/2.txt", "b-a.txt", "c.txt"]
    assert found == sorted(found, key=lambda path: Path(path).parts)


def test_what_is_no_file_is_passed_over_and_an_empty_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(str(tmp_path)) == [tmp_path.name]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list every folder")
def test_a_folder_that_may_not_be_listed_is_found(tmp_path: Path) -> None:
    (tmp_path / "open.txt").write_bytes(b"")
    (tmp_path / "shut").mkdir(mode=0)
    assert names(str(tmp_path)) == ["open.txt", "shut"]

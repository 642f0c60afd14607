"""Every work of a source is found once, whatever form it has, and batches keep their names."""

import io
import random
from pathlib import Path
from zipfile import ZipFile

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from authorship.library.job import cut_batches, plan_works
from authorship.library.shipping import LibraryError, Piece, WorkPlan
from authorship.library.source import open_source
from authorship.library.store import read_rows


def write_rows(file: Path, columns: dict[str, list[str | None]], rows: int = 2) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), file, row_group_size=rows)


def paths(address: str) -> list[str]:
    with open_source(address) as source:
        return [work.path for work in plan_works(source).works]


def test_a_folders_books_and_tables_are_found_in_order(tmp_path: Path) -> None:
    for name in ("b/book.txt", "a.FB2", "c.epub", "notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"prose")
    write_rows(tmp_path / "d.parquet", {"path": ["x", "x", "y"], "text": ["1", "2", "3"]})
    assert paths(str(tmp_path)) == ["a.FB2", "b/book.txt", "c.epub", "x", "y"]
    assert paths(str(tmp_path / "a.FB2")) == ["a.FB2"]


def test_addresses_are_the_same_source_as_paths(tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "one.txt").write_bytes(b"prose")
    with ZipFile(tmp_path / "books.zip", "w") as archive:
        archive.write(tmp_path / "books" / "one.txt", "one.txt")
    memory = fsspec.filesystem("memory")
    memory.pipe_file("/planned/one.txt", b"prose")
    addresses = [f"file://{tmp_path}/books", f"zip://::file://{tmp_path}/books.zip", "memory://planned"]
    assert [paths(address) for address in addresses] == [["one.txt"]] * 3
    for address in addresses:
        with open_source(address) as source, source.local("one.txt") as file:
            assert (file.name, file.read_bytes()) == ("one.txt", b"prose")


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ({"path": ["a", "a", "b"], "writer": ["w", "w", "w"], "book": ["1", "2", "3"]}, ["a", "b"]),
        ({"writer": ["w", "w", "v"], "book": ["1", "2", "2"]}, ["w/1", "w/2", "v/2"]),
        ({"book": ["1", None, "1"]}, ["1", "t.parquet#1"]),
        ({"writer": ["w", "w", "w"]}, ["t.parquet#0", "t.parquet#1", "t.parquet#2"]),
    ],
)
def test_rows_are_named_by_the_columns_they_have(
    tmp_path: Path, columns: dict[str, list[str | None]], names: list[str]
) -> None:
    write_rows(tmp_path / "t.parquet", {**columns, "text": ["x", "y", "z"]})
    assert paths(str(tmp_path)) == names


def test_a_works_rows_are_its_text_wherever_they_stand(tmp_path: Path) -> None:
    """Rows in several runs, row groups and files, against a plain loop over the same rows."""
    generator = random.Random(0)
    expected: dict[str, list[str]] = {}
    for file in ("a.parquet", "b.parquet"):
        names = [generator.choice("pqrs") for _ in range(50)]
        texts = [f"{file} {number}" for number in range(50)]
        write_rows(tmp_path / file, {"path": list(names), "text": list(texts)}, rows=7)
        for name, text in zip(names, texts, strict=True):
            expected.setdefault(name, []).append(text)
    found: dict[str, list[str]] = {}
    with open_source(str(tmp_path)) as source:
        for work in plan_works(source).works:
            for piece in work.pieces:
                with source.open(piece.file) as stream:
                    found.setdefault(work.path, []).extend(read_rows(stream, piece).split("\n"))
    assert found == expected


def test_a_table_that_shrank_is_told() -> None:
    stream = io.BytesIO()
    pq.write_table(pa.table({"text": ["a", "b"]}), stream)
    with pytest.raises(LibraryError, match="fewer rows"):
        read_rows(stream, Piece("t", 5, 6))


def test_what_is_no_table_of_texts_fails_alone(tmp_path: Path) -> None:
    write_rows(tmp_path / "numbers.parquet", {"number": ["1"]})
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "good.txt").write_bytes(b"prose")
    with open_source(str(tmp_path)) as source:
        plan = plan_works(source)
    assert [work.path for work in plan.works] == ["good.txt"]
    assert [failure.path for failure in plan.failures] == ["broken.parquet", "numbers.parquet"]
    assert "no column 'text'" in plan.failures[1].problem


@pytest.mark.parametrize("address", ["nowhere", "nosuch://bucket", "memory://nothing-here"])
def test_a_source_that_cannot_be_had_is_an_error(address: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=address), open_source(address) as source:
        source.files()


def test_a_source_without_books_is_an_error(tmp_path: Path) -> None:
    with open_source(str(tmp_path)) as source, pytest.raises(LibraryError, match="no book"):
        plan_works(source)


def works(count: int) -> list[WorkPlan]:
    generator = random.Random(1)
    sizes = [generator.choice([10, 1_500_000]) for _ in range(count)]
    return [WorkPlan(str(number), (Piece(str(number)),), size) for number, size in enumerate(sizes)]


def test_batches_hold_every_work_once_within_their_limits() -> None:
    batches = list(cut_batches(works(100), 5, set()))
    assert [work for batch in batches for work in batch.works] == works(100)
    assert max(len(batch.works) for batch in batches) == 5
    assert all(sum(work.size for work in batch.works[:-1]) < 2_000_000 for batch in batches)
    assert len({batch.name for batch in batches}) == len(batches)


def test_a_batch_keeps_its_name_when_others_are_done() -> None:
    """So that what a killed run writes late is written over by the next, not beside it."""
    batches = list(cut_batches(works(100), 5, set()))
    finished = random.Random(2).sample(batches, len(batches) // 2)
    done = {work.path for batch in finished for work in batch.works[:-1]}
    left = {batch.name: batch for batch in cut_batches(works(100), 5, done)}
    for batch in batches:
        if batch in finished:
            assert batch.name not in left or len(batch.works) == 1
        else:
            assert left[batch.name] == batch

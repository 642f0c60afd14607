"""One reader of the contract's CSV: whatever reads excerpts takes the same files and finds the same."""

import io
import zipfile
from pathlib import Path

import pytest

from authorship.datamodels import Excerpt
from authorship.errors import AuthorshipError
from authorship.text.excerpts import read_excerpts
from explain.fingerprints.measure import read_works
from explain.study.subjects import sample_excerpts
from train.data.csv_files import read_excerpts as read_frame
from train.data.kaggle_client import read_table

ROWS = [("Alpha", "Первая", 'Он сказал: "Да",\nи ушёл.'), ("Beta", "Вторая", "Снег шёл. " * 30_000)]


def write(file: Path, text: str, encoding: str = "utf-8") -> Path:
    file.write_bytes(text.encode(encoding))
    return file


def found_by_all(file: Path) -> list[set[tuple[str, str, str]]]:
    """What each of the four readers of before finds, the Kaggle archive's as far as it says."""
    works = read_works(file, ["Alpha", "Beta"])
    frame = read_frame(file)
    readers = [read_excerpts(file), sample_excerpts(file, 99, 0), [one for work in works for one in work]]
    found = [{(one.author, one.work, one.text) for one in excerpts} for excerpts in readers]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(file, "train_data.csv")
    with zipfile.ZipFile(archive) as packed:
        assert read_table(packed, "train_data.csv").rows == len(frame)
    return [*found, set(frame.itertuples(index=False, name=None))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_all_read_a_file_alike(encoding: str, end: str, tmp_path: Path) -> None:
    """With and without a byte-order mark, columns in another order, further ones between, long fields."""
    lines = [["text", "number", "writer", "book"], *([text, "7", *names] for *names, text in ROWS)]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    file = write(tmp_path / "data.csv", end.join([*quoted[:2], "", quoted[2], ""]), encoding)
    assert all(found == set(ROWS) for found in found_by_all(file))


def test_without_a_book_each_excerpt_is_a_work_and_empty_ones_are_none(tmp_path: Path) -> None:
    file = write(tmp_path / "data.csv", "writer,text\nAlpha,Раз\nAlpha, \nAlpha,Два\n")
    assert list(read_excerpts(file)) == [Excerpt("Alpha", "0", "Раз"), Excerpt("Alpha", "2", "Два")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"author,text\n", "no column writer"),
        (b"", "no column writer, text"),
        (b"writer,text\nAlpha,a,b\n", "row 1 has 3 fields instead of 2"),
        (b"writer,text\nAlpha\n", "row 1 has 1 fields"),
        (b'writer,text\nAlpha,"cut off', "cannot be read as CSV"),
        (b"writer,text\n\xff,\xff\n", "UTF-8"),
    ],
)
def test_another_file_is_refused_by_its_name(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(content)
    for read in (read_excerpts, lambda file: [read_frame(file)]):
        with pytest.raises(AuthorshipError, match=message) as refused:
            list(read(tmp_path / "data.csv"))
        assert "data.csv" in str(refused.value)

"""What is written: the numbers of a direct reading, in one step, nothing half done or of other models."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from authorship.errors import BundleError
from authorship.library.job import cut_batches, plan_works
from authorship.library.scoring import Scorer, Task
from authorship.library.shipping import LibraryError, pack_bundle
from authorship.library.source import open_source
from authorship.library.store import Models, open_store
from authorship.models.bundle import ModelBundle, load_bundle
from authorship.predict.predictor import Pair

MODELS = Models("one", "two")


@pytest.fixture
def shelf(sample_text: str, tmp_path: Path) -> Path:
    """Two books, one broken one, and a table of one more."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "long.txt").write_text(sample_text * 9, encoding="utf-8")
    (folder / "short.txt").write_text(sample_text, encoding="koi8-r", errors="ignore")
    (folder / "broken.epub").write_bytes(b"PK\x03\x04 and no more")
    table = {"writer": ["w", "w"], "book": ["b", "b"], "text": [sample_text, sample_text[::-1]]}
    pq.write_table(pa.table(table), folder / "rows.parquet")
    return folder


@pytest.fixture
def task(pair: list[str], shelf: Path, tmp_path: Path):
    with open_source(str(shelf)) as source:
        store = open_store(str(tmp_path / "out"), source)
        yield Task(source, store, pack_bundle(Path(pair[1])), pack_bundle(Path(pair[3])), top_k=3)


def score(task: Task) -> None:
    done = task.store.begin(MODELS)
    scorer = Scorer(task)
    for batch in cut_batches(plan_works(task.source).works, 2, done):
        scorer.score_batch(batch)


def rows(out: Path, kind: str) -> list[dict]:
    return pq.read_table(out / kind).to_pylist()


def test_the_tables_hold_what_a_direct_reading_says(
    task: Task, pair: list[str], sample_text: str, tmp_path: Path
) -> None:
    score(task)
    works = {row["path"]: row for row in rows(tmp_path / "out", "works")}
    assert sorted(works) == ["long.txt", "short.txt", "w/b"]
    texts = {"long.txt": sample_text * 9, "w/b": f"{sample_text}\n{sample_text[::-1]}"}
    models = Pair(*(load_bundle(Path(folder)) for folder in (pair[1], pair[3])))
    for place, role in enumerate(("teacher", "student")):
        for path, text in texts.items():
            read, work = models.read(text, between=False)[place], works[path]
            ranked = read.whole.top_k(3)
            assert work["characters"] == len(text)
            assert work[f"{role}_author"] == ranked[0].author.key
            assert work[f"{role}_probability"] == pytest.approx(ranked[0].probability)
            assert [entry["author"] for entry in work[f"{role}_authors"]] == [r.author.key for r in ranked]
            windows = [row for row in rows(tmp_path / "out", "windows") if row["work"] == path]
            assert [(row["start"], row["stop"]) for row in windows] == [
                (passage.start, passage.stop) for passage in read.passages
            ]
            for row, passage in zip(windows, read.passages, strict=True):
                assert list(row[f"{role}_logits"].values()) == pytest.approx(passage.logits, rel=1e-5)
                assert row[f"{role}_author"] == max(row[f"{role}_logits"], key=row[f"{role}_logits"].get)


def test_a_bad_book_is_told_and_tried_again(
    task: Task, shelf: Path, sample_text: str, tmp_path: Path
) -> None:
    score(task)
    assert [failure.path for failure in task.store.failures()] == ["broken.epub"]
    (shelf / "broken.epub").write_text(sample_text, encoding="utf-8")
    score(task)
    assert task.store.failures() == []
    assert len(rows(tmp_path / "out", "works")) == 4


def test_a_run_removes_what_another_left_half_done(task: Task, tmp_path: Path) -> None:
    """Windows without their works, as a crash between the two leaves them, and a table half written."""
    score(task)
    out = tmp_path / "out"
    whole = {kind: sorted(rows(out, kind), key=str) for kind in ("windows", "works")}
    victim = min(out.glob("works/*"))
    victim.unlink()
    (out / "works" / f".{victim.name}.{'0' * 32}").write_bytes(b"PAR1")
    (out / "windows" / f"{'f' * 32}.parquet").write_bytes(next(out.glob("windows/*")).read_bytes())
    (out / "works" / "note.txt").write_bytes(b"not ours")
    score(task)
    (out / "works" / "note.txt").unlink()
    assert {kind: sorted(rows(out, kind), key=str) for kind in ("windows", "works")} == whole
    assert not list(out.glob("*/.*"))


def test_works_without_their_windows_are_scored_again(task: Task, tmp_path: Path) -> None:
    """As when a killed run's last actor writes works whose windows the next run has just removed."""
    score(task)
    out = tmp_path / "out"
    whole = sorted(rows(out, "windows"), key=str)
    min(out.glob("windows/*")).unlink()
    score(task)
    assert sorted(rows(out, "windows"), key=str) == whole
    assert len(rows(out, "works")) == 3


def test_a_batch_that_is_written_twice_stands_there_once(task: Task, tmp_path: Path) -> None:
    task.store.begin(MODELS)
    (batch, *_) = cut_batches(plan_works(task.source).works, 4, set())
    for attempt in range(2):
        Scorer(task).score_batch(batch)
        for file in tmp_path.glob("out/works/*") if not attempt else ():
            file.unlink()
    assert len(rows(tmp_path / "out", "works")) == 3


def test_the_scores_of_other_models_are_not_mixed_in(task: Task) -> None:
    task.store.begin(MODELS)
    with pytest.raises(LibraryError, match="other models' scores"):
        task.store.begin(Models("one", "three"))


def test_a_broken_table_of_results_is_named(task: Task, tmp_path: Path) -> None:
    task.store.begin(MODELS)
    for kind in ("works", "windows"):
        (tmp_path / "out" / kind / f"{'a' * 32}.parquet").write_bytes(b"PAR1")
    with pytest.raises(LibraryError, match="a" * 32):
        task.store.begin(MODELS)


@pytest.mark.parametrize("address", ["memory://out", "{shelf}", "{shelf}/scores"])
def test_a_place_that_cannot_hold_the_scores_is_refused(address: str, task: Task, shelf: Path) -> None:
    with pytest.raises(LibraryError):
        open_store(address.format(shelf=shelf), task.source)


def test_a_packed_bundle_is_the_bundle(pair: list[str], tiny_bundle: ModelBundle, tmp_path: Path) -> None:
    packed = pack_bundle(Path(pair[1]))
    opened = packed.open()
    assert opened.authors == tiny_bundle.authors
    shutil.copytree(pair[1], tmp_path / "copy")
    (tmp_path / "copy" / "report.json").write_text("{}")
    assert pack_bundle(tmp_path / "copy").digest == packed.digest
    assert pack_bundle(Path(pair[3])).digest != packed.digest
    with pytest.raises(BundleError):
        pack_bundle(tmp_path)

"""The real kaggle client against a server of our own: what lands in OUT, what is said when nothing does."""

import csv
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from train.data.csv_files import read_excerpts
from train.data.kaggle_client import looks_like_works
from train.data.original import KEYS

TRAIN, TEST = "train_data.csv", "test_data.csv"
MEBIBYTE = 1 << 20


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def written(out: Path) -> set[str]:
    return {file.name for file in out.iterdir()} if out.is_dir() else set()


def failed(done: subprocess.CompletedProcess[str], out: Path, *said: str) -> None:
    """Status 1, nothing but one line of error at the end of standard error, and nothing in OUT."""
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1 and not done.stdout and "Traceback" not in done.stderr
    assert last.startswith("error: ") and all(word in last for word in said), last
    assert written(out) == set()


def test_whole_files_land_with_the_works_named(kaggle, out: Path, home: Path):
    done = kaggle.run(out, home)
    assert (done.returncode, written(out)) == (0, {TRAIN, TEST, "authors.json"})
    assert "306 excerpts from 102 works by 34 writers" in done.stdout and len(done.stdout.splitlines()) == 2
    frame = read_excerpts(out / TRAIN)
    rows = kaggle.rows(3, 3)
    assert list(frame["book"]) == [row["book_name"] for row in rows]
    assert list(frame["text"]) == [row["text"] for row in rows]
    assert tuple(json.loads((out / "authors.json").read_text(encoding="utf-8"))) == KEYS
    assert "authorstexts.zip" in done.stderr and "100%" in done.stderr


def test_a_second_run_asks_for_nothing(kaggle, out: Path, home: Path):
    kaggle.run(out, home)
    sent, before = kaggle.sent, {name: (out / name).stat().st_mtime_ns for name in written(out)}
    done = kaggle.run(out, home)
    assert (done.returncode, done.stdout, kaggle.sent) == (0, "", sent)
    assert "already" in done.stderr
    assert before == {name: (out / name).stat().st_mtime_ns for name in written(out)}


def test_other_authors_data_is_left_alone(kaggle, out: Path, home: Path):
    out.mkdir()
    (out / "authors.json").write_text('{"Полев": {}}', encoding="utf-8")
    done = kaggle.run(out, home)
    assert done.returncode == 1 and "other authors" in done.stderr
    assert written(out) == {"authors.json"} and not kaggle.sent


@pytest.mark.parametrize("place", ["environment", "kaggle.json", "config", "access_token", "token"])
def test_credentials_are_found_wherever_kaggle_looks(kaggle, out: Path, home: Path, place: str):
    key = {"username": "reader", "key": "our-own-key"}
    folders = {
        "kaggle.json": home / ".kaggle",
        "config": home / ".config/kaggle",
        "access_token": home / ".kaggle",
    }
    environment = {"LANG": "C"}
    if place == "environment":
        environment = {"KAGGLE_USERNAME": key["username"], "KAGGLE_KEY": key["key"]}
    elif place == "token":
        environment = {"KAGGLE_API_TOKEN": "our-own-token"}
    else:
        folders[place].mkdir(parents=True)
        name, text = (
            ("access_token", "our-own-token\n")
            if place == "access_token"
            else ("kaggle.json", json.dumps(key))
        )
        (folders[place] / name).write_text(text)
    assert kaggle.run(out, home, **environment).returncode == 0
    assert written(out) == {TRAIN, TEST, "authors.json"}


def test_a_folder_named_by_the_environment_holds_credentials_too(
    kaggle, out: Path, home: Path, tmp_path: Path
):
    (tmp_path / "kaggle.json").write_text('{"username": "reader", "key": "our-own-key"}')
    assert kaggle.run(out, home, KAGGLE_CONFIG_DIR=str(tmp_path)).returncode == 0


def test_without_credentials_it_says_where_to_put_them(kaggle, out: Path, home: Path):
    failed(kaggle.run(out, home, LANG="C"), out, "KAGGLE_API_TOKEN", "access_token", "kaggle.json")
    assert not out.exists() and not kaggle.sent


def test_a_broken_file_of_credentials_is_named(kaggle, out: Path, home: Path):
    (home / ".kaggle").mkdir(parents=True)
    (home / ".kaggle" / "kaggle.json").write_text('{"username": "rea')
    failed(kaggle.run(out, home, LANG="C"), out, "kaggle.json", "cannot be read", "anew")


def test_wrong_credentials_are_401(kaggle, out: Path, home: Path):
    wrong = {"KAGGLE_USERNAME": "reader", "KAGGLE_KEY": "outdated"}
    failed(kaggle.run(out, home, **wrong), out, "401", "credentials", "settings")


def test_a_refused_token_is_401_too(kaggle, out: Path, home: Path):
    kaggle.introspection = 401
    failed(kaggle.run(out, home, KAGGLE_API_TOKEN="our-own-token"), out, "401", "credentials")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, ("accept the terms", "kaggle.com/datasets/tatianafofanova/authorstexts")),
        (404, ("no data set", "--dataset")),
        (503, ("503", "later")),
    ],
)
def test_refusals_say_what_to_do(kaggle, out: Path, home: Path, status: int, said: tuple[str, ...]):
    kaggle.refusals = [(status, {})]
    failed(kaggle.run(out, home), out, str(status), *said)


def test_another_data_set_is_asked_for_by_name(kaggle, out: Path, home: Path):
    failed(kaggle.run(out, home, "--dataset", "nobody/nothing"), out, "nobody/nothing", "404")
    assert kaggle.run(out, home, "--dataset", "nothing").returncode == 2


def test_a_short_wait_is_waited(kaggle, out: Path, home: Path):
    kaggle.refusals = [(429, {"Retry-After": "7"}), (429, {})]
    done = kaggle.run(out, home)
    assert done.returncode == 0 and written(out) == {TRAIN, TEST, "authors.json"}
    assert [line for line in done.stderr.splitlines() if line.startswith("slept")] == ["slept 7", "slept 40"]


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Retry-After": "3600"}, "in 60 minutes"),
        ({"Retry-After": "Wed, 21 Oct 2150 07:28:00 GMT"}, "minutes"),
    ],
)
def test_a_long_wait_is_told(kaggle, out: Path, home: Path, headers: dict[str, str], said: str):
    kaggle.refusals = [(429, headers)] * 2
    done = kaggle.run(out, home)
    failed(done, out, "too many requests", said)
    assert "slept" not in done.stderr and len(kaggle.refusals) == 1


def test_endless_refusals_end(kaggle, out: Path, home: Path):
    kaggle.refusals = [(429, {"Retry-After": "1"})] * 9
    failed(kaggle.run(out, home), out, "try again")
    assert len(kaggle.refusals) == 6


def test_no_connection_is_one_line(kaggle, out: Path, home: Path):
    kaggle.address = "http://127.0.0.1:9"
    failed(kaggle.run(out, home), out, "connection", "Run the command again")


@pytest.fixture
def large(kaggle):
    """Two MiB and more, which the client writes by the MiB."""
    rows = kaggle.rows(4, 4, characters=2500)
    kaggle.offer({TRAIN: rows, TEST: kaggle.rows(1, 1, seed=1)}, zipfile.ZIP_STORED)
    kaggle.cut_at = 3 * MEBIBYTE // 2
    assert len(kaggle.archive) > 2 * MEBIBYTE
    return kaggle


def test_a_cut_connection_is_taken_up_again_at_once(large, out: Path, home: Path):
    large.cuts = 1
    assert large.run(out, home).returncode == 0
    assert large.ranges == [f"bytes={MEBIBYTE}-"]
    assert list(read_excerpts(out / TRAIN)["text"]) == [
        row["text"] for row in large.rows(4, 4, characters=2500)
    ]


def test_a_second_run_goes_on_where_the_first_was_cut(large, out: Path, home: Path):
    large.cuts = 1000
    done = large.run(out, home)
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1 and "Traceback" not in done.stderr and "1,048,576 bytes" in last
    assert written(out) == {".kaggle-part"}
    large.cuts, large.ranges = 0, []
    assert large.run(out, home).returncode == 0
    assert large.ranges == [f"bytes={MEBIBYTE}-"]
    assert written(out) == {TRAIN, TEST, "authors.json"}
    assert list(read_excerpts(out / TRAIN)["text"]) == [
        row["text"] for row in large.rows(4, 4, characters=2500)
    ]


def test_a_changed_archive_starts_clean(large, out: Path, home: Path):
    large.cuts = 1000
    assert large.run(out, home).returncode == 1
    large.cuts, large.ranges, large.version = 0, [], '"second"'
    large.offer(
        {TRAIN: large.rows(4, 4, seed=5, characters=2500), TEST: large.rows(1, 1)}, zipfile.ZIP_STORED
    )
    assert large.run(out, home).returncode == 0 and large.ranges == []
    assert read_excerpts(out / TRAIN)["book"][0] == "Paustovskiy 5.0"


def test_an_error_page_in_the_archive_is_not_gone_on_with(large, out: Path, home: Path):
    large.cuts, large.page = 1, b"<html>Service unavailable</html>"
    failed(large.run(out, home), out, "damaged", "again")
    large.page = b""
    assert large.run(out, home).returncode == 0 and written(out) == {TRAIN, TEST, "authors.json"}


@pytest.mark.parametrize("place", [0.5, 0.0])
def test_a_damaged_archive_is_thrown_away(kaggle, out: Path, home: Path, place: float):
    whole = kaggle.archive
    start = int(place * len(whole))
    kaggle.archive = whole[:start] + bytes(100) + whole[start + 100 :]
    failed(kaggle.run(out, home), out, "damaged")
    kaggle.archive = whole
    assert kaggle.run(out, home).returncode == 0


def changed(rows: list[dict[str, str]], **columns: str | None) -> list[dict[str, str]]:
    """The rows with some columns renamed, or gone where the new name is None."""
    renamed = [{columns.get(name, name): value for name, value in row.items()} for row in rows]
    return [{name: value for name, value in row.items() if name is not None} for row in renamed]


@pytest.mark.parametrize(("column", "name"), [("writer", "author"), ("text", None)])
@pytest.mark.parametrize("file", [TRAIN, TEST])
def test_wrong_columns_are_named(kaggle, out: Path, home: Path, file: str, column: str, name: str | None):
    files = {TRAIN: kaggle.rows(3, 3), TEST: kaggle.rows(2, 2)}
    files[file] = changed(files[file], **{column: name})
    kaggle.offer(files)
    failed(kaggle.run(out, home), out, file, f"no column {column}", name or "book_name")


def test_unknown_and_missing_writers_are_named(kaggle, out: Path, home: Path):
    rows = [{**row, "writer": row["writer"].replace("Gogol", "Hohol")} for row in kaggle.rows(3, 3)]
    kaggle.offer({TRAIN: rows, TEST: kaggle.rows(2, 2)})
    failed(kaggle.run(out, home), out, "unknown (Hohol)", "missing from train_data.csv (Gogol)")


@pytest.mark.parametrize("files", [{TRAIN: 3}, {TEST: 3}, {TRAIN: 3, f"old/{TRAIN}": 3, TEST: 2}])
def test_the_archive_holds_each_file_once(kaggle, out: Path, home: Path, files: dict[str, int]):
    kaggle.offer({name: kaggle.rows(works, 1) for name, works in files.items()})
    failed(kaggle.run(out, home), out, "should hold one")


def test_ragged_rows_are_refused(kaggle, out: Path, home: Path):
    rows = kaggle.rows(1, 1)
    kaggle.offer({TRAIN: rows, TEST: rows})
    with zipfile.ZipFile(io.BytesIO(kaggle.archive)) as archive:
        text = archive.read(TRAIN)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(TRAIN, text + b"7,Gogol\r\n")
        archive.writestr(TEST, text)
    kaggle.archive = buffer.getvalue()
    failed(kaggle.run(out, home), out, "row 35 has 2 fields instead of 4")


@pytest.mark.parametrize("third", ["book", "source", None])
def test_the_third_column_becomes_the_book_whatever_its_name(
    kaggle, out: Path, home: Path, third: str | None
):
    rows = changed(kaggle.rows(3, 3), book_name=third)
    kaggle.offer({f"authors/{TRAIN}": rows, f"authors/{TEST}": rows})
    done = kaggle.run(out, home)
    with (out / TRAIN).open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["", "writer", "text", *(["book"] if third else [])]
    assert done.returncode == 0 and ("work of its own" in done.stderr) == (third is None)


def pairs(values: list[tuple[str, int]]) -> bool:
    """Whether rows of (writer, value) look like works."""
    hashed = {(writer, hash(str(value))) for writer, value in values}
    return looks_like_works(hashed, len(values), len({writer for writer, _ in values}))


def test_works_are_told_from_other_numbers():
    writers = [f"w{number}" for number in range(5) for _ in range(40)]
    assert pairs([(writer, row // 10) for row, writer in enumerate(writers)])
    assert not pairs([(writer, row) for row, writer in enumerate(writers)])  # the row's number
    assert not pairs([(writer, row % 10) for row, writer in enumerate(writers)])  # the chapter
    assert not pairs([(writer, int(writer[1:])) for writer in writers])  # the label
    assert not pairs([(writer, row * 7919 % 83) for row, writer in enumerate(writers)])  # a length

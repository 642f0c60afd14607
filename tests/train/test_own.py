"""A folder of AUTHOR/book becomes a scored pair and a command; what cannot be used is named."""

import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from authorship.commandline import run
from authorship.models.bundle import load_bundle
from train import own, recipe
from train.data.csv_files import read_excerpts
from train.data.own_data import (
    OVERLAP,
    OwnBook,
    ReadBook,
    choose_test,
    families,
    group_works,
    list_books,
    shared_runs,
    sketch,
    split_books,
)

WRITERS = ("Полев", "Ручьёв", "Горин")
TINY = [
    *("--max-minutes", "0.5", "--options"),
    "--use-cpu true --bf16 false --disable-tqdm true --batch 16 --crops-per-epoch 64 "
    "--validation-excerpts 20 --num-train-epochs 6 --layers 2 --width 32 --vocabulary 300 --window 66",
]


def invented_prose(author: str, seed: int, words: int = 1100) -> str:
    """A walk from word to word, each author having words and successors of their own."""
    habits, walk = np.random.default_rng([len(author), ord(author[0])]), np.random.default_rng(seed)
    syllables = habits.choice(
        ["ба", "ве", "ги", "до", "жу", "зы", "ка", "ле", "ми", "но", "пу", "ры"], (200, 3)
    )
    vocabulary = ["".join(parts) for parts in syllables]
    successors = habits.integers(0, len(vocabulary), (len(vocabulary), 12))
    said, word = [], 0
    for number in range(words):
        word = int(successors[word, walk.integers(12)])
        ends = number % 9 == 8
        said.append(vocabulary[word] + ("." if ends else ","[: number % 4 == 3]))
        said[-1] = said[-1].capitalize() if number % 9 == 0 else said[-1]
        said[-1] += "\n" if number % 45 == 44 else " "
    return "".join(said)


def write(folder: Path, author: str, title: str, text: str) -> Path:
    path = folder / author / f"{title}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def fictionbook(title: str, text: str) -> bytes:
    """A FictionBook in an old encoding."""
    body = "".join(f"<p>{line}</p>" for line in text.splitlines())
    head = f"<description><title-info><book-title>{title}</book-title></title-info></description>"
    whole = (
        f'<?xml version="1.0" encoding="windows-1251"?><FictionBook>{head}<body>{body}</body></FictionBook>'
    )
    return whole.encode("cp1251")


def write_books(folder: Path) -> Path:
    """Three authors with five works each, one of them a FictionBook."""
    for author in WRITERS:
        for number in range(5):
            write(folder, author, f"Книга {number}", invented_prose(author, number))
    last = folder / WRITERS[0] / "Книга 4.txt"
    last.write_bytes(fictionbook("Книга", last.read_text(encoding="utf-8")))
    last.rename(last.with_suffix(".fb2"))
    return folder


@pytest.fixture
def books(tmp_path: Path) -> Path:
    return write_books(tmp_path / "books")


def refused(books: Path, out: Path, capsys: pytest.CaptureFixture[str], *said: str) -> None:
    """Status 1, one line of error that says all this, and no data or model in OUT."""
    assert run(own.main, [str(books), "--out", str(out), *TINY], quiet=False) == 1
    captured = capsys.readouterr()
    last = captured.err.strip().splitlines()[-1]
    assert not captured.out and "Traceback" not in captured.err
    assert last.startswith("error: ") and all(word in last for word in said), last
    assert not (out / "books.json").exists() and not (out / "teacher").exists()


def test_stopped_and_gone_on_with_books_become_a_scored_pair_and_a_command(
    books: Path, tmp_path: Path, monkeypatch, capsys
):
    out = tmp_path / "own"
    with monkeypatch.context() as patch:
        patch.setattr(recipe, "distil", stop)
        assert run(own.main, [str(books), "--out", str(out), *TINY], quiet=False) == 130
    ended = json.loads((out / "recipe.json").read_text(encoding="utf-8"))["ended"]
    assert "teacher" in ended and "student" not in ended
    before = times(out)
    assert own.main([str(books), "--out", str(out), *TINY]) == 0
    assert before.items() <= times(out).items()
    check_pair(out, said := capsys.readouterr().out)
    done = times(out)
    assert own.main([str(books), "--out", str(out), *TINY]) == 0
    assert times(out) == done and said.endswith(capsys.readouterr().out)


def times(out: Path) -> dict[str, int]:
    """When the data and the weights were written."""
    files = [*out.glob("data/*.csv"), *out.glob("*/model.safetensors"), *out.glob("books.json")]
    return {str(file): file.stat().st_mtime_ns for file in files}


def check_pair(out: Path, said: str) -> None:
    """The commands that were printed open a pair that knows its authors, and the figures are its report's."""
    page, _, reading = said.strip().splitlines()[-3:]
    command = shlex.split(page)
    assert command[1:2] == ["app.py"] and command[2::2] == ["--teacher", "--student"]
    assert shlex.split(reading)[1:4] == ["-m", "authorship", "FILE"] and reading.endswith(
        page.split("app.py")[1]
    )
    bundles = [load_bundle(Path(folder)) for folder in command[3::2]]
    assert [bundle.model.config.num_hidden_layers for bundle in bundles] == [2, 1]
    assert all({author.key for author in bundle.authors} == set(WRITERS) for bundle in bundles)
    sides = [set(read_excerpts(out / "data" / f"{side}_data.csv")["book"]) for side in ("train", "test")]
    report = json.loads((out / "teacher" / "report.json").read_text(encoding="utf-8"))
    assert report["works"] == 3 and report["macro_f1"] > 0.9 and sides[0]
    assert f"{report['macro_f1']:.3f}" in said and "on 3 works" in said


def test_no_work_is_on_both_sides_and_every_author_is_on_each(books: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(own, "train_pair", stop)
    with pytest.raises(KeyboardInterrupt):
        own.main([str(books), "--out", str(tmp_path / "own")])
    frames = [read_excerpts(tmp_path / "own" / "data" / f"{side}_data.csv") for side in ("train", "test")]
    train, test = (set(zip(frame["writer"], frame["book"], strict=True)) for frame in frames)
    assert not train & test and len(train | test) == 15
    assert {writer for writer, _ in train} == {writer for writer, _ in test} == set(WRITERS)
    texts = "\n".join(text for frame in frames for text in frame["text"])
    assert "<p>" not in texts and invented_prose(WRITERS[0], 4).splitlines()[9].strip() in texts


def stop(*_: object) -> int:
    raise KeyboardInterrupt


def test_other_books_are_not_mixed_into_a_pair(books: Path, tmp_path: Path, monkeypatch, capsys):
    out = tmp_path / "own"
    monkeypatch.setattr(own, "train_pair", stop)
    run(own.main, [str(books), "--out", str(out)], quiet=False)
    write(books, WRITERS[0], "Новая", invented_prose(WRITERS[0], 99))
    assert run(own.main, [str(books), "--out", str(out)], quiet=False) == 1
    assert "other books" in capsys.readouterr().err


def test_models_of_another_origin_are_left_alone(books: Path, tmp_path: Path, capsys):
    (tmp_path / "own" / "student").mkdir(parents=True)
    refused(books, tmp_path / "own", capsys, "not made here")


def fewer_works(books: Path) -> None:
    for number in (1, 2, 3):
        (books / "Горин" / f"Книга {number}.txt").unlink()


def one_author(books: Path) -> None:
    for author in WRITERS[1:]:
        shutil.rmtree(books / author)


def nothing(books: Path) -> None:
    shutil.rmtree(books)
    (books / "Полев").mkdir(parents=True)


def unreadable(books: Path) -> None:
    for path in books.glob("*/*"):
        path.write_bytes(bytes(4000))


def one_too_deep(books: Path) -> None:
    (books / "Библиотека").mkdir()
    for author in WRITERS:
        (books / author).rename(books / "Библиотека" / author)


def one_too_high(books: Path) -> None:
    for path in list((books / "Полев").iterdir()):
        path.rename(books / path.name)
    for author in WRITERS:
        shutil.rmtree(books / author)


def copied(books: Path) -> None:
    shutil.copyfile(books / "Полев" / "Книга 1.txt", books / "Полев" / "Ещё раз.txt")


def other_edition(books: Path) -> None:
    text = invented_prose("Полев", 1).replace("\n", " ").replace(",", "")
    write(books, "Ручьёв", "Чужая", "Издание второе, исправленное.\n\n" + text[: len(text) * 4 // 5])


def already_split(books: Path) -> None:
    for author in WRITERS[2:]:
        shutil.rmtree(books / author)
    for author, side in zip(WRITERS, ("train", "test"), strict=False):
        (books / author).rename(books / side)


def short(books: Path) -> None:
    for number in (1, 2, 3):
        write(books, "Горин", f"Книга {number}", "Тихо шёл снег.")


def only_notes(books: Path) -> None:
    for number in (1, 2, 3):
        write(books, "Горин", f"Книга {number}", "{" + invented_prose("Горин", number, 250) + "}")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (fewer_works, ("At least 2 authors with 3 separate works", "Горин has 2")),
        (one_author, ("At least 2 authors", "only Полев")),
        (nothing, ("holds no book", ".epub")),
        (unreadable, ("None of the books",)),
        (one_too_deep, ("one folder, Библиотека", "Горин, Полев, Ручьёв", "name")),
        (one_too_high, ("no folders of authors", "above")),
        (copied, ("twice", "Полев/Книга 1.txt", "Полев/Ещё раз.txt")),
        (other_edition, ("twice", "Полев/Книга 1.txt", "Ручьёв/Чужая.txt")),
        (already_split, ("split already", "train.corpus")),
        (short, ("Горин has 2",)),
        (only_notes, ("Горин has 2", "audit.json")),
    ],
)
def test_what_cannot_be_used_is_named(
    books: Path, tmp_path: Path, capsys, spoil: Callable[[Path], None], said: tuple[str, ...]
):
    spoil(books)
    refused(books, tmp_path / "own", capsys, *said)


def test_a_book_that_cannot_be_used_is_left_out_and_named(books: Path, tmp_path: Path, monkeypatch, capsys):
    write(books, "Полев", "Walden", "He went on to the pond and sat down there for a while. " * 60)
    (books / "Горин" / "Испорчена.epub").write_bytes(b"PK\x03\x04" + bytes(400))
    monkeypatch.setattr(own, "train_pair", stop)
    assert run(own.main, [str(books), "--out", str(tmp_path / "own")], quiet=False) == 130
    said = capsys.readouterr().err
    assert "left out: Полев/Walden.txt" in said and "left out: Горин/Испорчена.epub" in said
    data = tmp_path / "own" / "data"
    kept = {book for side in ("train", "test") for book in read_excerpts(data / f"{side}_data.csv")["book"]}
    assert kept == {f"Книга {number}" for number in range(5)}


def test_out_lies_outside_the_books(books: Path, capsys):
    refused(books, books / "own", capsys, "outside")


def test_a_missing_folder_and_wrong_usage(tmp_path: Path, capsys):
    refused(tmp_path / "nowhere", tmp_path / "own", capsys, "nowhere is no folder")
    with pytest.raises(SystemExit) as stopped:
        own.main([str(tmp_path), "--max-minutes", "-1"])
    assert stopped.value.code == 2


def test_every_form_is_found_and_titles_are_told_apart(tmp_path: Path, capsys):
    for name in (
        "А/Том 1/Снег.txt",
        "А/Снег.fb2",
        "А/Снег.epub",
        "А/Лес.fb2.zip",
        "Б/Дом.DOCX",
        "Б/обложка.jpg",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"text")
    (tmp_path / "readme.txt").write_text("loose")
    found = {(book.author, book.title) for book in list_books(tmp_path)}
    assert found == {("А", "Том 1 - Снег"), ("А", "Снег.fb2"), ("А", "Снег.epub"), ("А", "Лес"), ("Б", "Дом")}
    said = capsys.readouterr().err
    assert "readme.txt" in said and "обложка.jpg" in said


@pytest.mark.parametrize(
    "sizes", [[10, 10, 10], [100, 1, 1], [1] * 4, [7] * 5, [50, 30, 9, 8, 2, 1], list(range(1, 40))]
)
@pytest.mark.parametrize("seed", range(5))
def test_about_a_fifth_is_tested_on_and_enough_is_left(sizes: list[int], seed: int):
    chosen = choose_test(sizes, np.random.default_rng(seed))
    assert chosen == choose_test(sizes, np.random.default_rng(seed))
    share = sum(sizes[place] for place in chosen) / sum(sizes)
    assert 1 <= len(chosen) <= max(1, len(sizes) - 3)
    assert share < 0.4
    assert share == pytest.approx(0.2, abs=0.03) or len(sizes) < 10


def read_book(author: str, title: str, text: str) -> ReadBook:
    return ReadBook(OwnBook(author, title, Path(f"{title}.txt")), len(text), sketch(text))


@pytest.mark.parametrize("seed", range(5))
def test_a_story_and_its_collection_stay_on_one_side(seed: int):
    stories = [invented_prose("Полев", number, 900) for number in range(6)]
    texts = {f"Рассказ {number}": text for number, text in enumerate(stories)}
    texts["Сборник"] = stories[0] + stories[1] + stories[2]
    read = [read_book("Полев", title, text) for title, text in texts.items()]
    read += [read_book("Горин", str(number), invented_prose("Горин", number)) for number in range(3)]
    sides = split_books(read, ["Полев", "Горин"], seed)
    together = {sides[item.book] for item in read if item.book.title in ("Сборник", "Рассказ 0", "Рассказ 1")}
    assert len(together) == 1
    assert sorted(map(len, group_works(read, shared_runs(read)))) == [1, 1, 1, 1, 1, 1, 4]


def test_shared_runs_are_what_sets_say():
    texts = [invented_prose("Полев", number) for number in range(3)]
    texts.append(texts[0] + texts[1])
    read = [read_book("Полев", str(number), text) for number, text in enumerate(texts)]
    sets = [set(item.runs.tolist()) for item in read]
    assert shared_runs(read).tolist() == [[len(one & two) for two in sets] for one in sets]
    assert all(len(sets[one] & sets[2]) < OVERLAP * len(sets[2]) for one in (0, 1))


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Полев", "Полев"),
        ("Полев А. Б.", "Полев"),
        ("Иван Полев", ""),
        ("Ilf", ""),
        ("Сергеев-Ценский", "Сергеев-Ценский"),
    ],
)
def test_a_surname_is_taken_only_where_it_is_certain(tmp_path: Path, name: str, family: str):
    assert families(tmp_path, {name}) == {name: family}
    (tmp_path / "authors.json").write_text(json.dumps({"X": {"name": name}}), encoding="utf-8")
    assert families(tmp_path, {"X"}) == {"X": family}

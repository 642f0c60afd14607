"""Damaged and hostile files are read as far as they go or refused, within some 2 seconds and 500 MB each."""

import json
import random
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from authorship.errors import TextError
from authorship.text.formats.reader import read_book
from tests.authorship.books import story, zipped
from tests.authorship.damage import BOOK, PART, READ, WHOLE, Damaged, cut, damaged_files, whole_files
from tests.authorship.reading import Outcome

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def files() -> list[Damaged]:
    return damaged_files()


@pytest.fixture(scope="module")
def outcomes(files: list[Damaged], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Outcome]:
    """Every file read in one process that the system holds to 500 MB."""
    folder = tmp_path_factory.mktemp("damaged")
    for number, file in enumerate(files):
        (folder / str(number)).write_bytes(file.data)
    command = [sys.executable, "-m", "tests.authorship.reading", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False)
    assert ended.returncode == 0, ended.stderr
    outcomes = (Outcome(**json.loads(line)) for line in ended.stdout.splitlines())
    return {file.name: outcome for file, outcome in zip(files, outcomes, strict=True)}


def test_a_damaged_file_is_read_in_part_or_refused(
    files: list[Damaged], outcomes: Mapping[str, Outcome], subtests: pytest.Subtests
) -> None:
    assert len(outcomes) == len(files) > 100
    for file in files:
        with subtests.test(file=file.name):
            outcome = outcomes[file.name]
            assert outcome.outcome in file.outcomes
            assert outcome.text


def test_what_is_read_of_a_cut_file_is_the_book_as_far_as_it_goes(outcomes: Mapping[str, Outcome]) -> None:
    read = [outcome for file in cut() if (outcome := outcomes[file.name]).outcome in (READ, PART)]
    assert len(read) >= 20
    for outcome in read:
        *whole, last = outcome.text.split("\n")
        assert whole == BOOK.lines[: len(whole)]
        assert BOOK.lines[len(whole)].startswith(last.rstrip("\ufffd"))


@pytest.mark.parametrize("kind", WHOLE)
def test_any_cut_and_any_wrong_byte_is_read_or_refused(kind: str) -> None:
    whole = whole_files(story(101, chapters=2))[kind]
    for seed in range(60):
        draw, data = random.Random(seed), bytearray(whole)
        for _ in range(draw.choice((0, 1, 10, 100))):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            assert read_book(bytes(data[: draw.randrange(1, len(data))])).text.strip()
        except TextError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("name", "code"),
    [("book.epub", "damaged"), ("book.fb2.zip", "damaged"), ("book.txt", "not_text"), ("", "not_text")],
)
def test_what_is_no_text_is_a_damaged_book_by_its_name(name: str, code: str) -> None:
    with pytest.raises(TextError) as caught:
        read_book(random.Random(4).randbytes(3_000), name)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "prolog", ['<!DOCTYPE a SYSTEM "{}">', '<!DOCTYPE a PUBLIC "-//W3C//DTD XHTML 1.1//EN" "{}">']
)
def test_no_address_in_a_book_is_called(prolog: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.dtd"
        page = prolog.format(address) + f'<html xmlns="{address}"><body><p>Вечер&ldots;</p></body></html>'
        members = {"mimetype": "application/epub+zip", "a.xhtml": page}
        assert read_book(zipped(members)).text.startswith("Вечер")
        with pytest.raises(BlockingIOError):
            server.accept()

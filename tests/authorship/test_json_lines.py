"""Wherever a run is cut off, a later one finds what was whole, and goes on behind it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authorship.errors import AuthorshipError
from authorship.json_lines import JsonLines

HEAD = b'{"name": '


def line(name: str) -> str:
    return json.dumps({"name": name}, ensure_ascii=False)


def opened(file: Path) -> JsonLines[str]:
    return JsonLines(file, HEAD, lambda value: value["name"])


@given(names=st.lists(st.text(), min_size=1), cut=st.floats(0, 1))
def test_a_file_cut_anywhere_keeps_its_whole_lines(
    names: list[str], cut: float, tmp_path_factory: pytest.TempPathFactory
):
    file = tmp_path_factory.mktemp("lines") / "log"
    with opened(file) as log:
        for name in names:
            log.append(line(name))
    whole = file.read_bytes()
    left = whole[: round(cut * len(whole))]
    file.write_bytes(left)
    kept = names[: left.count(b"\n")]
    with opened(file) as log:
        assert log.values == kept
        log.append(line("again"))
    with opened(file) as log:
        assert log.values == [*kept, "again"]


def test_a_file_of_something_else_stays_as_it_is(tmp_path: Path):
    file = tmp_path / "letter"
    for content in (
        b"Dear Anna,",
        b'{"other": 1}\n',
        line("a").encode() + b"\nrubbish\n" + line("b").encode() + b"\n",
    ):
        file.write_bytes(content)
        with pytest.raises(AuthorshipError, match="line"):
            opened(file)
        assert file.read_bytes() == content


def test_two_at_one_file_are_refused_until_the_first_is_done(tmp_path: Path):
    with opened(tmp_path / "log"), pytest.raises(AuthorshipError, match="another run"):
        opened(tmp_path / "log")
    opened(tmp_path / "log").close()

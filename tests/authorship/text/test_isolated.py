"""A stranger's file is read in a process of its own, ended by the clock, by memory and by its visitor."""

import bz2
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Lock, Thread

import pytest

from authorship.errors import TextError
from authorship.text import isolated
from authorship.text.formats.reader import read_book
from authorship.text.isolated import Bounds, IsolatedReader, Places, ReadingEnded, plain_book
from authorship.text.letters import folding
from authorship.text.letters.folding import examine
from tests.authorship.books import fictionbook, story
from tests.authorship.damage import WHOLE

PROJECT = Path(__file__).resolve().parents[3]
LARGE = fictionbook(story(1, chapters=300, paragraphs=40))


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    made = IsolatedReader()
    yield made
    made.close()


def children() -> set[int]:
    """The living processes that this one has started."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid():
            found.add(int(status.parent.name))
    return found


def test_a_file_is_read_as_here_and_refused_as_here(reader: IsolatedReader) -> None:
    for kind in ("utf16.txt", "fb2", "epub", "docx"):
        data = WHOLE[kind]
        assert reader.read(data, kind) == read_book(data, kind)
    assert reader.read(WHOLE["utf8.txt"], "a.txt", "cp1251").text == WHOLE["utf8.txt"].decode(
        "cp1251", "replace"
    )
    for data, code in ((b"", "empty"), (b"%PDF-1.7", "other_format"), (b"a" * 99, "too_large")):
        with pytest.raises(TextError) as caught:
            reader.read(data, limit=30)
        assert caught.value.code == code and str(caught.value)


def test_a_long_text_is_examined_as_here_but_elsewhere(
    reader: IsolatedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Глава 1\n\nОнъ шёлъ къ рѣкѣ.\r\n" * 20_000 + "\n\nГлава 2\n\nИ пришёл."
    here = plain_book(text, "Река")
    folding._FINDINGS.clear()
    monkeypatch.setattr(isolated, "plain_book", lambda *_: pytest.fail("examined in this process"))
    assert reader.read_text(text, "Река") == here
    monkeypatch.setattr(folding, "_examine", lambda _: pytest.fail("examined again"))
    assert examine(text).old_spelling


def test_a_function_is_called_by_its_name_and_bounded_as_a_reader_is(reader: IsolatedReader) -> None:
    assert reader.call(bz2.compress, b"\n{}" * 9) == bz2.compress(b"\n{}" * 9)
    with pytest.raises(TextError, match="more than"):
        reader.call(bz2.compress, bytes(60_000_001))
    with pytest.raises(TextError) as caught:  # whatever goes wrong there, nothing is raised here but this
        reader.call(bz2.decompress, b"no archive")
    assert caught.value.code == "hostile"


@pytest.mark.parametrize(
    "bounds",
    [Bounds(seconds=0.05), Bounds(memory=60_000_000), Bounds(memory=10_000_000)],
    ids=["clock", "memory", "no memory at all"],
)
def test_what_exceeds_its_bounds_is_refused_and_leaves_nothing(bounds: Bounds) -> None:
    before, bounded = children(), IsolatedReader(bounds)
    with pytest.raises(TextError) as caught:
        bounded.read(LARGE * 4)
    assert caught.value.code == "hostile"
    bounded.close()
    assert children() <= before


def test_a_reading_that_nobody_wants_ends_and_gives_its_place_free() -> None:
    before, lone = children(), IsolatedReader(at_once=1)
    asked = iter([True, False])
    with pytest.raises(ReadingEnded):
        lone.read(LARGE * 4, wanted=lambda: next(asked, False))
    assert lone.read(WHOLE["fb2"]).text
    with lone._places.place("another", lambda: True), pytest.raises(ReadingEnded):
        lone.read(WHOLE["fb2"], wanted=lambda: False)
    lone.close()
    assert children() <= before


def test_no_address_holds_all_places_and_each_has_its_turn() -> None:
    places, order, lock = Places(2), [], Lock()
    go_on = {name: Event() for name in ("greedy", "visitor", "third")}

    def read(address: str) -> None:
        with places.place(address, lambda: True):
            with lock:
                order.append(address)
            go_on[address].wait(10)

    def begin(address: str, count: int = 1) -> list[Thread]:
        threads = [Thread(target=read, args=(address,)) for _ in range(count)]
        for thread in threads:
            thread.start()
        until = time.monotonic() + 10
        while places._waiting[address] + order.count(address) < count and time.monotonic() < until:
            time.sleep(0.001)
        return threads

    threads = begin("greedy", 5)
    while not order:
        time.sleep(0.001)
    time.sleep(0.1)
    assert order == ["greedy"]  # the other place stays free
    threads += begin("visitor")
    while len(order) < 2:
        time.sleep(0.001)
    threads += begin("third")
    go_on["greedy"].set()  # the place that it leaves is not its own again
    while len(order) < 3:
        time.sleep(0.001)
    assert order == ["greedy", "visitor", "third"]
    for event in go_on.values():
        event.set()
    for thread in threads:
        thread.join(10)
    assert sorted(order) == ["greedy"] * 5 + ["third", "visitor"]
    assert places._free == 2 and not places._held and not places._waiting


def test_one_waits_ready_and_a_dead_one_is_replaced(reader: IsolatedReader) -> None:
    reader.prepare()
    waiting = reader._ready
    assert waiting is not None and waiting.poll() is None
    waiting.kill()
    waiting.wait()
    assert reader.read(WHOLE["fb2"]).text
    assert reader._ready is not None and reader._ready is not waiting


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the system does not show environments")
def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "secret")
    fresh = IsolatedReader()
    fresh.prepare()
    assert fresh._ready is not None
    environment = Path(f"/proc/{fresh._ready.pid}/environ")
    until = time.monotonic() + 10
    while b"PYTHONUTF8" not in environment.read_bytes() and time.monotonic() < until:
        time.sleep(0.01)
    assert b"PYTHONUTF8" in environment.read_bytes()
    assert b"HF_TOKEN" not in environment.read_bytes()
    fresh.close()


def test_the_process_loads_the_readers_alone() -> None:
    heavy = "{'torch', 'transformers', 'gradio', 'razdel', 'email'}"
    modules = "authorship.text.isolated, authorship.text.formats.reader"
    code = f"import sys, {modules}; print({heavy} & set(sys.modules))"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "set()"


def test_the_page_reads_no_file_in_its_own_process() -> None:
    sources = [*(PROJECT / "page").rglob("*.py"), PROJECT / "app.py"]
    assert not [file for file in sources if "formats.reader" in file.read_text(encoding="utf-8")]

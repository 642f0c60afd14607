"""A real cluster of two nodes: whoever is killed and whenever, every work is scored once."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pyarrow.parquet as pq

PROJECT = Path(__file__).resolve().parents[3]
BATCHES = 12
PATIENCE = 900  # only so that a hang ends


def start(shelf: Path, out: Path, options: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "authorship.library", str(shelf), str(out), *options, "--batch", "2"]
    return subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def finished(out: Path) -> int:
    return len(list(out.glob("works/[0-9a-f]*.parquet")))


def actors(raylets: tuple[int, ...]) -> list[psutil.Process]:
    """The processes of our own cluster that score."""
    workers = [child for raylet in raylets for child in psutil.Process(raylet).children()]
    return [worker for worker in workers if "MapWorker" in " ".join(worker.cmdline())]


def check_each_once(out: Path, shelf: Path) -> None:
    works = pq.read_table(out / "works").to_pylist()
    paths = [str(file.relative_to(shelf)) for file in shelf.rglob("*.txt")]
    assert sorted(work["path"] for work in works) == sorted(paths)
    windows = pq.read_table(out / "windows", columns=["work", "start", "stop"]).to_pylist()
    places = [(window["work"], window["start"]) for window in windows]
    assert len(set(places)) == len(places)
    last = {window["work"]: window["stop"] for window in windows}
    assert last == {work["path"]: work["characters"] - 1 for work in works}
    assert not list(out.glob("*/.*"))


def test_whoever_is_killed_costs_no_work(nodes, shelf: Path, pair: list[str], tmp_path: Path) -> None:
    """The process that scores is begun anew, and a killed driver's successor goes on with what it left."""
    out, options = tmp_path / "out", [*pair, "--actors", "1"]
    process = start(shelf, out, options, nodes.environment)
    wait_until(lambda: finished(out) >= 2, process)
    actors(nodes.raylets)[0].kill()
    killed = finished(out)
    wait_until(lambda: finished(out) > killed + 1, process)  # what was read already may still be written
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    before = {file: file.read_bytes() for file in out.glob("works/[0-9a-f]*.parquet")}
    assert 2 <= len(before) < BATCHES
    process = start(shelf, out, options, nodes.environment)
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (0, "")
    scored, known, failed = map(int, re.findall(r"\d+", output.removeprefix(f"{out}: ")))
    assert (scored + known, failed) == (24, 0) and known >= 2 * len(before)
    assert all(file.read_bytes() == content for file, content in before.items())
    check_each_once(out, shelf)

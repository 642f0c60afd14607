"""Ray: the cluster that is named or one on this machine, and the actors that score batches there."""

import io
import logging
import os
import pickle
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import FrameType
from typing import Any

import ray
import ray.data

from authorship.commandline import describe, quiet_libraries
from authorship.library.scoring import Scorer, Task
from authorship.library.shipping import Batch, LibraryError

_ADDRESS = os.environ.get("RAY_ADDRESS") or "local"
_PACKAGE = Path(__file__).resolve().parents[1]
# Batches and counts are all that passes through the store, besides the models.
_STORE_BYTES = 100_000_000
_MOST_BLOCKS = 2000
_PATIENCE = 10.0  # seconds


@contextmanager
def connect(model_bytes: int) -> Iterator[None]:
    """A connection to the cluster at RAY_ADDRESS, else to one on this machine alone that ends with it.

    Raises:
        LibraryError: the cluster cannot be reached.
    """
    options: dict[str, Any] = {"runtime_env": {"py_modules": [str(_PACKAGE)]}, "log_to_driver": False}
    if _ADDRESS == "local":
        options |= {"include_dashboard": False, "object_store_memory": _STORE_BYTES + 2 * model_bytes}
    try:
        _knock()
        _start(options, attempts=3 if _ADDRESS == "local" else 1)
    except Exception as error:  # Ray raises that very class, too
        place = "on this machine" if _ADDRESS == "local" else f"at {_ADDRESS}"
        raise LibraryError(f"Ray {place} cannot be used: {error}") from error
    aside = _Aside()
    with redirect_stdout(aside), _heeding_interrupt(aside):
        try:
            yield
        finally:
            aside.over = True
            ray.shutdown()


class _Aside(io.TextIOBase):
    """What Ray tells on standard output, as of a worker's death, goes to standard error until all is over."""

    def __init__(self) -> None:
        self.over = False

    def write(self, text: str) -> int:
        """Pass the text on, but not what Ray says of its actors while a run is ended."""
        return len(text) if self.over else sys.stderr.write(text)


@contextmanager
def _heeding_interrupt(aside: _Aside) -> Iterator[None]:
    """From Ctrl-C on nothing is told: Ray would promise to try again what it is ending."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        aside.over = True
        before(number, frame)

    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _start(options: dict[str, Any], attempts: int) -> None:
    """Ray gives its own processes half a minute, which on a busy machine may be too little."""
    try:
        with _native_silence():
            ray.init(_ADDRESS, logging_level=logging.ERROR, **options)
    except Exception:
        ray.shutdown()
        if attempts == 1:
            raise
        _start(options, attempts - 1)


def _knock() -> None:
    """Ray itself waits for minutes where nobody listens.

    Raises:
        OSError: nobody does.
    """
    if named := re.fullmatch(r"(?:ray://)?(.+):(\d+)", _ADDRESS):
        socket.create_connection((named[1].strip("[]"), int(named[2])), timeout=_PATIENCE).close()


def score_batches(task: Task, batches: Sequence[Batch], actors: int | None = None) -> Iterator[int]:
    """Score every batch on `actors` actors of one core, by default all cores; yields works done.

    An actor that dies is started again and what it had in hand is given out again.

    Raises:
        LibraryError: the scores cannot be written.
    """
    _quiet()
    most = actors or max(1, int(ray.cluster_resources().get("CPU", 1)))
    rows = ray.data.from_items(
        [{"batch": pickle.dumps(batch)} for batch in batches],
        override_num_blocks=min(len(batches), _MOST_BLOCKS),
    )
    scored = rows.map(
        _Actor,  # type: ignore[arg-type]  # Ray's types know functions only
        fn_constructor_args=(ray.put(task),),
        compute=ray.data.ActorPoolStrategy(
            min_size=1, initial_size=most, max_size=most, max_tasks_in_flight_per_actor=1
        ),
        num_cpus=1,
    )
    for row in scored.iter_rows():
        if row["problem"]:
            raise LibraryError(f"{row['problem']}. What was scored stays: run the command again to go on.")
        yield int(row["works"])


class _Actor:
    """The models in a process of their own, loaded once."""

    def __init__(self, task: ray.ObjectRef[Task]) -> None:
        quiet_libraries()
        self.scorer = Scorer(ray.get(task))

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        batch: Batch = pickle.loads(row["batch"])
        try:
            self.scorer.score_batch(batch)
        except Exception as error:  # Ray would bury the cause
            return {"works": 0, "problem": f"The scores cannot be written: {describe(error)}"}
        return {"works": len(batch.works), "problem": ""}


@contextmanager
def _native_silence() -> Iterator[None]:
    """Ray's native part says on standard error that it is to say nothing; errors come as exceptions."""
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _quiet() -> None:
    """Progress is told by works, not by blocks."""
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.ERROR)

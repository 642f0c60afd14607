"""Work done side by side, each piece by one of PyTorch's threads.

Where there are pieces enough that takes less time than all threads at each: much of what is small runs on one
thread in any case.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import chain, islice
from threading import Barrier, Lock
from typing import TypeVar

import torch

Piece = TypeVar("Piece")
Result = TypeVar("Result")
_LOCK = Lock()


def side_by_side(work: Callable[[Piece], Result], pieces: Iterable[Piece]) -> Iterator[Result]:
    """What `work` makes of each piece, in order; pieces are taken as they are needed.

    A single piece has all threads at work on it. Some pieces are ahead of the result that is waited for; what
    has not begun when the caller gives up never does.
    """
    pieces = iter(pieces)
    first = list(islice(pieces, 2))
    threads = torch.get_num_threads()
    if len(first) < 2 or threads == 1:
        yield from map(work, first)
        yield from map(work, pieces)
        return
    running = deque[Future[Result]]()
    try:
        for piece in chain(first, pieces):
            running.append(_pool(threads).submit(work, piece))
            while running[0].done() or len(running) > 2 * threads:
                yield running.popleft().result()
                if not running:
                    break
        while running:
            yield running.popleft().result()
    finally:
        for one in running:
            one.cancel()


def begin_threads() -> None:
    """Begin the threads of `side_by_side` before any other thread asks how many PyTorch has."""
    if (threads := torch.get_num_threads()) > 1:
        _pool(threads)


def _pool(threads: int) -> ThreadPoolExecutor:
    with _LOCK:
        return _begin(threads)


@cache
def _begin(threads: int) -> ThreadPoolExecutor:
    """So many threads that compute alone.

    Threads that begin later take the number that was set last, so it is set again.
    """
    begun = Barrier(threads + 1)
    pool = ThreadPoolExecutor(threads, "alone", initializer=_alone)
    for _ in range(threads):
        pool.submit(begun.wait)
    begun.wait()
    torch.set_num_threads(threads)
    return pool


def _alone() -> None:
    torch.get_num_threads()  # begins the thread, which would take the usual number later
    torch.set_num_threads(1)

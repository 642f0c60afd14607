"""Pieces are worked on by threads that compute alone, in order, and as they are needed."""

from collections.abc import Iterator
from threading import Event, Thread, current_thread
from time import sleep

import pytest
import torch

from authorship.engines.sparse.threads import side_by_side

THREADS = 3


@pytest.fixture(autouse=True)
def several_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    yield
    torch.set_num_threads(before)


def work(piece: int) -> tuple[int, int, bool]:
    sleep(0.01 * (piece % 3))
    return piece, torch.get_num_threads(), current_thread().name.startswith("alone")


def test_pieces_come_in_order_each_from_one_thread():
    found = list(side_by_side(work, range(20)))
    assert found == [(piece, 1, True) for piece in range(20)]


def test_one_piece_has_all_threads():
    assert list(side_by_side(work, [5])) == [(5, THREADS, False)]
    assert list(side_by_side(work, [])) == []


def test_other_threads_keep_theirs():
    list(side_by_side(work, range(4)))
    told: list[int] = []
    thread = Thread(target=lambda: told.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert [torch.get_num_threads(), *told] == [THREADS, THREADS]


def test_no_more_is_taken_than_is_needed():
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for piece in range(1000):
            taken.append(piece)
            yield piece

    results = side_by_side(work, pieces())
    assert [next(results)[0] for _ in range(3)] == [0, 1, 2]
    results.close()
    assert len(taken) <= 3 * THREADS


def test_who_gives_up_is_worked_for_no_more():
    """One piece is done when all that may run ahead are taken; the others under way wait for the end."""
    all_taken, given_up, begun = Event(), Event(), list[int]()

    def pieces() -> Iterator[int]:
        yield from range(2 * THREADS)
        all_taken.set()
        yield from range(2 * THREADS, 100)

    def slow(piece: int) -> None:
        begun.append(piece)
        (given_up if piece else all_taken).wait(10)

    results = side_by_side(slow, pieces())
    next(results)
    results.close()
    given_up.set()
    sleep(0.3)
    assert len(begun) <= THREADS + 1


def test_an_error_reaches_the_caller():
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda piece: 1 // (piece - 3), range(9)))

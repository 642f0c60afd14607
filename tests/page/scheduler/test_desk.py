"""Turns are fair, places bounded, and those who leave are forgotten."""

import pytest

from page.scheduler.fair_queue import Bounds, BusyError, Client, Desk, Wish
from tests.page.own_loop import run_in_own_loop


def desk(running: int = 1, waiting: int = 10, session: int = 10, address: int = 10) -> Desk:
    return Desk(Bounds(running, waiting, session, address), seconds=2.0)


def order(clients: str, bounds: Desk) -> str:
    """The order in which clients, named "ADDRESS SESSION", have their turns, if all wait behind the first."""

    async def run() -> list[str]:
        tickets = {bounds.draw(Client(name[0], name[1])): name for name in clients.split()}
        turns = []
        while tickets:
            ticket = next(ticket for ticket in tickets if ticket.turn.is_set())
            assert sum(ticket.turn.is_set() for ticket in tickets) == 1
            turns.append(tickets.pop(ticket))
            bounds.leave(ticket)
        return turns

    return " ".join(run_in_own_loop(run()))


def test_who_asks_for_much_waits_for_those_who_ask_for_little() -> None:
    assert order("aA aA aA aB aC", desk()) == "aA aB aC aA aA"


def test_many_sessions_of_one_address_have_no_more_turns_than_one_of_another() -> None:
    assert order("aA aB aC aD bX bX", desk()) == "aA bX aB bX aC aD"


@pytest.mark.parametrize(
    ("bounds", "clients", "refused"),
    [(desk(session=2), "aA aA", "aA"), (desk(address=2), "aA aB", "aC"), (desk(waiting=1), "aA bB", "cC")],
    ids=["session", "address", "all"],
)  # fmt: skip
def test_what_is_over_the_bounds_is_refused_with_a_time(bounds: Desk, clients: str, refused: str) -> None:
    async def run() -> None:
        tickets = [bounds.draw(Client(name[0], name[1])) for name in clients.split()]
        with pytest.raises(BusyError, match="try again in") as caught:
            bounds.draw(Client(refused[0], refused[1]))
        assert caught.value.seconds == 4  # two turns of two seconds
        bounds.leave(tickets[0])
        bounds.draw(Client(refused[0], refused[1]))

    run_in_own_loop(run())


def test_places_are_told_and_move_up() -> None:
    async def run() -> None:
        queue = desk()
        first, second, third = (queue.draw(Client("a", name)) for name in "ABC")
        assert [queue.ahead(ticket) for ticket in (first, second, third)] == [0, 1, 2]
        queue.leave(second)
        assert queue.ahead(third) == 1 and not await queue.wait(third, 0.01)
        queue.leave(first)
        assert await queue.wait(third, 0.01) and queue.ahead(third) == 0

    run_in_own_loop(run())


def test_a_readers_wish_takes_the_place_of_their_last() -> None:
    async def run() -> None:
        queue, reader = desk(waiting=2), object()
        running = queue.draw(Client("x", "X"))
        first = queue.draw(Client("a", "A"), Wish(reader, 1))
        other = queue.draw(Client("b", "B"))
        second = queue.draw(Client("a", "A"), Wish(reader, 2))
        assert queue.serves(Wish(reader, 2)) and not queue.serves(Wish(reader, 1))
        assert first.superseded and (queue.ahead(second), queue.ahead(other)) == (1, 2)
        queue.leave(first)
        queue.leave(running)
        assert second.turn.is_set() and not other.turn.is_set() and not first.turn.is_set()

    run_in_own_loop(run())


def test_a_wish_waits_until_the_readers_last_has_let_go() -> None:
    async def run() -> None:
        queue, reader, client = desk(waiting=1, session=2, address=2), object(), Client("a", "A")
        first = queue.draw(client, Wish(reader, 1))
        queue.draw(client)
        second = queue.draw(client, Wish(reader, 2))
        assert first.superseded and not second.turn.is_set()
        with pytest.raises(BusyError):
            queue.draw(client)
        with pytest.raises(BusyError):
            queue.draw(Client("b", "B"), Wish(object(), 2))
        queue.leave(first)
        assert queue.held == 2 and queue.serves(Wish(reader, 2))

    run_in_own_loop(run())


def test_the_wishes_of_one_reader_leave_others_their_places() -> None:
    async def run() -> None:
        queue, client, readers = desk(session=2), Client("a", "A"), (object(), object(), object())
        for number in range(5):
            for reader in readers[:2]:
                queue.draw(client, Wish(reader, number))
        assert queue.held == 3, "the first of all still runs, and the last of each"
        with pytest.raises(BusyError):
            queue.draw(client, Wish(readers[2], 0))

    run_in_own_loop(run())


def passing(queue: Desk, works: dict[str, int]) -> list[str]:
    """Who has each step's turn, where works, named "ADDRESS SESSION", take so many steps."""

    async def run() -> list[str]:
        tickets = {queue.draw(Client(name[0], name[1])): name for name in works}
        left, turns = dict(works), []
        while tickets:
            (ticket,) = (ticket for ticket in tickets if ticket.turn.is_set())
            name = tickets[ticket]
            turns.append(name)
            left[name] -= 1
            if left[name]:
                queue.pass_on(ticket)
            else:
                queue.leave(ticket)
                del tickets[ticket]
        return turns

    return run_in_own_loop(run())


def test_long_work_passes_its_turn_on_and_gets_it_back() -> None:
    def sliced(begun: int = 1000, seconds: float = 0.0) -> Desk:
        return Desk(Bounds(1, 20, 20, 20, begun), slice_seconds=seconds)

    long = {"aA": 5, "bB": 1, "cC": 1}
    assert passing(sliced(), long) == ["aA", "bB", "cC", "aA", "aA", "aA", "aA"]
    assert passing(sliced(seconds=60.0), long) == ["aA"] * 5 + ["bB", "cC"], "a slice lasts its time"
    several = {f"{address}{address}": 3 for address in "abcdefgh"}
    turns = passing(sliced(begun=3), several)
    held = [len({name for name in turns[:step] if name in turns[step:]}) for step in range(len(turns))]
    assert max(held) == 3, "of eight that have begun and not ended no more than three are in memory"
    assert len(turns) == 24
    own = passing(sliced(begun=4), {"aA": 3, "aB": 3, "aC": 3, "bX": 1})
    assert own.index("bX") < own.index("aC"), "one address leaves room for another"


def test_who_passed_a_turn_on_is_not_kept_waiting_by_newcomers() -> None:
    async def run() -> int:
        queue = Desk(Bounds(1, 20, 20, 20), slice_seconds=0.0)
        long, queued = queue.draw(Client("a", "A")), [queue.draw(Client("b", "0"))]
        queue.pass_on(long)
        for number in range(1, 10):
            queued.append(queue.draw(Client("b", str(number))))
            queue.leave(queued.pop(0))
            if long.turn.is_set():
                return number
        return 0

    assert run_in_own_loop(run()) == 1

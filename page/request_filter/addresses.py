"""Which address a client counts as, when X-Forwarded-For is believed, and each address's share of a limit."""

import os
from collections import Counter
from ipaddress import IPv6Address, ip_address

from starlette.types import Scope


class Shares:
    """A bounded amount of something, of which no address may hold more than is left for all others.

    One address alone gets up to a half, two get up to a third each: however many take all they can, as much
    as each of them holds is left, of which a newcomer gets half. Not locked: for the event loop's thread.
    """

    def __init__(self, whole: int) -> None:
        self.whole = whole
        self.used = 0
        self._held: Counter[str] = Counter()

    def take(self, address: str, amount: int = 1) -> bool:
        """Hold so much more, if the address may; `give_back` must follow."""
        if self._held[address] + amount > self.whole - self.used - amount:
            return False
        self._held[address] += amount
        self.used += amount
        return True

    def give_back(self, address: str, amount: int = 1) -> None:
        """Let go of what was taken before."""
        self._held[address] -= amount
        self.used -= amount
        if not self._held[address]:
            del self._held[address]


def on_a_space() -> bool:
    """Whether this is a Hugging Face Space, where every connection comes from the platform's proxy."""
    return bool(os.environ.get("SPACE_ID"))


def client_address(peer: str, forwarded: str) -> str:
    """The address that limits count: the client's own, of IPv6 the network (/64) that one client has.

    `peer` is the other end of the connection, `forwarded` the header X-Forwarded-For. The header is the
    client's own word, except on a Space, whose proxy puts the true address last.
    """
    nearest = forwarded.rpartition(",")[2].strip() if on_a_space() else ""
    try:
        address = ip_address((nearest or peer).partition("%")[0])
    except ValueError:
        return nearest[:64] or peer
    if not isinstance(address, IPv6Address):
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else ":".join(address.exploded.split(":")[:4]) + "::/64"


def address_of(scope: Scope) -> str:
    """The address that limits count, of a request."""
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return client_address((scope.get("client") or ("",))[0], b",".join(forwarded).decode("latin-1"))

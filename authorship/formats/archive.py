"""Zip files from strangers: what is unpacked is counted, nothing is written, a damaged one is salvaged."""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from unicodedata import normalize
from urllib.parse import unquote

from authorship.errors import TextError
from authorship.formats.limits import MEMBERS, RATIO, RATIO_COUNTS_FROM, Limits, hostile
from authorship.formats.members import Member, find_members, inflate, list_members

# Every packed byte is unpacked once where parts lie side by side; some are looked at before they are read.
_PASSES = 3
_SPARE = 1_000_000


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A member's content; `whole` is false where it breaks off or is not what was packed."""

    content: bytes
    whole: bool


@dataclass(frozen=True, slots=True)
class PackedBooks:
    """The files of an archive that may be books, by name, and how many `others` lie beside them."""

    names: tuple[str, ...] = ()
    contents: tuple[bytes, ...] = ()
    others: int = 0


@dataclass(slots=True)
class Budget:
    """How much may still be done for one file, the archives within it included.

    `unpacked` and `packed` are bytes that come out of and go into unpacking, `members` the parts listed.
    """

    unpacked: int
    packed: int
    members: int = MEMBERS

    def spend(self, unpacked: int, packed: int) -> None:
        """Charge a piece; what the headers say is not believed.

        Raises:
            TextError: nothing is left.
        """
        self.unpacked -= unpacked
        self.packed -= packed
        if self.unpacked < 0:
            raise hostile("unpacks to more than any book")
        if self.packed < 0:
            raise hostile("is unpacked over and over")

    def list(self, members: int) -> None:
        """Charge the parts that an archive lists.

        Raises:
            TextError: there are more than a book has.
        """
        self.members -= members
        if self.members < 0:
            raise hostile(f"has more than {MEMBERS:,} parts")


def budget_of(size: int, limits: Limits) -> Budget:
    """What may be done for a file of so many bytes."""
    return Budget(limits.unpacked, _PASSES * size + _SPARE)


@dataclass(slots=True)
class Names:
    """The members by name, and by what programs make of their names; `repaired` once that was needed."""

    members: dict[str, Member]
    bent: dict[str, str] = field(default_factory=dict)
    repaired: bool = False

    def find(self, name: str) -> str | None:
        """The member's own name, by this or by one that differs in case, slashes, blanks or escapes."""
        if name in self.members:
            return name
        if not self.bent:
            for known in reversed(self.members):
                self.bent |= dict.fromkeys(_spellings(known), known)
        found = next((self.bent[bent] for bent in _spellings(name) if bent in self.bent), None)
        self.repaired |= found is not None
        return found


class Archive:
    """The members of a zip file by name; `whole` is false where its directory is lost.

    A name is never a path here: `../../etc/passwd` is one like any other. Links and folders are left out.
    An archive within another has the other's `budget`.
    """

    def __init__(self, data: bytes, limits: Limits, budget: Budget | None = None) -> None:
        self.limits = limits
        self.budget = budget or budget_of(len(data), limits)
        self._data = data
        listed = list_members(data)
        self.whole = listed is not None
        members = find_members(data) if listed is None else listed
        self.budget.list(len(members))
        named = {member.name.replace("\\", "/"): member for member in members}
        self._names = Names({name: member for name, member in named.items() if not name.endswith("/")})
        self._names.repaired = any("\\" in member.name for member in members)

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, in the archive's order, with slashes between folders."""
        return tuple(self._names.members)

    @property
    def repaired(self) -> bool:
        """Whether some member was found only by a name that differs from its own."""
        return self._names.repaired

    def find(self, name: str) -> str | None:
        """The member's own name; see `Names.find`."""
        return self._names.find(name)

    def read(self, name: str) -> Unpacked:
        """Unpack a member as far as it goes; one that is missing is empty and not whole.

        Raises:
            TextError: it is encrypted, packed in a way that books are not, or exceeds the limits.
        """
        found = self._names.find(name)
        if found is None:
            return Unpacked(b"", False)
        member = self._names.members[found]
        if member.encrypted:
            message = "The archive is protected by a password: unpack it and choose the book itself."
            raise TextError("encrypted", message)
        content = bytearray()
        for piece in self._unpack(member):
            content += piece
        return Unpacked(bytes(content), member.crc is None or zlib.crc32(content) == member.crc)

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a member, `size` or more if there are so many; none where it is encrypted."""
        found, content = self._names.find(name), bytearray()
        if found is None or self._names.members[found].encrypted:
            return b""
        for piece in self._unpack(self._names.members[found]):
            content += piece
            if len(content) >= size:
                break
        return bytes(content)

    def _unpack(self, member: Member) -> Iterator[bytes]:
        unpacked = packed = 0
        for piece, taken in inflate(self._data, member):
            unpacked += len(piece)
            packed += taken
            self.budget.spend(len(piece), taken)
            self._check(unpacked, packed)
            yield piece

    def _check(self, unpacked: int, packed: int) -> None:
        if unpacked > self.limits.member:
            raise hostile(f"holds a part of more than {self.limits.member:,} bytes")
        if unpacked > RATIO_COUNTS_FROM and unpacked > RATIO * packed:
            raise hostile(f"unpacks to more than {RATIO} times its size")


def _spellings(name: str) -> Iterator[str]:
    """A name as programs bend it: its escapes resolved, and its bytes, if read as DOS's, read as Russian."""
    yield _plain(name)
    if "%" in name:
        yield _plain(unquote(name))
    if not name.isascii():
        with suppress(UnicodeError):
            packed = name.encode("cp437")
            yield _plain(packed.decode("cp866"))
            yield _plain(packed.decode("utf-8"))


def _plain(name: str) -> str:
    """Without case, outer slashes and dots, and the blanks at the ends of its parts."""
    parts = (part.strip() for part in normalize("NFC", name).replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part not in ("", ".")).casefold()

"""Zip files from strangers: members found and unpacked within limits, nothing written, damage salvaged."""

import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice, pairwise
from stat import S_ISLNK
from struct import Struct
from unicodedata import normalize
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from authorship.errors import TextError
from authorship.text.files import is_left_behind
from authorship.text.formats.limits import MEMBERS, RATIO, RATIO_COUNTS_FROM, Limits, hostile

_DIRECTORY_ENTRY, _MEMBER_HEADER = b"PK\x01\x02", b"PK\x03\x04"
# Signature; version, flags, method, time, date; CRC, packed size, size; lengths of name and extra field.
_HEADER = Struct("<4s5H3L2H")
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8
_STEP = 1024
_LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A member's packed bytes: `size` from `start`; size and CRC are None where nothing tells them."""

    name: str
    start: int
    size: int | None
    crc: int | None
    method: int
    encrypted: bool


def list_members(data: bytes) -> list[Member] | None:
    """The members in the archive's directory, links left out; None where it cannot be read.

    Raises:
        TextError: there are more members than a book has, or two of them share packed bytes.
    """
    if data.count(_DIRECTORY_ENTRY) > MEMBERS:
        raise hostile(f"has more than {MEMBERS:,} parts")
    try:
        with ZipFile(BytesIO(data)) as archive:
            members = [_listed(data, info) for info in archive.infolist()]
    except Exception:  # zipfile meets damage with errors of many kinds, struct's and the codecs' among them
        return None
    listed = [member for member in members if member is not None]
    _refuse_overlaps(listed)
    return listed


def _refuse_overlaps(members: list[Member]) -> None:
    """Two members over the same bytes cost their work twice: no program packs so."""
    ranges = sorted((member.start, member.start + (member.size or 0)) for member in members if member.size)
    if any(following[0] < before[1] for before, following in pairwise(ranges)):
        raise hostile("packs several parts in the same bytes")


def _listed(data: bytes, info: ZipInfo) -> Member | None:
    header = data[info.header_offset : info.header_offset + _HEADER.size]
    if len(header) < _HEADER.size or S_ISLNK(info.external_attr >> 16):
        return None
    *_, name_length, extra_length = _HEADER.unpack(header)
    return Member(
        name=info.filename,
        start=info.header_offset + _HEADER.size + name_length + extra_length,
        size=info.compress_size,
        crc=info.CRC,
        method=info.compress_type,
        encrypted=bool(info.flag_bits & _ENCRYPTED),
    )


def find_members(data: bytes) -> list[Member]:
    """The members of an archive whose directory is lost, each by its own header."""
    headers = islice(re.finditer(re.escape(_MEMBER_HEADER), data), MEMBERS)
    found = (_found(data, header.start()) for header in headers)
    return [member for member in found if member is not None]


def _found(data: bytes, offset: int) -> Member | None:
    if len(data) < offset + _HEADER.size:
        return None
    _, _, flags, method, _, _, crc, size, _, name_length, extra_length = _HEADER.unpack_from(data, offset)
    name = data[offset + _HEADER.size : offset + _HEADER.size + name_length]
    known = not flags & _SIZES_FOLLOW
    return Member(
        name=name.decode("utf-8", "replace"),
        start=offset + _HEADER.size + name_length + extra_length,
        size=size if known else None,
        crc=crc if known else None,
        method=method,
        encrypted=bool(flags & _ENCRYPTED),
    )


def inflate(data: bytes, member: Member) -> Iterator[tuple[bytes, int]]:
    """The member's content piece by piece, each with the packed bytes that it took, up to its first fault.

    Raises:
        TextError: it is packed in another way than books are.
    """
    if member.method not in (ZIP_STORED, ZIP_DEFLATED):
        raise TextError("damaged", "The archive is packed in an unusual way: unpack it and choose the book.")
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    stop = _end(data, member)
    for start in range(member.start, stop, _STEP):
        packed = data[start : min(start + _STEP, stop)]
        if member.method == ZIP_STORED:
            yield packed, len(packed)
            continue
        try:
            yield decompressor.decompress(packed), len(packed)
        except zlib.error:
            return
        if decompressor.eof:
            return


def _end(data: bytes, member: Member) -> int:
    """Where the packed bytes stop; deflated ones of unknown size tell that themselves."""
    if member.size is not None:
        return min(member.start + member.size, len(data))
    following = data.find(b"PK", member.start) if member.method == ZIP_STORED else -1
    return len(data) if following < 0 else following


# Every packed byte is unpacked once where parts lie side by side; some are looked at before they are read.
_PASSES = 3
_SPARE = 1_000_000


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A member's content; `whole` is false where it breaks off or is not what was packed."""

    content: bytes
    whole: bool


@dataclass(frozen=True, slots=True)
class PackedText:
    """A file of an archive by its path there, `whole` unless it breaks off or is not what was packed."""

    name: str
    content: bytes
    whole: bool = True


@dataclass(frozen=True, slots=True)
class PackedBooks:
    """The texts of an archive of several, and the paths of what lies beside them.

    `others` may be anything, `junk` is what programs leave behind.
    """

    texts: tuple[PackedText, ...] = ()
    others: tuple[str, ...] = ()
    junk: tuple[str, ...] = ()


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
            folder = _common_folder(self.members)
            for known in reversed(self.members):
                self.bent |= dict.fromkeys(_spellings(known), known)
                self.bent |= dict.fromkeys(_spellings(known[len(folder) :]), known) if folder else {}
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


def readable(name: str) -> str:
    """A member's path for people: DOS's bytes read as Russian, nothing unprintable, 200 letters at most."""
    path = "/".join(map(_from_dos, name[-_LONGEST_PATH:].split("/")))
    return "".join(letter if letter.isprintable() else "_" for letter in path)


def _from_dos(name: str) -> str:
    with suppress(UnicodeError):
        return name if name.isascii() else name.encode("cp437").decode("cp866")
    return name


def _common_folder(names: Collection[str]) -> str:
    """The folder that holds everything, where a book was unpacked and packed again with it, and a slash."""
    firsts = {name.partition("/")[0] + "/" for name in names if not is_left_behind(name)}
    return firsts.pop() if len(firsts) == 1 and all("/" in name for name in names) else ""


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

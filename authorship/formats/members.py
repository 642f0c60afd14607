"""Where the members of a zip file lie, by its directory or, where that is lost, by their own headers."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice, pairwise
from stat import S_ISLNK
from struct import Struct
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from authorship.errors import TextError
from authorship.formats.limits import MEMBERS, hostile

_DIRECTORY_ENTRY, _MEMBER_HEADER = b"PK\x01\x02", b"PK\x03\x04"
# Signature; version, flags, method, time, date; CRC, packed size, size; lengths of name and extra field.
_HEADER = Struct("<4s5H3L2H")
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8
_STEP = 1024


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

"""Zip files from strangers: what is unpacked is counted, nothing is written, a damaged one is salvaged."""

import zlib
from dataclasses import dataclass

from authorship.errors import TextError
from authorship.formats.limits import RATIO, RATIO_COUNTS_FROM, Limits, hostile
from authorship.formats.members import find_members, inflate, list_members


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A member's content; `whole` is false where it breaks off or is not what was packed."""

    content: bytes
    whole: bool


class Archive:
    """The members of a zip file by name; `whole` is false where its directory is lost.

    A name is never a path here: `../../etc/passwd` is one like any other. Links and folders are left out.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.limits = limits
        self._data = data
        self._left = limits.unpacked
        listed = list_members(data)
        self.whole = listed is not None
        members = find_members(data) if listed is None else listed
        self._members = {member.name: member for member in members if not member.name.endswith("/")}

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, in the archive's order."""
        return tuple(self._members)

    def read(self, name: str) -> Unpacked:
        """Unpack a member as far as it goes; one that is missing is empty and not whole.

        Raises:
            TextError: it is encrypted, packed in a way that books are not, or exceeds the limits.
        """
        member = self._members.get(name)
        if member is None:
            return Unpacked(b"", False)
        if member.encrypted:
            message = "The archive is protected by a password: unpack it and choose the book itself."
            raise TextError("encrypted", message)
        content = bytearray()
        for piece, packed in inflate(self._data, member):
            content += piece
            self._count(len(piece), len(content), packed)
        return Unpacked(bytes(content), member.crc is None or zlib.crc32(content) == member.crc)

    def _count(self, piece: int, unpacked: int, packed: int) -> None:
        """Hold what has really been unpacked against the limits; what the headers say is not believed."""
        self._left -= piece
        if self._left < 0:
            raise hostile(f"unpacks to more than {self.limits.unpacked:,} bytes")
        if unpacked > self.limits.member:
            raise hostile(f"holds a part of more than {self.limits.member:,} bytes")
        if unpacked > RATIO_COUNTS_FROM and unpacked > RATIO * packed:
            raise hostile(f"unpacks to more than {RATIO} times its size")

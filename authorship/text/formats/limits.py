"""How much of a file is read; real books stay far below, so that what exceeds these is an attack."""

from dataclasses import dataclass

from authorship.errors import TextError

LARGEST_BOOK = 20_000_000
MEMBERS = 10_000
OWN_LISTS = 1_000_000
TAGS = 2_000_000
# Stray and named characters (&) are mended one by one.
MENDED = 2_000_000
LONGEST_TITLE = 500
# Books shrink to a third or a tenth; what is small when unpacked may be anything.
RATIO = 200
RATIO_COUNTS_FROM = 2_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What follows from the longest `text`: bytes of a text file, characters of any other format's text."""

    text: int = LARGEST_BOOK

    @property
    def file(self) -> int:
        """The largest file in bytes, pictures and markup included."""
        return 3 * self.text

    @property
    def member(self) -> int:
        """The most bytes that one member of an archive may hold."""
        return 3 * self.text

    @property
    def unpacked(self) -> int:
        """The most bytes that are unpacked of one archive, pictures not among them."""
        return 5 * self.text + OWN_LISTS


def hostile(what: str) -> TextError:
    """The refusal of a file that no program for books would write."""
    return TextError("hostile", f"The file {what}, as no book does: it may be an attack and was not read.")

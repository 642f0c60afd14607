"""What one browser tab shows of a book; the book itself is kept by `Books`."""

from dataclasses import dataclass
from typing import Literal

from authorship.errors import TextError
from authorship.models.source import Role

Trouble = Literal["", "failed", "lost", "busy"]
Comparing = Literal["waiting", "comparing", "busy", "failed"]
NARROWEST = 2_000.0
LEADERS = 5


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a book in view, in characters."""

    start: float
    stop: float

    def place(self, offset: float) -> float:
        """How far to the right a character stands, 0 to 1,000 within the span."""
        return (offset - self.start) / (self.stop - self.start) * 1000


@dataclass(frozen=True, slots=True)
class Place:
    """Some characters of a book."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an excerpt was taken from: the `passage` asked for, and what was `read` around it.

    `words` are the first of the passage.
    """

    passage: Place
    read: Place
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The passage that is open below the chart: a model's, by the character at which it starts.

    `author` is the key of whom its explanation is to be about, "" for the first.
    """

    role: Role
    start: int
    author: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A part that is to be compared with the rest of its book, and how far that has come.

    `ahead` are those who go first; after "busy" it may be tried again in so many `seconds`; `problem` is why
    the two cannot be compared.
    """

    place: Place
    stage: Comparing = "waiting"
    ahead: int = 0
    seconds: int = 0
    problem: TextError | None = None

    @property
    def under_way(self) -> bool:
        """Whether an answer is still to come."""
        return self.problem is None and self.stage in ("waiting", "comparing")


@dataclass(slots=True)
class BookView:
    """Changed by the handlers in place, so that a reading under way follows every switch.

    `leaders` are the keys of the authors drawn, each line's style goes with the place; `author` is whom
    the strongest passages are about, "" for the first; `shown` is the passage that is open below the chart.
    `job` numbers the readings begun: one whose number has passed draws nothing more. A reading that got no
    turn may be tried again in `busy` seconds. `asked` is the part last asked about, until it is answered, and
    `asks` numbers those.
    """

    token: str = ""
    author: str = ""
    start: float = 0.0
    stop: float = 0.0
    shown: Shown | None = None
    leaders: tuple[str, ...] = ()
    problem: TextError | None = None
    trouble: Trouble = ""
    busy: int = 0
    job: int = 0
    asked: Asked | None = None
    asks: int = 0

    def open(self, token: str) -> None:
        """Show another book from its beginning to its end, or none."""
        self.token, self.author, self.leaders = token, "", ()
        self.start = self.stop = 0.0
        self.shown = self.asked = None
        self.problem, self.trouble = None, ""
        self.job += 1
        self.asks += 1

    def refuse(self, problem: TextError) -> None:
        """Show what is wrong with a text or file; a book on screen stays."""
        self.problem, self.trouble = problem, ""

    def fail(self, trouble: Trouble) -> None:
        """Show that something went wrong here, or that the book is no longer kept."""
        self.open("")
        self.trouble = trouble

    def span(self, length: int) -> Span:
        """The part in view of a book of so many characters."""
        return Span(self.start, self.stop) if self.stop else Span(0.0, float(max(length, 1)))

    def zoom(self, start: float, stop: float, length: int) -> None:
        """Show the characters `start` to `stop`, at least 2,000 of them and none beyond the book."""
        width = min(max(stop - start, NARROWEST), float(length))
        self.start = min(max((start + stop - width) / 2, 0.0), length - width)
        self.stop = self.start + width

    def settle(self, leading: tuple[str, ...]) -> None:
        """Take the authors that lead now; those who led before keep their lines."""
        kept = [key if key in leading else "" for key in self.leaders]
        new = iter([key for key in leading if key not in self.leaders])
        kept = [key or next(new, "") for key in kept]
        self.leaders = (*filter(None, kept), *new)

    @property
    def drawn(self) -> tuple[str, ...]:
        """The authors drawn: the leading ones, and the one chosen if another."""
        return self.leaders if self.author in ("", *self.leaders) else (*self.leaders, self.author)

"""What the tab of many files holds: a batch, its files that wait, and a row for each that was read."""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from authorship.datamodels import Judgement, Notice, Prediction
from authorship.errors import TextError
from authorship.models.digest import Hashes
from authorship.predict.segments import Part, several_hands
from authorship.predict.verdict import Verdict, decide
from page.request_filter.uploads import MOST_TOGETHER

Stage = Literal["waiting", "reading", "stopped", "done"]
Trouble = Literal["", "lost", "too_much", "busy"]
MOST_FILES = MOST_TOGETHER


@dataclass(frozen=True, slots=True)
class Found:
    """What both models say of one text, and its parts if several hands wrote it, and the hashes."""

    teacher: Prediction
    student: Prediction
    judgement: Judgement
    parts: tuple[Part, ...] = ()
    hashes: Hashes | None = None

    @property
    def verdict(self) -> Verdict:
        """What it all comes to."""
        return decide(self.teacher, self.student, self.judgement)

    @property
    def several(self) -> bool:
        """Whether both models see several hands, so that the verdict on the whole says nothing."""
        return self.verdict.outside is None and bool(several_hands(self.parts))


@dataclass(frozen=True, slots=True)
class Row:
    """One file: what was found, or the `problem`; without either reading it failed for a fault of ours.

    `text` is one that the excerpt tab shows, `token` names a book of the book tab; one that `waits` was not
    read yet.
    """

    name: str
    characters: int = 0
    notices: tuple[Notice, ...] = ()
    found: Found | None = None
    problem: TextError | None = None
    text: str = field(default="", repr=False)
    token: str = ""
    waits: bool = False


@dataclass(slots=True)
class Batch:
    """Files chosen together; `token` is the name under which its table can be fetched.

    `turn` numbers the readings begun and ended: one whose number has passed adds nothing more. `share` is
    how much of the file under way was read, `ahead` the readings that come before one that waits; where there
    is no place among them, another try comes in `busy` seconds.
    `left_out` counts the files beyond the most that are read, `others` what an archive holds beside books.
    """

    token: str
    waiting: deque[tuple[str, bytes]] = field(repr=False)
    rows: list[Row] = field(default_factory=list)
    stage: Stage = "waiting"
    turn: int = 0
    share: float = 0.0
    ahead: int = 0
    busy: int = 0
    left_out: int = 0
    others: int = 0

    def __post_init__(self) -> None:
        self._cut()

    @property
    def total(self) -> int:
        """Files that were read or wait."""
        return len(self.rows) + len(self.waiting)

    @property
    def listed(self) -> list[Row]:
        """The rows, and where reading was stopped those of the files that it has not come to."""
        left = tuple(self.waiting) if self.stage == "stopped" else ()
        return [*self.rows, *(Row(name, waits=True) for name, _ in left)]

    @property
    def under_way(self) -> bool:
        """Whether more rows are to come."""
        return self.stage in ("waiting", "reading")

    @property
    def may_go_on(self) -> bool:
        """Whether reading was stopped before all was read."""
        return self.stage == "stopped" and bool(self.waiting)

    def unpack(self, names: tuple[str, ...], contents: tuple[bytes, ...], others: int) -> None:
        """Put the books of an archive in place of the archive, which is the file under way."""
        self.waiting.popleft()
        self.waiting.extendleft(reversed(list(zip(names, contents, strict=True))))
        self.others += others
        self._cut()

    def add(self, row: Row) -> None:
        """The file under way was read."""
        self.waiting.popleft()
        self.rows.append(row)
        self.share = 0.0

    def let_go(self) -> None:
        """End the reading and forget the files: there is no room for them any more."""
        self.stop()
        self.waiting.clear()

    def stop(self) -> None:
        """Read no further; the rows stay, and so do the files that wait."""
        if self.under_way:
            self.turn += 1
            self.stage = "stopped"

    def go_on(self) -> None:
        """Get ready to read the files that wait."""
        if self.may_go_on:
            self.stage, self.share = "waiting", 0.0

    def _cut(self) -> None:
        while self.total > MOST_FILES:
            self.waiting.pop()
            self.left_out += 1


@dataclass(slots=True)
class FilesView:
    """What one browser tab shows of a batch; `job` numbers what was asked for, see `BookView`.

    `busy` is in how many seconds files may be tried again that could not be taken in.
    """

    token: str = ""
    trouble: Trouble = ""
    busy: int = 0
    job: int = 0

    def open(self, token: str) -> None:
        """Show another batch."""
        self.token, self.trouble = token, ""
        self.job += 1

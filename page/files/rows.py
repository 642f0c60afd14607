"""What the tab of many files holds: a batch, its files that wait, and a row for each that was read."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from authorship.datamodels import Judgement, Notice, Prediction
from authorship.errors import TextError
from authorship.models.digest import Hashes
from authorship.predict.hands import Part, several_hands
from authorship.predict.verdict import Verdict, decide
from authorship.text.formats.archive import PackedBooks, readable
from page.request_filter.uploads import MOST_TOGETHER, plain_name

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


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is to be read, maybe an archive's `member`; `whole` unless the archive is damaged there."""

    name: str
    data: bytes = field(repr=False)
    member: bool = False
    whole: bool = True


@dataclass(slots=True)
class Batch:
    """Files chosen together; `token` is the name under which its table can be fetched.

    `turn` numbers the readings begun and ended: one whose number has passed adds nothing more. `share` is
    how much of the file under way was read, `ahead` the readings that come before one that waits; where there
    is no place among them, another try comes in `busy` seconds.
    `left_out` counts the files beyond the most that are read; `others` are what archives hold beside texts,
    `junk` what programs leave behind there.
    """

    token: str
    waiting: deque[Waiting] = field(repr=False)
    rows: list[Row] = field(default_factory=list)
    stage: Stage = "waiting"
    turn: int = 0
    share: float = 0.0
    ahead: int = 0
    busy: int = 0
    left_out: int = 0
    others: list[str] = field(default_factory=list)
    junk: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._cut()

    @property
    def total(self) -> int:
        """Files that were read or wait."""
        return len(self.rows) + len(self.waiting)

    @property
    def listed(self) -> list[Row]:
        """The rows, and where reading was stopped those of the files that it has not come to."""
        return self.all_rows if self.stage == "stopped" else [*self.rows]

    @property
    def all_rows(self) -> list[Row]:
        """The rows, and those of the files that reading has not come to yet."""
        return [*self.rows, *(Row(file.name, waits=True) for file in tuple(self.waiting))]

    @property
    def under_way(self) -> bool:
        """Whether more rows are to come."""
        return self.stage in ("waiting", "reading")

    @property
    def may_go_on(self) -> bool:
        """Whether reading was stopped before all was read."""
        return self.stage == "stopped" and bool(self.waiting)

    def unpack(self, packed: PackedBooks) -> None:
        """Put the texts of an archive in place of the archive, which is the file under way."""
        archive = self.waiting.popleft()
        names = tell_apart([text.name for text in packed.texts])
        taken = {row.name for row in self.all_rows}
        if taken & set(names):
            names = [f"{archive.name}/{name}" for name in names]
        files = zip(names, packed.texts, strict=True)
        members = [Waiting(name, text.content, True, text.whole) for name, text in files]
        self.waiting.extendleft(reversed(members))
        self.others += map(readable, packed.others)
        self.junk += map(readable, packed.junk)
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


def tell_apart(paths: Sequence[str]) -> list[str]:
    """Names for the files of an archive: the end of each path that no other has, its own name at least."""
    parts = [plain_path(path).split("/") for path in paths]
    kept = [1] * len(parts)
    for _ in range(max(map(len, parts), default=0)):
        names = ["/".join(part[-count:]) for part, count in zip(parts, kept, strict=True)]
        if len(common := Counter(names)) == len(names):
            break
        kept = [count + (common[name] > 1) for count, name in zip(kept, names, strict=True)]
    return ["/".join(part[-count:]) for part, count in zip(parts, kept, strict=True)]


def plain_path(path: str) -> str:
    """A path in an archive as it is shown, each part as the name of an uploaded file is."""
    return "/".join(plain_name(part) for part in readable(path).split("/") if part)


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

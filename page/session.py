"""What one browser tab shows; every view is drawn from it alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from secrets import token_urlsafe
from typing import Literal

from authorship.datamodels import Book, Notice
from authorship.errors import TextError
from authorship.models.source import Role
from authorship.numerals import Language
from explain.agreement import CrossTransfer
from page.book.view import BookView, Origin
from page.excerpt.pair_service import Reader
from page.excerpt.reasons import View
from page.excerpt.results import FASTEST_FIRST, ROLES, Reading, Reasons
from page.files.rows import FilesView
from page.masking.masks import Masked, Masks

Trouble = Literal["", "failed", "lost", "busy", "link"]
TwoTextsTrouble = Literal["", "failed", "lost", "busy", "too_much", "need_known", "need_disputed"]


@dataclass(slots=True)
class TwoTextsView:
    """What the tab of two texts shows.

    `token` names the case, `job` numbers what was asked for: work whose number has passed shows no more.

    `busy` is in how many seconds one may try again; `prior` is how probable the reader holds one author.
    """

    token: str = ""
    trouble: TwoTextsTrouble = ""
    busy: int = 0
    job: int = 0
    prior: float = 0.5


@dataclass(slots=True, weakref_slot=True)
class Session:
    """Changed by the handlers in place, so that an explanation under way follows every switch.

    `job` numbers the explanations wanted: one whose number has passed writes nothing more.
    `view` is what the visitor chose to see, None as long as nothing was chosen.
    `refused` is the name of a file that was not opened. `place` is where in a book the reading stands, if it
    was taken from one; `offered` is the token of a text long enough to be read as a book. `rival` is the key
    of whom the author is held against, "" for nobody; under `result` what is shown can be taken away. `busy`
    is set where no turn was to be had: after so many seconds one may try again. A text that is outside is
    explained only where the visitor has `insisted`.
    """

    language: Language = "ru"
    view: View | None = None
    pieces: bool = False
    reading: Reading | None = None
    insisted: bool = False
    author: str = ""
    rival: str = ""
    masks: Masks = field(default_factory=Masks)
    masked: Masked | None = None
    result: str = ""
    teacher: Reasons = field(default_factory=Reasons)
    student: Reasons = field(default_factory=Reasons)
    transfer: CrossTransfer | None = None
    problem: TextError | None = None
    trouble: Trouble = ""
    busy: int = 0
    refused: str = ""
    upload: bytes = b""
    file: str = ""
    encoding: str = ""
    job: int = 0
    place: Origin | None = None
    offered: str = ""
    notices: tuple[Notice, ...] = ()
    book: BookView = field(default_factory=BookView)
    files: FilesView = field(default_factory=FilesView)
    two: TwoTextsView = field(default_factory=TwoTextsView)

    def of(self, role: Role) -> Reasons:
        """One model's reasons as far as they have come."""
        return self.teacher if role == "teacher" else self.student

    def put(self, role: Role, reasons: Reasons) -> None:
        """Set one model's reasons."""
        if role == "teacher":
            self.teacher = reasons
        else:
            self.student = reasons

    @property
    def explaining(self) -> bool:
        """Whether an explanation is under way or waiting."""
        stages = {self.teacher.stage, self.student.stage}
        return self.reading is not None and not self.held and not stages.isdisjoint({"waiting", "running"})

    @property
    def held(self) -> bool:
        """Whether the text is outside, so that nobody's authorship is explained unless it is asked for."""
        return self.reading is not None and bool(self.reading.verdict.outside) and not self.insisted

    @property
    def seen(self) -> View:
        """What was chosen to be seen, else the teacher's reasons, or the student's until those are whole."""
        if self.view:
            return self.view
        waits = self.student.attribution is not None and self.teacher.stage in ("waiting", "running")
        return "student" if waits else "teacher"

    @property
    def contradicting(self) -> str:
        """The author whom a model puts first in place of the one explained; "" where neither does."""
        if self.reading is None:
            return ""
        firsts = [self.reading.of(role).top_k(1)[0].author.key for role in ROLES]
        return next((first for first in firsts if first != self.author), "")

    def insist(self) -> None:
        """Explain a text that is outside all the same."""
        self.insisted = True

    def open(self, reading: Reading | None) -> None:
        """Show a new reading, or none; the author to explain is the teacher's first."""
        self.reading = reading
        self.problem, self.trouble, self.refused = None, "", ""
        self.place, self.offered, self.notices, self.insisted = None, "", (), False
        self.rival, self.masks, self.masked = "", Masks(), None
        self.result = token_urlsafe(16) if reading else ""
        self._begin(reading.teacher.top_k(1)[0].author.key if reading else "")

    def refuse(self, problem: TextError, offered: str = "", file: str = "") -> None:
        """Show what is wrong with a text or `file` in place of results; it may be offered as a book."""
        self.open(None)
        self.problem, self.offered, self.refused = problem, offered, file

    def fail(self) -> None:
        """Show that something went wrong here."""
        self.open(None)
        self.trouble = "failed"

    def put_off(self) -> None:
        """Show that nothing could be computed for want of a turn."""
        self.open(None)
        self.trouble = "busy"

    def stand_behind(self, ahead: int) -> None:
        """Show how many explanations come before the one that waits."""
        for role in FASTEST_FIRST:
            if self.of(role).stage == "waiting":
                self.put(role, replace(self.of(role), ahead=ahead))

    def lose(self) -> None:
        """Show that the results on screen are no longer known here: too old, or the server began anew."""
        self.open(None)
        self.trouble = "lost"

    def forget(self) -> None:
        """Let go of all that takes memory, because others need it; see `lose`."""
        self.drop_file()
        if self.reading is not None:
            self.lose()

    def drop_file(self) -> None:
        """Let go of the file that was opened last."""
        self.upload, self.file, self.encoding = b"", "", ""

    def mistrust(self) -> None:
        """Show that the link by which the page was opened is damaged."""
        self.open(None)
        self.trouble = "link"

    def receive(self, data: bytes, name: str, book: Book) -> None:
        """A file was opened: keep it where another encoding can be tried."""
        self.open(None)
        self.upload, self.file, self.encoding = data, name, book.encoding or ""
        self.notices = book.notices

    def choose(self, author: str) -> None:
        """Another author is to be explained; the same one anew only if the explanation was cut short."""
        if author != self.author or self._cut_short:
            self.rival = "" if self.rival == author else self.rival
            self._begin(author)

    def oppose(self, rival: str) -> None:
        """Explain the author rather than another, or than nobody; see `choose`."""
        if rival != self.rival or self._cut_short:
            self.rival = rival
            self._begin(self.author)

    @property
    def _cut_short(self) -> bool:
        """Whether the explanation was stopped, failed, or had no turn."""
        return bool(self.trouble) or "stopped" in (self.teacher.stage, self.student.stage)

    def _begin(self, author: str) -> None:
        """Forget the reasons: this author is to be explained."""
        self.author = author
        self.teacher = self.student = Reasons()
        self.transfer = None
        self.job += 1

    def stop(self) -> None:
        """End what is under way; the results so far stay."""
        self.job += 1
        for role in FASTEST_FIRST:
            if self.of(role).stage in ("waiting", "running"):
                self.put(role, replace(self.of(role), stage="stopped"))


def explaining(reader: Reader, session: Session, job: int | None = None) -> Iterator[bool]:
    """Explain the session's reading with the faster model first; each step tells whether it brought scores.

    Last, when both explanations of one author are on the screen, each model is asked by the other's reasons.
    It ends as soon as `job`, by default the session's of now, is not the session's any more.
    """
    job = session.job if job is None else job
    reading, sides = session.reading, (session.author, session.rival)
    if reading is None or session.job != job or not session.explaining:
        return
    for role in FASTEST_FIRST:
        for reasons in reader.weighing(role, reading.text, *sides):
            if session.job != job:
                return
            before = session.of(role)
            session.put(role, reasons)
            yield (reasons.stage, reasons.attribution) != (before.stage, before.attribution)
    transfer = None if session.rival else reader.transfer(reading.text, session.author)
    if session.job == job:
        session.transfer = transfer
        yield True

"""Comparisons under way for visitors: files are read, texts measured and explained, a step at a time."""

import re
import secrets
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal, TypeVar

from authorship.errors import AuthorshipError, TextError
from authorship.same_hand.answer import (
    Answer,
    Measure,
    Measured,
    PartAnswer,
    comparing,
    comparing_each,
    comparing_part,
    measuring,
)
from authorship.text.isolated import ReadingEnded
from authorship.text.judge import Judge
from authorship.text.letters.folding import letter_notices
from explain.same_hand.reasons import LONGEST_EXPLAINED, Explain, HandReasons, explain_answer
from page.book.books import Books
from page.files.rows import plain_path
from page.handlers import log_error
from page.scheduler.turns import Gate
from page.storage.cache import Recent, Room, scores_bytes, text_bytes

Value = TypeVar("Value")
SideName = Literal["known", "disputed"]
Stage = Literal["open", "waiting", "reading", "comparing", "explaining", "stopped", "done"]
SIDES: tuple[SideName, SideName] = ("known", "disputed")
MOST_TEXTS = 20
"""Texts of one side."""
LONGEST_SIDE = 5_000_000
"""Characters of one side."""
_TEXT = 2_000  # bytes: a name and notices
_HEAD = re.compile(r"\s[-–—]\s|_")
PASTED, PART, REST = "", "/part", "/rest"
"""Names, never a file's, of a pasted text, a book's part and its rest: each language has words for them."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that was not read: what is wrong with it, None for a fault of ours."""

    name: str
    problem: TextError | None = None


@dataclass(slots=True)
class Side:
    """One side's texts: read ones, files (or texts already read from one) that wait, and those that failed.

    `pasted` is the text from the box, which `box` holds as it stood there when it was read.
    """

    texts: list[Measured] = field(default_factory=list)
    waiting: deque[tuple[str, bytes | str]] = field(default_factory=deque, repr=False)
    failed: list[Failed] = field(default_factory=list)
    box: str = field(default="", repr=False)
    pasted: Measured | None = None

    @property
    def all(self) -> tuple[Measured, ...]:
        """The texts to compare, the pasted one first."""
        return (*((self.pasted,) if self.pasted else ()), *self.texts)

    @property
    def characters(self) -> int:
        """The length of all texts."""
        return sum(len(one.text) for one in self.all)

    def clear(self) -> None:
        """Forget the files; one that is being read just now is none of them."""
        self.texts, self.waiting, self.failed = [], deque(), []


@dataclass(slots=True)
class Case:
    """Two sides and what came of them; under `token` its files can be fetched.

    `turn` numbers the works begun and ended: one whose number has passed changes nothing more. `asked` is set
    where the texts are to be compared once they are read; `step` names the file under way. A `problem` is of
    the text that was pasted at the side `where`; `prior` is the reader's.
    Where the known texts are of several candidates, see `candidates_of`, `rivals` are their names and
    answers.
    """

    token: str
    known: Side = field(default_factory=Side)
    disputed: Side = field(default_factory=Side)
    stage: Stage = "open"
    turn: int = 0
    asked: bool = False
    step: str = ""
    ahead: int = 0
    answer: Answer | None = None
    reasons: HandReasons | None = None
    problem: TextError | None = None
    where: SideName = "known"
    prior: float = 0.5
    each: bool = False
    rivals: tuple[tuple[str, Answer], ...] = ()

    def side(self, name: SideName) -> Side:
        """One of the two sides."""
        return self.known if name == "known" else self.disputed

    @property
    def under_way(self) -> bool:
        """Whether something is still to come."""
        return self.stage in ("waiting", "reading", "comparing", "explaining")

    def drop_answer(self) -> None:
        """Forget what came of texts that are no longer these."""
        self.answer, self.reasons, self.rivals = None, None, ()

    def stop(self) -> None:
        """Read and compare no further; what there is stays."""
        if self.under_way:
            self.turn += 1
            self.stage = "stopped"

    def let_go(self) -> None:
        """End what is under way and forget the files: there is no room for them."""
        self.stop()
        for name in SIDES:
            self.side(name).clear()


class Cases:
    """Every comparison that a visitor has begun lately; one instance serves all."""

    def __init__(
        self,
        measure: Measure | None,
        books: Books,
        judge: Judge | None = None,
        room: Room | None = None,
        gate: Gate | None = None,
        explain: Explain = explain_answer,
        hashes: Mapping[str, str] | None = None,
    ) -> None:
        """`measure` is None where the pair brings none: nothing can be compared then.

        `hashes` are SHA-256 of the measure's files by name.
        """
        self.measure, self.judge, self.hashes = measure, judge, dict(hashes or {})
        self._books, self._explain = books, explain
        self._gate = gate or Gate()
        self._cases: Recent[str, Case] = Recent(room or Room(), lambda _, case: case_bytes(case), Case.let_go)

    def open(self) -> Case:
        """A case without texts."""
        case = Case(secrets.token_urlsafe(18))
        self._cases.keep(case.token, case)
        return case

    def find(self, token: str) -> Case | None:
        """A case by its token; None where it is unknown or forgotten."""
        return self._cases.find(token) if token else None

    def add(self, case: Case, side: SideName, files: Sequence[tuple[str, bytes]]) -> None:
        """Let files of a side wait to be read."""
        case.side(side).waiting.extend(files)
        case.turn += 1
        case.stage, case.asked, case.problem = "waiting", False, None
        case.drop_answer()
        self._weigh(case)

    def open_with(self, texts: Mapping[SideName, tuple[str, str]]) -> Case:
        """A new case of one text a side, each with its name, that waits to be compared."""
        case = self.open()
        for name, (title, text) in texts.items():
            case.side(name).waiting.append((title, text))
        self.compare(case, {})
        return case

    def clear(self, case: Case, side: SideName) -> None:
        """Forget a side's files, and what was found with them."""
        case.stop()
        case.side(side).clear()
        case.stage = "open"
        case.drop_answer()
        self._weigh(case)

    def compare(self, case: Case, boxes: dict[SideName, str], each: bool = False) -> None:
        """Get ready to compare both sides, with what stands in their boxes; `each` candidate by itself."""
        for name, text in boxes.items():
            side = case.side(name)
            if text.strip() != side.box:
                side.box, side.pasted = text.strip(), None
        case.turn += 1
        case.stage, case.asked, case.problem, case.each = "waiting", True, None, each
        case.drop_answer()
        self._weigh(case)

    def work(self, case: Case) -> Generator[None, None, None]:
        """Read what waits, then compare and explain if it was asked; a step ends where others may go first.

        It ends early where the case is stopped or the visitor leaves; what was read stays.
        """
        case.turn += 1
        turn = case.turn
        try:
            for _ in self._steps(case):
                self._weigh(case)
                yield
                self._gate.give_way()
                if case.turn != turn:
                    return
            if case.turn == turn:
                case.stage = "done" if case.answer else "open"
        except ReadingEnded:
            case.stop()
        except TextError as problem:
            case.problem, case.stage = problem, "open"
        finally:
            case.step = ""
            self._weigh(case)

    def _steps(self, case: Case) -> Generator[None, None, None]:
        case.stage = "reading"
        for name in SIDES:
            side = case.side(name)
            while side.waiting:
                case.step = side.waiting[0][0]
                yield
                yield from self._reading(side)
        if not case.asked or self.measure is None:
            return
        case.stage = "comparing"
        for name in SIDES:
            side = case.side(name)
            if side.box and side.pasted is None:
                case.where = name
                side.pasted = yield from self._measuring(PASTED, side.box, side)
        if not all(case.side(name).all for name in SIDES):
            return
        yield
        candidates = candidates_of(case.known.all) if case.each else {}
        if len(candidates) > 1:
            answers = yield from comparing_each(self.measure, candidates, case.disputed.all)
            case.rivals = tuple(sorted(answers, key=lambda one: (one[1].void, -one[1].comparison.log_ratio)))
            case.answer = case.rivals[0][1]
        else:
            case.answer = yield from comparing(self.measure, case.known.all, case.disputed.all)
        case.stage = "explaining"
        yield
        case.reasons = self.explain(case.answer)

    def _reading(self, side: Side) -> Generator[None, None, None]:
        """Read the file that waits longest into its side; an archive of several books makes way for them.

        Where this ends before its end, the file still waits.
        """
        texts, failed, waiting = side.texts, side.failed, side.waiting
        name, data = waiting[0]
        try:
            if isinstance(data, str):
                texts.append((yield from self._measuring(name, data, side)))
                waiting.popleft()
                return
            packed = self._books.unpack(data)
            if packed.texts:
                names = [plain_path(text.name) for text in packed.texts]
                waiting.popleft()
                waiting.extendleft(
                    (name, text.content)
                    for name, text in reversed(list(zip(names, packed.texts, strict=True)))
                )
                return
            book = self._books.read_file(data, name)
            if len(side.all) >= MOST_TEXTS:
                raise TextError("too_large", "This side is full.", limit=LONGEST_SIDE)
            found = yield from self._measuring(name, book.text, side)
            texts.append(replace(found, notices=book.notices))
        except TextError as problem:
            failed.append(Failed(name, problem))
        except ReadingEnded:
            raise
        except Exception as error:
            log_error(error)
            failed.append(Failed(name))
        waiting.popleft()

    def _measuring(self, name: str, text: str, side: Side) -> Generator[None, None, Measured]:
        assert self.measure is not None
        if side.characters + len(text) > LONGEST_SIDE:
            raise TextError("too_large", "This side is full.", limit=LONGEST_SIDE)
        notices = letter_notices(text)
        return (yield from measuring(name, text, self.measure, self.judge, notices))

    def answer(self, known: Sequence[str], disputed: str) -> Generator[None, None, Answer]:
        """The answer for texts that a program hands over, a step a text.

        Raises:
            AuthorshipError: there is no measure, or too many texts.
            TextError: a text cannot be compared.
        """
        ((_, answer),) = yield from self.answers(known, disputed, [""] * len(known))
        return answer

    def answers(
        self, known: Sequence[str], disputed: str, by: Sequence[str]
    ) -> Generator[None, None, list[tuple[str, Answer]]]:
        """Each candidate's name and answer; `by` names the one who wrote each of the known texts.

        Raises:
            AuthorshipError: there is no measure, too many texts, or not a name for each.
            TextError: a text cannot be compared.
        """
        if len(by) != len(known):
            raise AuthorshipError(f"{len(by)} names for {len(known)} known texts: name the author of each.")
        if self.measure is None:
            raise AuthorshipError("This pair of models brings no measure of two texts.")
        if not 0 < len(known) <= MOST_TEXTS:
            raise AuthorshipError(f"From 1 to {MOST_TEXTS} known texts are wanted, not {len(known)}.")
        if max(sum(map(len, known)), len(disputed)) > LONGEST_SIDE:
            raise AuthorshipError(f"A side has more than the {LONGEST_SIDE:,} characters that are read.")
        sides = Side(), Side()
        for side, texts, name in zip(sides, (known, (disputed,)), SIDES, strict=True):
            for number, text in enumerate(texts, 1):
                self._gate.give_way()
                found = yield from self._measuring(f"{name} {number}", text, side)
                side.texts.append(found)
        own: dict[str, list[Measured]] = {}
        for candidate, measured in zip(by, sides[0].all, strict=True):
            own.setdefault(candidate, []).append(measured)
        return (yield from self._giving_way(comparing_each(self.measure, own, sides[1].all)))

    def explain(self, answer: Answer) -> HandReasons | None:
        """What each word adds; None where texts cannot be compared, or are too long for that."""
        length = sum(len(one.text) for one in answer.texts)
        if self.measure is None or answer.void or length > LONGEST_EXPLAINED:
            return None
        return self._explain(self.measure, answer)

    def compare_part(self, text: str, start: int, stop: int) -> Generator[None, None, PartAnswer]:
        """What the measure says of a part of a text beside the rest; see `comparing_part`.

        Raises:
            AuthorshipError: there is no measure, or a side cannot be compared.
        """
        if self.measure is None:
            raise AuthorshipError("This pair of models brings no measure of two texts.")
        return (yield from self._giving_way(comparing_part(text, start, stop, self.measure, self.judge)))

    def _giving_way(self, steps: Generator[None, None, Value]) -> Generator[None, None, Value]:
        """The same steps, each begun when nobody goes first."""
        while True:
            self._gate.give_way()
            try:
                yield next(steps)
            except StopIteration as stopped:
                found: Value = stopped.value
                return found

    def _weigh(self, case: Case) -> None:
        if self.find(case.token) is case:
            self._cases.keep(case.token, case)


def candidates_of(texts: Sequence[Measured]) -> dict[str, tuple[Measured, ...]]:
    """Each candidate's works by the candidate's name: what one folder of an archive holds is by one of them.

    Where there are not several folders, works are by one whose names begin alike up to a dash or underscore,
    such as "Лесков - Соборяне.txt" and "Лесков - Левша.txt". Every other text is a candidate of its own.
    """
    folders = len({PurePosixPath(one.name).parent for one in texts}) > 1
    found: dict[str, list[Measured]] = {}
    for one in texts:
        path = PurePosixPath(one.name)
        head = _HEAD.split(path.stem, maxsplit=1)[0].strip() or path.stem
        key = str(path.parent) if folders and path.parent.name else head
        found.setdefault(key, []).append(one)
    return {
        name if len(works) > 1 or PurePosixPath(works[0].name).parent.name else works[0].name: tuple(works)
        for name, works in found.items()
    }


def case_bytes(case: Case) -> int:
    """The files that wait, the texts with what is known of them, and the scores of their words."""
    total = _TEXT
    for name in SIDES:
        side = case.side(name)
        total += sum(_TEXT + _waiting_bytes(data) for _, data in side.waiting) + _TEXT * len(side.failed)
        total += text_bytes(side.box) + sum(map(_weight, side.all))
    if case.answer:
        total += sum(map(_weight, case.answer.texts))
    if case.reasons:
        total += sum(map(scores_bytes, (*case.reasons.known, *case.reasons.disputed, case.reasons.pairs)))
    return total


def _waiting_bytes(data: bytes | str) -> int:
    return text_bytes(data) if isinstance(data, str) else len(data)


def _weight(text: Measured) -> int:
    return _TEXT + text_bytes(text.text) + text.sample.vector.nbytes

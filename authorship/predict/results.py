"""What both models say of one file, as a line of JSON or as a block of a table, and the record of `--resume`.

The record holds a line for each file done, which a later run adds to and never repeats.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from authorship.commandline import visible
from authorship.datamodels import Author, Judgement, NearestWorks, Notice, Outside, Prediction
from authorship.errors import AuthorshipError
from authorship.json_lines import JsonLines
from authorship.models.digest import Hashes
from authorship.numerals import bounded
from authorship.predict.hands import Part, several_hands
from authorship.predict.verdict import ENGLISH, Verdict, decide, say


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was when it was read: absolute path, size in bytes, time of the last change (UTC)."""

    path: str
    bytes: int
    modified: str

    @classmethod
    def of(cls, path: str) -> "SourceFile":
        """What the system says of the file.

        Raises:
            OSError: there is none.
        """
        status = os.stat(path)
        modified = datetime.fromtimestamp(status.st_mtime, UTC).isoformat()
        return cls(os.path.abspath(path), status.st_size, modified)


@dataclass(frozen=True, slots=True)
class _Done:
    """A file, and the hashes of the teacher and the student that read it; "" where a line has none."""

    source: SourceFile
    teacher: str
    student: str


class Record(JsonLines[_Done]):
    """A file of JSON lines, held open and locked by one process at a time.

    A file counts as done where a line has its absolute path, size and time of change. A line without
    these (from a run without `--resume`) counts by its path alone, a relative one from the current folder.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the record; half a line at its end, left by a crash, is cut off.

        Raises:
            OSError: it cannot be opened for writing.
            AuthorshipError: it holds anything but results, or another process is adding to it.
        """
        super().__init__(path, b'{"path": ', _to_done)
        self._done = {done.source.path: done.source for done in self.values}

    def check_models(self, teacher: str, student: str) -> None:
        """Refuse to go on by other models than those that read the files before; the arguments are hashes.

        Raises:
            AuthorshipError: a line was made by others.
        """
        if any(done.teacher and (done.teacher, done.student) != (teacher, student) for done in self.values):
            message = "was made by other models: name these with --teacher and --student"
            raise AuthorshipError(f"{self.path} {message}, or another file to resume.")

    def holds(self, source: SourceFile) -> bool:
        """Whether this file, unchanged, was done."""
        known = self._done.get(source.path)
        return known is not None and (known == source or not known.modified)

    def add(self, line: str, source: SourceFile) -> None:
        """Append one line and see it on the disk.

        Raises:
            OSError: there is no room for it; what was written of it is cut off by the next run.
        """
        self.append(line)
        self._done[source.path] = source


def _to_done(value: Any) -> _Done:
    """The file that a line is about, and who read it.

    Raises:
        KeyError, TypeError: it is no line of ours.
    """
    if not value["models"]:
        raise KeyError("models")
    found = SourceFile(**value["file"]) if "file" in value else SourceFile(value["path"], 0, "")
    if not (isinstance(found.path, str) and isinstance(found.bytes, int) and isinstance(found.modified, str)):
        raise TypeError("file")
    hashes = value.get("hashes") or {"teacher": "", "student": ""}
    return _Done(replace(found, path=os.path.abspath(found.path)), hashes["teacher"], hashes["student"])


_SPACE = "    "


@dataclass(frozen=True, slots=True)
class Attributed:
    """One file, its length in characters and in excerpts, both predictions, what was mended or left out.

    `outside` says why the text is nothing that the models can judge, `modern` how likely it is of today (see
    `Judgement`), `hashes` which text and models these were. `stretches` are the parts of a file of several
    hands, and empty where there is one.
    """

    path: str
    characters: int
    excerpts: int
    teacher: Prediction
    student: Prediction
    notices: tuple[Notice, ...] = ()
    outside: Outside | None = None
    stretches: tuple[Part, ...] = ()
    modern: float = 0.0
    hashes: Hashes | None = None

    @property
    def verdict(self) -> Verdict:
        """What it all comes to."""
        return decide(self.teacher, self.student, Judgement(self.outside, self.modern))

    @property
    def known(self) -> int:
        """How many authors the two models know together."""
        return known_authors(self.teacher, self.student)


def to_json(result: Attributed, top_k: int, source: SourceFile | None = None) -> str:
    """One line of JSON, the authors of each model by falling probability; `source` tells what was read."""
    value: dict[str, Any] = {
        "path": result.path,
        "characters": result.characters,
        "excerpts": result.excerpts,
        "outside": outside_object(result.outside),
        "verdict": verdict_object(result.verdict, result.known, result.stretches),
        "models": {
            "teacher": prediction_object(result.teacher, top_k),
            "student": prediction_object(result.student, top_k),
        },
        "notices": [notice.to_contract() for notice in result.notices],
        "hashes": asdict(result.hashes) if result.hashes else None,
    }
    if result.stretches:
        value["stretches"] = stretch_objects(result.stretches)
    if source:
        value["file"] = asdict(source)
    return json.dumps(value, ensure_ascii=False)


def prediction_object(prediction: Prediction, top_k: int | None = None) -> dict[str, Any]:
    """One model's `top_k` authors, or all, by falling probability, whether it abstains, the nearest works."""
    authors = [
        {"author": ranked.author.key, "name": ranked.author.name, "probability": ranked.probability}
        for ranked in prediction.top_k(len(prediction.authors) if top_k is None else top_k)
    ]
    found: dict[str, Any] = {"authors": authors, "unknown": prediction.unknown}
    return found | nearest_object(prediction.nearest)


def nearest_object(nearest: NearestWorks | None) -> dict[str, Any]:
    """The works nearest by all scores, and how often the nearest at such a distance is the author's.

    Empty where the model brings no works.
    """
    if nearest is None:
        return {}
    works = [asdict(work) for work in nearest.works]
    right = None if nearest.right is None else round(nearest.right, 4)
    return {"nearest_works": works, "nearest_right": right}


def outside_object(outside: Outside | None) -> dict[str, str] | None:
    """Why the models cannot judge a text; None where they can."""
    return None if outside is None else {"kind": outside.kind, "reason": outside.reason}


def verdict_object(verdict: Verdict, known: int, parts: Sequence[Part] = ()) -> dict[str, str | None] | None:
    """The verdict on a text: its certainty, the author's key or None, and the sentence that people read.

    None where several hands wrote it: their mixture is like nobody, and the stretches say whose is what.
    """
    if several_hands(parts) and verdict.outside is None:
        return None
    return {
        "certainty": verdict.certainty,
        "author": verdict.author.key if verdict.author else None,
        "text": say(verdict, known, ENGLISH, _name),
    }


def stretch_objects(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Parts by offset, with each model's author's key, None where it is nobody known."""
    return [
        {
            "start": part.start,
            "stop": part.stop,
            "models": {
                "teacher": part.teacher.key if part.teacher else None,
                "student": part.student.key if part.student else None,
            },
        }
        for part in parts
    ]


def known_authors(teacher: Prediction, student: Prediction) -> int:
    """How many authors the two models know together."""
    return len({author.key for author in (*teacher.authors, *student.authors)})


def _name(author: Author | None) -> str:
    return author.name if author else ENGLISH.nobody


def to_table(result: Attributed, top_k: int) -> str:
    """A block of lines: the file, both models side by side, the parts of several hands, and the verdict.

    Where the text is outside, the verdict comes alone.
    """
    excerpts = "excerpt" if result.excerpts == 1 else "excerpts"
    head = f"{visible(result.path)}: {result.characters:,} characters, {result.excerpts:,} {excerpts}"
    if result.outside:
        return f"{head}\n  {_closing(result)}\n"
    left, right = _column("teacher", result.teacher, top_k), _column("student", result.student, top_k)
    blank = " " * len(left[0])
    rows = [
        f"  {one or blank}{_SPACE}{other}".rstrip() for one, other in zip_longest(left, right, fillvalue="")
    ]
    whole = ["  as if one hand wrote it all; part by part:"] if result.stretches else []
    return "\n".join([head, *rows, *whole, *map(_line, result.stretches), f"  {_closing(result)}", ""])


def _closing(result: Attributed) -> str:
    """The verdict as a sentence, or whose hands both models see."""
    hands = several_hands(result.stretches)
    if hands and result.outside is None:
        names = ", ".join(_name(hand) if hand else ENGLISH.somebody for hand in hands)
        return f"More than one hand: {names.rstrip('.')}."
    return say(result.verdict, result.known, ENGLISH, _name)


def _line(part: Part) -> str:
    """Whose a part is: one name where both models give the same."""
    first, other = _name(part.teacher), _name(part.student)
    whose = first if first == other else f"{first} (teacher), {other} (student)"
    return f"  characters {part.start:,} to {part.stop:,}: {whose}"


def _column(role: str, prediction: Prediction, top_k: int) -> list[str]:
    """A title and the authors with their probabilities, in lines of equal width."""
    ranked = prediction.top_k(top_k)
    width = max(len("teacher: unknown"), *(len(entry.author.name) for entry in ranked))
    title = f"{role}: unknown" if prediction.unknown else role
    rows = [f"{entry.author.name:<{width}} {_percent(entry.probability)} %" for entry in ranked]
    return [title.ljust(len(rows[0])), *rows]


def _percent(probability: float) -> str:
    sign, held = bounded(probability)
    return f"{sign}{100 * held:.1f}".rjust(5)

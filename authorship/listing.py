"""What both models say of one file, as a line of JSON or as a block of a table for the terminal."""

import json
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from authorship.datamodels import Notice, Prediction
from authorship.record import SourceFile

_SPACE = "    "


@dataclass(frozen=True, slots=True)
class Attributed:
    """One file, its length in characters and in excerpts, both predictions, what was mended or left out."""

    path: str
    characters: int
    excerpts: int
    teacher: Prediction
    student: Prediction
    notices: tuple[Notice, ...] = ()


def to_json(result: Attributed, top_k: int, source: SourceFile | None = None) -> str:
    """One line of JSON, the authors of each model by falling probability; `source` tells what was read."""
    value: dict[str, Any] = {
        "path": result.path,
        "characters": result.characters,
        "excerpts": result.excerpts,
        "models": {
            "teacher": _to_object(result.teacher, top_k),
            "student": _to_object(result.student, top_k),
        },
        "notices": [notice.to_contract() for notice in result.notices],
    }
    if source:
        value["file"] = asdict(source)
    return json.dumps(value, ensure_ascii=False)


def _to_object(prediction: Prediction, top_k: int) -> dict[str, Any]:
    authors = [
        {"author": ranked.author.key, "name": ranked.author.name, "probability": ranked.probability}
        for ranked in prediction.top_k(top_k)
    ]
    return {"authors": authors, "unknown": prediction.unknown}


def to_table(result: Attributed, top_k: int) -> str:
    """A block of lines: the file, both models side by side, and whether they agree."""
    excerpts = "excerpt" if result.excerpts == 1 else "excerpts"
    head = f"{result.path}: {result.characters:,} characters, {result.excerpts:,} {excerpts}"
    left, right = _column("teacher", result.teacher, top_k), _column("student", result.student, top_k)
    blank = " " * len(left[0])
    rows = [
        f"  {one or blank}{_SPACE}{other}".rstrip() for one, other in zip_longest(left, right, fillvalue="")
    ]
    return "\n".join([head, *rows, "  " + agreement(result.teacher, result.student), ""])


def _column(role: str, prediction: Prediction, top_k: int) -> list[str]:
    """A title and the authors with their probabilities, in lines of equal width."""
    ranked = prediction.top_k(top_k)
    width = max(len("teacher: unknown"), *(len(entry.author.name) for entry in ranked))
    title = f"{role}: unknown" if prediction.unknown else role
    rows = [f"{entry.author.name:<{width}} {_percent(entry.probability)} %" for entry in ranked]
    return [title.ljust(len(rows[0])), *rows]


def bounded(probability: float) -> tuple[str, float]:
    """What to write with one decimal, never a false 0 or 100 %: the sign "<", ">" or none, and the share."""
    held = min(max(probability, 0.001), 0.999)
    return "" if abs(held - probability) < 0.0005 else "<" if held > probability else ">", held


def _percent(probability: float) -> str:
    sign, held = bounded(probability)
    return f"{sign}{100 * held:.1f}".rjust(5)


def agreement(teacher: Prediction, student: Prediction) -> str:
    """A sentence on whether both models give the same verdict; to abstain is a verdict too."""
    if teacher.unknown and student.unknown:
        return "They agree: none of the authors they know."
    left, right = _verdict(teacher), _verdict(student)
    if left == right:
        return f"They agree: {left.rstrip('.')}."
    return f"They differ: {left} by the teacher, {right} by the student."


def _verdict(prediction: Prediction) -> str:
    return "unknown" if prediction.unknown else prediction.top_k(1)[0].author.name

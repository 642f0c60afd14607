"""What both models say of one file, as a line of JSON or as a block of a table for the terminal."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from authorship.commandline import visible
from authorship.datamodels import Author, Judgement, NearestWorks, Notice, Outside, Prediction
from authorship.models.digest import Hashes
from authorship.numerals import bounded
from authorship.predict.hands import Part, several_hands
from authorship.predict.phrases import ENGLISH, say
from authorship.predict.resume_log import SourceFile
from authorship.predict.verdict import Verdict, decide

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

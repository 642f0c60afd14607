"""What a fingerprint is: the words, marks and endings that speak for an author, and a map of works.

Fingerprints are kept as one JSON file.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from authorship.errors import AuthorshipError
from authorship.models.source import Role

Kind = Literal["word", "mark", "ending", "piece"]
KINDS: tuple[Kind, ...] = ("word", "mark", "ending", "piece")


@dataclass(frozen=True, slots=True)
class Trait:
    """A word, mark, ending ("-лся") or piece ("пре-") and what it adds to its author's logit.

    `score` is the sum over all explained excerpts, in logits; `works` and `excerpts` say in how many it
    occurs with a sum above 0. `name` marks what mostly stands as a proper name.
    """

    text: str
    score: float
    works: int
    excerpts: int
    name: bool = False


@dataclass(frozen=True, slots=True)
class Confusion:
    """Another author, and the share of excerpts that were given to the wrong one of the two, 0 to 1."""

    author: str
    share: float


@dataclass(frozen=True, slots=True)
class AuthorFingerprint:
    """What speaks for one author in one model.

    `explained` excerpts of `works` works were explained, `left_out` more whose scores did not converge.
    `names_share` is the share of all positive scores of words that proper names hold; None without any.
    `f1` is the model report's, None without one. `taken_for` are those to whom the author's excerpts were
    given, `given` those whose excerpts were given to the author, the most frequent first.
    """

    author: str
    explained: int
    works: int
    left_out: int
    names_share: float | None
    f1: float | None
    words: tuple[Trait, ...]
    marks: tuple[Trait, ...]
    endings: tuple[Trait, ...]
    pieces: tuple[Trait, ...]
    taken_for: tuple[Confusion, ...]
    given: tuple[Confusion, ...]

    def traits(self, kind: Kind) -> tuple[Trait, ...]:
        """The traits of one kind, the surest first."""
        return {"word": self.words, "mark": self.marks, "ending": self.endings, "piece": self.pieces}[kind]


@dataclass(frozen=True, slots=True)
class Projection:
    """A linear way from logits, in the order of `labels`, to a place on the map.

    `weights` has a row of `(x, y)` a label, `offset` is added to the sum.
    """

    labels: tuple[str, ...]
    weights: tuple[tuple[float, float], ...]
    offset: tuple[float, float]

    def place(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Places `(..., 2)` for logits `(..., labels)`."""
        places: NDArray[np.float64] = logits @ np.array(self.weights) + np.array(self.offset)
        return places


@dataclass(frozen=True, slots=True)
class MappedWork:
    """A work on the map: the mean place of so many of its `excerpts`."""

    author: str
    title: str
    x: float
    y: float
    excerpts: int


@dataclass(frozen=True, slots=True)
class MapMethod:
    """A way to draw a map and how good it is.

    `neighbours` is the share of works, with another of the same author on the map, that have such a one
    among their nearest three where the projection was fitted without the work itself.
    """

    name: str
    neighbours: float


@dataclass(frozen=True, slots=True)
class WorkMap:
    """The works of one model's map, by the best of the `methods` tried; `chance` is what a shuffled map gets.

    `ceiling` is the same share among neighbours by all logits, before any of them is given up.
    """

    method: str
    methods: tuple[MapMethod, ...]
    chance: float
    ceiling: float
    projection: Projection
    works: tuple[MappedWork, ...]


@dataclass(frozen=True, slots=True)
class ModelFingerprint:
    """All authors' fingerprints in one model, named by the hash of its weights and tokenizer."""

    role: Role
    model: str
    authors: tuple[AuthorFingerprint, ...]
    map: WorkMap | None

    def author(self, key: str) -> AuthorFingerprint | None:
        """One author's; None where nothing was explained."""
        return next((one for one in self.authors if one.author == key), None)


@dataclass(frozen=True, slots=True)
class PairFingerprints:
    """Both models' fingerprints; None where none was measured."""

    teacher: ModelFingerprint | None = None
    student: ModelFingerprint | None = None

    def of(self, role: Role) -> ModelFingerprint | None:
        """One model's."""
        return self.teacher if role == "teacher" else self.student


FINGERPRINTS_FILE = "fingerprints.json"
_VERSION = 1


def save(pair: PairFingerprints, data: str, file: Path) -> None:
    """Write a pair's fingerprints; `data` names what they were measured on. The file is replaced whole."""
    models = {one.role: _from_model(one) for one in (pair.teacher, pair.student) if one}
    content = {"version": _VERSION, "data": data, "models": models}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    text = text.replace('{"author":', '\n{"author":')  # a line an author, for those who read the changes
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".new")
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(file)


def load(file: Path) -> PairFingerprints:
    """Read what `save` wrote.

    Raises:
        AuthorshipError: the file is missing, damaged, or of another version.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["version"] != _VERSION:
            raise ValueError(f"it is of version {content['version']}, this program reads {_VERSION}")
        models = {role: _to_model(role, value) for role, value in content["models"].items()}
        return PairFingerprints(**models)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "make it anew with `python -m explain.fingerprints`"
        raise AuthorshipError(f"{file} holds no fingerprints ({error}): {remedy}.") from error


def _from_model(one: ModelFingerprint) -> dict[str, Any]:
    authors = [asdict(author) | _from_traits(author) for author in one.authors]
    return {"model": one.model, "authors": authors, "map": one.map and _from_map(one.map)}


def _from_traits(author: AuthorFingerprint) -> dict[str, Any]:
    """Traits and confusions as short lists."""
    kinds = {"words": author.words, "marks": author.marks, "endings": author.endings, "pieces": author.pieces}
    traits = {name: [_from_trait(trait) for trait in many] for name, many in kinds.items()}
    pairs = {"taken_for": author.taken_for, "given": author.given}
    return traits | {
        name: [[one.author, round(one.share, 4)] for one in many] for name, many in pairs.items()
    }


def _from_trait(trait: Trait) -> list[str | float]:
    return [trait.text, round(trait.score, 4), trait.works, trait.excerpts, int(trait.name)]


def _from_map(drawn: WorkMap) -> dict[str, Any]:
    works = [[work.author, work.title, work.x, work.y, work.excerpts] for work in drawn.works]
    return asdict(drawn) | {"works": works}


def _to_model(role: Any, value: dict[str, Any]) -> ModelFingerprint:
    authors = tuple(_to_author(author) for author in value["authors"])
    drawn = None if value["map"] is None else _to_map(value["map"])
    return ModelFingerprint(role, str(value["model"]), authors, drawn)


def _to_author(value: dict[str, Any]) -> AuthorFingerprint:
    traits = {name: tuple(map(_to_trait, value[name])) for name in ("words", "marks", "endings", "pieces")}
    pairs = {name: tuple(Confusion(*pair) for pair in value[name]) for name in ("taken_for", "given")}
    return AuthorFingerprint(**value | traits | pairs)


def _to_trait(value: list[Any]) -> Trait:
    text, score, works, excerpts, name = value
    return Trait(str(text), float(score), int(works), int(excerpts), bool(name))


def _to_map(value: dict[str, Any]) -> WorkMap:
    projection = value["projection"]
    x, y = projection["offset"]
    weights = tuple((float(row[0]), float(row[1])) for row in projection["weights"])
    return WorkMap(
        method=str(value["method"]),
        methods=tuple(MapMethod(**method) for method in value["methods"]),
        chance=float(value["chance"]),
        ceiling=float(value["ceiling"]),
        projection=Projection(tuple(projection["labels"]), weights, (float(x), float(y))),
        works=tuple(MappedWork(*work) for work in value["works"]),
    )

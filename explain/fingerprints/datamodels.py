"""What a fingerprint is: the words, marks and endings that speak for an author, and a map of works."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

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

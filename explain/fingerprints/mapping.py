"""The map of works: the linear projection whose neighbours share an author most often, works left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import eigh

from explain.fingerprints.datamodels import MapMethod, MappedWork, Projection, WorkMap
from explain.fingerprints.measure import Read, Subject

Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]

_RIDGE = 0.1
# Of 0.001, 0.01 and 0.1 the decay that draws the shipped pair's maps best, works left out in turn.
_STEPS, _DECAY = 60, 0.1


@dataclass(frozen=True, slots=True)
class Sample:
    """Excerpts' `logits` `(excerpts, labels)` with the `work` of each, and each work's `author`."""

    logits: Matrix
    work: Codes
    author: Codes

    @property
    def means(self) -> Matrix:
        """The mean logits of each work, shape `(works, labels)`."""
        sums = np.zeros((len(self.author), self.logits.shape[1]))
        np.add.at(sums, self.work, self.logits)
        mean: Matrix = sums / np.bincount(self.work, minlength=len(self.author))[:, None]
        return mean

    def without(self, work: int) -> "Sample":
        """All but one work."""
        rows = self.work != work
        kept = self.work[rows]
        return Sample(self.logits[rows], kept - (kept > work), np.delete(self.author, work))


def principal(sample: Sample) -> Matrix:
    """The two directions in which works' mean logits vary most, shape `(labels, 2)`."""
    centred = sample.means - sample.means.mean(axis=0)
    directions: Matrix = np.linalg.svd(centred, full_matrices=False)[2][:2].T
    return directions


def discriminant(sample: Sample) -> Matrix:
    """The two directions that tell authors apart best, for what excerpts and works differ (Fisher 1936)."""
    means = sample.means
    centres = _means(means, sample.author)
    excerpts, works = sample.logits - means[sample.work], means - centres[sample.author]
    spread = excerpts.T @ excerpts / len(excerpts) + works.T @ works / len(works)
    spread += (_RIDGE * np.trace(spread) / len(spread) + 1e-9) * np.eye(len(spread))
    directions: Matrix = eigh(np.cov(centres[np.unique(sample.author)].T), spread)[1][:, ::-1][:, :2]
    return directions


def neighbourhood(sample: Sample) -> Matrix:
    """Two directions that draw works of one author together (Goldberger et al. 2004, NCA).

    Starts from the principal components; mean logarithm of each work's chance to pick its own author's.
    """
    means = torch.from_numpy(sample.means - sample.means.mean(axis=0))
    points = means / means.std().clamp_min(1e-9)
    author = torch.from_numpy(sample.author)
    itself = torch.eye(len(author), dtype=torch.bool)
    own = (author[:, None] == author) & ~itself
    if not own.any():
        return principal(sample)
    start = torch.from_numpy(np.ascontiguousarray(principal(sample)))
    weights = (start * 2 / (points @ start).std().clamp_min(1e-9)).contiguous().requires_grad_()
    optimiser = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        places = points @ weights
        squares = (places[:, None] - places).square().sum(dim=-1)
        picked = torch.softmax(-squares.masked_fill(itself, torch.inf), dim=1)
        chances = (picked * own).sum(dim=1)[own.any(dim=1)]
        value: torch.Tensor = _DECAY * weights.square().sum() - (chances + 1e-6).log().mean()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    found: Matrix = weights.detach().numpy()
    return found


def _means(rows: Matrix, group: Codes) -> Matrix:
    sums = np.zeros((int(group.max()) + 1, rows.shape[1]))
    np.add.at(sums, group, rows)
    means: Matrix = sums / np.maximum(np.bincount(group), 1)[:, None]
    return means


Method = Callable[[Sample], Matrix]
METHODS: dict[str, Method] = {"PCA": principal, "LDA": discriminant, "NCA": neighbourhood}


NEAREST = 3
_FEWEST_WORKS = 4
_SHUFFLES = 20


def make_map(subject: Subject, reads: Sequence[Read]) -> WorkMap | None:
    """Choose a projection and place every work; None for fewer than four works or three authors."""
    labels = tuple(author.key for author in subject.bundle.authors)
    titles, sample = _gather(reads)
    if len(titles) < _FEWEST_WORKS or len(labels) < 3:
        return None
    methods = tuple(MapMethod(name, _score(fit, sample)) for name, fit in METHODS.items())
    best = max(methods, key=lambda method: method.neighbours)
    projection = _scaled(labels, METHODS[best.name](sample), sample)
    places = projection.place(sample.means)
    counts = np.bincount(sample.work)
    return WorkMap(
        method=best.name,
        methods=methods,
        chance=_chance(places, sample.author),
        ceiling=neighbours(sample.means, sample.author),
        projection=projection,
        works=tuple(
            MappedWork(author, title, round(float(x), 4), round(float(y), 4), int(count))
            for (author, title), (x, y), count in zip(titles, places, counts, strict=True)
        ),
    )


def _gather(reads: Sequence[Read]) -> tuple[list[tuple[str, str]], Sample]:
    """The works in order of author and title, and their excerpts as numbers."""
    titles = sorted({(read.excerpt.author, read.excerpt.work) for read in reads})
    numbers = {title: number for number, title in enumerate(titles)}
    authors = sorted({author for author, _ in titles})
    return titles, Sample(
        np.array([read.logits for read in reads], dtype=np.float64),
        np.array([numbers[read.excerpt.author, read.excerpt.work] for read in reads], dtype=np.int64),
        np.array([authors.index(author) for author, _ in titles], dtype=np.int64),
    )


def _score(fit: Method, sample: Sample) -> float:
    """`neighbours`, each work placed by a projection that was fitted without it."""
    means, shares = sample.means, []
    for work in np.flatnonzero(_has_others(sample.author)):
        places = means @ fit(sample.without(int(work)))
        shares.append(_share(places, sample.author, int(work)))
    return round(float(np.mean(shares)), 4) if shares else 0.0


def neighbours(places: Matrix, author: NDArray[np.int64]) -> float:
    """How many of the nearest three, of as many as there could be, are of a work's own author: the mean."""
    shares = [_share(places, author, int(work)) for work in np.flatnonzero(_has_others(author))]
    return round(float(np.mean(shares)), 4) if shares else 0.0


def _has_others(author: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a work's author has another."""
    several: NDArray[np.bool_] = np.bincount(author)[author] > 1
    return several


def _share(places: Matrix, author: NDArray[np.int64], work: int) -> float:
    distances = np.square(places - places[work]).sum(axis=1)
    distances[work] = np.inf
    nearest = np.argsort(distances, kind="stable")[:NEAREST]
    own = author == author[work]
    own[work] = False
    return float(own[nearest].sum() / min(NEAREST, own.sum()))


def _chance(places: Matrix, author: NDArray[np.int64]) -> float:
    """The same where the authors are dealt to the works at random."""
    generator = np.random.default_rng(0)
    shuffled = [neighbours(places, generator.permutation(author)) for _ in range(_SHUFFLES)]
    return round(float(np.mean(shuffled)), 4)


def _scaled(labels: tuple[str, ...], weights: Matrix, sample: Sample) -> Projection:
    """The same map turned to be wider than high, its works from 0 to 1 across, rounded as it is stored.

    Both directions are scaled alike, so that neighbours stay neighbours.
    """
    places = sample.means @ weights
    turn = np.linalg.svd(places - places.mean(axis=0), full_matrices=False)[2].T
    turn *= np.where(turn.sum(axis=0) < 0, -1.0, 1.0)
    places = places @ turn
    low = places.min(axis=0)
    width = max(float(np.ptp(places[:, 0])), 1e-9)
    rows = tuple((round(float(x), 6), round(float(y), 6)) for x, y in weights @ turn / width)
    x, y = (-low / width).tolist()
    return Projection(labels, rows, (round(x, 6), round(y, 6)))

"""The hands in a long text: where its author changes, and whose each part is, by one model and by both."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import ceil

import numpy as np
import ruptures
from numpy.typing import NDArray

from authorship.datamodels import Author, Passage, Prediction, Stretch
from authorship.models.bundle import ModelBundle

# Chosen by `python -m bench.stitched --held-out`: from 7 to 9 nothing changes, for teacher and student alike;
# below 5 changes are invented, above 10 true ones are lost.
PENALTY = 8.0
# In windows that share nothing: some 5,000 characters.
SHORTEST = 5
# Passages, of some four million characters, whose parts are found in a twentieth of a second.
_FAST = 4_000
# A run of passages that the models cannot judge, in passages and characters: 11 million characters of works
# held out of training have one of 3,000 characters and none of 4,000.
FEWEST_OUTSIDE, SHORTEST_OUTSIDE = 3, 4_000


def shares(passages: Sequence[Passage]) -> NDArray[np.float64]:
    """Each passage's characters, shape `(passages,)`; one read in n passages counts an nth for each."""
    starts = np.array([passage.start for passage in passages])
    stops = np.array([passage.stop for passage in passages])
    edges = np.unique(np.concatenate([starts, stops]))
    readers = np.searchsorted(np.sort(starts), edges[:-1], "right") - np.searchsorted(
        np.sort(stops), edges[:-1], "right"
    )
    lengths = np.diff(edges) / np.maximum(readers, 1) * (readers > 0)
    reached = np.concatenate([[0.0], np.cumsum(lengths)])
    counted: NDArray[np.float64] = (
        reached[np.searchsorted(edges, stops)] - reached[np.searchsorted(edges, starts)]
    )
    return counted


def cut_course(logits: NDArray[np.float64], counted: NDArray[np.float64]) -> tuple[range, ...]:
    """The passages of each stretch in which the model's mean logits, `(passages, labels)`, stay the same.

    Least squares with a penalty for each stretch (Killick et al. 2012, arXiv 1101.1438), of `SHORTEST`
    windows at least. All logits are compared, not the first authors only: a chapter that the model gives to
    now this, now that author still differs as a whole from the next one. The unit is the noise between
    neighbouring windows; `counted`, shape `(passages,)`, tells how many windows' worth each passage holds.
    """
    per_window = len(logits) / counted.sum()
    shortest = round(SHORTEST * per_window)
    centred = logits - logits.mean(axis=1, keepdims=True)
    noise = _noise(centred, ceil(per_window - 1e-9))
    if len(logits) < 2 * shortest or not noise:
        return (range(len(logits)),)
    find = _fast_stops if len(logits) <= _FAST else _stops_step_by_step
    stops = find(centred / noise, PENALTY * per_window, shortest)
    return tuple(range(start, stop) for start, stop in pairwise([0, *stops]))


def _fast_stops(signal: NDArray[np.float64], penalty: float, shortest: int) -> list[int]:
    """Where the parts of a signal end, found in one call during which no other thread goes on."""
    search = ruptures.KernelCPD(kernel="linear", min_size=shortest).fit(signal)
    return [int(stop) for stop in search.predict(pen=penalty)]


def _stops_step_by_step(signal: NDArray[np.float64], penalty: float, shortest: int) -> list[int]:
    """The same in many times as long, a step for each passage, between which other threads go on."""
    zero = np.zeros((1, signal.shape[1]))
    sums = np.concatenate([zero, signal.cumsum(axis=0)])
    squares = np.append(0.0, (signal**2).sum(axis=1).cumsum())
    least, before = np.full(len(sums), np.inf), np.zeros(len(sums), np.int64)
    least[0] = -penalty
    starts = lost_at = np.zeros(0, np.int64)
    for stop in range(shortest, len(sums)):
        if least[stop - shortest] < np.inf:
            starts, lost_at = np.append(starts, stop - shortest), np.append(lost_at, len(sums))
        inside = sums[stop] - sums[starts]
        around = squares[stop] - squares[starts] - (inside**2).sum(axis=1) / (stop - starts)
        costs = least[starts] + around
        best = costs.argmin()
        least[stop], before[stop] = costs[best] + penalty, starts[best]
        # A part from here on is better than any that begins where it cost more: as soon as it is long enough.
        lost_at = np.where(costs > least[stop], np.minimum(lost_at, stop + shortest), lost_at)
        starts, lost_at = starts[lost_at > stop + 1], lost_at[lost_at > stop + 1]
    stops, stop = [], len(signal)
    while stop:
        stops.append(stop)
        stop = int(before[stop])
    return stops[::-1]


def _noise(centred: NDArray[np.float64], apart: int) -> float:
    """The root mean square distance of two windows that share nothing, by the square root of two."""
    steps = centred[apart:] - centred[:-apart]
    return float(np.sqrt((steps**2).sum(axis=1).mean() / 2)) if len(steps) else 0.0


def outside_runs(passages: Sequence[Passage]) -> tuple[range, ...]:
    """The passages of each run that is nothing that the models can judge, long enough to be told as such.

    Fewer than `FEWEST_OUTSIDE` passages between two runs belong to both.
    """
    runs: list[range] = []
    start = 0
    for outside, group in groupby(passages, key=lambda passage: passage.outside):
        run = range(start, start + sum(1 for _ in group))
        start = run.stop
        long = passages[run[-1]].stop - passages[run[0]].start >= SHORTEST_OUTSIDE
        if outside and long and len(run) >= FEWEST_OUTSIDE:
            near = runs and run.start - runs[-1].stop < FEWEST_OUTSIDE
            runs.append(range(runs.pop().start, run.stop) if near else run)
    return tuple(runs)


def border(before: Passage, after: Passage) -> int:
    """The character halfway between the middles of two neighbouring passages."""
    return (before.start + before.stop + after.start + after.stop) // 4


# Chosen on 100 books stitched of works held out of training, where 93 are found instead of 95, and on ten
# works of three unknown authors, none of which keeps a change (6 did): the same for SURE from 0.35 to 0.5,
# and within one book for MOST_DOUBTED from 0.5 to 0.75. Stretches of known hands have a median certainty of
# 0.69.
SURE = 0.4
MOST_DOUBTED = 0.67


def find_stretches(
    bundle: ModelBundle, passages: Sequence[Passage], whole: Prediction
) -> tuple[Stretch, ...]:
    """Whose the parts of a book are; one stretch, with the verdict on the whole, where no part is told apart.

    A part is doubted where the model abstains on its mean logits and gives its author less than `SURE` in
    the mean of its passages, or where most of it is nothing that the models can judge; a long run of such
    passages is a part of its own. Where more than `MOST_DOUBTED` of the characters are doubted, no change is
    reported: a text by nobody known drifts between those who resemble it a little.
    """
    course = _Course(bundle, passages)
    parts = course.merged(course.cut())
    stretches = [course.judge(part) for part in parts]
    doubted = sum(one.stop - one.start for one in stretches if one.unknown)
    if len(stretches) > 1 and doubted <= MOST_DOUBTED * (stretches[-1].stop - stretches[0].start):
        return tuple(stretches)
    everything = course.judge(range(len(passages)))
    first = whole.top_k(1)[0].author
    return (Stretch(everything.start, everything.stop, first, everything.certainty, whole.unknown),)


class _Course:
    """The passages' logits, probabilities and weights, each with a row a passage."""

    def __init__(self, bundle: ModelBundle, passages: Sequence[Passage]) -> None:
        self.bundle, self.passages = bundle, passages
        self.logits: NDArray[np.float64] = np.array([passage.logits for passage in passages])
        self.lengths: NDArray[np.int64] = np.array([passage.stop - passage.start for passage in passages])
        self.outside: NDArray[np.bool_] = np.array([passage.outside for passage in passages])
        self.probabilities = bundle.calibration.probabilities(self.logits, self.lengths)
        self.counted = shares(passages)
        self.runs = outside_runs(passages)

    def cut(self) -> list[range]:
        """The runs that no model can judge, and between them the parts in which the logits stay the same."""
        edges = [0, *(edge for run in self.runs for edge in (run.start, run.stop)), len(self.logits)]
        parts: list[range] = []
        for start, stop in pairwise(edges):
            parts += [range(start, stop)] if range(start, stop) in self.runs else self._cut(start, stop)
        return parts

    def _cut(self, start: int, stop: int) -> list[range]:
        """The parts of the passages `start` to `stop`; none where there are no passages."""
        if start == stop:
            return []
        weights = self.counted[start:stop] / np.maximum(self.lengths[start:stop], 1)
        found = cut_course(self.logits[start:stop], weights)
        return [range(start + part.start, start + part.stop) for part in found]

    def merged(self, parts: Sequence[range]) -> list[range]:
        """Neighbours of one author as one part, and neighbours that are all doubted too."""
        by_author = _join(parts, [-1 if part in self.runs else self._leader(part) for part in parts])
        kinds = [-1 if self.judge(part).unknown else self._leader(part) for part in by_author]
        return _join(by_author, kinds)

    def judge(self, part: range) -> Stretch:
        """Whose a part is; its borders lie halfway to the neighbouring passages."""
        rows, mean, leader = slice(part.start, part.stop), self._mean(part), self._leader(part)
        weights = self.counted[rows] / self.counted[rows].sum()
        certainty = float(weights @ self.probabilities[rows, leader])
        start, stop = self._edge(part.start), self._edge(part.stop)
        unknown = certainty < SURE and self.bundle.calibration.is_unknown(mean, stop - start)
        outside = weights @ self.outside[rows] > 0.5
        author = self.bundle.authors[leader]
        return Stretch(start, stop, author, certainty, bool(unknown or outside), bool(outside))

    def _mean(self, part: range) -> NDArray[np.float64]:
        rows = slice(part.start, part.stop)
        mean: NDArray[np.float64] = self.counted[rows] @ self.logits[rows] / self.counted[rows].sum()
        return mean

    def _leader(self, part: range) -> int:
        return int(np.argmax(self._mean(part)))

    def _edge(self, index: int) -> int:
        """The character at which the passage `index` begins to count."""
        if index == 0:
            return self.passages[0].start
        if index == len(self.passages):
            return self.passages[-1].stop
        return border(self.passages[index - 1], self.passages[index])


def _join(parts: Sequence[range], kinds: Sequence[int]) -> list[range]:
    """Neighbouring parts of one kind as one."""
    joined = []
    for _, group in groupby(zip(parts, kinds, strict=True), key=lambda pair: pair[1]):
        run = [part for part, _ in group]
        joined.append(range(run[0].start, run[-1].stop))
    return joined


# Of the text: a smaller share, given by either model, is not told as a hand of its own.
LARGE = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """The characters `start` to `stop` of a text, and whose they are to each model; None is nobody known."""

    start: int
    stop: int
    teacher: Author | None
    student: Author | None


def join_stretches(teacher: Sequence[Stretch], student: Sequence[Stretch]) -> tuple[Part, ...]:
    """The parts on which neither model changes its mind; none where both see one hand.

    Neighbours that both models give to the same are one part. Both must cover the same text.
    """
    if max(len(teacher), len(student)) < 2:
        return ()
    borders = sorted({edge for one in (*teacher, *student) for edge in (one.start, one.stop)})
    parts: list[Part] = []
    for start, stop in pairwise(borders):
        hands = _hand(teacher, start), _hand(student, start)
        if parts and (parts[-1].teacher, parts[-1].student) == hands:
            start = parts.pop().start
        parts.append(Part(start, stop, *hands))
    return tuple(parts)


def _hand(stretches: Sequence[Stretch], character: int) -> Author | None:
    """Whose a character is: beyond the stretches' ends their first's or last's."""
    here = next((one for one in stretches if character < one.stop), stretches[-1])
    return None if here.unknown else here.author


def several_hands(parts: Sequence[Part]) -> tuple[Author | None, ...]:
    """Whom both models give a tenth of the text or more, in order of appearance; none if that is but one.

    None among them is nobody known. Authors are the teacher's.
    """
    known = {part.teacher.key: part.teacher for part in parts if part.teacher}
    first, second = (_large(parts, role) for role in ("teacher", "student"))
    shared = [key for key in first if key in second]
    return tuple(known.get(key) for key in shared) if len(shared) > 1 else ()


def _large(parts: Sequence[Part], role: str) -> list[str]:
    """The keys of one model's hands of a tenth of the text or more, "" for nobody known."""
    lengths: Counter[str] = Counter()
    for part in parts:
        author: Author | None = getattr(part, role)
        lengths[author.key if author else ""] += part.stop - part.start
    return [key for key, length in lengths.items() if length >= LARGE * lengths.total()]

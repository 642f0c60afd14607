"""Several texts on either side to one answer: what is compared, and what makes the answer worth less."""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, log1p
from typing import Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from authorship.datamodels import Judgement, Notice, Outside
from authorship.same_hand.datamodels import Comparison, Sample, pooled
from authorship.text.decode import check_text
from authorship.text.judge import Judge

SHORT = 1_500  # characters of a side: below, an answer hardly ever speaks strongly
UNEQUAL = 10.0  # times as long as the other side
_RUN = 8  # neighbouring words: two writers hardly ever hit upon the same by themselves
_PART = 200_000  # characters that are measured at once
_SHARED = 0.02  # of the disputed text's runs
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_RUNS = 2_000_000  # characters of a side in which shared runs are looked for
_RUNS_PART = 50_000  # characters whose words are found at once: for some 10 ms no other thread goes on
# A run's number is its words' hashes, each times a power of an odd number, modulo 2 to the power of 64.
_POWERS = np.array([pow(0x9E3779B97F4A7C15, power, 1 << 64) for power in range(_RUN)], np.uint64)
LONGEST_PART = 1_000_000
"""Characters of a part that is compared with the rest of its text, and of the rest before and after it."""

Value = TypeVar("Value")
Numbers = NDArray[np.uint64]
CautionKind = Literal["outside", "short", "unequal", "shared"]


class Measure(Protocol):
    """What compares texts; see `SameHand`."""

    def sample(self, text: str) -> Sample:
        """A text as the measure sees it.

        Raises:
            TextError: there is nothing in it that can be measured.
        """
        ...

    def compare(self, known: Sequence[Sample], disputed: Sample) -> Comparison:
        """How much likelier these are if one hand wrote all of them, `known` being by one hand."""
        ...


@dataclass(frozen=True, slots=True)
class Measured:
    """A text that was read: its name, what was mended or left out in it, what it is, and its sample."""

    name: str
    text: str
    sample: Sample
    notices: tuple[Notice, ...] = ()
    judgement: Judgement = Judgement()


@dataclass(frozen=True, slots=True)
class Caution:
    """What makes an answer worth less.

    kind:
        - "outside": a text, `name`, is no Russian prose of the time that the measure was fitted to, but what
          `outside` says.
        - "short": a side has fewer than 1,500 characters, `characters`; `name` is "known" or "disputed".
        - "unequal": one side is more than ten times as long as the other.
        - "shared": the disputed text has passages word for word as a known one has them, `share` of it: they
          speak of one source, not of one hand.
    """

    kind: CautionKind
    name: str = ""
    characters: int = 0
    share: float = 0.0
    outside: Outside | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Known works by one hand and disputed texts by one hand, and what the measure says of the two."""

    known: tuple[Measured, ...]
    disputed: tuple[Measured, ...]
    comparison: Comparison
    cautions: tuple[Caution, ...] = ()

    @property
    def texts(self) -> tuple[Measured, ...]:
        """Both sides' texts."""
        return (*self.known, *self.disputed)

    def renamed(self, names: Mapping[str, str]) -> "Answer":
        """The same answer, the texts of these names having the others."""

        def called(texts: tuple[Measured, ...]) -> tuple[Measured, ...]:
            return tuple(replace(one, name=names.get(one.name, one.name)) for one in texts)

        cautions = (
            replace(one, name=names.get(one.name, one.name)) if one.kind == "outside" else one
            for one in self.cautions
        )
        return Answer(called(self.known), called(self.disputed), self.comparison, tuple(cautions))

    @property
    def void(self) -> bool:
        """Whether a side is nothing that can be compared at all, so that the figure means nothing."""
        return is_void(self.cautions)


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """The characters `start` to `stop` of a text, and what the measure says of them beside the rest of it.

    The cautions call the two "part" and "rest".
    """

    start: int
    stop: int
    comparison: Comparison
    cautions: tuple[Caution, ...] = ()

    @property
    def void(self) -> bool:
        """See `Answer.void`."""
        return is_void(self.cautions)


class Said(Protocol):
    """What words are made of: an `Answer`, or a `PartAnswer`."""

    @property
    def comparison(self) -> Comparison:
        """The figures."""
        ...

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What makes them worth less."""
        ...

    @property
    def void(self) -> bool:
        """Whether they mean nothing."""
        ...


def is_void(cautions: Sequence[Caution]) -> bool:
    """Whether a side is nothing that can be compared at all.

    Prose of today can be, though the measure is less sure of it than its figures say.
    """
    return any(one.outside is not None and one.outside.kind != "modern" for one in cautions)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several whom a disputed text may be by, and how probable that is."""

    name: str
    answer: Answer
    probability: float


def measure_text(
    name: str, text: str, measure: Measure, judge: Judge | None, notices: Sequence[Notice] = ()
) -> Measured:
    """A text as the measure sees it, and what it is; see `measuring`."""
    return _value_of(measuring(name, text, measure, judge, notices))


def _value_of(steps: Generator[None, None, Value]) -> Value:
    """What steps come to, taken all at once."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            found: Value = stop.value
            return found


def measuring(
    name: str, text: str, measure: Measure, judge: Judge | None, notices: Sequence[Notice] = ()
) -> Generator[None, None, Measured]:
    """The same, a step for each 200,000 characters or so.

    Raises:
        TextError: the text is empty, under 200 characters, or not in Cyrillic letters.
    """
    check_text(text)
    judgement = judge.judge(text) if judge else Judgement()
    samples: list[Sample] = []
    for part in cut_parts(text):
        yield
        samples.append(measure.sample(part))
    return Measured(name, text, join_parts(samples), tuple(notices), judgement)


def cut_parts(text: str) -> Iterator[str]:
    """The text in parts of some 200,000 characters, to the end of a line or word; blank ones are left out."""
    start = 0
    while start < len(text):
        stop = start + _PART
        for end in ("\n", " "):
            found = text.rfind(end, start + _PART // 2, stop)
            if len(text) - start > _PART and found > 0:
                stop = found + 1
                break
        if any(map(str.isalpha, part := text[start:stop])):
            yield part
        start = stop


def join_parts(samples: Sequence[Sample]) -> Sample:
    """Parts of one text as one sample: the mean of all their passages."""
    if len(samples) == 1:
        return samples[0]
    passages = [sample.passages for sample in samples]
    vector = np.average([sample.vector for sample in samples], axis=0, weights=passages)
    return Sample(vector.astype(np.float32), sum(passages), sum(sample.characters for sample in samples))


def compare_texts(measure: Measure, known: Sequence[Measured], disputed: Sequence[Measured]) -> Answer:
    """The answer for known works by one hand and disputed texts by one hand; see `comparing`.

    Raises:
        ValueError: a side is empty.
    """
    return _value_of(comparing(measure, known, disputed))


def comparing(
    measure: Measure, known: Sequence[Measured], disputed: Sequence[Measured]
) -> Generator[None, None, Answer]:
    """The same, a step for each 50,000 characters or so.

    Raises:
        ValueError: a side is empty.
    """
    ((_, answer),) = yield from comparing_each(measure, {"": known}, disputed)
    return answer


def comparing_each(
    measure: Measure, candidates: Mapping[str, Sequence[Measured]], disputed: Sequence[Measured]
) -> Generator[None, None, list[tuple[str, Answer]]]:
    """Each candidate's name and answer, in their order; steps as of `comparing`.

    The disputed texts are gone through once, and each known one once.

    Raises:
        ValueError: there is no disputed text, or none by a candidate.
    """
    if not disputed or not all(candidates.values()):
        raise ValueError("Both sides need a text: one surely by the author, and the one in question.")
    runs = yield from _gathering(disputed)
    asked = disputed[0].sample if len(disputed) == 1 else pooled([one.sample for one in disputed])
    answers = []
    for name, known in candidates.items():
        shared = yield from _sharing(runs, known)
        comparison = measure.compare([one.sample for one in known], asked)
        cautions = find_cautions(known, disputed, shared)
        answers.append((name, Answer(tuple(known), tuple(disputed), comparison, cautions)))
        yield
    return answers


def part_and_rest(text: str, start: int, stop: int) -> tuple[str, str]:
    """A part of a text, and what stands within a million characters before and after it.

    Raises:
        ValueError: the part lies not in the text, or is longer than a million characters.
    """
    if not 0 <= start < stop <= len(text) or stop - start > LONGEST_PART:
        raise ValueError(f"The part {start} to {stop} is too long, or not one of {len(text)} characters.")
    before, after = text[max(start - LONGEST_PART, 0) : start], text[stop : stop + LONGEST_PART]
    return text[start:stop], f"{before}\n{after}"


def comparing_part(
    text: str, start: int, stop: int, measure: Measure, judge: Judge | None
) -> Generator[None, None, PartAnswer]:
    """Did the hand of the rest write this part, such as a chapter? A step for each 200,000 characters or so.

    The rest is as `part_and_rest` has it.

    Raises:
        TextError: the part or the rest is under 200 characters, or not in Cyrillic letters.
        ValueError: as of `part_and_rest`.
    """
    own, others = part_and_rest(text, start, stop)
    rest = yield from measuring("rest", others, measure, judge)
    part = yield from measuring("part", own, measure, judge)
    found = yield from comparing(measure, (rest,), (part,))
    return PartAnswer(start, stop, found.comparison, found.cautions)


def find_cautions(
    known: Sequence[Measured], disputed: Sequence[Measured], share: float
) -> tuple[Caution, ...]:
    """What makes the answer worth less, the gravest first; `share` is that of `shared_share`."""
    found = [
        Caution("outside", one.name, outside=one.judgement.outside)
        for one in (*known, *disputed)
        if one.judgement.outside is not None
    ]
    found += [Caution("shared", share=share)] if share >= _SHARED else []
    lengths = {"known": _length(known), "disputed": _length(disputed)}
    found += [Caution("short", side, characters=length) for side, length in lengths.items() if length < SHORT]
    if max(lengths.values()) > UNEQUAL * max(min(lengths.values()), 1):
        found.append(Caution("unequal"))
    return tuple(found)


def _length(texts: Sequence[Measured]) -> int:
    return sum(len(one.text.strip()) for one in texts)


def shared_share(known: Sequence[Measured], disputed: Sequence[Measured]) -> float:
    """Of the disputed texts' runs of eight words, the share that a known text has too."""
    return _value_of(_sharing(_value_of(_gathering(disputed)), known))


def _gathering(texts: Sequence[Measured]) -> Generator[None, None, Numbers]:
    """The numbers of all runs of eight words, each once, in order; a step a part of a text."""
    parts = [np.zeros(0, np.uint64)]
    for part in _runs(texts):
        parts.append(part)
        yield
    numbers = np.sort(np.concatenate(parts))  # unlike sets, this lets other threads go on
    new = np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)]
    once: Numbers = numbers[new]
    return once


def _sharing(asked: Numbers, known: Sequence[Measured]) -> Generator[None, None, float]:
    """The share of runs, in order, that known texts have too; a step a part of a text."""
    if not len(asked):
        return 0.0
    shared = np.zeros(len(asked), bool)
    for part in _runs(known):
        places = np.minimum(np.searchsorted(asked, part), len(asked) - 1)
        shared[places[asked[places] == part]] = True
        yield
    return int(np.count_nonzero(shared)) / len(asked)


def _runs(texts: Sequence[Measured]) -> Iterator[Numbers]:
    """Numbers of all runs of eight words, letters alone, by parts; of very long texts the first ones."""
    left = _LONGEST_RUNS
    for one in texts:
        last = np.zeros(0, np.uint64)
        for words in _words(one.text[: max(left, 0)]):
            hashes = np.fromiter(map(hash, words), np.int64, len(words)).view(np.uint64)
            numbers = np.concatenate([last, hashes])
            count = max(len(numbers) - _RUN + 1, 0)
            runs = np.zeros(count, np.uint64)
            for place, power in enumerate(_POWERS):
                runs += numbers[place : place + count] * power
            yield runs
            last = numbers[-(_RUN - 1) :]
        left -= len(one.text)


def _words(text: str) -> Iterator[list[str]]:
    """The words of a text's parts, without case; one that two parts share is the later one's."""
    begun = ""
    for start in range(0, len(text), _RUNS_PART):
        part = text[start : start + _RUNS_PART].casefold()
        words, first = _WORD.findall(part), _WORD.match(part)
        if begun and (first is None or first.end() < len(part)):
            words[: 1 if first else 0] = [begun + (first[0] if first else "")]
            begun = ""
        if _WORD.match(part[-1:]):
            begun += words.pop()
        yield words
    yield [begun] if begun else []


def weigh_candidates(
    answers: Sequence[tuple[str, Answer]], prior: float | None = None
) -> tuple[Candidate, ...]:
    """Each candidate's probability where the text is by one of them or by none, in the order given.

    `prior` is how probable it was before reading that it is by one of them, all alike; by default "none of
    these" is as probable as each. What is left of 1 is that of none.

    Raises:
        ValueError: `prior` is not between 0 and 1, both excluded.
    """
    count = len(answers)
    prior = count / (count + 1) if prior is None else prior
    if not 0 < prior < 1:
        raise ValueError(f"A prior of {prior} leaves nothing to find out: name one between 0 and 1.")
    each = log(prior) - log(count) - log1p(-prior)
    odds = [each + answer.comparison.log_ratio for _, answer in answers]
    most = max(0.0, *odds)
    total = exp(-most) + sum(exp(one - most) for one in odds)
    return tuple(
        Candidate(name, answer, exp(one - most) / total)
        for (name, answer), one in zip(answers, odds, strict=True)
    )

"""From explained excerpts to traits, their sums, and which of them are the author's and not a book's.

What was read and explained so far is kept, a line each: an interrupted measurement goes on where it stopped.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from authorship.json_lines import JsonLines
from authorship.text.names import name_spans
from explain.attribution import find_owners
from explain.datamodels import Attribution, TokenScore, WordScore
from explain.fingerprints.datamodels import Kind, Trait


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to compute: a model, named by its hash, and a text; `author` where it is explained."""

    model: str
    text: str
    author: str = ""

    @property
    def key(self) -> str:
        """A short name that no other task has."""
        content = "\0".join((self.model, self.author, self.text))
        return hashlib.sha256(content.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Scored:
    """A score in logits and the characters it belongs to."""

    start: int
    stop: int
    score: float


@dataclass(frozen=True, slots=True)
class Explained:
    """An attribution without its text, as it is kept."""

    words: tuple[Scored, ...]
    tokens: tuple[Scored, ...]
    converged: bool

    @classmethod
    def of(cls, attribution: Attribution) -> "Explained":
        """What is worth keeping of an attribution."""
        return cls(_scores(attribution.words), _scores(attribution.tokens), attribution.converged)


class Record(JsonLines[tuple[str, Any]]):
    """The file of results; close it, or use it in `with`."""

    def __init__(self, file: Path) -> None:
        """Open or create it; half a line at its end counts as not done.

        Raises:
            OSError: the file cannot be read or written.
            AuthorshipError: it holds something else, or another run is adding to it.
        """
        super().__init__(file, b'{"task": ', _to_entry)
        self._done = dict(self.values)

    def logits(self, task: Task) -> tuple[float, ...] | None:
        """The logits kept for a text, or None."""
        value = self._done.get(task.key)
        return None if value is None else tuple(value)

    def keep_logits(self, task: Task, logits: tuple[float, ...]) -> None:
        """Write a text's logits."""
        self._keep(task, [round(logit, 5) for logit in logits])

    def explained(self, task: Task) -> Explained | None:
        """The explanation kept for a text, or None."""
        entry = self._done.get(task.key)
        if entry is None:
            return None
        return Explained(_read(entry["words"]), _read(entry["tokens"]), entry["converged"])

    def keep_explained(self, task: Task, explained: Explained) -> None:
        """Write an explanation."""
        words, tokens = map(_values, (explained.words, explained.tokens))
        self._keep(task, {"words": words, "tokens": tokens, "converged": explained.converged})

    def _keep(self, task: Task, value: Any) -> None:
        self.append(json.dumps({"task": task.key, "value": value}))
        self._done[task.key] = value


def _to_entry(line: Any) -> tuple[str, Any]:
    return line["task"], line["value"]


def _scores(scored: tuple[WordScore, ...] | tuple[TokenScore, ...]) -> tuple[Scored, ...]:
    return tuple(Scored(one.start, one.stop, round(one.score, 6)) for one in scored)


def _values(scored: tuple[Scored, ...]) -> list[list[float]]:
    return [[one.start, one.stop, one.score] for one in scored]


def _read(values: list[list[float]]) -> tuple[Scored, ...]:
    return tuple(Scored(int(start), int(stop), score) for start, stop, score in values)


SHORTEST_ENDED = 5
_ENDING_LENGTHS = (2, 3)
_MARKS = str.maketrans({"–": "—", "―": "—", "-": "—", "„": "«", "“": "»", "”": "»"})
_YO = str.maketrans("ё", "е")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a trait stands: `key` is what counts as the same, `form` how it is written there.

    `source` is the word in which an ending or piece stands; of a word or mark it is the key again.
    """

    kind: Kind
    key: str
    form: str
    source: str
    score: float
    name: bool


def find_occurrences(text: str, explained: Explained) -> Iterator[Occurrence]:
    """Every word or mark of the excerpt once, and the endings and pieces within.

    The scores of all words and marks add up to the attribution's; an ending has its whole word's score.
    Endings of names are left out: a hero's case endings say nothing of the author's grammar.
    """
    names = {start for start, _ in name_spans(text)}
    for word in explained.words:
        yield from _of_word(text[word.start : word.stop], word.score, word.start in names)
    yield from _pieces(text, explained, names)


def _of_word(word: str, score: float, name: bool) -> Iterator[Occurrence]:
    if not any(map(str.isalnum, word)):
        mark = fold_mark(word)
        yield Occurrence("mark", mark, mark, mark, score, False)
        return
    key = fold(word)
    yield Occurrence("word", key, word if name else word.lower(), key, score, name)
    if not name and len(key) >= SHORTEST_ENDED and key.isalpha():
        for length in _ENDING_LENGTHS:
            ending = "-" + key[-length:]
            yield Occurrence("ending", ending, ending, key, score, False)


def _pieces(text: str, explained: Explained, names: Container[int]) -> Iterator[Occurrence]:
    """The tokens that are but a part of a word, with hyphens where they are cut."""
    tokens = [token for token in explained.tokens if token.start < token.stop]
    spans = [(word.start, word.stop) for word in explained.words]
    owners = find_owners(text, spans, [(token.start, token.stop) for token in tokens])
    for token, owner in zip(tokens, owners, strict=True):
        word = explained.words[owner]
        piece = _cut(text, token, word)
        if piece:
            source = fold(text[word.start : word.stop])
            yield Occurrence("piece", piece, piece, source, token.score, word.start in names)


def _cut(text: str, token: Scored, word: Scored) -> str:
    """The piece as "пре-", "-ова-" or "-лся"; "" where the token is the whole word, or has no letter."""
    inside = text[token.start : token.stop].strip()
    before, after = token.start > word.start, token.stop < word.stop
    if not (before or after) or not inside.isalpha():
        return ""
    return f"{'-' if before else ''}{fold(inside)}{'-' if after else ''}"


def fold(word: str) -> str:
    """A word as the models' tokenizers read it: small letters, е for ё."""
    return word.lower().translate(_YO)


def fold_mark(mark: str) -> str:
    """One sign for all dashes, and for all quotes that open or close; three points are one mark."""
    return "…" if mark.strip(".") == "" and len(mark) > 1 else mark.translate(_MARKS)


MOST = {"word": 30, "mark": 10, "ending": 15, "piece": 15}
MOST_NAMES = 15
LEAST_UNITS = 2
# An ending or piece of one or two words only says again what these words say.
LEAST_SOURCES = {"word": 1, "mark": 1, "ending": 3, "piece": 3}


@dataclass(slots=True)
class _Sum:
    """One trait: its scores by excerpt, the forms it has, the words it stands in, and how often as a name."""

    scores: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    forms: Counter[str] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    names: int = 0

    def add(self, excerpt: int, occurrence: Occurrence) -> None:
        self.scores[excerpt] += occurrence.score
        self.forms[occurrence.form] += 1
        self.sources.add(occurrence.source)
        self.names += occurrence.name

    @property
    def is_name(self) -> bool:
        return 2 * self.names > self.forms.total()


class Tally:
    """Adds up an author's excerpts in one model."""

    def __init__(self) -> None:
        self._works: list[str] = []
        self._sums: dict[Kind, dict[str, _Sum]] = defaultdict(lambda: defaultdict(_Sum))

    @property
    def excerpts(self) -> int:
        """How many excerpts were added."""
        return len(self._works)

    @property
    def works(self) -> int:
        """Of how many works they are."""
        return len(set(self._works))

    def add(self, work: str, occurrences: Iterable[Occurrence]) -> None:
        """Count one excerpt of a work."""
        self._works.append(work)
        for occurrence in occurrences:
            self._sums[occurrence.kind][occurrence.key].add(self.excerpts - 1, occurrence)

    def total(self) -> float:
        """The scores of all words and marks: what the attributions add up to."""
        kinds: tuple[Kind, Kind] = ("word", "mark")
        return sum(sum(one.scores.values()) for kind in kinds for one in self._sums[kind].values())

    def names_share(self) -> float | None:
        """The share of names among what words add for the author, by whole sums; None if nothing does."""
        gains = [(max(sum(one.scores.values()), 0.0), one.is_name) for one in self._sums["word"].values()]
        whole = sum(gain for gain, _ in gains)
        return sum(gain for gain, name in gains if name) / whole if whole else None

    def strongest(self, kind: Kind) -> tuple[Trait, ...]:
        """The traits that speak for the author, the surest first, names besides.

        The order is by what remains of the sum without the one work that adds most (without the one excerpt
        for an author of one work), so that no book's hero or subject comes first; a trait must speak for
        the author in two works (excerpts) at least.
        """
        ranked = sorted(self._candidates(kind), key=lambda pair: (-pair[0], pair[1].text))
        traits = [trait for _, trait in ranked]
        if kind == "ending":
            traits = list(_distinct(traits))
        plain = [trait for trait in traits if not trait.name][: MOST[kind]]
        names = [trait for trait in traits if trait.name][:MOST_NAMES]
        chosen = {trait.text for trait in (*plain, *names)}
        return tuple(trait for trait in traits if trait.text in chosen)

    def _candidates(self, kind: Kind) -> Iterator[tuple[float, Trait]]:
        single = self.works == 1
        for one in self._sums[kind].values():
            by_work = self._by_work(one.scores)
            units = list(one.scores.values()) if single else list(by_work.values())
            rest = sum(units) - max(units)
            positive = sum(score > 0 for score in units)
            if positive < LEAST_UNITS or rest <= 0 or len(one.sources) < LEAST_SOURCES[kind]:
                continue
            works, excerpts = (sum(score > 0 for score in many.values()) for many in (by_work, one.scores))
            form = one.forms.most_common(1)[0][0]
            yield rest, Trait(form, sum(units), works, excerpts, one.is_name)

    def _by_work(self, scores: Mapping[int, float]) -> dict[str, float]:
        sums: dict[str, float] = defaultdict(float)
        for excerpt, score in scores.items():
            sums[self._works[excerpt]] += score
        return sums


def _distinct(traits: Iterable[Trait]) -> Iterator[Trait]:
    """Endings without those that end, or are the end of, a surer one."""
    taken: list[str] = []
    for trait in traits:
        letters = trait.text.lstrip("-")
        if not any(letters.endswith(other) or other.endswith(letters) for other in taken):
            taken.append(letters)
            yield trait

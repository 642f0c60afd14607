"""What was read and explained so far, a line each: an interrupted measurement goes on where it stopped."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from authorship.json_lines import JsonLines
from explain.datamodels import Attribution, TokenScore, WordScore


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

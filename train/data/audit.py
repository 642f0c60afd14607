"""What the corpus holds and where it might leak."""

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray

PERMUTATIONS = 64
SHINGLE_WORDS = 5
NEAR_DUPLICATE = 0.3

_WORD = re.compile(r"[а-яёa-z]+")
_NAME = re.compile(r"(?<=[а-яё,;] )(?!Я\b)[А-ЯЁ][а-яё]+")
_EMPTY = MinHash(num_perm=PERMUTATIONS, hashfunc=int)
_POWERS = np.array([pow(0x9E3779B1, power, 2**32) for power in range(SHINGLE_WORDS)], dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Signature:
    """One excerpt's MinHash, `(permutations,)`, with the work it is from."""

    split: str
    author: str
    work: str
    hashes: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two excerpts of different splits that share much of their wording."""

    first: str
    second: str
    similarity: float


@dataclass(slots=True)
class WorkReport:
    """What became of one work."""

    split: str
    author: str
    title: str
    characters: int
    kept: int
    excerpts: int
    dropped: dict[str, int]
    digest: int
    names: frozenset[str] = field(default_factory=frozenset)

    @property
    def place(self) -> str:
        """The work's name in messages and in audit.json."""
        return f"{self.split}/{self.author}/{self.title}"

    @property
    def removed_share(self) -> float:
        """The share of the characters that cleaning removed."""
        return 1 - self.kept / self.characters if self.characters else 0.0


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, ё as е."""
    return _WORD.findall(text.lower().replace("ё", "е"))


def digest(text: str) -> int:
    """A number that two texts share only if they have the same words in the same order."""
    data = " ".join(words_of(text)).encode()
    return zlib.crc32(data) << 32 | zlib.adler32(data)


def mid_sentence_names(text: str) -> frozenset[str]:
    """The capitalised words that stand after a word or a comma, so not at a sentence's head."""
    return frozenset(_NAME.findall(text))


def minhash(text: str) -> NDArray[np.uint32]:
    """The MinHash of a text's five-word runs, `(permutations,)`."""
    sketch = _EMPTY.copy()
    sketch.update_batch(shingles(text).tolist())
    hashes: NDArray[np.uint32] = sketch.hashvalues
    return hashes


def shingles(text: str) -> NDArray[np.uint32]:
    """A number for each run of five words, `(words - 4,)`; shorter texts are filled up."""
    words = np.fromiter((zlib.crc32(word.encode()) for word in words_of(text)), dtype=np.uint32)
    words = np.pad(words, (0, max(0, SHINGLE_WORDS - len(words))))
    count = len(words) - SHINGLE_WORDS + 1
    runs = np.zeros(count, dtype=np.uint32)
    for shift, power in enumerate(_POWERS):
        runs += words[shift : shift + count] * power
    return runs


def near_duplicates(
    signatures: Sequence[Signature], threshold: float = NEAR_DUPLICATE
) -> list[NearDuplicate]:
    """Pairs of excerpts from different splits whose estimated Jaccard similarity reaches `threshold`."""
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    pairs: list[NearDuplicate] = []
    for number, signature in enumerate(signatures):
        sketch = MinHash(hashvalues=signature.hashes, scheme=_EMPTY.scheme)
        for other in sorted(index.query(sketch)):
            similar = float((signatures[other].hashes == signature.hashes).mean())
            if signatures[other].split != signature.split and similar >= threshold:
                pairs.append(_pair(signatures[other], signature, similar))
        index.insert(number, sketch)
    return sorted(pairs, key=lambda pair: (-pair.similarity, pair.first, pair.second))


def _pair(first: Signature, second: Signature, similarity: float) -> NearDuplicate:
    """The pair as audit.json names it."""
    return NearDuplicate(_place(first), _place(second), round(similarity, 3))


def _place(signature: Signature) -> str:
    """The work of a signature as audit.json names it."""
    return f"{signature.split}/{signature.author}/{signature.work}"


def check_sides(reports: Iterable[WorkReport]) -> None:
    """ValueError where one work, by name or by its words, stands in two splits."""
    seen: dict[object, WorkReport] = {}
    for report in reports:
        for key in ((report.author, report.title), report.digest if report.kept else None):
            other = seen.setdefault(key, report) if key is not None else report
            if other.split != report.split:
                raise ValueError(
                    f"the same work is on both sides: {other.place} and {report.place}; remove one"
                )


def shared_names(reports: Iterable[WorkReport]) -> dict[str, float]:
    """For each test work the share of its names that stand in the same author's training works too."""
    known: dict[str, set[str]] = defaultdict(set)
    tested = []
    for report in reports:
        if report.split == "train":
            known[report.author] |= report.names
        elif report.split == "test":
            tested.append(report)
    return {
        f"{report.author}/{report.title}": round(
            len(report.names & known[report.author]) / len(report.names), 3
        )
        for report in tested
        if report.names
    }


def audit(reports: Sequence[WorkReport], pairs: Sequence[NearDuplicate]) -> dict[str, object]:
    """What audit.json holds."""
    return {
        "splits": {split: _split(reports, split) for split in dict.fromkeys(r.split for r in reports)},
        "dropped": dict(sum((Counter(report.dropped) for report in reports), Counter[str]())),
        "works": {report.place: _work(report) for report in reports},
        "near_duplicates": {
            "threshold": NEAR_DUPLICATE,
            "count": len(pairs),
            "pairs": [{"first": p.first, "second": p.second, "similarity": p.similarity} for p in pairs],
        },
        "shared_names": shared_names(reports),
    }


def _split(reports: Iterable[WorkReport], split: str) -> dict[str, object]:
    """The counts of one split, whole and by author."""
    own = [report for report in reports if report.split == split]
    authors = dict.fromkeys(report.author for report in own)
    by_author = {author: _counts([r for r in own if r.author == author]) for author in authors}
    return {**_counts(own), "authors": by_author}


def _counts(reports: Sequence[WorkReport]) -> dict[str, int]:
    """Works that gave excerpts, excerpts, characters read and kept."""
    return {
        "works": sum(report.excerpts > 0 for report in reports),
        "excerpts": sum(report.excerpts for report in reports),
        "characters_read": sum(report.characters for report in reports),
        "characters_kept": sum(report.kept for report in reports),
    }


def _work(report: WorkReport) -> dict[str, object]:
    """What audit.json says of one work."""
    return {
        "excerpts": report.excerpts,
        "characters_read": report.characters,
        "characters_kept": report.kept,
        "removed_share": round(report.removed_share, 4),
        "dropped": report.dropped,
    }

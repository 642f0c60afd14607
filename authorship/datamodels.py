"""The values that travel between the packages: frozen, slotted, free of tensors."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

BookFormat = Literal[
    "txt",
    "fb2",
    "epub",
    "docx",
    "html",
    "mht",
    "tei",
    "rtf",
    "odt",
]
NoticeCode = Literal[
    "damaged",
    "missing_parts",
    "replaced_characters",
    "several_files",
    "bent_names",
    "contents",
    "embedded",
    "encoding",
    "hidden",
    "mojibake",
    "notes",
    "other_files",
    "padding",
    "navigation",
    "stage_directions",
    "deleted_text",
    "markup",
    "hidden_marks",
    "look_alikes",
    "joined_words",
    "old_spelling",
    "unread_letters",
    "latin_letters",
    "long_text",
]
OutsideKind = Literal["noise", "repetition", "language", "markup", "modern", "other"]


@dataclass(frozen=True, slots=True)
class Author:
    """A writer the models know: `key` is the label, `label_id` its place among the logits."""

    key: str
    label_id: int
    name: str
    name_en: str
    born: int | None = None
    died: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A whole book or story of one author."""

    author: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of one work, some 2,500 characters that end with a sentence."""

    author: str
    work: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader of a book should know of how it was read.

    `code` never changes with the wording; the JSON calls it `kind`. `count` is of parts, characters, words,
    files or of what was left out, of `unread_letters` in percent; 0 where nothing is counted. `name` is the
    file's that it speaks of, if it does.
    """

    code: NoticeCode
    message: str
    count: int = 0
    name: str = ""

    def to_contract(self) -> dict[str, str]:
        """The notice as the JSON of every command and endpoint gives it."""
        return {"kind": self.code, "text": self.message}


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A file's text and the encoding it was read in; the `notices` say what was repaired."""

    text: str
    encoding: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter's heading: the character of the text at which it starts, and its words in one line.

    `level` is 1 for the largest parts and grows inwards: volume, part, chapter, section.
    """

    start: int
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Book:
    """The text of a book file, one line a paragraph unless it was plain text already.

    `encoding` is the text's or the FictionBook's, None where the format leaves no choice. `headings` are the
    chapters' in the order of the text.
    """

    text: str
    format: BookFormat
    encoding: str | None
    title: str
    notices: tuple[Notice, ...] = ()
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """The tokens that a model reads at once, special tokens at both ends included.

    `offsets[i]` are the characters `(start, stop)` of the whole text that token `i` covers;
    special tokens cover nothing: `start == stop`.
    """

    input_ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    special: tuple[bool, ...]

    @property
    def tokens(self) -> int:
        """How many tokens of text the window holds, special ones not counted."""
        return len(self.special) - sum(self.special)


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text cut into windows of nearly equal length that together hold every token once."""

    text: str
    windows: tuple[Window, ...]

    @property
    def tokens(self) -> int:
        """How many tokens of text all windows hold together."""
        return sum(window.tokens for window in self.windows)

    @property
    def weights(self) -> tuple[float, ...]:
        """Each window's share of the tokens; they add up to one."""
        return tuple(window.tokens / self.tokens for window in self.windows)


@dataclass(frozen=True, slots=True)
class RankedAuthor:
    """An author and the probability a model gives them."""

    author: Author
    probability: float


@dataclass(frozen=True, slots=True)
class NearWork:
    """A work that the model learned from, its author's key, and how far a text is from it, 0 to 2."""

    author: str
    title: str
    distance: float


@dataclass(frozen=True, slots=True)
class NearestWorks:
    """The known works nearest to a text by all of a model's scores, the nearest first.

    `right` is the share of `measured` test excerpts at the first one's distance whose nearest work was their
    author's, None where that was not measured.
    """

    works: tuple[NearWork, ...]
    right: float | None = None
    measured: int = 0


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one model says of one text; `logits` and `probabilities` stand in label order.

    `unknown` is true where the model abstains: none of its authors is likely to have written this.
    `calibrated` is false where nothing was measured that makes the probabilities honest.
    `nearest` are the works nearest to the text, None where the bundle brings none.
    """

    authors: tuple[Author, ...]
    logits: tuple[float, ...]
    probabilities: tuple[float, ...]
    unknown: bool
    seconds: float
    calibrated: bool = True
    nearest: NearestWorks | None = None

    def top_k(self, k: int) -> tuple[RankedAuthor, ...]:
        """The `k` most probable authors, by falling probability."""
        ranked = sorted(zip(self.authors, self.probabilities, strict=True), key=lambda pair: -pair[1])
        return tuple(RankedAuthor(author, probability) for author, probability in ranked[:k])


@dataclass(frozen=True, slots=True)
class Outside:
    """Why a text is nothing that the models can judge: its kind, and a sentence in English.

    `language` is the ISO 639-1 code where the kind is "language" and the language was told, else "". The
    kind "other" is of words in no order of prose. `partly`: a good part of the text is prose of the time.
    """

    kind: OutsideKind
    reason: str
    language: str = ""
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the text itself is, whoever wrote it.

    `outside` is None where the models may be asked. `modern` is the probability that the prose is of today
    rather than of the models' time, 0 where no judge was fitted.
    """

    outside: Outside | None = None
    modern: float = 0.0


@dataclass(frozen=True, slots=True)
class Passage:
    """One window of a book: the characters `start` to `stop` of its text, and a model's logits there.

    `logits` stand in label order. `tokens` is how many the window holds, `outside` whether it is nothing that
    the models can judge. One that lies `between` two others holds the second half of one and the first of the
    next: it tells where authors change, and does not count for the whole.
    """

    start: int
    stop: int
    logits: tuple[float, ...]
    tokens: int = 1
    outside: bool = False
    between: bool = False

    @property
    def middle(self) -> int:
        """The character halfway: a passage across a border is told to lie where this one does."""
        return (self.start + self.stop) // 2


@dataclass(frozen=True, slots=True)
class Change:
    """The character of a book's text where the leading author changes."""

    offset: int
    before: Author
    after: Author


@dataclass(frozen=True, slots=True)
class Stretch:
    """The characters `start` to `stop` of a book that stand under one author.

    `certainty` is the mean of the author's probability over the stretch's passages. `unknown` is true where
    the model names nobody: `author` is then merely the likeliest of those it knows. `outside` is true where
    most of the stretch is nothing that the models can judge.
    """

    start: int
    stop: int
    author: Author
    certainty: float
    unknown: bool
    outside: bool = False


@dataclass(frozen=True, slots=True)
class RollingAttribution:
    """What one model says along a whole book: its passages and its stretches, both in reading order.

    The stretches cover all that was read; no two neighbours have the same author.
    """

    passages: tuple[Passage, ...]
    whole: Prediction
    stretches: tuple[Stretch, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Where one stretch ends and the next begins."""
        return tuple(
            Change(after.start, before.author, after.author) for before, after in pairwise(self.stretches)
        )

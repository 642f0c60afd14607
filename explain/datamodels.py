"""What an explanation is: signed scores of words and tokens, and how exact they are."""

from dataclasses import asdict, dataclass
from typing import Any

from authorship.datamodels import Author

CONFIDENT_ERROR = 0.05


@dataclass(frozen=True, slots=True)
class TokenScore:
    """A token as the model sees it, such as "##ами", and its score in logits.

    It covers the characters `start` to `stop` of the text; special tokens cover nothing.
    """

    start: int
    stop: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class WordScore:
    """A word, exactly the characters `start` to `stop` of the text, and its score in logits."""

    start: int
    stop: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """Why one model gives one author the logit `score`: what each word adds to `baseline_score`.

    `baseline_score` is the logit of the same text with every token masked. The words' scores and
    those of special tokens add up to `score - baseline_score - convergence_delta`.
    `relative_error` is the delta as a share of that difference. A small one can be luck, so
    `word_error` estimates the scores' own error, as a share of the sum of their absolute values.
    `n_steps` gradients were taken for each window, `seconds` is the time they took; authors explained
    together share both.
    """

    author: Author
    words: tuple[WordScore, ...]
    tokens: tuple[TokenScore, ...]
    score: float
    baseline_score: float
    convergence_delta: float
    relative_error: float
    n_steps: int
    seconds: float
    word_error: float = 0.0

    def to_contract(self) -> dict[str, Any]:
        """The values that programs are promised: words with offsets and scores, sums and errors."""
        values = asdict(self)
        del values["author"], values["tokens"], values["word_error"]
        return values

    def is_exact(self, tolerance: float) -> bool:
        """Whether the scores add up, and each of them stands, within `tolerance`."""
        return self.error <= tolerance

    @property
    def error(self) -> float:
        """The larger of both errors: what a reader should be told."""
        return max(self.relative_error, self.word_error)

    @property
    def converged(self) -> bool:
        """Whether the scores are exact enough to be shown with confidence."""
        return self.is_exact(CONFIDENT_ERROR)


@dataclass(frozen=True, slots=True)
class AttributionProgress:
    """Some nodes were evaluated: `done` of the `expected` that the present level needs.

    `expected` grows where a level was not exact enough. `partial` is the explanation so far,
    at the end of each level, and None within one.
    """

    done: int
    expected: int
    partial: Attribution | None


@dataclass(frozen=True, slots=True)
class JointProgress:
    """The same for several authors whose gradients come from the same forward passes.

    `partials` holds one explanation an author at the end of each level and is empty within one.
    """

    done: int
    expected: int
    partials: tuple[Attribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far two models decide for the same reasons.

    `spearman` ranks the signed scores of all words and is None where one model's are all equal;
    `top_overlap` is the share of the ten strongest words that both models have in common.
    """

    spearman: float | None
    top_overlap: float

"""Both models and the judge on texts of any length: what the command line and a library ask."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from authorship.datamodels import Judgement, Notice, Prediction, RollingAttribution
from authorship.engines.choice import compile_bundle
from authorship.models.bundle import ModelBundle
from authorship.predict.hands import Part, join_stretches
from authorship.predict.prediction import predict
from authorship.predict.sliding import passage_judge, read_along, summarise

LONG_TEXT = 10_000  # characters; from here on a text is read along, as a book, and hands are told apart


@dataclass(frozen=True, slots=True)
class PairPrediction:
    """What both models say of a text, what the text itself is, and its parts if several hands wrote it."""

    teacher: Prediction
    student: Prediction
    judgement: Judgement
    stretches: tuple[Part, ...] = ()


class Pair:
    """Teacher and student; for long texts compiled once the first of them comes."""

    def __init__(self, teacher: ModelBundle, student: ModelBundle) -> None:
        self.teacher, self.student = teacher, student

    @cached_property
    def _compiled(self) -> tuple[ModelBundle, ModelBundle]:
        return compile_bundle(self.teacher), compile_bundle(self.student)

    def judge(self, text: str) -> Judgement:
        """What `text` itself is."""
        return judge_text(text, self.teacher, self.student)

    def predict(self, text: str) -> PairPrediction:
        """Who wrote `text`; a book streams through, so that its length takes little memory.

        Raises:
            TextError: the text holds no token.
        """
        judgement = self.judge(text)
        if len(text) < LONG_TEXT:
            first, second = predict(self.teacher, text), predict(self.student, text)
            return PairPrediction(refuse(first, judgement), refuse(second, judgement), judgement)
        teacher, student = self.read(text)
        parts = () if judgement.outside else join_stretches(teacher.stretches, student.stretches)
        return PairPrediction(
            refuse(teacher.whole, judgement), refuse(student.whole, judgement), judgement, parts
        )

    def read(self, text: str, between: bool = True) -> tuple[RollingAttribution, RollingAttribution]:
        """Every window of `text` by both models, see `read_along`, and what they come to.

        Raises:
            TextError: the text holds no token.
        """
        is_outside = passage_judge(text, self.teacher.judge or self.student.judge)
        teacher, student = (_read(bundle, text, between, is_outside) for bundle in self._compiled)
        return teacher, student


def judge_text(text: str, teacher: ModelBundle, student: ModelBundle) -> Judgement:
    """What `text` itself is, by the judge that a model brings; without one anything may be asked."""
    judge = teacher.judge or student.judge
    return judge.judge(text) if judge else Judgement()


def long_text_notices(text: str) -> tuple[Notice, ...]:
    """That a text read as one hand's is long enough to hold several; nothing of a shorter one."""
    length = len(text.strip())
    message = f"The text has {length:,} characters and was read as one hand's: /book tells hands apart."
    return (Notice("long_text", message, length),) if length >= LONG_TEXT else ()


def refuse(prediction: Prediction, judgement: Judgement) -> Prediction:
    """The prediction, which names nobody where the text is nothing that the models can judge."""
    return replace(prediction, unknown=prediction.unknown or judgement.outside is not None)


def _read(
    bundle: ModelBundle, text: str, between: bool, is_outside: Callable[[int, int], bool]
) -> RollingAttribution:
    started = time.perf_counter()
    passages = tuple(read_along(bundle, text, between, is_outside=is_outside))
    return summarise(bundle, passages, time.perf_counter() - started)

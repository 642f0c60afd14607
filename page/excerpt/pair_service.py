"""The pair of models at work for the page: nothing is computed twice for the same text."""

from collections.abc import Generator, Iterator
from contextlib import nullcontext
from dataclasses import replace

from authorship.datamodels import Author, EncodedText
from authorship.encode import encode, window_capacity
from authorship.engines.engine import BatchingEngine
from authorship.errors import BundleError, TextError
from authorship.models.bundle import ModelBundle
from authorship.models.digest import Hashes
from authorship.models.source import Role
from authorship.predict.prediction import engine_of, predict_encoded
from authorship.predict.predictor import judge_text, refuse
from authorship.text.decode import check_text
from explain.agreement import CrossTransfer, Scale
from explain.attribution import attributing, contrast
from explain.datamodels import Attribution, AttributionProgress
from explain.faithfulness import Explained, measure_transfer
from page.excerpt.results import ROLES, Reading, Reasons
from page.excerpt.verdict import Sample
from page.scheduler.turns import LONG_PREDICTION, Gate
from page.storage.cache import Recent, Room, attribution_bytes, encoded_bytes, reading_bytes, text_bytes

LONGEST_TEXT = 100_000
LONGEST_TRANSFER = 10_000  # characters; a page of 2,500 takes 0.75 s of one core


class Reader:
    """Reads texts with both models and explains them; one instance serves every visitor."""

    def __init__(
        self,
        teacher: ModelBundle,
        student: ModelBundle,
        gate: Gate | None = None,
        scale: Scale | None = None,
        room: Room | None = None,
    ) -> None:
        """Both models read for several visitors at once; what takes longer passes the `gate` step by step.

        `scale` is what the pair's agreement was measured to be, `room` what all that is kept for visitors
        shares.
        """
        self._gate = gate or Gate()
        self.teacher = _shared(teacher, self._gate)
        self.student = _shared(student, self._gate)
        self.scale = scale
        self._alike = _tokenize_alike(teacher, student)
        self.authors = _union(teacher, student)
        self.room = room or Room()
        self.sample: Sample | None = None
        self._readings: Recent[str, Reading] = Recent(self.room, lambda _, reading: reading_bytes(reading))
        self._encoded: Recent[tuple[Role, str], EncodedText] = Recent(
            self.room, lambda _, encoded: encoded_bytes(encoded)
        )
        self._reasons: Recent[tuple[Role, str, str], Attribution] = Recent(
            self.room, lambda key, found: text_bytes(key[1]) + attribution_bytes(found)
        )
        self._transfers: Recent[tuple[str, str], CrossTransfer | None] = Recent(
            self.room, lambda key, _: text_bytes(key[0])
        )

    def bundle(self, role: Role) -> ModelBundle:
        """One of the two models."""
        return self.teacher if role == "teacher" else self.student

    @property
    def uncalibrated(self) -> tuple[Role, ...]:
        """The models whose percentages were never measured against held-out works."""
        return tuple(role for role in ROLES if not self.bundle(role).calibration.chosen)

    def author(self, key: str) -> Author:
        """An author that at least one model knows.

        Raises:
            BundleError: neither does.
        """
        for author in self.authors:
            if author.key == key:
                return author
        raise BundleError(f"No author {key!r}; known are {', '.join(author.key for author in self.authors)}.")

    def read(self, text: str) -> Reading:
        """Ask both models who wrote a text; a long one is read a few windows at a time, after all others.

        Raises:
            TextError: the text is too short, too long or not Cyrillic.
        """
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        check_length(text)
        check_text(text)
        with self._gate.predicting() if len(text) <= LONG_PREDICTION else nullcontext():
            return self._readings.get(text, lambda: self._read(text))

    def _read(self, text: str) -> Reading:
        teacher, student = self._encode("teacher", text), self._encode("student", text)
        judgement = judge_text(text, self.teacher, self.student)
        return Reading(
            text=text,
            windows=max(len(teacher.windows), len(student.windows)),
            teacher=refuse(predict_encoded(self.teacher, teacher), judgement),
            student=refuse(predict_encoded(self.student, student), judgement),
            judgement=judgement,
            hashes=Hashes.of(text, self.teacher, self.student),
        )

    def _encode(self, role: Role, text: str) -> EncodedText:
        role = "teacher" if self._alike else role
        return self._encoded.get((role, text), lambda: encode(text, self.bundle(role).tokenizer))

    def explaining(self, role: Role, text: str, key: str) -> Iterator[Reasons]:
        """One model's reasons for an author, growing by each gradient; the last is "done" or "stranger"."""
        known = self._reasons.find((role, text, key))
        if known is not None:
            yield Reasons("done", known)
            return
        bundle = self.bundle(role)
        if all(author.key != key for author in bundle.authors):
            yield Reasons("stranger")
            return
        steps = attributing(bundle, self._encode(role, text), self.author(key))
        final = yield from _following(steps, self._gate)
        self._reasons.keep((role, text, key), final)
        yield Reasons("done", final, final.n_steps, final.n_steps)

    def weighing(self, role: Role, text: str, key: str, rival: str) -> Iterator[Reasons]:
        """One model's reasons for an author rather than a rival; where `rival` is "", for the author."""
        first, second, shown = Reasons(), Reasons(), Reasons()
        for first in self.explaining(role, text, key):
            hidden = rival and first.stage != "stranger"
            yield replace(first, attribution=None, stage="running") if hidden else first
        if not rival or first.attribution is None:
            return
        for step in self.explaining(role, text, rival):
            if step is not second:
                both = contrast(first.attribution, step.attribution) if step.attribution else None
                second, shown = step, replace(step, attribution=both)
            yield shown

    def transfer(self, text: str, key: str) -> CrossTransfer | None:
        """What each model loses by the other's reasons; None of a long text or without both explanations."""
        teacher, student = self._explained("teacher", text, key), self._explained("student", text, key)
        if teacher is None or student is None or len(text) > LONGEST_TRANSFER:
            return None
        self._gate.give_way()
        return self._transfers.get((text, key), lambda: measure_transfer(teacher, student))

    def _explained(self, role: Role, text: str, key: str) -> Explained | None:
        found = self._reasons.find((role, text, key))
        if found is None or not found.converged:
            return None
        return Explained(self.bundle(role), self._encode(role, text), found)


def check_length(text: str) -> None:
    """Refuse a text longer than the page reads.

    Raises:
        TextError: it is; `limit` is in characters.
    """
    if len(text) > LONGEST_TEXT:
        message = f"The text has {len(text):,} characters; the page reads up to {LONGEST_TEXT:,}."
        raise TextError("too_large", message, characters=len(text), limit=LONGEST_TEXT)


def _following(
    steps: Generator[AttributionProgress, None, Attribution], gate: Gate
) -> Generator[Reasons, None, Attribution]:
    """Pass on each step with the best explanation so far; the value is the final one.

    A step that brings nothing new yields the same object again.
    """
    reasons = Reasons("running")
    while True:
        gate.give_way()
        try:
            step = next(steps)
        except StopIteration as stop:
            final: Attribution = stop.value
            return final
        if step.partial or (step.done, step.expected) != (reasons.done, reasons.expected):
            best = step.partial or reasons.attribution
            reasons = replace(reasons, attribution=best, done=step.done, expected=step.expected)
        yield reasons


def _shared(bundle: ModelBundle, gate: Gate) -> ModelBundle:
    """The same bundle; texts that wait are read together, and long ones give way between their parts."""
    return replace(bundle, engine=BatchingEngine(engine_of(bundle), gate.give_way))


def _tokenize_alike(teacher: ModelBundle, student: ModelBundle) -> bool:
    """Whether one encoding serves both models."""
    ours, others = teacher.tokenizer, student.tokenizer
    if window_capacity(ours) != window_capacity(others):
        return False
    return ours.backend_tokenizer.to_str() == others.backend_tokenizer.to_str()


def _union(teacher: ModelBundle, student: ModelBundle) -> tuple[Author, ...]:
    """Everyone whom either model knows, by key."""
    known = {author.key: author for author in (*student.authors, *teacher.authors)}
    return tuple(sorted(known.values(), key=lambda author: author.name))

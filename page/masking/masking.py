"""The pair of models asked again about an excerpt some of whose words are masked."""

from authorship.datamodels import EncodedText
from authorship.encode.windows import encode
from authorship.models.source import Role
from explain.masking_modes import Cover, covered_words
from explain.verification import maskable_words, predict_masked
from explain.words import Span
from page.excerpt.pair_service import Reader
from page.masking.masks import Masked
from page.storage.cache import Recent
from page.storage.weights import masked_bytes, spans_bytes, text_bytes


class Checker:
    """Finds words and masks them; one instance serves every visitor, nothing is computed twice."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._words: Recent[str, tuple[Span, ...]] = Recent(
            reader.room, lambda text, words: text_bytes(text) + spans_bytes(words)
        )
        self._masked: Recent[tuple[str, tuple[Span, ...]], Masked] = Recent(
            reader.room, lambda key, masked: text_bytes(key[0]) + masked_bytes(masked)
        )

    def words(self, text: str) -> tuple[Span, ...]:
        """The words that can be masked one by one, in order."""
        return self._words.get(
            text, lambda: maskable_words(self._encode("teacher", text), self._encode("student", text))
        )

    def pressed(self, text: str, offset: int, everywhere: bool) -> frozenset[Span]:
        """The word over a character, with all its occurrences if asked for; empty where there is none."""
        words = self.words(text)
        found = [(start, stop) for start, stop in words if start <= offset < stop]
        if not (found and everywhere):
            return frozenset(found)
        form = text[slice(*found[0])].lower()
        return frozenset((start, stop) for start, stop in words if text[start:stop].lower() == form)

    def covered(self, text: str, cover: Cover) -> tuple[Span, ...]:
        """The words that a position of the switch masks."""
        return covered_words(text, self.words(text), cover)

    def ask(self, text: str, spans: tuple[Span, ...]) -> Masked:
        """What both models say of a text without the words of `spans`."""
        return self._masked.get((text, spans), lambda: self._ask(text, spans))

    def _ask(self, text: str, spans: tuple[Span, ...]) -> Masked:
        teacher, student = self._encode("teacher", text), self._encode("student", text)
        return Masked(
            sum(any(map(str.isalnum, text[start:stop])) for start, stop in self.words(text)),
            spans,
            predict_masked(self.reader.teacher, teacher, spans),
            predict_masked(self.reader.student, student, spans),
        )

    def _encode(self, role: Role, text: str) -> EncodedText:
        return encode(text, self.reader.bundle(role).tokenizer)

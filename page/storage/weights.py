"""How many bytes of memory the values take that are kept for visitors, counted from their parts.

A count of parts times what CPython takes for one; what is shared by all, such as authors, weighs nothing.
"""

from collections.abc import Sized
from sys import getsizeof
from typing import TYPE_CHECKING

from authorship.datamodels import EncodedText, Prediction
from explain.datamodels import Attribution
from page.excerpt.results import Reading
from page.masking.masks import Masked, Masks

if TYPE_CHECKING:
    from page.book.reading import BookReading
    from page.session import Session

_OBJECT = 120
_NUMBER, _POINTER = 24, 8
_TOKEN = 170  # an id, a pair of offsets, a flag, and the places of all these
_SCORE = 260  # a word's or piece's offsets, text and number
_SPAN = 130
_COMPARED = 6_000  # a part's figures, with what is usual


def text_bytes(text: str) -> int:
    """A string; one with a character beyond the basic plane takes four bytes for each."""
    return getsizeof(text)


def encoded_bytes(encoded: EncodedText) -> int:
    """A text cut into windows, and the text."""
    return text_bytes(encoded.text) + _TOKEN * sum(len(window.input_ids) for window in encoded.windows)


def prediction_bytes(prediction: Prediction) -> int:
    """Logits and probabilities, and the nearest works, whose titles are the model's own."""
    near = len(prediction.nearest.works) if prediction.nearest else 0
    return _OBJECT * (1 + near) + 2 * _numbers(prediction.logits)


def reading_bytes(reading: Reading) -> int:
    """Both predictions and the text."""
    predictions = prediction_bytes(reading.teacher) + prediction_bytes(reading.student)
    return _OBJECT + text_bytes(reading.text) + predictions


def attribution_bytes(attribution: Attribution | None) -> int:
    """The scores of words and pieces."""
    return _SCORE * (len(attribution.words) + len(attribution.tokens)) if attribution else 0


def scores_bytes(scored: Sized) -> int:
    """The scores of words."""
    return _SCORE * len(scored)


def spans_bytes(spans: Sized) -> int:
    """Offsets of words."""
    return _OBJECT + _SPAN * len(spans)


def masked_bytes(masked: Masked) -> int:
    """What both models say of a masked text."""
    return spans_bytes(masked.spans) + prediction_bytes(masked.teacher) + prediction_bytes(masked.student)


def book_bytes(reading: "BookReading") -> int:
    """A book, its file where that is kept, and each passage read so far."""
    tracks = reading.teacher, reading.student
    read = sum(len(track.passages) * _passage_bytes(len(track.authors)) for track in tracks)
    headings = sum(_OBJECT + text_bytes(heading.text) for heading in reading.book.headings)
    known = headings + _COMPARED * len(reading.compared)
    return _OBJECT + text_bytes(reading.book.text) + len(reading.data) + known + read


def _passage_bytes(labels: int) -> int:
    """A passage's place and logits, and its probabilities and their copy in single precision."""
    return 4 * _OBJECT + labels * (_NUMBER + _POINTER + 8)


def session_bytes(session: "Session") -> int:
    """What one browser tab shows of excerpts, and the file that it may open in another encoding."""
    reading, masks = session.reading, session.masks
    shown = 0 if reading is None else reading_bytes(reading)
    reasons = sum(attribution_bytes(one.attribution) for one in (session.teacher, session.student))
    masked = 0 if session.masked is None else masked_bytes(session.masked)
    return 10 * _OBJECT + len(session.upload) + shown + reasons + masked + _masks_bytes(masks)


def _masks_bytes(masks: Masks) -> int:
    """Sets of spans take a table of twice as many places; the spans themselves are shared."""
    sets = 64 * sum(map(len, (*masks.past, masks.pressed)))
    return sets + _OBJECT * len(masks.past) + spans_bytes(masks.covered) + _SPAN * len(masks.pressed)


def _numbers(values: Sized) -> int:
    return _OBJECT + (_NUMBER + _POINTER) * len(values)

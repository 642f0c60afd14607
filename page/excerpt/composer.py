"""The composer as HTML: what it folds to after a verdict, and the coloured example under it until then."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from zlib import crc32

from explain.datamodels import WordScore
from explain.report.highlights import escape as inert
from explain.report.highlights import render_words
from page.examples import EXAMPLES, example_text, is_known
from page.excerpt.results import Reading
from page.excerpt.verdict import say_verdict
from page.i18n.messages import Messages
from page.i18n.wording import counted

if TYPE_CHECKING:
    from page.excerpt.pair_service import Reader
    from page.session import Session

logger = logging.getLogger(__name__)
_QUOTED = 60  # characters of the text in the line
_SHOWN = 700  # of the example: what a first screen has room for


@dataclass(frozen=True, slots=True)
class Sample:
    """A pastiche as the models in use read it, and the student's reasons for its own first author."""

    reading: Reading
    words: tuple[WordScore, ...]


def prepare_sample(reader: Reader) -> None:
    """Read and explain the first example for the first screen, which has none until then; for a thread.

    Of models that do not know its manner there is none.
    """
    if not is_known(EXAMPLES[0], reader.authors):
        return
    try:
        chosen = reader.read(example_text(EXAMPLES[0]))
        key = chosen.student.top_k(1)[0].author.key
        *_, last = reader.explaining("student", chosen.text, key)
        if last.attribution and not chosen.verdict.outside:
            reader.sample = Sample(chosen, last.attribution.words)
    except Exception as error:
        logger.warning("There is no example on the first screen: %s", type(error).__name__)


def render_sample(sample: Sample | None, words: Messages) -> str:
    """The beginning of the example with its words coloured, to the end of a sentence."""
    if sample is None:
        return ""
    text = sample.reading.text
    stop = max((text.rfind(mark, 0, _SHOWN) for mark in ".!?…"), default=-1) + 1 or min(_SHOWN, len(text))
    shown = [word for word in sample.words if word.stop <= stop]
    said = words.sample.format(verdict=say_verdict(sample.reading, words))
    body = render_words(text[:stop], shown, language=words.language)
    return f'<figure class="sample"><figcaption>{escape(said)}</figcaption>{body}</figure>'


def render_composed(session: Session, reading: Reading, words: Messages) -> str:
    """The first words of the text on one line, with buttons to open the box again and to empty it.

    The checksum tells whether the box still holds that text.
    """
    checksum = f"{crc32(reading.text.encode(errors='replace')):08x}"
    quoted = words.quoted.format(text=_first_words(reading.text))
    length = counted(len(reading.text), words.characters, words)
    return (
        f'<div class="composed" data-result="{inert(session.result)}" data-crc="{checksum}">'
        f'<button type="button" data-edit><i>{inert(quoted)}</i> '
        f"<span>{escape(length)}</span> <u>{escape(words.edit)}</u></button> "
        f'<button type="button" data-clear>{escape(words.clear)}</button></div>'
    )


def _first_words(text: str) -> str:
    """As many whole words as a line takes, with an ellipsis where there are more."""
    line = " ".join(text[: 4 * _QUOTED].split())
    if len(line) <= _QUOTED and len(text) <= 4 * _QUOTED:
        return line
    return f"{line[:_QUOTED].rsplit(' ', 1)[0].rstrip(',;:–—- ')}…"

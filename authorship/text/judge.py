"""Whether a text is the kind of prose that the models were made on, judged before any author is named.

Four questions: does the text say one thing over and over; do its letters follow each other as in Russian
prose (a model of four symbols smoothed as by Witten and Bell 1991, doi 10.1109/18.87000); do its words follow
each other as in Russian prose; and does it sound like today (a logistic model of hashed n-grams of letters
and words). What is outside is then named, other languages by py3langid.

A judge is fitted by `python -m train.judge` and lies in a model's folder as `judge.safetensors`: numbers, no
code and no text. Without one every text may be asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from authorship.datamodels import Judgement, Outside, OutsideKind
from authorship.errors import BundleError
from authorship.text.letters.folding import fold
from authorship.text.ngrams import (
    FEATURES,
    FOUR_GRAMS,
    PAIRS,
    WORDS,
    four_grams,
    hashed_ngrams,
    hashed_words,
    share_of_signs,
    to_symbols,
)

JUDGE_FILE = "judge.safetensors"
WINDOW = 2_500  # characters; a longer text is judged by windows
_MOST_WINDOWS = 60
_LEAST_SYMBOLS = 50
_LATIN = 0.25
# Bits a symbol from which on letters follow each other as in no language written with these letters.
_NOISE = 8.0
# From where most period prose lies to its limit, measure by measure: the unit in which excesses compare.
_REACH = {"surprise": 0.8, "strange_pairs": 0.25, "signs": 0.016, "modern": 5.0}
_NAMES: dict[str, OutsideKind] = {
    "surprise": "noise", "strange_pairs": "other", "signs": "markup", "modern": "modern"
}  # fmt: skip
_OF_THE_TIME = 0.1  # the probability of being today's, below which a part of a text is prose of the time
_PARTLY = 0.25  # of the parts
_LANGUAGES = {
    "be": "Belarusian", "bg": "Bulgarian", "kk": "Kazakh", "ky": "Kyrgyz", "mk": "Macedonian",
    "mn": "Mongolian", "sr": "Serbian", "uk": "Ukrainian",
}  # fmt: skip
_SURE_OF_LANGUAGE = 0.9
_REASONS: dict[OutsideKind, str] = {
    "noise": "Letters do not follow each other here as they do in Russian words.",
    "repetition": "The text says the same over and over.",
    "markup": "The text has many digits, signs or Latin letters, as markup, tables and lists have.",
    "modern": "The text sounds like today's Russian, not like the prose that the models were made on.",
    "other": "The words do not follow each other here as they do in prose.",
}


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured of a text, or the limits that period prose keeps at some length.

    surprise: mean bits a symbol, given the three before it.
    strange_pairs: of neighbouring common words, the share that hardly ever are neighbours in period prose.
    repeated: the share of eight neighbouring words that stood in the text before.
    signs: the share of digits and signs that prose hardly has.
    modern: the logit of being today's Russian, period prose and others weighed alike.
    """

    surprise: float
    strange_pairs: float
    repeated: float
    signs: float
    modern: float

    def exceeded(self, limits: "Measures") -> tuple[str, ...]:
        """The names of the measures that lie above the limits."""
        names = (field.name for field in fields(self))
        return tuple(name for name in names if getattr(self, name) > getattr(limits, name))


@dataclass(frozen=True, slots=True)
class Judge:
    """What was fitted to period prose and to other texts.

    surprise: sixteenths of a bit for each four symbols, `uint8` `(FOUR_GRAMS,)`.
    common: one bit for each hashed word, set where period prose has it often, `uint8` `(WORDS // 8,)`.
    pairs: one bit for each hashed pair of such words that period prose has as often as chance would or
        nearly, `uint8` `(PAIRS // 8,)`.
    modern: the weight of each hashed n-gram, `float16` `(FEATURES,)`; `intercept` `(1,)`.
    lengths: characters, rising, `(lengths,)`; `limits` `(lengths, 5)`, the measures' limits at those.
    """

    surprise: NDArray[np.uint8]
    common: NDArray[np.uint8]
    pairs: NDArray[np.uint8]
    modern: NDArray[np.float16]
    intercept: NDArray[np.float32]
    lengths: NDArray[np.float32]
    limits: NDArray[np.float32]

    def judge(self, text: str) -> Judgement:
        """What `text` is, its letters folded; of a long one its windows are judged, and most of them decide.

        Of a text too short to be measured nothing is said.
        """
        found = [self._judge_window(window) for window in cut_windows(text)]
        outside = [one.outside for one in found if one.outside is not None]
        modern = float(np.mean([one.modern for one in found])) if found else 0.0
        if 2 * len(outside) <= len(found):
            return Judgement(None, modern)
        what = max(outside, key=outside.count)
        parts = found if len(found) > 3 else [self._judge_window(part) for part in _cut(text, 3)]
        return Judgement(replace(what, partly=what.kind != "other" and _has_prose(parts)), modern)

    def is_outside(self, text: str) -> bool:
        """Whether `text` is nothing that the models can judge."""
        return self.judge(text).outside is not None

    def _judge_window(self, window: str) -> Judgement:
        text = fold(window).text
        symbols = to_symbols(text)
        if len(symbols) < _LEAST_SYMBOLS:
            return Judgement()
        measures = self._measure(symbols)
        modern = 1 / (1 + float(np.exp(-measures.modern)))
        limits = self.limits_at(len(text))
        outside = _name(text, symbols, measures, limits) if measures.exceeded(limits) else None
        return Judgement(outside, modern)

    def measure(self, text: str) -> Measures:
        """The measures of a text, which should be no longer than a window."""
        return self._measure(to_symbols(text))

    def _measure(self, symbols: NDArray[np.uint8]) -> Measures:
        words, ngrams = hashed_words(symbols), hashed_ngrams(symbols)
        common = _bits(self.common, words.single)
        known = _bits(self.pairs, words.pairs[common[:-1] & common[1:]])
        return Measures(
            surprise=float(self.surprise[four_grams(symbols)].mean()) / 16,
            strange_pairs=1 - float(known.mean()) if len(known) else 0.0,
            repeated=1 - len(set(words.eights.tolist())) / max(len(words.eights), 1),
            signs=share_of_signs(symbols),
            modern=float(self.modern[ngrams].astype(np.float32).sum()) / len(ngrams) ** 0.5
            + float(self.intercept[0]),
        )

    def limits_at(self, characters: int) -> Measures:
        """What hardly any period prose of so many characters exceeds."""
        place = np.log(max(characters, 1))
        return Measures(*(float(np.interp(place, np.log(self.lengths), row)) for row in self.limits.T))

    def save(self, folder: Path) -> None:
        """Write `judge.safetensors` into `folder`."""
        file = folder / JUDGE_FILE
        save_file({field.name: getattr(self, field.name) for field in fields(self)}, file)
        file.chmod(0o644)  # safetensors lets nobody else read it

    @classmethod
    def load(cls, folder: Path) -> "Judge | None":
        """The judge that lies in a model's folder; None where there is none.

        Raises:
            BundleError: the file is damaged, or of another version.
        """
        file = folder / JUDGE_FILE
        if not file.is_file():
            return None
        try:
            judge = cls(**load_file(file))
        except (SafetensorError, OSError, TypeError) as error:
            raise BundleError(f"{file} cannot be opened: {error}. Fetch the model again.") from error
        sizes = len(judge.surprise), len(judge.common), len(judge.pairs), len(judge.modern)
        numbers = (judge.modern, judge.intercept, judge.lengths, judge.limits)
        if sizes != (FOUR_GRAMS, WORDS // 8, PAIRS // 8, FEATURES) or not all(
            np.isfinite(part).all() for part in numbers
        ):
            raise BundleError(f"{file} is damaged or of another version. Fetch the model again.")
        return judge


def _bits(bits: NDArray[np.uint8], places: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which of the bits at these places are set."""
    found: NDArray[np.bool_] = (bits[places >> 3] >> (places & 7).astype(np.uint8) & 1).astype(bool)
    return found


def cut_windows(text: str) -> list[str]:
    """Nearly equal parts of at most `WINDOW` characters; of a long text `_MOST_WINDOWS` spread over it."""
    count = -(-len(text) // WINDOW)
    places = np.linspace(0, count - 1, min(count, _MOST_WINDOWS)).round()
    windows, chosen = _cut(text, count), places.astype(int).tolist()
    return [windows[index] for index in chosen]


def _cut(text: str, count: int) -> list[str]:
    """So many nearly equal parts."""
    edges = np.linspace(0, len(text), count + 1).round().astype(int).tolist()
    return [text[start:stop] for start, stop in pairwise(edges)] if count else []


def _has_prose(parts: Sequence[Judgement]) -> bool:
    """Whether enough of a text's parts are prose of the time beyond doubt."""
    sound = sum(part.outside is None and 0 < part.modern < _OF_THE_TIME for part in parts)
    return sound >= _PARTLY * len(parts)


def _name(text: str, symbols: NDArray[np.uint8], measures: Measures, limits: Measures) -> Outside:
    """What a text is that exceeds limits, by the measure that does so most."""
    exceeded = measures.exceeded(limits)
    if "repeated" in exceeded:
        return _outside("repetition")
    if measures.surprise < _NOISE and (language := find_language(text)):
        reason = f"The text is in {_LANGUAGES[language]}, not in Russian."
        return Outside("language", reason, language)
    if share_of_signs(symbols, latin=True) > _LATIN:
        return _outside("markup")
    excess = {name: (getattr(measures, name) - getattr(limits, name)) / _REACH[name] for name in exceeded}
    return _outside("noise" if measures.surprise >= _NOISE else _NAMES[max(excess, key=excess.__getitem__)])


def _outside(kind: OutsideKind) -> Outside:
    return Outside(kind, _REASONS[kind])


def find_language(text: str) -> str:
    """The code of the language that a text in Cyrillic letters is in, "" for Russian or if none is sure."""
    code, probability = _identifier().classify(text)
    return str(code) if code in _LANGUAGES and probability >= _SURE_OF_LANGUAGE else ""


@cache
def _identifier() -> Any:
    """py3langid, confined to the languages in Cyrillic letters; opened when the first text needs it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["ru", *_LANGUAGES])
    return identifier

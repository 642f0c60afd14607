"""What the pair says of texts that none of its authors could have written.

`python -m bench.outside [--texts DIR] [--data DIR] [--each 20]` makes texts in twelve kinds by program, takes
translations from the system's message catalogues where they are installed, passages of 700 characters from
DIR (`KIND/SOURCE/NAME.txt`, a source by turns), and excerpts of `test_data.csv` and `unknown_data.csv`. It
prints a line a kind: the share called outside, the share refused (outside among it), the share of which an
author is called almost certain, and milliseconds of judging a text. Exit status 1 where the made texts and
the translations are not all outside.
"""

import argparse
import re
import struct
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

import numpy as np
from tqdm import tqdm

from authorship.commandline import run
from authorship.errors import TextError
from authorship.models.pair import open_pair
from authorship.models.source import default_reference
from authorship.predict.predictor import Pair
from authorship.predict.verdict import decide
from authorship.text.decode import check_text
from page.examples import PASTICHES, example
from train.data.csv_files import TEST_FILE, UNKNOWN_FILE, read_excerpts

LENGTHS = (300, 700, 1_500, 3_000)
_ORDERLESS = ("shuffled words", "sorted words")  # words in no order are told from some 1,000 characters on
PASSAGE = 700
_LANGUAGES = ("uk", "be", "bg", "sr", "mk")
_ROWS = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_ALPHABET = "абвгдежзийклмнопрстуфхцчшщыьэюя"
Maker = Callable[[np.random.Generator, int], str]


def _prose() -> str:
    return " ".join(example(name) for name in PASTICHES).replace("\n", " ")


def _keyboard(generator: np.random.Generator, length: int) -> str:
    words = (
        "".join(generator.choice(list(generator.choice(_ROWS)), generator.integers(2, 9)))
        for _ in range(length)
    )
    return " ".join(words)


def _letters(generator: np.random.Generator, length: int) -> str:
    return "".join(generator.choice(list(_ALPHABET + "     "), length))


def _shuffled_letters(generator: np.random.Generator, length: int) -> str:
    return "".join(generator.permutation(list(_prose())))


def _syllables(generator: np.random.Generator, length: int) -> str:
    pairs = [a + b for a in "бвгдклмнпрстхш" for b in "аоиуея"]
    return " ".join("".join(generator.choice(pairs, generator.integers(1, 5))) for _ in range(length))


def _shuffled_words(generator: np.random.Generator, length: int) -> str:
    return " ".join(generator.permutation(re.findall(r"\w+", _prose())))


def _sorted_words(generator: np.random.Generator, length: int) -> str:
    words = sorted(set(re.findall(r"\w+", _prose().lower())))
    start = int(generator.integers(len(words) // 2))
    return ", ".join(words[start:] + words[:start])


def _one_word(generator: np.random.Generator, length: int) -> str:
    return (str(generator.choice(re.findall(r"\w{3,}", _prose()))) + " ") * length


def _one_phrase(generator: np.random.Generator, length: int) -> str:
    sentences = re.findall(r"[А-Я][^.!?…]{20,90}[.!?…]", _prose())
    return (str(generator.choice(sentences)) + " ") * (length // 20)


def _backwards(generator: np.random.Generator, length: int) -> str:
    start = int(generator.integers(1_500))
    return _prose()[start:][::-1]


def _shifted(generator: np.random.Generator, length: int) -> str:
    by = int(generator.integers(3, 25))
    table = {ord(letter): _ALPHABET[(place + by) % len(_ALPHABET)] for place, letter in enumerate(_ALPHABET)}
    return _prose()[int(generator.integers(1_500)) :].lower().translate(table)


def _markup(generator: np.random.Generator, length: int) -> str:
    words = re.findall(r"\w{4,}", _prose())
    cells = (f'<td id="{generator.integers(999)}">{word}</td>' for word in generator.choice(words, length))
    return "<tr>" + "".join(cells)


def _price_list(generator: np.random.Generator, length: int) -> str:
    words = re.findall(r"\w{4,}", _prose())
    rows = (
        f"{word}, шт. {generator.integers(1, 90)} × {generator.integers(10, 9999)},00 руб."
        for word in generator.choice(words, length)
    )
    return "\n".join(rows)


MADE: dict[str, Maker] = {
    "keyboard": _keyboard,
    "letters": _letters,
    "shuffled letters": _shuffled_letters,
    "syllables": _syllables,
    "shuffled words": _shuffled_words,
    "sorted words": _sorted_words,
    "one word": _one_word,
    "one phrase": _one_phrase,
    "backwards": _backwards,
    "shifted letters": _shifted,
    "markup": _markup,
    "price list": _price_list,
}


def made_texts(kind: str, each: int) -> Iterator[str]:
    """So many texts of a kind, of 300 (words in no order 1,500) to 3,000 characters, alike in every run."""
    generator = np.random.default_rng(sorted(MADE).index(kind))
    lengths = LENGTHS[2:] if kind in _ORDERLESS else LENGTHS
    for index in range(each):
        length = lengths[index % len(lengths)]
        yield MADE[kind](generator, length)[:length]


def translations(language: str, each: int) -> Iterator[str]:
    """Texts of whole sentences from the system's message catalogues in a language."""
    files = sorted(Path("/usr/share/locale", language, "LC_MESSAGES").glob("*.mo"))
    messages = [message for file in files for message in _messages(file.read_bytes())]
    prose = " ".join(message for message in messages if len(message) > 60 and _cyrillic_share(message) > 0.9)
    start = 0
    for index in range(each):
        length = LENGTHS[index % len(LENGTHS)]
        if start + length > len(prose):
            return
        yield prose[start : start + length]
        start += length


def _messages(catalogue: bytes) -> Iterator[str]:
    """The translations of a GNU catalogue (gettext's manual, "The Format of GNU MO Files")."""
    magic, _, count, _, table = struct.unpack_from("<5I", catalogue)
    if magic != 0x950412DE:
        return
    for place in range(count):
        length, start = struct.unpack_from("<2I", catalogue, table + 8 * place)
        yield " ".join(catalogue[start : start + length].decode("utf-8", "replace").split("\0")[0].split())


def _cyrillic_share(text: str) -> float:
    letters = re.findall(r"[^\W\d_]", text)
    return len(re.findall(r"[\u0400-\u04ff]", text)) / max(len(letters), 1)


def passages(folder: Path, each: int) -> dict[str, list[str]]:
    """For each kind so many passages, from each source by turns."""
    found = {}
    for kind, files in groupby(sorted(folder.glob("*/*/*.txt")), key=lambda file: file.parts[-3]):
        sources = [_cut(list(group)) for _, group in groupby(files, key=lambda file: file.parts[-2])]
        turns = (passage for turn in range(each) for source in sources for passage in source[turn : turn + 1])
        found[kind] = list(islice(turns, each))
    return found


def _cut(files: Sequence[Path]) -> list[str]:
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    starts = range(0, len(text) - PASSAGE, max(PASSAGE, len(text) // 50))
    return [text[start : start + PASSAGE] for start in starts]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one text."""

    outside: bool
    refused: bool
    certain: bool
    seconds: float


def try_text(pair: Pair, text: str) -> Outcome:
    """Ask the pair as every way in does; a text that is refused unread counts as outside."""
    try:
        check_text(text)
    except TextError:
        return Outcome(True, True, False, 0.0)
    started = time.perf_counter()
    judgement = pair.judge(text)
    seconds = time.perf_counter() - started
    found = pair.predict(text)
    verdict = decide(found.teacher, found.student, judgement)
    refused = verdict.certainty in ("outside", "nobody")
    return Outcome(judgement.outside is not None, refused, verdict.certainty == "certain", seconds)


def _line(kind: str, outcomes: Sequence[Outcome]) -> str:
    shares = [np.mean([getattr(one, name) for one in outcomes]) for name in ("outside", "refused", "certain")]
    milliseconds = 1000 * np.median([one.seconds for one in outcomes])
    return (
        f"{kind:28}{len(outcomes):6}" + "".join(f"{share:10.3f}" for share in shares) + f"{milliseconds:8.2f}"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Print a line a kind."""
    parser = argparse.ArgumentParser(prog="python -m bench.outside", description=__doc__)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--teacher", default=default_reference("teacher"))
    parser.add_argument("--student", default=default_reference("student"))
    parser.add_argument("--each", type=int, default=20)
    options = parser.parse_args(argv)
    pair = Pair(*open_pair(options.teacher, options.student))
    kinds = {kind: list(made_texts(kind, options.each)) for kind in MADE}
    kinds |= {f"language {code}": list(translations(code, options.each)) for code in _LANGUAGES}
    must_be_outside = {kind for kind, texts in kinds.items() if texts}
    if options.texts:
        kinds |= passages(options.texts, 10 * options.each)
    if options.data:
        for file in (TEST_FILE, UNKNOWN_FILE):
            texts = read_excerpts(options.data / file)["text"].sample(100 * options.each, random_state=0)
            kinds |= {f"{file} {length}": [text[:length] for text in texts] for length in (PASSAGE, 2_500)}
    print(f"{'kind':28}{'texts':>6}{'outside':>10}{'refused':>10}{'certain':>10}{'ms':>8}")
    wrong = 0
    for kind, texts in kinds.items():
        if texts:
            outcomes = [try_text(pair, text) for text in tqdm(texts, desc=kind, leave=False)]
            print(_line(kind, outcomes), flush=True)
            wrong += sum(not one.outside for one in outcomes) if kind in must_be_outside else 0
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(run(main))

"""Whether texts keep their verdict however their letters are dressed.

`python -m bench.decorations --data data/test_data.csv [--teacher REF] [--student REF] [--excerpts 106]` takes
excerpts from all over the file, gives each every decoration that people's files are known to have, and prints
a table: how many keep the verdict of the plain excerpt, how many are the very same tokens. The exit status is
1 where a model changes its mind on more than one excerpt in a hundred (old spelling: six).
"""

import argparse
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import floor
from pathlib import Path
from textwrap import wrap

from authorship.commandline import positive, run
from authorship.datamodels import EncodedText
from authorship.encode import encode
from authorship.engines.choice import compile_bundle
from authorship.models.bundle import ModelBundle
from authorship.models.source import default_reference, open_bundle
from authorship.predict.prediction import predict_encoded
from authorship.text.letters.old_spelling import analyser
from train.data.csv_files import read_excerpts

Decorate = Callable[[str, random.Random], str]
Verdict = tuple[str, bool]

_WORD = re.compile(r"[А-Яа-яЁё]+")
_VOWELS = "аеёиоуыэюяАЕЁИОУЫЭЮЯ"
_TWINS = dict(zip("асеорхукАВСЕНКМОРТХ", "aceopxykABCEHKMOPTX", strict=True))
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"
_YAT = re.compile(
    "(?<=чел[о]в)е(?=к)|(?<=\\bд)е(?=л|в|т|д)|(?<=\\bм)е(?=ст|р|ш)|(?<=\\bл)е(?=с|т|н)|(?<=\\bр)е(?=к|ч|ш)|"
    "(?<=\\bб)е(?=л|г|д|с)|(?<=\\bв)е(?=р|к|т)|(?<=св)е(?=т|ч)|(?<=цв)е(?=т)|(?<=хл)е(?=б)|(?<=сн)е(?=г)|"
    "(?<=\\bн)е(?=т\\b|ск|м|к)|(?<=гд)е|(?<=зд)е(?=с)|(?<=\\bвс)е(?=м|х)|(?<=\\bт)е(?=\\b|м\\b|х\\b|л)"
)


def stress(text: str, _: random.Random) -> str:
    """An acute over a vowel of every word of several syllables."""
    vowel = re.compile(f"([{_VOWELS}])")

    def mark(match: re.Match[str]) -> str:
        word = match.group()
        return vowel.sub("\\1\u0301", word, count=1) if len(vowel.findall(word)) > 1 else word

    return _WORD.sub(mark, text)


def bidirectional(text: str, _: random.Random) -> str:
    """Every word between marks of direction, as some converters leave them."""
    return _WORD.sub("\u200e\\g<0>\u200f", text)


def zero_width(text: str, chance: random.Random) -> str:
    """Unseen characters between letters, one in ten."""
    return re.sub(
        "(?<=[А-я])(?=[А-я])", lambda _: chance.choice(_UNSEEN) if chance.random() < 0.1 else "", text
    )


def twins(share: float) -> Decorate:
    """Latin letters for `share` of the Russian ones that look like them."""

    def decorate(text: str, chance: random.Random) -> str:
        return "".join(_TWINS.get(one, one) if chance.random() < share else one for one in text)

    return decorate


def soft_hyphens(text: str, _: random.Random) -> str:
    """A soft hyphen after every second letter of a word that is not its last."""
    return re.sub("(?<=[А-яЁё]{2})(?=[А-яЁё]{2})", "\u00ad", text)


def broken_lines(text: str, chance: random.Random) -> str:
    """Lines of 60 characters that end with a carriage return, long words broken by a hyphen."""
    paragraphs = (wrap(line, 60, break_on_hyphens=False) for line in text.split("\n"))
    return "\r".join("\r".join(_hyphenated(lines, chance)) for lines in paragraphs)


def _hyphenated(lines: Sequence[str], chance: random.Random) -> list[str]:
    """The lines, the beginning of each later one's first word moved to the line before where it is long."""
    broken: list[str] = []
    for line in lines:
        word = re.match("[А-яЁё]{5,}", line)
        if word and broken:
            cut = chance.randint(2, len(word.group()) - 2)
            broken[-1], line = f"{broken[-1]} {line[:cut]}-", line[cut:]
        broken.append(line)
    return broken


def old_spelling(text: str, _: random.Random) -> str:
    """Spelling before 1918 by rules: ѣ, і, final ъ, -аго, -ыя, ея, без- and разс-."""
    return _WORD.sub(lambda match: _old_word(match.group()), text)


@cache
def _old_word(word: str) -> str:
    old = _YAT.sub("ѣ", re.sub("^(не)?бес(?=[кпстфхцчшщ])", r"\1без", re.sub("^расс", "разс", word)))
    tag = analyser().parse(word.lower())[0].tag
    if "ADJF" in tag and "Apro" not in tag:
        old = re.sub("(?<!щ)(?:(?<=[жчш])е|о)го$", "аго", old)
        old = re.sub("(?<=н)его$", "яго", old)
        old = re.sub("(?<=[ыи])е$", "я", old) if "femn" in tag or "plur" in tag else old
    if "NOUN" in tag and ("loct" in tag or "datv" in tag):
        old = re.sub("(?<!и)е$", "ѣ", old)
    old = {"ее": "ея", "её": "ея"}.get(old, old)
    old = re.sub("и(?=[аеёиоуыэюяѣй])", "і", old)
    return re.sub("(?<=[бвгджзклмнпрстфхцчшщБВГДЖЗКЛМНПРСТФХЦЧШЩ])$", "ъ", old)


DECORATIONS: dict[str, Decorate] = {
    "stress marks": stress,
    "marks of direction": bidirectional,
    "zero width": zero_width,
    "twins, 10 %": twins(0.1),
    "twins, 100 %": twins(1.0),
    "soft hyphens": soft_hyphens,
    "old spelling": old_spelling,
    "CR and hyphens": broken_lines,
}


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one decoration under one model: excerpts of the same tokens, of the same verdict."""

    decoration: str
    role: str
    tokens: int
    verdicts: int
    wanted: int


class Judge:
    """One model; equal tokens are read once."""

    def __init__(self, bundle: ModelBundle) -> None:
        self._bundle = compile_bundle(bundle)
        self._known: dict[tuple[tuple[int, ...], ...], Verdict] = {}

    def encode(self, text: str) -> EncodedText:
        """The text's tokens."""
        return encode(text, self._bundle.tokenizer)

    def verdict(self, encoded: EncodedText) -> Verdict:
        """The first author, and whether the model abstains."""
        ids = tuple(window.input_ids for window in encoded.windows)
        if ids not in self._known:
            prediction = predict_encoded(self._bundle, encoded)
            self._known[ids] = prediction.top_k(1)[0].author.key, prediction.unknown
        return self._known[ids]


def try_decoration(name: str, role: str, judge: Judge, texts: Sequence[str]) -> Row:
    """Decorate and judge every text; equal runs decorate alike."""
    tokens = verdicts = 0
    for number, text in enumerate(texts):
        plain = judge.encode(text)
        decorated = judge.encode(DECORATIONS[name](text, random.Random(number)))
        tokens += _ids(plain) == _ids(decorated)
        verdicts += judge.verdict(plain) == judge.verdict(decorated)
    share = 100 / 106 if name == "old spelling" else 105 / 106
    return Row(name, role, tokens, verdicts, floor(len(texts) * share))


def _ids(encoded: EncodedText) -> list[tuple[int, ...]]:
    return [window.input_ids for window in encoded.windows]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.decorations", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="CSV")
    parser.add_argument("--teacher", default=default_reference("teacher"))
    parser.add_argument("--student", default=default_reference("student"))
    parser.add_argument("--excerpts", type=positive, default=106)
    options = parser.parse_args(argv)
    texts = [str(text) for text in read_excerpts(options.data)["text"]]
    texts = [texts[number * len(texts) // options.excerpts] for number in range(options.excerpts)]
    missed = False
    print(f"{'decoration':<20} {'model':<8} {'same tokens':>11} {'same verdict':>12} {'wanted':>7}")
    for role, reference in (("teacher", options.teacher), ("student", options.student)):
        judge = Judge(open_bundle(reference))
        for name in DECORATIONS:
            row = try_decoration(name, role, judge, texts)
            missed |= row.verdicts < row.wanted
            print(f"{name:<20} {role:<8} {row.tokens:>11} {row.verdicts:>12} {row.wanted:>7}", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(run(main))

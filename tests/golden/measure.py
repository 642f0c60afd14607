"""`python -m tests.golden.measure [--rewrite]`: whether the shipped pair says of a frozen set what it said.

The set is program-made stories, pastiche and odd typography. pair.json holds the texts, each model's logits
by author and the strongest words of one explanation. Only --rewrite writes it, for a pair that was
trained anew: no change of code may move the logits of the weights that are shipped.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from authorship.encode import encode
from authorship.models.bundle import ModelBundle, load_bundle
from authorship.predict.prediction import predict
from explain.attribution import attribute
from tests.authorship.books import story

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("pair.json")
ROLES = ("teacher", "student")
# Both models compute in single precision here, whose sums depend on the order that a processor's kernels add
# in: logits of up to 20 then differ by some 1e-5 from machine to machine. A changed token, window or weight
# moves them by 0.01 and more.
LOGITS = 1e-3
# An explanation is exact to a hundredth of its scores' sum; the integral's nodes may fall elsewhere.
SCORES = 0.01
EXPLAINED, STRONGEST = "pastiche chekhov, beginning", 6


def frozen_texts() -> dict[str, str]:
    """The texts by name: short and long, of one window and of many, in several editions' typography."""
    texts = {f"story {seed}": story(seed, seed, 2 + seed).text for seed in range(1, 6)}
    for name in ("chekhov", "dostoevsky", "gogol"):
        text = (ROOT / "page" / "examples" / f"{name}.txt").read_text(encoding="utf-8")
        texts |= {f"pastiche {name}": text, f"pastiche {name}, beginning": text[:300]}
    gogol = texts["pastiche gogol, beginning"]
    odd = (
        gogol.upper()
        + gogol.replace("ё", "е").replace(" ", "\u00a0")
        + "\n„Да“ -- ска-\nзал он... “Oui”, № 5!"
    )
    return texts | {"odd typography": odd}


def measured(texts: dict[str, str]) -> dict[str, Any]:
    """What the shipped pair says of the texts: {"authors", "texts", "logits", "words"}, models by role."""
    pair = {role: load_bundle(ROOT / "models" / role) for role in ROLES}
    return {
        "authors": [author.key for author in pair["teacher"].authors],
        "texts": texts,
        "logits": {
            role: {
                name: [round(logit, 5) for logit in predict(bundle, text).logits]
                for name, text in texts.items()
            }
            for role, bundle in pair.items()
        },
        "words": {role: word_shares(bundle, texts[EXPLAINED]) for role, bundle in pair.items()},
    }


def word_shares(bundle: ModelBundle, text: str) -> list[tuple[str, int, float]]:
    """(word, its place in characters, its share of all scores' sizes), the largest first."""
    words = attribute(bundle, encode(text, bundle.tokenizer), bundle.author("Chekhov")).words
    total = sum(abs(word.score) for word in words)
    ordered = sorted(words, key=lambda word: -abs(word.score))
    return [(text[word.start : word.stop], word.start, round(word.score / total, 5)) for word in ordered]


def differences(golden: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """Each departure from the frozen figures in a line, none where all are reproduced."""
    if golden["authors"] != found["authors"]:
        yield f"other authors: {found['authors']}"
        return
    for role in ROLES:
        for name, logits in golden["logits"][role].items():
            off = [abs(one - two) for one, two in zip(logits, found["logits"][role][name], strict=True)]
            if not max(off) <= LOGITS:
                author = golden["authors"][off.index(max(off))]
                yield f"{role}, {name}: the logit of {author} is off by {max(off):.5f}"
        shares = {(word, place): share for word, place, share in found["words"][role]}
        for word, place, share in golden["words"][role]:
            now = shares.get((word, place))
            if now is None or not abs(now - share) <= SCORES:
                yield f"{role}: {word!r} at {place} had {share} of all scores, now {now}"


def main() -> int:
    """Status 1 where a figure is not reproduced; with --rewrite the file is written anew."""
    if "--rewrite" in sys.argv[1:]:
        found = measured(frozen_texts())
        found["words"] = {role: words[:STRONGEST] for role, words in found["words"].items()}
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{GOLDEN} written anew: let its commit say why.")
        return 0
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    wrong = list(differences(golden, measured(golden["texts"])))
    print("\n".join(wrong) or "All figures are reproduced.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())

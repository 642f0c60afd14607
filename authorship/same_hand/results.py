"""An answer as JSON that programs read, and as lines for the terminal."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from authorship import VERSION
from authorship.models.digest import text_hash
from authorship.numerals import whole
from authorship.predict.results import outside_object
from authorship.same_hand.answer import Answer, Candidate, Caution, Measured, Said
from authorship.same_hand.phrases import (
    ENGLISH,
    say_answer,
    say_caution,
    say_probability,
    say_ratio,
    say_usual,
    write_ratio,
    write_share,
)


def to_object(answer: Answer, prior: float = 0.5, hashes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The answer as programs are promised it; `hashes` are the measure's files'."""
    found = answer.comparison
    return {
        "known": [text_object(one) for one in answer.known],
        "disputed": [text_object(one) for one in answer.disputed],
        "verdict": hand_object(answer),
        "log_ratio": found.log_ratio,
        "prior": prior,
        "probability": found.probability(prior),
        "usual": {"same": list(found.usual.same), "different": list(found.usual.different)},
        "cautions": [caution_object(one) for one in answer.cautions],
        "version": VERSION,
        "measure_sha256": dict(hashes or {}),
    }


def hand_object(said: Said) -> dict[str, str]:
    """What it comes to: one hand, two, neither or nothing, how strongly, and in a sentence."""
    found = said.comparison
    hand = "one" if found.same else "two"
    return {
        "hand": "void" if said.void else "open" if found.strength == "none" else hand,
        "strength": found.strength,
        "text": f"{say_answer(said, ENGLISH)}.",
    }


def text_object(text: Measured) -> dict[str, Any]:
    """A text's name, length and hash, what it is, and what was mended or left out in it."""
    return {
        "name": text.name,
        "characters": len(text.text),
        "sha256": text_hash(text.text),
        "outside": outside_object(text.judgement.outside),
        "notices": [notice.to_contract() for notice in text.notices],
    }


def caution_object(caution: Caution) -> dict[str, str]:
    """What makes the answer worth less: its kind, and a sentence."""
    return {"kind": caution.kind, "text": say_caution(caution, ENGLISH)}


def candidates_object(
    candidates: Sequence[Candidate], hashes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Several candidates by falling probability, and how probable it is that it was none of them."""
    ranked = sorted(candidates, key=lambda one: -one.probability)
    return {
        "candidates": [
            {"name": one.name, "probability": one.probability, "answer": to_object(one.answer, hashes=hashes)}
            for one in ranked
        ],
        "none": none_of_them(candidates),
    }


def none_of_them(candidates: Sequence[Candidate]) -> float:
    """The probability that none of the candidates wrote it."""
    return max(0.0, 1 - sum(one.probability for one in candidates))


def to_line(value: Mapping[str, Any]) -> str:
    """An object as one line of JSON."""
    return json.dumps(value, ensure_ascii=False)


def to_text(answer: Answer, prior: float) -> str:
    """A block of lines: both sides, what it comes to, what is usual, and what makes it worth less."""
    lines = [
        _side("known", answer.known),
        _side("disputed", answer.disputed),
        f"  {say_answer(answer, ENGLISH)}.",
    ]
    if not answer.void:
        found = answer.comparison
        lines += [f"  {say_ratio(found, ENGLISH)}", f"  {say_probability(found, prior, ENGLISH)}"]
        lines.append(f"  {say_usual(found, ENGLISH)}")
    return "\n".join([*lines, *_warnings(answer.cautions), ""])


def candidates_to_text(candidates: Sequence[Candidate]) -> str:
    """A table of candidates by falling probability, with "none of these" among them."""
    table = [(none_of_them(candidates), ENGLISH.nobody, "")]
    for one in candidates:
        works = "1 work" if len(one.answer.known) == 1 else f"{len(one.answer.known)} works"
        ratio = write_ratio(one.answer.comparison.log_ratio, ENGLISH)
        table.append((one.probability, f"{one.name} ({works})", f"ratio {ratio}"))
    width = max(len(name) for _, name, _ in table)
    lines = [
        f"  {name:<{width}} {write_share(share, ENGLISH):>7}  {said}".rstrip()
        for share, name, said in sorted(table, key=lambda row: -row[0])
    ]
    return "\n".join([_side("disputed", candidates[0].answer.disputed), *lines, *_of_whom(candidates), ""])


def _of_whom(candidates: Sequence[Candidate]) -> list[str]:
    """The cautions of several answers, each once, and of whom it is true unless it is of all."""
    whose: dict[str, list[str]] = {}
    for one in candidates:
        for line in _warnings(one.answer.cautions):
            whose.setdefault(line, []).append(one.name)
    return [
        line
        if len(names) == len(candidates)
        else line.replace("warning:", f"warning: {', '.join(names)}:", 1)
        for line, names in whose.items()
    ]


def _side(head: str, texts: Sequence[Measured]) -> str:
    length = whole(sum(len(one.text) for one in texts), ENGLISH)
    names = ", ".join(one.name for one in texts)
    return f"{head}: {names}, {length} characters"


def _warnings(cautions: Sequence[Caution]) -> list[str]:
    return [f"  warning: {say_caution(one, ENGLISH)}" for one in cautions]

"""Two texts to an answer: candidates add up to one, cautions are told, the command line says it all."""

import json
import re
from collections.abc import Sequence
from itertools import pairwise, product
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from authorship.datamodels import Judgement, Outside
from authorship.errors import AuthorshipError, TextError
from authorship.same_hand import __main__ as program
from authorship.same_hand import answer as answers
from authorship.same_hand.answer import (
    Answer,
    Measured,
    compare_texts,
    comparing_each,
    cut_parts,
    measure_text,
    measuring,
    shared_share,
    weigh_candidates,
)
from authorship.same_hand.datamodels import Comparison, Sample, Usual
from authorship.same_hand.phrases import (
    hand_phrases,
    say_answer,
    say_caution,
    say_ratio,
    say_usual,
    write_ratio,
)
from tests.invented_hand import InventedHand

FLAT = Usual((-1.0, 0.0, 4.0), (-4.0, 0.0, 1.0))
EMPTY = Sample(np.zeros(1, np.float32), 1, 0)
OTHER = "Фига хороша, ежели хозяин щедр. Цыплёнок ещё жив, юла шуршит, щука ждёт. " * 30


def measured(text: str, name: str = "a.txt", judgement: Judgement = Judgement()) -> Measured:
    found = measure_text(name, text, InventedHand(), None)
    return Measured(found.name, found.text, found.sample, (), judgement)


def saying(log_ratio: float, text: Measured) -> Answer:
    return Answer((text,), (text,), Comparison(log_ratio, 3_000, 3_000, FLAT))


def test_the_answer_in_words_follows_the_ratio_in_both_languages(sample_text: str) -> None:
    text = measured(sample_text)
    russian, english = hand_phrases("ru"), hand_phrases("en")
    for log_ratio, strength, told in (
        (0.1, "neither", "about as likely"),
        (3.9, "moderately for one", "49\u00a0times likelier if one author"),
        (-3.9, "moderately for two", "49\u00a0times likelier if two authors"),
        (40.0, "very strongly for one", "more than 1,000,000\u00a0times"),
    ):
        answer = saying(log_ratio, text)
        assert strength in say_answer(answer, english)
        assert told in say_ratio(answer.comparison, english)
    for ratio, noun in ((3.2, "раза"), (12, "раз"), (22, "раза"), (45, "раз"), (12_000, "раз")):
        said = say_ratio(Comparison(log(ratio), 1, 1, FLAT), russian)
        assert f"\u00a0{noun} вероятнее" in said
    assert (write_ratio(-3.9, english), write_ratio(0.5, russian)) == ("1/49", "1,6")
    assert "No less alike are 25% of pairs by two authors" in say_usual(Comparison(0.5, 1, 1, FLAT), english)


def test_candidates_and_none_of_them_add_up_and_keep_their_odds(sample_text: str) -> None:
    text = measured(sample_text)
    for ratios in ((2.0, -1.0, 0.5), (900.0, 3.0), (-900.0,)):
        for prior in (None, 0.2):
            found = weigh_candidates([(str(one), saying(one, text)) for one in ratios], prior)
            none = 1 - sum(one.probability for one in found)
            assert -1e-9 <= none <= 1
            if max(map(abs, ratios)) < 100:
                held = 1 if prior is None else prior / (1 - prior) / len(ratios)
                for one, ratio in zip(found, ratios, strict=True):
                    assert one.probability / none == pytest.approx(held * exp(ratio))
    alone = weigh_candidates([("A", saying(1.3, text))], 0.3)[0]
    assert alone.probability == pytest.approx(alone.answer.comparison.probability(0.3))


def test_what_makes_an_answer_worth_less_is_told(sample_text: str) -> None:
    foreign = Judgement(Outside("language", "It is Serbian.", "sr"))
    modern = Judgement(Outside("modern", "It sounds like today."))
    short, long = measured(sample_text, "short.txt"), measured(OTHER * 10, "long.txt")
    cases = (
        ((measured(OTHER, judgement=foreign),), (measured(sample_text * 3),), {"outside"}, True),
        ((measured(OTHER, judgement=modern),), (measured(sample_text * 3),), {"outside"}, False),
        ((long,), (short,), {"short", "unequal"}, False),
        ((measured(OTHER),), (measured(sample_text * 3 + OTHER),), {"shared"}, False),
        ((measured(OTHER),), (measured(sample_text * 3),), set(), False),
    )
    for known, disputed, kinds, void in cases:
        answer = compare_texts(InventedHand(), known, disputed)
        assert {one.kind for one in answer.cautions} == kinds and answer.void == void
        for language in ("ru", "en"):
            told = [say_caution(one, hand_phrases(language)) for one in answer.cautions]
            assert all(one.endswith(".") and "{" not in one for one in told)
    with pytest.raises(ValueError, match="Both sides"):
        compare_texts(InventedHand(), (), (short,))
    with pytest.raises(TextError):
        measured("Мало.")


@pytest.fixture
def works(tmp_path: Path, sample_text: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of works, the measure being the invented one."""
    monkeypatch.setattr(program, "load_measure", lambda folder: InventedHand())
    (tmp_path / "known").mkdir()
    (tmp_path / "known" / "a.txt").write_text(sample_text * 3, encoding="cp1251")
    (tmp_path / "known" / "b.txt").write_text(sample_text[:300] * 9)
    (tmp_path / "known" / "c.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "known" / "d.txt").write_text("Мало.")
    (tmp_path / "disputed.txt").write_text(sample_text * 4 + "\u0301")
    (tmp_path / "other.txt").write_text(OTHER)
    return tmp_path


def test_a_long_text_is_measured_in_parts_that_come_to_the_whole(sample_text: str) -> None:
    measure, text = InventedHand(), f"{sample_text * 900}{' ' * 300_000}конец"
    steps = list(measuring("a", text, measure, None))
    assert 3 <= len(steps) <= 10 and "".join(cut_parts(sample_text * 900)) == sample_text * 900
    parts, whole = measured(text).sample, measure.sample(text)
    assert parts.characters <= len(text) and parts.vector == pytest.approx(whole.vector, abs=0.01)


def share_at_once(known: Sequence[str], disputed: Sequence[str], longest: int) -> float:
    """The share by its definition: sets of words themselves, each text in one go."""
    sides: list[set[tuple[str, ...]]] = []
    for texts in (disputed, known):
        runs, left = set(), longest
        for text in texts:
            words = re.findall(r"[^\W\d_]+", text[: max(left, 0)].casefold())
            runs |= {tuple(words[at : at + 8]) for at in range(len(words) - 7)}
            left -= len(text)
        sides.append(runs)
    asked, own = sides
    return len(asked & own) / len(asked) if asked else 0.0


def test_shared_runs_found_part_by_part_are_those_of_the_whole(
    sample_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = f"{'ж' * 300} Straße_STRASSE 7ъ'Ё-ё {'щ ' * 40}{'Ω' * 129}"
    long = odd + sample_text[100:500] + odd
    texts = (sample_text, sample_text[:400].upper(), long, OTHER[:300], "а " * 300, "ж" * 999, "")
    sides = [[text] for text in texts] + [[sample_text[300:], long], [long, sample_text[:700], long]]
    for size, longest in ((3, 900), (128, 2_000_000), (50_000, 900)):
        monkeypatch.setattr(answers, "_RUNS_PART", size)
        monkeypatch.setattr(answers, "_LONGEST_RUNS", longest)
        for known, disputed in product(sides, sides):
            pair = [[Measured("", text, EMPTY) for text in side] for side in (known, disputed)]
            assert shared_share(*pair) == share_at_once(known, disputed, longest)


def test_candidates_are_compared_by_small_steps_and_the_disputed_text_is_gone_through_once(
    sample_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    word, read = answers._WORD, list[int]()

    class Watched:
        match = word.match

        def findall(self, text: str) -> list[str]:
            read.append(len(text))
            return word.findall(text)

    disputed = [measured(sample_text * 300)]
    candidates = {str(number): [measured(sample_text * (number + 1))] for number in range(5)}
    expected = [(name, compare_texts(InventedHand(), known, disputed)) for name, known in candidates.items()]
    monkeypatch.setattr(answers, "_WORD", Watched())
    steps, counts = comparing_each(InventedHand(), candidates, disputed), [0]
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            assert stop.value == expected
            break
        counts.append(len(read))
    assert all(after - before <= 1 for before, after in pairwise(counts))
    known = sum(len(one.text) for (one,) in candidates.values())
    assert sum(read) == len(disputed[0].text) + known and max(read) <= 50_000
    assert len(counts) > len(disputed[0].text) / 50_000 + 2 * len(candidates)


def test_the_command_line_compares_works_and_candidates(
    works: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    disputed = ["--disputed", str(works / "disputed.txt")]
    assert program.main([str(works / "known"), *disputed]) == 0
    assert "There is no answer" in capsys.readouterr().out  # the judge of the shipped pair: repetition
    disputed += ["--model", str(works)]
    assert program.main([str(works / "known"), *disputed, "--prior", "0.1"]) == 0
    told = capsys.readouterr()
    assert "one hand" in told.out and "10% probable before" in told.out
    assert "c.pdf: passed over" in told.err and "d.txt: passed over" in told.err
    assert program.main([str(works / "known"), *disputed, "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert [Path(one["name"]).name for one in value["known"]] == ["a.txt", "b.txt"]
    assert value["verdict"]["hand"] == "one" and value["probability"] > 0.5
    assert all(len(one["sha256"]) == 64 for one in (*value["known"], *value["disputed"]))
    assert {"shared"} <= {one["kind"] for one in value["cautions"]}
    candidates = [
        "--candidate",
        "Alpha",
        str(works / "known"),
        "--candidate",
        "Beta",
        str(works / "other.txt"),
    ]
    assert program.main([*candidates, *disputed]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["Alpha", "none", "Beta"]
    assert any(line.startswith("  warning: Alpha: ") for line in lines)
    assert program.main([*candidates, *disputed, "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    total = value["none"] + sum(one["probability"] for one in value["candidates"])
    assert total == pytest.approx(1)


def test_wrong_usage_is_told(works: Path, capsys: pytest.CaptureFixture[str]) -> None:
    disputed = ["--disputed", str(works / "disputed.txt")]
    twice = ["--candidate", "A", "a", "--candidate", "A", "b"]
    alone = ["--candidate", "A"]
    for arguments in (disputed, ["a", *disputed, "--prior", "1"], [*alone, *disputed], [*twice, *disputed]):
        with pytest.raises(SystemExit):
            program.main(arguments)
        assert "error:" in capsys.readouterr().err
    with pytest.raises(AuthorshipError, match=r"few\.txt"):  # one that is named, though
        (works / "few.txt").write_text("Мало.")
        program.main([str(works / "known"), str(works / "few.txt"), *disputed])

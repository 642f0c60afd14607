"""Every verdict has words of its own in both languages; several hands are those that both models see."""

from typing import get_args

import pytest

from authorship.datamodels import Author, Judgement, Outside, OutsideKind, Prediction, Stretch
from authorship.predict.hands import Part, join_stretches, several_hands
from authorship.predict.verdict import Phrases, Verdict, decide, phrases, say, say_stretch

ANNA, BORIS = Author("A", 0, "Аннина А.", "Anna"), Author("B", 1, "Борисов Б.", "Boris")
VERDICTS = [
    Verdict("certain", ANNA),
    Verdict("likely", ANNA),
    Verdict("open", ANNA),
    Verdict("open", ANNA, BORIS),
    Verdict("nobody", ANNA),
    Verdict("nobody", ANNA, BORIS),
    *(Verdict("outside", outside=Outside(kind, "Why.", partly=partly))
      for kind in get_args(OutsideKind) for partly in (False, True)),
    *(Verdict("outside", outside=Outside("language", "Why.", code)) for code in ("uk", "bg", "sr", "mk")),
]  # fmt: skip


def predict(first: float, unknown: bool = False, calibrated: bool = True) -> Prediction:
    """A prediction that gives Anna this probability."""
    return Prediction((ANNA, BORIS), (0.0, 0.0), (first, 1 - first), unknown, 0.1, calibrated)


@pytest.mark.parametrize("table", [phrases("ru"), phrases("en")], ids=["ru", "en"])
def test_every_verdict_has_words_of_its_own(table: Phrases) -> None:
    said = [say(verdict, 34, table, lambda author: author.name) for verdict in VERDICTS]
    assert len(set(said)) == len(VERDICTS)
    for verdict, sentence in zip(VERDICTS, said, strict=True):
        assert not set("{}") & set(sentence) and sentence.endswith(".") and not sentence.endswith("..")
        named = {
            author for author in (ANNA, BORIS) if author.name in sentence.replace(".", ". ").strip() + "."
        }
        assert named == {author for author in (verdict.author, verdict.rival) if author}, sentence
        assert ("34" in sentence) <= (verdict.certainty in ("likely", "nobody"))
    assert set(phrases("ru").languages) == set(phrases("en").languages)
    strange = Verdict("outside", outside=Outside("language", "Why.", "zz"))
    assert say(strange, 34, table, str) == f"{table.outside['language'].format(partly='')}."
    parts = [Stretch(0, 9, ANNA, share, unknown) for share, unknown in
             ((0.99, False), (0.7, False), (0.45, False), (0.2, True))]  # fmt: skip
    parts.append(Stretch(0, 9, ANNA, 0.2, True, outside=True))
    said_of = [say_stretch(part, table, lambda author: author.name) for part in parts]
    assert len(set(said_of)) == 5 and ANNA.name not in said_of[-1]


@pytest.mark.parametrize(
    ("teacher", "student", "modern", "expected"),
    [(predict(0.99), predict(0.97), 0.0, "Almost certainly Anna."),
     (predict(0.99), predict(0.97), 0.5, "More likely Anna than anyone else here."),
     (predict(0.99), predict(0.97, True), 0.0, "More likely Anna than anyone else here."),
     (predict(0.99), predict(0.99, calibrated=False), 0.0, "More likely Anna than anyone else here."),
     (predict(0.9), predict(0.1), 0.0, "Hard to tell: the teacher leans to Anna, the student to Boris."),
     (predict(0.9, True), predict(0.8, True), 0.0, "Probably none of the 2, most like Anna.")],
)  # fmt: skip
def test_the_words_fit_both_models(
    teacher: Prediction, student: Prediction, modern: float, expected: str
) -> None:
    verdict = decide(teacher, student, Judgement(modern=modern))
    assert say(verdict, 2, phrases("en"), lambda author: author.name_en) == expected


def test_a_verdict_without_an_author_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="give one"):
        say(Verdict("certain"), 34, phrases("en"), str)


def stretch(start: int, stop: int, author: Author, unknown: bool = False) -> Stretch:
    """A stretch of some certainty."""
    return Stretch(start, stop, author, 0.7, unknown)


def test_parts_cover_the_text_and_change_where_a_model_does() -> None:
    teacher = [stretch(0, 50, ANNA), stretch(50, 100, BORIS)]
    student = [stretch(0, 55, ANNA), stretch(55, 80, BORIS), stretch(80, 100, ANNA, unknown=True)]
    parts = join_stretches(teacher, student)
    assert parts == (Part(0, 50, ANNA, ANNA), Part(50, 55, BORIS, ANNA), Part(55, 80, BORIS, BORIS),
                     Part(80, 100, BORIS, None))  # fmt: skip
    assert several_hands(parts) == (ANNA, BORIS)
    assert join_stretches(teacher[:1], student[:1]) == ()
    one = join_stretches(teacher[:1], [stretch(0, 30, ANNA), stretch(30, 50, ANNA)])
    assert one == (Part(0, 50, ANNA, ANNA),) and several_hands(one) == ()
    unseen = join_stretches([stretch(0, 100, ANNA)], student)
    assert len(unseen) == 3 and several_hands(unseen) == ()
    doubted = join_stretches([stretch(0, 50, ANNA), stretch(50, 100, BORIS, unknown=True)],
                             [stretch(0, 50, ANNA), stretch(50, 100, ANNA, unknown=True)])  # fmt: skip
    assert several_hands(doubted) == (ANNA, None)

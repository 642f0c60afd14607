"""The eight examples show with the shipped pair what the page says that they show."""

from pathlib import Path

from authorship.models.bundle import load_bundle
from authorship.predict.predictor import Pair
from authorship.predict.verdict import decide
from page.examples import EXAMPLES, example_text

MODELS = Path(__file__).parents[2] / "models"


def test_each_example_gets_the_kind_of_answer_that_it_is_there_for() -> None:
    pair = Pair(*(load_bundle(MODELS / role) for role in ("teacher", "student")))
    found = {name: pair.predict(example_text(name)) for name in EXAMPLES}
    verdicts = {name: decide(one.teacher, one.student, one.judgement) for name, one in found.items()}
    certainties = {name: verdict.certainty for name, verdict in verdicts.items()}
    kinds = {name: verdict.outside and verdict.outside.kind for name, verdict in verdicts.items()}
    assert (certainties["easy"], certainties["hard"], certainties["short"]) == ("certain", "open", "open")
    assert (kinds["modern"], kinds["nonsense"]) == ("modern", "noise")
    easy, old, two = (verdicts[name] for name in ("easy", "old_spelling", "two_hands"))
    assert easy.author and old.author and old.author.key == easy.author.key == "Chekhov"
    assert two.author and two.rival, "each model follows another of the two hands"
    hands = [part.teacher.key for part in found["book"].stretches if part.teacher]
    assert (hands[0], hands[-1]) == ("Gogol", "Dostoevsky")

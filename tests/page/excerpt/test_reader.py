"""One reader for every visitor: nothing computed twice, strangers named, explanations stoppable."""

import pytest

from authorship.errors import BundleError, TextError
from authorship.models.bundle import ModelBundle, make_bundle
from authorship.predict.predictor import Pair
from page.book.books import Books
from page.excerpt.pair_service import LONGEST_TEXT, Reader
from page.excerpt.results import ROLES
from page.handlers import Handlers
from page.scheduler.turns import LONG_PREDICTION, Gate
from page.session import Session, explaining


@pytest.fixture
def reader(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Reader:
    """A reader over the random pair."""
    return Reader(tiny_bundle, tiny_student)


def test_a_text_is_read_once(reader: Reader, sample_text: str) -> None:
    assert reader.read(sample_text) is reader.read(sample_text.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("Мало.", "too_short"), ("latin " * 50, "not_cyrillic"),
     ("а" * (LONGEST_TEXT + 1), "too_large")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(reader: Reader, text: str, code: str) -> None:
    with pytest.raises(TextError) as caught:
        reader.read(text)
    assert caught.value.code == code


def test_every_way_in_gives_the_same_figures(
    reader: Reader, tiny_bundle: ModelBundle, tiny_student: ModelBundle, sample_text: str
) -> None:
    """The excerpt tab, the command line, and a library, from one window to many."""
    pair = Pair(tiny_bundle, tiny_student)
    for text in (sample_text[:400], sample_text * 3, sample_text * 9):
        reading, predicted, library = reader.read(text), pair.predict(text), pair.read(text, between=False)
        for place, role in enumerate(ROLES):
            expected = reading.of(role).probabilities
            assert getattr(predicted, role).probabilities == pytest.approx(expected, abs=0.01)
            assert library[place].whole.probabilities == pytest.approx(expected, abs=0.01)


def test_a_long_text_gives_way_to_short_ones_and_they_to_nobody(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, sample_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it asks before each few windows is answered at once, for it does not count as a prediction."""
    gate, asked = Gate(), list[float]()
    monkeypatch.setattr(gate, "give_way", lambda: asked.append(Gate.give_way(gate, 30)))
    reader = Reader(tiny_bundle, tiny_student, gate)
    reader.read(sample_text * 10)
    short, asked[:] = [*asked], []
    text = (sample_text * 40)[: LONG_PREDICTION + 1]
    windows = reader.read(text).windows
    assert set(short) == {0.0} and len(asked) >= 2 * windows / 8 and max(asked) < 20


def test_an_explanation_is_kept(reader: Reader, sample_text: str) -> None:
    *_, last = reader.explaining("student", sample_text, "Alpha")
    assert [last.attribution] == [
        reasons.attribution for reasons in reader.explaining("student", sample_text, "Alpha")
    ]
    assert last.attribution is not None and last.attribution.author.key == "Alpha"


def test_a_model_says_whom_it_does_not_know(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, sample_text: str
) -> None:
    stranger = tiny_student.authors[0]
    fewer = make_bundle(tiny_student.model, tiny_student.tokenizer, tiny_student.authors[1:])
    reader = Reader(tiny_bundle, fewer)
    assert stranger in reader.authors
    stages = [reasons.stage for reasons in reader.explaining("student", sample_text, stranger.key)]
    assert stages == ["stranger"]


def test_nobody_knows_an_unknown_key(reader: Reader) -> None:
    with pytest.raises(BundleError):
        reader.author("Nobody")


def test_the_student_is_explained_first_and_both_to_the_end(reader: Reader, sample_text: str) -> None:
    session = Session()
    session.open(reader.read(sample_text))
    stages = [(session.student.stage, session.teacher.stage) for _ in explaining(reader, session)]
    assert stages[0] == ("running", "waiting")
    assert (session.student.stage, session.teacher.stage) == ("done", "done")
    assert not session.explaining


def test_stopping_keeps_what_there_is(reader: Reader, sample_text: str) -> None:
    session = Session()
    session.open(reader.read(sample_text))
    for _ in explaining(reader, session):
        if session.student.stage == "done":
            session.stop()
    assert session.student.attribution is not None and session.student.stage == "done"
    assert session.teacher.stage == "stopped"
    assert list(explaining(reader, session)) == []


def test_another_choice_ends_the_explanation_under_way(reader: Reader, sample_text: str) -> None:
    session = Session()
    session.open(reader.read(sample_text))
    steps = explaining(reader, session)
    next(steps)
    session.choose("Beta")
    assert list(steps) == []
    assert session.student.stage == "waiting"


@pytest.mark.parametrize("pace", [0.0, 60.0], ids=["all", "scores"])
def test_new_scores_are_drawn_at_once_and_progress_at_a_pace(
    reader: Reader, pace: float, sample_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("page.handlers._PACE", pace)
    session = Session()
    session.open(reader.read(sample_text))
    expected, drawn = list[object](), list[object]()
    scores, told = (None, None), list[bool]()
    for updates in Handlers(reader, Books(reader.teacher, reader.student)).explain(session):
        found = (session.student.attribution, session.teacher.attribution)
        expected += [found] * (found != scores)
        drawn += [found] * (updates is not None and found not in drawn and found != (None, None))
        scores = found
        told.append(updates is not None)
    assert len(expected) > 4 and drawn == expected
    assert all(told) == (pace == 0)

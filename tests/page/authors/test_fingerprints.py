"""The authors' tab without a browser: what is said of the models, escaped, filtered, placed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from authorship.datamodels import Judgement, Outside
from authorship.models.bundle import ModelBundle
from explain.fingerprints.datamodels import PairFingerprints, save
from page.authors.handlers import FingerprintHandlers
from page.authors.map import Label, excerpt_place, frame, roomy
from page.authors.view import find_fingerprints
from page.excerpt.pair_service import Reader
from page.i18n.english import ENGLISH
from page.session import Session
from tests.invented_fingerprints import HOSTILE, invented_pair


@pytest.fixture
def reader(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Reader:
    return Reader(tiny_bundle, tiny_student)


@pytest.fixture
def prints(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> PairFingerprints:
    return invented_pair(tiny_bundle, tiny_student)


@pytest.fixture
def handlers(reader: Reader, prints: PairFingerprints) -> FingerprintHandlers:
    return FingerprintHandlers(reader, prints)


def texts(updates: list[Any]) -> str:
    return "\n".join(update for update in updates if isinstance(update, str))


def test_every_author_is_listed_with_both_figures(handlers: FingerprintHandlers) -> None:
    roster = texts(handlers.localise(Session(), "ru", None, False, "teacher")[:3])
    assert all(roster.count(f'data-author="{key}"') == 1 for key in ("Alpha", "Beta", "Gamma", "Delta"))
    assert roster.count("0,88 · 0,88") == 4
    assert roster.count('aria-pressed="true"') == 1


def test_the_author_asked_for_is_shown_in_both_models(handlers: FingerprintHandlers) -> None:
    shown = texts(handlers.show(Session(language="en"), "3 Beta", False, "student"))
    assert shown.count("словоbeta") == 2 and "словоalpha" not in shown
    assert "25.0%" in shown and ENGLISH.student in shown
    assert shown.count('class="work own"') == 2 + 1  # its works and the legend


def test_names_are_flagged_and_can_be_hidden(handlers: FingerprintHandlers) -> None:
    assert texts(handlers.show(Session(), "1 Beta", False, "teacher")).count("<em>имя</em>") == 2
    assert "Лукич" not in texts(handlers.show(Session(), "1 Beta", True, "teacher"))


def test_nothing_measured_is_alive(handlers: FingerprintHandlers) -> None:
    shown = texts(handlers.localise(Session(), "ru", "1 Beta", False, "teacher"))
    assert HOSTILE not in shown and "<img" not in shown and "${" not in shown and "{{" not in shown
    assert "&lt;img src=x" in shown


def test_without_measurement_the_tab_says_how_to_make_one(reader: Reader, prints: PairFingerprints) -> None:
    none = FingerprintHandlers(reader, PairFingerprints())
    shown = texts(none.localise(Session(), "ru", "", False, "teacher"))
    assert "python -m explain.fingerprints" in shown and "roster" not in shown and "<svg" not in shown
    one = FingerprintHandlers(reader, replace(prints, student=None))
    shown = texts(one.localise(Session(), "ru", "", False, "teacher"))
    assert "Ученик: измеренные" in shown and 'class="plane"' in shown


def test_fingerprints_are_found_by_the_models_they_were_measured_on(
    reader: Reader, prints: PairFingerprints, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader.teacher.model, "name_or_path", str(tmp_path / "teacher"), raising=False)
    monkeypatch.setattr(reader.student.model, "name_or_path", str(tmp_path / "student"), raising=False)
    assert find_fingerprints(reader) == PairFingerprints()
    (tmp_path / "fingerprints.json").write_text("damaged")
    assert find_fingerprints(reader) == PairFingerprints()
    save(prints, "data.csv", tmp_path / "fingerprints.json")
    assert find_fingerprints(reader) == prints
    assert prints.student is not None
    save(
        replace(prints, student=replace(prints.student, model="another")), "x", tmp_path / "fingerprints.json"
    )
    assert find_fingerprints(reader) == replace(prints, student=None)


def test_the_excerpt_lands_where_its_logits_lead(
    handlers: FingerprintHandlers, reader: Reader, prints: PairFingerprints, sample_text: str
) -> None:
    session = Session()
    assert "work star" not in texts(handlers.show(session, "1 Beta", False, "teacher"))
    session.open(reader.read(sample_text))
    shown = texts(handlers.show(session, "1 Beta", False, "teacher"))
    assert prints.teacher is not None and prints.teacher.map is not None and session.reading is not None
    drawn = prints.teacher.map
    place = excerpt_place(drawn.projection, session.reading, "teacher")
    assert place == pytest.approx(tuple(drawn.projection.place(np.array(session.reading.teacher.logits))))
    left, top = frame(drawn.works, place).place(*place)
    assert f'class="work star" x="{left:.2f}%" y="{top:.2f}%"' in shown
    session.reading = replace(session.reading, judgement=Judgement(Outside("modern", "Why.")))
    assert "work star" not in texts(handlers.show(session, "1 Beta", False, "teacher"))
    session.insist()  # the visitor wants to see all the same
    assert "work star" in texts(handlers.show(session, "1 Beta", False, "teacher"))


def test_a_frame_keeps_distances_and_holds_every_work(prints: PairFingerprints) -> None:
    assert prints.teacher is not None and prints.teacher.map is not None
    works = prints.teacher.map.works
    box = frame(works)
    assert all(box.holds(work.x, work.y) for work in works)
    (left, top), (right, low) = box.place(0.1, 0.1), box.place(0.2, 0.2)
    assert right - left == pytest.approx((top - low) * box.ratio)


def test_labels_never_cover_each_other() -> None:
    labels = [Label("Имя", 50, 50, "title"), Label("Другое", 51, 50, "name"), Label("Третье", 50, 80, "name")]
    assert [label.text for label in roomy(labels, 0.6)] == ["Имя", "Третье"]

"""The tab of two texts without a browser, its files and its endpoint, over the invented measure."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from gradio.components.api_component import Api as Argument

from authorship.datamodels import Judgement, Outside
from authorship.models.bundle import ModelBundle
from authorship.numerals import Language
from authorship.text.isolated import IsolatedReader
from page.api import Api
from page.book.books import Books
from page.examples import example
from page.excerpt.pair_service import Reader
from page.request_filter.forms import check_value
from page.request_filter.refusal import Refusal
from page.scheduler.turns import make_turns
from page.session import Session
from page.storage.cache import Room
from page.two_texts.cases import MOST_TEXTS, Cases, candidates_of, case_bytes
from page.two_texts.downloads import make_file
from page.two_texts.handlers import TwoTextHandlers
from tests.invented_hand import InventedHand, invented_reasons
from tests.page.own_loop import run_in_own_loop

NAMES = (
    *("problem", "known", "disputed", "clear_known", "clear_disputed", "state", "stop", "verdict", "group"),
    *("probability", "usual", "reasons", "exports", "drawn"),
)


@pytest.fixture
def handlers(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Iterator[TwoTextHandlers]:
    """The tab's handlers, files being read in a process of their own."""
    room, files = Room(), IsolatedReader()
    books = Books(tiny_bundle, tiny_student, room, files)
    yield TwoTextHandlers(Cases(InventedHand(), books, None, room, explain=invented_reasons), make_turns())
    files.close()


def halves() -> tuple[str, str]:
    """A pastiche in two."""
    text = example("chekhov")
    middle = text.rindex("\n", 0, len(text) // 2)
    return text[:middle], text[middle:]


def upload(
    handlers: TwoTextHandlers, session: Session, folder: Path, files: dict[str, bytes], side: Any = "known"
) -> dict[str, Any]:
    """Open files on a side, and read them."""
    chosen = [folder / name for name in files]
    for path in chosen:
        path.write_bytes(files[path.name])
    handlers.open_files(side, session, "ru", [str(path) for path in chosen])
    assert not any(path.exists() for path in chosen)
    return work(handlers, session)


def work(handlers: TwoTextHandlers, session: Session) -> dict[str, Any]:
    """Let the case be worked at in turn: the last screen by its components."""

    async def run() -> list[list[Any]]:
        return [screen async for screen in handlers.work_in_turn(session)]

    screens = run_in_own_loop(run())
    return dict(zip(NAMES, screens[-1], strict=True))


def compared(handlers: TwoTextHandlers, known: str, disputed: str, language: Language = "ru") -> Session:
    """A session in which two pasted texts were compared."""
    session = Session()
    handlers.compare(session, language, known, disputed)
    work(handlers, session)
    return session


def test_files_and_pasted_texts_come_to_an_answer_with_its_reasons(
    handlers: TwoTextHandlers, tmp_path: Path
) -> None:
    session, (known, disputed) = Session(), halves()
    gogol = example("gogol").encode("cp1251")
    screen = upload(handlers, session, tmp_path, {"<b>.txt": gogol, "c.pdf": b"%PDF-1.7" + bytes(300)})
    assert "&lt;b&gt;.txt, 1" in screen["known"] and "Это файл PDF" in screen["known"]
    assert screen["clear_known"].visible and not screen["group"].visible
    handlers.compare(session, "ru", known, disputed)
    screen = work(handlers, session)
    assert "за одну руку" in screen["verdict"] and screen["group"].visible and not screen["stop"].visible
    assert "<svg" in screen["usual"] and "короче 1500" in screen["usual"]
    assert screen["reasons"].count('class="named"') == 3 and "вставленный текст" in screen["reasons"]
    assert screen["probability"] == handlers.weigh(session, 50)[0]
    assert handlers.weigh(session, 1)[0] != screen["probability"]
    case = handlers.cases.find(session.two.token)
    assert case is not None and case.prior == 0.01 and case_bytes(case) > 4 * len(known + disputed)
    for language, head in (("ru", "Одна ли рука?"), ("en", "The same hand?")):
        document = make_file("comparison.html", case, language, {})
        assert head in document and "<script" not in document and "<b>.txt" not in document
    value = json.loads(make_file("comparison.json", case, "en", {"measure": "ab"}))
    assert value["prior"] == 0.01 and [len(value[side]) for side in ("known", "disputed")] == [2, 1]
    for one in (*value["known"], *value["disputed"]):
        assert one["words"] and one["sha256"] and all(word["stop"] > word["start"] for word in one["words"])
    assert value["citation"]["sentence_ru"].startswith("Чья это проза?") and value["measure_sha256"]
    screen = dict(zip(NAMES, handlers.clear("known", session), strict=True))
    assert not screen["known"] and not screen["verdict"] and not screen["exports"]


def test_each_known_text_may_be_a_candidate_of_its_own(handlers: TwoTextHandlers, tmp_path: Path) -> None:
    session, (known, disputed) = Session(), halves()
    upload(handlers, session, tmp_path, {"Гоголь.txt": example("gogol").encode()})
    handlers.compare(session, "ru", known, disputed, True)
    screen = work(handlers, session)
    assert "похож: Гоголь.txt" in screen["verdict"]  # so the invented measure says
    rows = re.findall(r'<th scope="row"><bdi>(.*?)</bdi>', screen["probability"])
    assert rows == ["Гоголь.txt", "вставленный текст", "никто из них"]
    assert "вероятность, что это один из них, — 50" in screen["probability"]
    assert "— 99" in handlers.weigh(session, 99)[0]
    case = handlers.cases.find(session.two.token)
    assert case is not None
    value = json.loads(make_file("comparison.json", case, "en", {}))
    assert value["none"] + sum(one["probability"] for one in value["candidates"]) == pytest.approx(1)
    assert "Гоголь.txt" in make_file("comparison.html", case, "ru", {})


def test_a_candidate_may_be_several_works(handlers: TwoTextHandlers, tmp_path: Path) -> None:
    session, (known, disputed) = Session(), halves()
    third = len(known) // 2
    works = {"Чехов - А.txt": known[:third], "Чехов - Б.txt": known[third:], "Гоголь_В.txt": example("gogol")}
    upload(handlers, session, tmp_path, {name: text.encode() for name, text in works.items()})
    handlers.compare(session, "ru", "", disputed, True)
    rows = re.findall(r'<th scope="row"><bdi>(.*?)</bdi>', work(handlers, session)["probability"])
    assert sorted(rows) == ["Гоголь_В.txt", "Чехов", "никто из них"]
    case = handlers.cases.find(session.two.token)
    assert case is not None
    assert {name: len(answer.known) for name, answer in case.rivals} == {"Чехов": 2, "Гоголь_В.txt": 1}

    def named(*names: str) -> dict[str, int]:
        texts = [replace(case.known.texts[0], name=name) for name in names]
        return {name: len(one) for name, one in candidates_of(texts).items()}

    assert named("т/А/1.txt", "т/А/2.txt", "т/Б/1.txt", "") == {"т/А": 2, "т/Б": 1, "": 1}
    assert named("т/А - 1.txt", "т/А - 2.txt", "т/Б.txt") == {"А": 2, "Б": 1}
    assert named("_.txt", "", "а-б.txt", "а-в.txt") == {"_.txt": 1, "": 1, "а-б.txt": 1, "а-в.txt": 1}
    assert all(sum(named(*names).values()) == len(names) for names in (("а.txt", "б/а.txt"), ("а", "а")))


def test_what_is_missing_or_wrong_is_told(handlers: TwoTextHandlers, tmp_path: Path) -> None:
    known, disputed = halves()
    for language, sides, told in (
        ("ru", ("", disputed), "бесспорный"),
        ("en", (known, " "), "the disputed text"),
        ("ru", (known, "Мало."), "Спорный текст: маловато"),
        ("en", ("Мало.", disputed), "Known texts: "),
    ):
        session = compared(handlers, *sides, language)
        screen = dict(zip(NAMES, handlers.screen(session), strict=True))
        assert told in screen["problem"] and not screen["verdict"] and not screen["stop"].visible
    session = Session()
    many = {f"{number}.txt": known.encode() for number in range(MOST_TEXTS + 1)}
    assert str(MOST_TEXTS) in upload(handlers, session, tmp_path, many)["problem"]
    session = compared(handlers, known, disputed)
    handlers.cases._cases._room.drop((handlers.cases._cases._kind, session.two.token))
    screen = dict(zip(NAMES, handlers.screen(session), strict=True))
    assert "больше нет" in screen["problem"] and not screen["verdict"]


def test_nothing_is_said_of_what_cannot_be_compared(
    handlers: TwoTextHandlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Noise:
        def judge(self, text: str) -> Judgement:
            return Judgement(Outside("noise", "Letters at random."))

    monkeypatch.setattr(handlers.cases, "judge", Noise())
    session = compared(handlers, *halves(), "en")
    screen = dict(zip(NAMES, handlers.screen(session), strict=True))
    assert "There is no answer" in screen["verdict"] and "letters do not go" in screen["verdict"]
    assert not screen["group"].visible and not screen["probability"] and not screen["reasons"]


def test_stopping_and_new_work_end_the_old(handlers: TwoTextHandlers, tmp_path: Path) -> None:
    known, disputed = halves()
    session = Session()
    handlers.compare(session, "ru", known, disputed)
    case = handlers.cases.find(session.two.token)
    assert case is not None
    steps = handlers.work(session, case)
    next(steps)
    assert "Сравниваю" in dict(zip(NAMES, handlers.screen(session), strict=True))["state"]
    handlers.stop(session)
    assert len(list(steps)) <= 1 and case.stage == "stopped" and case.answer is None
    handlers.compare(session, "ru", known, disputed)
    steps = handlers.work(session, case)
    next(steps)
    handlers.compare(session, "ru", known, known)
    assert len(list(steps)) <= 1 and case.stage == "waiting"
    assert "дословно" in work(handlers, session)["usual"]


def test_the_endpoint_answers_and_says_what_is_wrong(
    handlers: TwoTextHandlers, tiny_bundle: ModelBundle, tiny_student: ModelBundle
) -> None:
    known, disputed = halves()
    reader, books = Reader(tiny_bundle, tiny_student), Books(tiny_bundle, tiny_student)
    api = Api(reader, books, cases=handlers.cases)
    value = run_in_own_loop(api.same_hand([known, example("gogol")], disputed, 0.2))
    assert value["verdict"]["hand"] == "one" and value["prior"] == 0.2 and len(value["known"]) == 2
    assert json.loads(json.dumps(value)) == value
    texts = [known, example("gogol")]
    told = run_in_own_loop(api.same_hand(texts, disputed, words=3))["reasons"]
    assert {side: len(one) for side, one in told["words"].items()} == {"for": 3, "against": 3}
    for one in (*told["words"]["for"], *told["words"]["against"], *told["marks"]["against"]):
        assert one["known"] + one["disputed"] == pytest.approx(one["score"]) and one["count"]
        assert sum(place["score"] for place in one["places"]) == pytest.approx(one["score"])
        for place in one["places"]:
            text = texts[place["text"]] if place["side"] == "known" else disputed
            assert text[place["start"] : place["stop"]].casefold() == one["text"]
    assert json.loads(json.dumps(told)) == told
    silent = Api(reader, books)
    for asked, arguments, told in (
        (api, ([], disputed), "From 1 to 20"),
        (api, ([known], "Мало."), "at least 200"),
        (api, ([known], disputed, 1.0), "prior"),
        (api, ([known], disputed, 0.5, 101), "words"),
        (api, ([known], disputed, 0.5, 1, ["Anna"]), "words are told of one"),
        (api, ([known], disputed, 0.5, 0, ["Anna", "Boris"]), "2 names for 1 known"),
        (silent, ([known], disputed), "brings no measure"),
    ):
        with pytest.raises(gr.Error, match=told):
            run_in_own_loop(asked.same_hand(*arguments))


def test_the_endpoint_weighs_candidates_who_may_have_several_works(
    handlers: TwoTextHandlers, tiny_bundle: ModelBundle, tiny_student: ModelBundle
) -> None:
    known, disputed = halves()
    api = Api(Reader(tiny_bundle, tiny_student), Books(tiny_bundle, tiny_student), cases=handlers.cases)
    texts, by = [known, example("gogol"), known[:3000]], ["Anna", "Boris", "Anna"]
    value = run_in_own_loop(api.same_hand(texts, disputed, by=by))
    first, second = value["candidates"]
    assert first["probability"] >= second["probability"]
    assert {one["name"]: len(one["answer"]["known"]) for one in (first, second)} == {"Anna": 2, "Boris": 1}
    assert sum(one["probability"] for one in value["candidates"]) + value["none"] == pytest.approx(1)
    doubted = run_in_own_loop(api.same_hand(texts, disputed, 0.01, by=by))
    assert doubted["none"] > value["none"]


def test_a_list_of_texts_is_checked_text_by_text() -> None:
    texts = Argument(None, {"type": "array", "items": {"type": "string"}})
    assert check_value(texts, ["а" * 30_000, "б"], lambda name: None)
    optional = Argument(None, {"oneOf": [{"type": "null"}, texts.api_info()]})
    assert check_value(optional, None, lambda name: None) is None
    for wrong in ("text", [1], ["а", None, {}], ["а"] * 51, ["а" * 20_000_001]):
        for argument in (texts, optional):
            with pytest.raises(Refusal):
                check_value(argument, wrong, lambda name: None)

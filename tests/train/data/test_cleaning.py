"""Cleaning takes the dirt and leaves the prose; doing it twice changes nothing."""

import pytest

from train.data.cleaning import (
    clean_book,
    drop_bracketed_notes,
    drop_foreign,
    drop_note_marks,
    join_lines,
    join_word,
    unify_characters,
    unify_marks,
)
from train.data.paratext import is_heading

PROSE = (
    "Сторож Ефим вышел на крыльцо, поглядел на тёмную реку, на лодки, привязанные у мостков, и подумал, "
    "что осень в этом году пришла раньше обыкновенного."
)
MORE = (
    "На другой день, едва рассвело, приехали из города двое приказчиков с обозом и, не снимая тулупов, стали "
    "требовать ключи от амбара, где лежала прошлогодняя рожь."
)


def book(*lines: str) -> str:
    """A raw book of these lines."""
    return "\n".join(lines)


RAW_BOOKS = {
    "byline": book("А. Б. Выдуманный", "ТЁМНАЯ РЕКА", "Повесть", "", "1871", "", "I", "", PROSE, MORE),
    "dedication": book("Тёмная река", "", "Посвящается другу", "", PROSE, MORE),
    "chapters": book(PROSE, "", "ГЛАВА ВТОРАЯ", "Приезжие", "", MORE),
    "epigraph": book(
        PROSE, "", "II", "", "Шумит камыш,", "Молчит вода,", "И нет следа", "Старая песня", "", MORE
    ),
    "notes": book(
        PROSE, MORE.replace("амбара", "амбара[1]"), "", "Примечания", "", "1", "", "Амбар — сарай."
    ),
    "tail": book(PROSE, MORE, "", "Конец", "", "12 июня 1871 г."),
    "page numbers": book(PROSE, "17", "* * *", "_______", MORE),
    "footnote": book(PROSE, "*) Так говорят у нас в уезде.", MORE),
    "foreign": book(PROSE, "— Bonjour, monsieur, comment allez-vous ce matin?", MORE),
}


@pytest.mark.parametrize("raw", RAW_BOOKS.values(), ids=RAW_BOOKS.keys())
def test_only_the_prose_is_left(raw: str) -> None:
    assert clean_book(raw) == f"{PROSE}\n{MORE}"


@pytest.mark.parametrize("raw", RAW_BOOKS.values(), ids=RAW_BOOKS.keys())
def test_cleaning_is_idempotent(raw: str) -> None:
    once = clean_book(raw)
    assert clean_book(once) == once


def test_case_and_yo_stay() -> None:
    assert "тёмную" in clean_book(PROSE) and clean_book(PROSE)[0] == "С"


def test_numbered_lists_of_the_prose_stay() -> None:
    raw = book(PROSE, "1) Что мельник уехал, никому не сказавшись.", "2) Что ключ пропал.", MORE)
    assert clean_book(raw) == raw


@pytest.mark.parametrize(
    "case",
    [
        "сло|во -> слово",
        "кто|то -> кто-то",
        "как|нибудь -> как-нибудь",
        "кое|где -> кое-где",
        "еле|еле -> еле-еле",
        "тёмно|синий -> тёмносиний",
        "темно|русый -> темно-русый",
        "по|русски -> по-русски",
        "по|глядел -> поглядел",
        "из|за -> из-за",
        "из|вестно -> известно",
        "обыкно|венно -> обыкновенно",
        "скажи|ка -> скажи-ка",
    ],
)
def test_hyphens_at_the_ends_of_lines(case: str) -> None:
    cut, whole = case.split(" -> ")
    left, right = cut.split("|")
    assert join_word(left, right) == whole
    assert join_lines(f"Он {left}-\n{right} сказал.") == f"Он {whole} сказал."


def test_the_words_of_the_book_decide_about_a_hyphen() -> None:
    assert join_word("северо", "восток", frozenset({"северовосток"})) == "северовосток"
    assert join_word("генерал", "майор", frozenset({"генерал-майор"})) == "генерал-майор"


def test_hard_line_breaks_are_joined_and_paragraphs_kept() -> None:
    first = [
        "Телега стучала по мосту, и было слышно, как внизу",
        "бежит вода, а за рекой лают собаки и",
        "кто-то поёт.",
    ]
    second = ["— Кто там? — спросил Ефим, подняв над головою свой", "старый фонарь."]
    lines = (first + second) * 8
    joined = join_lines("\n".join(lines))
    assert joined == "\n".join([" ".join(first), " ".join(second)] * 8)


def test_a_paragraph_that_a_page_had_cut_is_joined() -> None:
    assert join_lines("Он шёл по\n\nдороге.\nВечерело.") == "Он шёл по дороге.\nВечерело."


@pytest.mark.parametrize(
    "case",
    [
        '"Да", "нет" -> «Да», «нет»',
        "„Да“ и “нет” -> «Да» и «нет»",
        '— "Да?" -- спросил он. -> — «Да?» — спросил он.',
        "-- Иду,-- сказал он. -> — Иду, — сказал он.",
        "- Иду. -> — Иду.",
        "Он - врач. -> Он — врач.",
        "Он – врач. -> Он — врач.",
        "кто-то -> кто-то",
        "какой -то -> какой-то",
        "лет 12–15 -> лет 12-15",
        "1812--1815 годы -> 1812-1815 годы",
        "Да... нет.... -> Да… нет…",
        "Да?.. Нет!... -> Да?.. Нет!..",
        "Да . . . нет -> Да… нет",
        "Ну , что ж ? -> Ну, что ж?",
    ],
)
def test_marks_have_one_form(case: str) -> None:
    raw, unified = case.split(" -> ")
    assert unify_marks(raw) == unified
    assert unify_marks(unified) == unified


@pytest.mark.parametrize(
    "case",
    [
        "сло\u00adво -> слово",
        "и\u0306 -> й",
        "за\u0301мок -> замок",
        "он\u00a0шёл -> он шёл",
        "с_л_о_в_о и _слово_ -> слово и слово",
        "п р и в е т -> привет",
        "сл<ово> -> слово",
        "&laquo;Да&raquo; -> «Да»",
        "мaма -> мама",
    ],
)
def test_characters_have_one_form(case: str) -> None:
    raw, unified = case.split(" -> ")
    assert unify_characters(raw) == unified


@pytest.mark.parametrize(
    "case",
    [
        "квас[3] и хлеб -> квас и хлеб",
        "квас* и хлеб -> квас и хлеб",
        "квас**) и хлеб -> квас и хлеб",
        "квас2 и хлеб -> квас и хлеб",
        "графиня Л*** ела -> графиня Л*** ела",
        "в 186* году -> в 186* году",
        "город Р** спал -> город Р** спал",
        "в 1812 году -> в 1812 году",
        "было 0,99 пуда -> было 0,99 пуда",
    ],
)
def test_marks_of_notes_go_and_hidden_names_stay(case: str) -> None:
    raw, cleaned = case.split(" -> ")
    assert drop_note_marks(raw) == cleaned


def test_notes_in_the_text_go() -> None:
    assert clean_book(PROSE.replace("лодки", "лодки {так {здесь} зовут челны}")) == PROSE
    assert drop_bracketed_notes("Он сказал merci [спасибо (фр.)] и ушёл.") == "Он сказал merci и ушёл."


def test_foreign_sentences_go_and_foreign_words_stay() -> None:
    assert drop_foreign("— Mon ami, que faire? Пойдём домой.") == "— Пойдём домой."
    assert (
        drop_foreign("Он прочёл журнал «Revue des deux mondes» и уснул в кресле у окна.").count("Revue") == 1
    )


@pytest.mark.parametrize(
    "line", ["I", "XXIV.", "Глава вторая", "ЧАСТЬ ПЕРВАЯ", "Эпилог", "IV. Ночная встреча", "ГОСТИ"]
)
def test_headings_are_known(line: str) -> None:
    assert is_heading(line)


@pytest.mark.parametrize(
    "line",
    ["Глава семьи молчал.", "Часть гостей уехала.", "— ВОН!", "Да.", "Я говорю:", "Первая мысль была о нём."],
)
def test_prose_is_no_heading(line: str) -> None:
    assert not is_heading(line)

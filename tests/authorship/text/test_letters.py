"""Letters are read alike however they are dressed, and every place is the input's own."""

import sys
import timeit
import unicodedata
from collections.abc import Callable
from itertools import pairwise, product
from time import process_time

import numpy as np
import pytest
from confusable_homoglyphs.confusables import confusables_data
from hypothesis import given, settings
from hypothesis import strategies as st

from authorship.datamodels import EncodedText, Outside
from authorship.encode import encode, read_tokens
from authorship.text.decode import check_text
from authorship.text.letters.characters import LATIN, RUSSIAN
from authorship.text.letters.folding import examine, fold, letter_notices, without_words

EVERYTHING = [chr(code) for code in range(sys.maxunicode + 1)]
LINE_ENDS = ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"]
HYPHENS = ["-", "\u00ad", "¬", "\u2010", "\u2011", "\uff0d", "\ufe63"]
TWINS = dict(zip("асеорхукАВСЕНКМОРТХ", "aceopxykABCEHKMOPTX", strict=True))


def of_kind(*categories: str) -> list[str]:
    return [one for one in EVERYTHING if unicodedata.category(one) in categories]


def test_whatever_is_not_seen_or_only_decorates_is_passed_over() -> None:
    marks = of_kind("Mn", "Me", "Cf")
    assert len(marks) > 2000
    marks += [*of_kind("Cs"), *map(chr, range(1, 9)), "\x7f", "\ufffc", "\uffff"]
    assert {mark for mark in marks if fold(f"За{mark}м{mark}ок{mark} был").text != "Замок был"} <= {
        "\u0306",  # makes letters of other Cyrillic alphabets of "а"
        "\u0308",
    }
    assert fold("мои\u0306 и\u0308 е\u0301ж, ѐж, и\u200d\u0306\u0301, 𝔭о𝐜а, ｒｏｔа").text.startswith("мой ")
    assert fold("за'мок во`да вода\u00b4ми, д'Арк, об'ект").text == "замок вода водами, д'Арк, об'ект"


def test_every_blank_parts_words_and_every_hyphen_and_quote_is_one_the_tokenizers_know(
    tiny_tokenizer,
) -> None:
    for blank in [*of_kind("Zs", "Zl", "Zp"), "\u2800", "\u3164", *LINE_ENDS]:
        assert fold(f"он{blank}шёл").text.split() == ["он", "шёл"]
    for dash in of_kind("Pd"):
        folded = fold(f"кто{dash}то").text
        assert folded in ("кто-то", "кто—то", "кто–то", "кто―то")
    plain = tiny_tokenizer.tokenize('"волки"')
    for left, right in ("«»", "“”", "„“", "‹›", "❝❞", "〝〞", "《》", "＂＂"):
        assert tiny_tokenizer.tokenize(fold(f"{left}волки{right}").text) == plain


def twins_in_unicode() -> list[tuple[str, str]]:
    """Each Russian letter with each letter of Latin, Greek and the like that Unicode holds to be like it."""
    pairs = []
    for russian in RUSSIAN:
        near = {russian} | {like["c"] for like in confusables_data.get(russian, [])} & {*LATIN}
        likes = {like["c"] for one in near for like in confusables_data.get(one, [])} | near - {russian}
        for like in sorted(likes):
            same_case = like.isupper() == russian.isupper() and like.islower() == russian.islower()
            name = unicodedata.name(like, "") if len(like) == 1 else ""
            if same_case and name.startswith(("LATIN", "GREEK", "MATHEMATICAL", "FULLWIDTH", "CHEROKEE")):
                pairs.append((russian, like))
    return pairs


def test_twins_of_every_alphabet_are_russian_within_russian_words() -> None:
    pairs = twins_in_unicode()
    assert len(pairs) > 300
    strayed = {(russian, like) for russian, like in pairs if fold(f"жа{like}яд").text != f"жа{russian}яд"}
    assert len(strayed) <= len(pairs) // 50, strayed


def test_a_word_wholly_of_twins_is_russian_only_where_the_text_is_scanned_so() -> None:
    scanned = "Bce cтapыe coceди пpишли к пoбepeжью, oнo xopoшo."
    assert fold(scanned).text == "Все старые соседи пришли к побережью, оно хорошо."
    assert fold("Он сказал: pope, cope, sport, XX век; Жан a la carte.").text.count("pope, cope") == 1
    assert fold("ессеlenzа и Сharmant в ХIХ веке").text == "eccelenza и Charmant в XIX веке"


def test_words_broken_at_line_ends_are_whole() -> None:
    for hyphen, end in product(HYPHENS, LINE_ENDS):
        text = f"Он ска{hyphen}{end}зал кто{hyphen} {end}  то, ВЗДОХ{hyphen}{end}НУЛ и по{hyphen}{end}шёл."
        assert fold(text).text == "Он сказал кто-то, ВЗДОХНУЛ и пошёл.", (hyphen, end)
        assert fold(text, join=False).text.count("-") == 4
    assert fold("Он жил в Твери -\nи ждал; у Жар-\nПтицы.").text == "Он жил в Твери -\nи ждал; у Жар-\nПтицы."


@pytest.mark.parametrize(
    "case",
    [
        "Человѣкъ съ ружьемъ, ѳедоръ и мѵро -> Человек с ружьем, федор и миро",
        "новаго синяго лучшаго оставшагося благо Чикаго -> нового синего лучшего оставшегося благо Чикаго",
        "красивыя русскія большія Россія Марія бывшіяся -> красивые русские большие Россия Мария бывшиеся",
        "ея, нея, онѣ, однѣхъ -> ее, нее, они, одних",
        "разсказъ, безполезно, изслѣдовать, возставши -> рассказ, бесполезно, исследовать, воставши",
        "подъѣздъ, съѣлъ, двухъэтажный, предъидущій, изъ-за -> подъезд, съел, двухэтажный, предыдущий, из-за",
        "низко, возка, ЧЕЛОВѢКЪ -> низко, возка, ЧЕЛОВЕК",
    ],
)
def test_spelling_before_1918_is_read_in_todays(case: str) -> None:
    old, new = case.split(" -> ")
    context = " Домъ былъ старъ, лѣсъ шумѣлъ."
    assert fold(old + context).text == new.replace("воставши", "восставши") + " Дом был стар, лес шумел."


def test_a_few_misprints_make_no_text_old() -> None:
    text = "Он вздумал показыватъ дом; синия дали. " + "Тихо шёл снег, и мир был ему не мил. " * 20
    assert fold(text).text == text and not letter_notices(text)


WORDS = st.lists(
    st.sampled_from(
        [
            "вечер",
            "сошёл",
            "на",
            "пристань",
            "тихо",
            "без",
            "ветра",
            "Степан",
            "Лукич",
            "чинил",
            "сеть",
            "йод",
        ]
    ),
    min_size=3,
    max_size=30,
)
MARKS = st.sampled_from(sorted({*of_kind("Mn", "Me", "Cf")} - {"\u0306", "\u0308"}))


@st.composite
def dressed(draw: st.DrawFn) -> tuple[str, str]:
    """A plain text and the same with marks and twins in places."""
    plain = " ".join(draw(WORDS))
    parts = []
    for letter in plain:
        chance = draw(st.integers(0, 9))
        mark = draw(MARKS) if chance < 2 and letter != " " else ""
        parts.append((TWINS.get(letter, letter) if chance > 5 and letter in "асеорху" else letter) + mark)
    return plain, "".join(parts)


@given(dressed())
@settings(max_examples=150)
def test_plain_and_dressed_texts_give_the_same_pieces_at_their_own_places(tiny_tokenizer, texts) -> None:
    plain, odd = texts
    expected, found = encode(plain, tiny_tokenizer), encode(odd, tiny_tokenizer)
    assert ids(found) == ids(expected)
    for one, other in zip(places(expected), places(found), strict=True):
        assert fold(f"ж{odd[slice(*other)]}ж").text == f"ж{plain[slice(*one)]}ж"


def ids(encoded: EncodedText) -> list[tuple[int, ...]]:
    return [window.input_ids for window in encoded.windows]


def places(encoded: EncodedText) -> list[tuple[int, int]]:
    return [place for window in encoded.windows for place in window.offsets if place[0] < place[1]]


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("аб-\n\r ъѣ\u0301\u00ad¬a'6🙂ﬁ\u200b…"))
@settings(max_examples=150)
def test_any_text_has_places_for_all_its_characters(text: str) -> None:
    folded = fold(text)
    spans = [folded.span(place, place + 1) for place in range(len(folded.text))]
    assert all(0 <= start < stop <= len(text) for start, stop in spans)
    assert all(left[0] <= right[0] and left[1] <= right[1] for left, right in pairwise(spans))
    examine(text)


@pytest.mark.parametrize("dress", ["\u0301", "\u200f \u200e", "\u00ad", "ъ", ""])
def test_chunks_of_a_dressed_text_are_those_of_the_whole(
    tiny_tokenizer, sample_text: str, dress: str
) -> None:
    book = "\n".join([sample_text.replace("н ", f"н{dress} ").replace("о", f"о{dress or 'o'}")] * 9)
    parts = list(read_tokens(book, tiny_tokenizer, 700))
    whole = list(read_tokens(book, tiny_tokenizer, len(book)))
    assert len(parts) > 5 and len(whole) == 1
    for place in range(2):
        assert np.array_equal(np.concatenate([part[place] for part in parts]), whole[0][place])


def test_plain_prose_is_not_touched_at_all(sample_text: str) -> None:
    for text in (
        sample_text,
        sample_text.replace("\n", "\r\n"),
        f"{sample_text}Он сказал: «Mon ami, à bientôt!» — и ушёл.",
    ):
        assert fold(text).text is text and fold(text).starts is None and not letter_notices(text)


def test_plain_prose_costs_little_more_than_decoding_it(sample_text: str) -> None:
    """Some four times as much; a look at each word or character by itself takes more than a hundred."""
    text = f"{sample_text}\nОн сказал: «Bon soir» — и ушёл.\n" * 200
    data = text.encode()

    def cost(work: Callable[[], object]) -> float:
        return min(timeit.repeat(work, timer=process_time, number=5, repeat=5))

    assert cost(lambda: letter_notices(text)) < 30 * cost(data.decode)
    assert not letter_notices(text)


@pytest.mark.parametrize(
    "case",
    [
        ("hidden_marks", "Зи\u0301ма\u200b.", 2),
        ("look_alikes", "Зимa и вeсна.", 2),
        ("hidden_marks", "Мои\u0306 е\u0308ж — и\u0301 он.", 1),
        ("joined_words", "Зи-\nма и вес-\nна.", 2),
        ("old_spelling", "Домъ и лѣсъ, снѣгъ и вѣкъ.", 7),
        ("unread_letters", "Зима 字字字字.", 50),
        ("latin_letters", "Он сказал: «Good bye» — и зимой ушёл.", 28),
    ],
)
def test_what_was_odd_is_told(case: tuple[str, str, int]) -> None:
    code, text, count = case
    assert [(notice.code, notice.count) for notice in letter_notices(text)] == [(code, count)]


def test_notices_fit_what_the_text_is() -> None:
    # scanned words of look-alikes only are no Latin, a foreign word or two no news
    for text in (
        "Зимa, вeсна, oсень: ора, сора, cop, opa. " * 3,
        "Зимою он читал нам вслух по складам, раз за разом: good. " * 3,
    ):
        assert "latin_letters" not in {notice.code for notice in letter_notices(text)}
    told = letter_notices("Зимa и вес-\nна, домъ и лѣсъ, снѣгъ и вѣкъ, зи\u0301ма.")
    kinds = None, Outside("modern", ""), Outside("noise", "", partly=True), Outside("noise", "")
    kept = [without_words(told, outside) for outside in kinds]
    assert kept[0] == kept[1] == kept[2] == told
    assert [notice.code for notice in kept[3]] == ["hidden_marks"]


def test_a_text_of_twins_is_not_refused_as_foreign(sample_text: str) -> None:
    odd = "".join(TWINS.get(letter, letter) for letter in sample_text)
    check_text(odd)
    assert fold(odd).text == sample_text


@pytest.mark.parametrize(
    "unit", ["а\u0301", "а-\n", "а\u00ad  ", "аb", "ъ", "ѣ", "а6", "a ", "-\n", "а\u200e\u200f"]
)
def test_time_grows_with_the_length_alone(unit: str) -> None:
    """Linear is 8, quadratic 64; on a busy machine single times vary, so the shortest counts."""

    def seconds(repeats: int) -> float:
        text, start = unit * repeats, process_time()
        fold(text)
        return process_time() - start

    long, short = (min(seconds(repeats) for _ in range(3)) for repeats in (64_000, 8_000))
    assert long < 40 * max(short, 0.002)

"""The judge that is shipped tells prose of the models' time from what is none, whatever its length."""

import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from authorship.errors import BundleError
from authorship.models.bundle import load_bundle
from authorship.text.judge import JUDGE_FILE, Judge, cut_windows
from authorship.text.letters.folding import fold
from authorship.text.ngrams import FEATURES, hashed_ngrams, hashed_words, to_symbols
from bench.outside import MADE, made_texts
from page.examples import PASTICHES, example

MODELS = Path(__file__).parents[3] / "models"
MODERN = """Смартфон завибрировал, когда Олег уже выключил ноутбук. В рабочем чате обсуждали, кто выйдет
на созвон вместо заболевшего менеджера, и он поставил смайлик, чтобы его не дёргали. Потом
заказал такси через приложение, спустился на лифте и минут десять стоял у подъезда, листая
ленту новостей. Водитель написал, что застрял в пробке на кольцевой, поэтому Олег отменил
поездку и пошёл к метро. По дороге ему позвонила Марина и спросила, оплатил ли он интернет и
не забыл ли про видеоконференцию с заказчиком, которую перенесли на девять вечера по Москве."""
UKRAINIAN = """Увечері він повернувся додому і побачив, що в хаті нікого немає, а на столі лежить записка
від сестри. Вона писала, що поїхала до міста і повернеться лише в неділю, якщо не буде дощу.
Він сів біля вікна, запалив люльку і довго дивився, як за річкою гаснуть вогні, а потім узяв
книжку і читав до самого ранку."""


@pytest.fixture(scope="module")
def judge() -> Judge:
    judge = Judge.load(MODELS / "teacher")
    assert judge is not None
    return judge


def test_prose_in_the_manner_of_the_time_is_judged_by_the_models(judge: Judge):
    for name in PASTICHES:
        for length in (300, 700, 1_500, 5_000):
            assert judge.judge(example(name)[:length]).outside is None, (name, length)


def test_decorated_prose_is_judged_as_the_plain(judge: Judge):
    plain = example("gogol")
    twins = str.maketrans("асеорхАВСЕНКМОРТХ", "aceopxABCEHKMOPTX")
    dressed = {
        "stress": "".join(letter + "\u0301" * (letter in "аеиоу") for letter in plain),
        "direction": " ".join(f"\u202a{word}\u202c" for word in plain.split(" ")),
        "look-alikes": plain.translate(twins),
        "old spelling": re.sub(r"(?<=[бвгджзклмнпрстфхцчшщ])(?=[\s,.!?…—])", "ъ", plain.replace("и", "і")),
    }
    for name, text in dressed.items():
        assert judge.judge(text).outside is None, name


def test_what_a_program_made_is_outside(judge: Judge):
    named = {"one phrase": "repetition", "one word": "repetition", "keyboard": "noise", "letters": "noise"}
    for kind in MADE:
        for text in made_texts(kind, 8):
            outside = judge.judge(text).outside
            assert outside is not None, (kind, text[:80])
            assert named.get(kind, outside.kind) == outside.kind, (kind, text[:80])


def test_today_and_other_languages_are_named(judge: Judge):
    today, ukrainian = judge.judge(MODERN), judge.judge(UKRAINIAN)
    assert today.outside and today.outside.kind == "modern" and today.modern > 0.5
    assert ukrainian.outside and (ukrainian.outside.kind, ukrainian.outside.language) == ("language", "uk")
    assert "Ukrainian" in ukrainian.outside.reason


def test_the_reason_is_the_measure_that_exceeds_its_limit_most(judge: Judge):
    prose, words = example("chekhov"), list(made_texts("shuffled words", 4))
    gibberish = next(made_texts("keyboard", 4))
    texts = [(text, "other", False) for text in words]
    texts += [(text, "markup", False) for text in made_texts("price list", 4)]
    texts.append((MODERN.replace("девять", "21:00 (12+3)"), "modern", False))
    texts.append((f"{prose[:700]} {gibberish[:280]}. {prose[700:1_200]}", "noise", True))
    whole, letters = " ".join(map(example, PASTICHES)), " ".join(made_texts("letters", 8))
    texts += [(f"{whole} {letters}", "noise", True), (letters, "noise", False)]
    for text, kind, partly in texts:
        outside = judge.judge(text).outside
        assert outside and (outside.kind, outside.partly) == (kind, partly), (text[:40], outside)
    # the name never decides: outside is what exceeds a limit in most of its windows
    for text in [prose, MODERN, UKRAINIAN, prose * 3 + MODERN, *(text for text, *_ in texts)]:
        windows = [fold(window).text for window in cut_windows(text)]
        over = [bool(judge.measure(one).exceeded(judge.limits_at(len(one)))) for one in windows]
        assert (judge.judge(text).outside is not None) == (2 * sum(over) > len(over))


def test_most_windows_of_a_long_text_decide(judge: Judge):
    prose, noise = " ".join(map(example, PASTICHES)), next(made_texts("letters", 4)) * 2
    assert judge.judge(prose * 2 + noise[:2_000]).outside is None
    found = judge.judge(prose[:2_000] + next(made_texts("keyboard", 4))[:300] * 40).outside
    assert found is not None


def test_windows_hold_the_whole_text_or_are_spread_over_a_long_one():
    for length in (0, 1, 2_500, 2_501, 100_000):
        text = "".join(chr(0x430 + place % 32) for place in range(length))
        windows = cut_windows(text)
        assert "".join(windows) == text and all(len(window) <= 2_500 for window in windows)
    long = "а" * 1_000_000 + "б"
    assert len(cut_windows(long)) == 60 and cut_windows(long)[-1].endswith("б")


def test_ngrams_stand_once_whatever_case_and_blanks():
    plain, other = (to_symbols(text) for text in ("Ёлка, снег и снег!", "ЕЛКА,  снег\n и\tснег?"))
    assert np.array_equal(plain, other)
    ngrams = hashed_ngrams(plain)
    assert np.all(np.diff(ngrams.astype(np.int64)) > 0) and ngrams.max() < FEATURES
    words = hashed_words(to_symbols("раз два раз два раз два раз два раз два"))
    assert len(words.pairs) == 9 and len(words.eights) == 3
    assert all(len(set(part.tolist())) == 2 for part in (words.single, words.pairs, words.eights))


def test_texts_too_short_or_strange_to_measure_say_nothing(judge: Judge):
    for text in ("", " ", "Да.", "\ud800" * 30, "😀" * 20):
        assert judge.judge(text).outside is None


def test_a_damaged_judge_is_refused_with_a_remedy(judge: Judge, tmp_path: Path):
    judge.save(tmp_path)
    again = Judge.load(tmp_path)
    assert again is not None and again.judge(MODERN) == judge.judge(MODERN)
    parts = load_file(tmp_path / JUDGE_FILE)
    bad_limits = parts["limits"].copy()
    bad_limits[0, 0] = np.nan
    for broken in ({"surprise": parts["surprise"][:9]}, {"limits": bad_limits}, {"extra": parts["limits"]}):
        save_file(parts | broken, tmp_path / JUDGE_FILE)
        with pytest.raises(BundleError, match=r"judge\.safetensors"):
            Judge.load(tmp_path)
    (tmp_path / JUDGE_FILE).write_bytes(b"no tensors")
    with pytest.raises(BundleError, match="Fetch the model again"):
        Judge.load(tmp_path)


def test_both_shipped_models_bring_the_same_judge(judge: Judge):
    teacher, student = (load_bundle(MODELS / role).judge for role in ("teacher", "student"))
    assert teacher is not None and student is not None
    assert np.array_equal(teacher.modern, student.modern) and np.array_equal(teacher.limits, judge.limits)

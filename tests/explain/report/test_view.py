"""The picture is the text and nothing but the text, whatever the text holds."""

import re
from html.parser import HTMLParser

import pytest

from authorship.datamodels import Author, Prediction
from explain.agreement import Agreement, Likeness
from explain.attribution import find_words
from explain.datamodels import Attribution, TokenScore, WordScore
from explain.report.highlights import (
    FULLEST_TINT,
    SEEN_TINT,
    STYLE,
    legend,
    render_tokens,
    render_words,
    strongest,
)
from explain.report.html import render_document
from explain.report.json import ModelResult, Result

HOSTILE = (
    "<img src=x onerror=alert(1)> ${1+1} {{x}} {% y %} `z` \"' &amp; </div><script>a</script>\n\n  конец "
)


class Reader(HTMLParser):
    """Collects the text and the tags of a piece of HTML."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.text, self.tags = "", []
        self.feed(content)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def words_of(text: str) -> list[WordScore]:
    return [
        WordScore(start, stop, text[start:stop], (-1) ** index * index / 10)
        for index, (start, stop) in enumerate(find_words(text))
    ]


def attribution(text: str, error: float = 0.001) -> Attribution:
    words = tuple(words_of(text))
    return Attribution(Author("A", 0, "Автор <b>", "A"), words, (), 2.0, 1.0, 0.0, error, 9, 0.5)


def result(name: str, text: str, agreement: Agreement, error: float = 0.001) -> Result:
    """A whole result whose student is explained to `error`."""
    teacher, student = attribution(text), attribution(text, error)
    prediction = Prediction((teacher.author,), (2.0,), (1.0,), False, 0.1)
    parts = (ModelResult(prediction, one, {"model.safetensors": "0" * 64}) for one in (teacher, student))
    return Result(name, text, teacher.author, None, *parts, Likeness(agreement))


@pytest.mark.parametrize("text", [HOSTILE, "", "   \n", "Вечер.\n\n— Да? — нет…\n", "без знаков"])
def test_the_text_content_is_the_input(text: str):
    assert Reader(render_words(text, words_of(text))).text == text


def test_hostile_text_is_inert():
    content = render_words(HOSTILE, words_of(HOSTILE)) + render_tokens(HOSTILE, tokens_of(HOSTILE))
    assert {tag for tag, _ in Reader(content).tags} <= {"div", "span", "wbr"}
    assert not re.search(r"[{}$`]", content)
    allowed = {"class", "style", "tabindex", "role", "aria-label", "title", "data-score", "data-at"}
    assert all(set(attributes) <= allowed for _, attributes in Reader(content).tags)


def tokens_of(text: str) -> list[TokenScore]:
    inner = [TokenScore(w.start, w.stop, f"##{w.text}", w.score) for w in words_of(text)]
    return [TokenScore(0, 0, "[CLS]", 0.0), *inner, TokenScore(0, 0, "[SEP]", 0.0)]


def test_tokens_stand_as_the_model_sees_them_on_the_lines_of_the_text():
    text = "Вечер сошёл\nна пристань"
    content = Reader(render_tokens(text, tokens_of(text))).text
    assert content == "[CLS]##Вечер##сошёл\n##на##пристань[SEP]"


def test_the_strongest_words_are_tab_stops_that_say_their_score():
    text = " ".join(f"слово{index}" for index in range(100))
    spans = [
        attributes for tag, attributes in Reader(render_words(text, words_of(text))).tags if tag == "span"
    ]
    stops = [attributes for attributes in spans if "tabindex" in attributes]
    assert len(spans) == 100 and len(stops) == 10
    assert all(attributes["title"] == attributes["data-score"] for attributes in spans)
    assert stops[-1]["aria-label"] == "слово99: −9.90" and "ig-against" in stops[-1]["class"]
    assert stops[0]["aria-label"] == "слово90: +9.00" and "ig-for" in stops[0]["class"]


def test_a_colour_deepens_with_the_root_and_the_ten_strongest_are_seen():
    """One word outweighs all others by far; still ten stand out, in the order of their scores."""
    words = [WordScore(3 * n, 3 * n + 2, "да", (-1) ** n * 0.5 ** min(n, 11)) for n in range(12)]
    content = render_words("да " * 12, words)
    tints = [float(tint) for tint in re.findall(r"--ig-tint:([\d.]+)", content)]
    assert tints[0] == FULLEST_TINT and tints[2] == FULLEST_TINT / 2 and min(tints) == SEEN_TINT
    assert tints == sorted(tints, reverse=True) and len(tints) == content.count("ig-strong") == 10
    assert strongest(words, 3) == words[:3]
    assert render_words("да", [WordScore(0, 2, "да", 0.0)]).count("ig-strong") == 0


def test_no_ids_so_that_two_may_stand_side_by_side():
    text = "Вечер сошёл"
    content = render_document(result("Проба", text, Agreement(0.5, 0.4, 0.6, 10))) + legend()
    assert " id=" not in content


def test_a_strong_mark_is_listed_with_the_word_before_it():
    content = render_document(result("Проба", "Он, шёл", Agreement(0.5, 0.4, 0.6, 10)))
    assert content.count("<bdi>Он,</bdi> −0,10") == 2


def test_the_document_stands_alone_and_holds_both_texts():
    content = render_document(result("<i>файл</i>", HOSTILE, Agreement(None, 0.4, 0.6, 10), error=0.3))
    reader = Reader(content)
    assert reader.text.count(HOSTILE) == 2 and STYLE in reader.text
    assert not {tag for tag, _ in reader.tags} & {"script", "img", "link", "iframe", "i", "b"}
    assert "не сошлось" in content and content.count('class="rough"') == 1

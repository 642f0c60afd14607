"""What is taken away says what the screen said, can be read again, and does no harm."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from authorship.models.digest import text_hash
from explain.report.html import plain_name, render_document
from explain.report.json import to_json, to_object
from page.masking.downloads import takeaway_routes, to_result
from page.masking.handlers import CheckHandlers
from page.screen import draw
from page.session import Session


class Tags(HTMLParser):
    """Collects tags, attributes and the text outside of styles."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def tested(checking: CheckHandlers, explained: Session) -> Session:
    """An explained session with names masked."""
    checking.cover(explained, "names")
    return explained


@pytest.fixture
def client(checking: CheckHandlers) -> TestClient:
    """The routes as the page serves them."""
    excerpts = checking.excerpts
    return TestClient(Starlette(routes=takeaway_routes(excerpts.results, excerpts.reader, excerpts.turns)))


def test_json_holds_everything_and_reads_back(client: TestClient, tested: Session) -> None:
    assert tested.reading and tested.masked and tested.teacher.attribution
    answer = client.get(f"/excerpt/{tested.result}/explanation.json")
    content = answer.json()
    assert content["text"]["sha256"] == text_hash(tested.reading.text)
    assert content["masked"]["cover"] == "names"
    text = tested.reading.text
    assert all(text[word["start"] : word["stop"]] == word["text"] for word in content["masked"]["words"])
    for role, model in content["models"].items():
        before, after = tested.reading.of(role), tested.masked.of(role)
        assert model["verdict"]["authors"][0]["author"] == before.top_k(1)[0].author.key
        assert model["verdict_masked"]["authors"][0]["probability"] == after.top_k(1)[0].probability
        total = model["score"] - model["baseline_score"] - model["convergence_delta"]
        assert sum(word["score"] for word in model["words"]) == pytest.approx(total, abs=1e-5)
        assert all(len(digest) == 64 for digest in model["weights_sha256"].values())
        assert model["verification"]["actual"] == pytest.approx(
            after.logits[tested.teacher.attribution.author.label_id]
            - before.logits[tested.teacher.attribution.author.label_id]
        )


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_is_inert_whatever_the_text_holds(
    client: TestClient, tested: Session, language: str
) -> None:
    assert tested.reading is not None
    answer = client.get(f"/excerpt/{tested.result}/explanation.html?language={language}")
    seen = Tags(answer.text)
    assert f'<html lang="{language}">' in answer.text and seen.text.count(tested.reading.text) == 2
    assert not seen.tags & {"script", "img", "link", "iframe", "form", "a", "base"}
    assert not {name for name in seen.attributes if name.startswith("on") or name in ("src", "href", "id")}
    assert re.fullmatch(
        r"attachment; filename=\"explanation\.html\"; filename\*=UTF-8''[\w.%-]+",
        answer.headers["content-disposition"],
    )
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_name_can_neither_break_out_nor_turn_the_reading_direction(
    checking: CheckHandlers, tested: Session
) -> None:
    result = to_result(checking.excerpts.reader, tested)
    assert result is not None
    named = replace(result, path='</title><script>x</script>"\u202etxt.exe\u2066\n')
    document, line = render_document(named), to_json(named)
    assert "<script" not in document and "script" not in Tags(document).tags
    assert not set(plain_name(named.path)) & set("\u202e\u2066\n")
    assert "\u202e" not in line and "</script" not in line and "\n" not in line
    assert json.loads(line) == json.loads(json.dumps(to_object(named)))


def test_only_who_has_the_token_gets_what_is_on_the_screen(client: TestClient, tested: Session) -> None:
    first = tested.result
    assert client.get(f"/excerpt/{first}x/explanation.json").status_code == 404
    assert client.get(f"/excerpt/{first}/secret.txt").status_code == 404
    tested.open(tested.reading)
    assert client.get(f"/excerpt/{first}/explanation.json").status_code == 404


def test_links_come_with_the_first_reasons(checking: CheckHandlers, session: Session) -> None:
    assert draw(checking.excerpts.reader, session).exports == ""


def test_an_unconverged_explanation_is_marked_on_screen_and_on_paper(
    checking: CheckHandlers, tested: Session
) -> None:
    assert tested.teacher.attribution is not None
    tested.teacher = replace(
        tested.teacher, attribution=replace(tested.teacher.attribution, relative_error=0.2)
    )
    reader = checking.excerpts.reader
    shown, result = draw(reader, tested), to_result(reader, tested)
    assert result is not None
    assert 'class="excerpt rough"' in shown.coloured
    tested.view = "student"
    assert 'class="excerpt rough"' not in draw(reader, tested).coloured
    assert render_document(result).count('class="rough"') == 1
    assert to_object(result)["models"]["teacher"]["converged"] is False
    assert to_object(result)["models"]["student"]["converged"] is True

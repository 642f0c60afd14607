"""Links on the server's side: what the button tells the browser, and what a link may hand over."""

import gzip
import html
import json
import re
from pathlib import Path

import pytest

import page
from authorship.models.bundle import ModelBundle
from page.book.books import Books
from page.excerpt.pair_service import Reader
from page.handlers import Handlers
from page.i18n.wording import messages, sharing_messages
from page.masking.downloads import render_share
from page.screen import problem_text
from page.session import Session
from page.share.handlers import SharingHandlers, parse_link


@pytest.fixture
def sharing(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> SharingHandlers:
    """Handlers over the random pair."""
    reader = Reader(tiny_bundle, tiny_student)
    return SharingHandlers(Handlers(reader, Books(tiny_bundle, tiny_student)))


def asked(**values: object) -> str:
    """As the browser hands a link over."""
    return json.dumps(values, ensure_ascii=False)


def test_a_link_is_read_with_its_author_and_rival(sharing: SharingHandlers, sample_text: str) -> None:
    session = Session()
    updates = sharing.open(session, "en", asked(text=sample_text, author="Beta", rival="Alpha"))
    assert updates[:2] == [sample_text, session] and session.language == "en"
    assert session.reading is not None and session.reading.text == sample_text
    assert (session.author, session.rival) == ("Beta", "Alpha")


@pytest.mark.parametrize(("author", "rival"), [("Nobody", "Beta"), ("", ""), ("Beta", "Beta")])
def test_authors_unknown_here_leave_the_models_own_choice(
    sharing: SharingHandlers, sample_text: str, author: str, rival: str
) -> None:
    session = Session()
    sharing.open(session, "ru", asked(text=sample_text, author=author, rival=rival))
    assert session.reading is not None
    first = session.reading.teacher.top_k(1)[0].author.key
    assert session.author == (author if author == "Beta" else first)
    assert session.rival != session.author


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[]", "null", asked(text=""), asked(author="Beta"), asked(text=1), asked(text="а", author=[]),
     "[" * 100_000],
)  # fmt: skip
def test_what_is_no_link_says_so(sharing: SharingHandlers, damaged: str) -> None:
    session = Session()
    assert parse_link(damaged) is None
    sharing.open(session, "en", damaged)
    assert problem_text(session, messages("en")) == sharing_messages("en").broken


def test_a_text_that_cannot_be_read_says_why(sharing: SharingHandlers) -> None:
    session = Session()
    updates = sharing.open(session, "ru", asked(text="Мало."))
    assert updates[0] == "Мало." and session.problem is not None and session.problem.code == "too_short"


def test_the_checksum_is_the_one_that_gzip_writes(sharing: SharingHandlers, sample_text: str) -> None:
    session = Session()
    assert render_share(session) == ""
    sharing.open(session, "ru", asked(text=sample_text, author="Beta"))
    data = dict(re.findall(r'data-([\w-]+)="([^"]*)"', render_share(session)))
    assert int(data["crc"], 16) == int.from_bytes(gzip.compress(sample_text.encode())[-8:-4], "little")
    assert (data["author"], data["rival"], data["language"]) == ("Beta", "", "ru")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_script_finds_all_its_words_on_the_button(
    sharing: SharingHandlers, sample_text: str, language: str
) -> None:
    session = Session()
    sharing.open(session, language, asked(text=sample_text))  # type: ignore[arg-type]
    data = dict(re.findall(r'data-([\w-]+)="([^"]*)"', render_share(session)))
    script = (Path(page.__file__).parent / "assets" / "sharing.js").read_text(encoding="utf-8")
    for name in set(re.findall(r"facts\.(\w+)", script)):
        assert html.unescape(data[re.sub("[A-Z]", lambda capital: f"-{capital[0].lower()}", name)])
    assert data["too-long"].count("&#123;") == 2

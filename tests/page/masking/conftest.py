"""The excerpt tab's handlers over the random pair, a text read and explained."""

import pytest

from authorship.models.bundle import ModelBundle
from page.book.books import Books
from page.excerpt.pair_service import Reader
from page.handlers import Handlers
from page.masking.handlers import CheckHandlers
from page.session import Session, explaining

HOSTILE = "</script><script>window.hit=1</script> \"'&{{x}}${1} \u202eтекст\u202c. \u2066"


@pytest.fixture(scope="session")
def reader(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Reader:
    """One reader for all tests, so that each text is explained once."""
    return Reader(tiny_bundle, tiny_student)


@pytest.fixture
def checking(reader: Reader, tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> CheckHandlers:
    """Checking over the random pair."""
    return CheckHandlers(Handlers(reader, Books(tiny_bundle, tiny_student)))


@pytest.fixture
def session(checking: CheckHandlers, sample_text: str) -> Session:
    """A session with hostile prose, read but not yet explained, as Alpha's."""
    session = Session()
    checking.excerpts.read(session, "en", f"{HOSTILE} {sample_text}")
    session.choose("Alpha")
    return session


@pytest.fixture
def explained(checking: CheckHandlers, session: Session) -> Session:
    """The same, explained by both models."""
    for _ in explaining(checking.excerpts.reader, session):
        pass
    return session

"""Whom an author may be held against, the models' next choices first."""

from collections.abc import Sequence

from authorship.datamodels import Author
from page.checking.messages import CheckMessages
from page.messages import Messages
from page.readings import FASTEST_FIRST, Reading
from page.wording import listed_name

Choice = tuple[str, str]


def rival_choices(
    authors: Sequence[Author], reading: Reading | None, key: str, words: Messages, check: CheckMessages
) -> list[Choice]:
    """None at all, then each model's most probable author other than `key`, then everyone by name."""
    suggested = _suggested(reading, key) if reading else []
    named = {author.key: listed_name(author, words) for author in authors if author.key != key}
    first = [(check.rival_suggested.format(author=named[one]), one) for one in suggested if one in named]
    rest = sorted((name, one) for one, name in named.items() if one not in suggested)
    return [(check.rival_none, ""), *first, *rest]


def _suggested(reading: Reading, key: str) -> list[str]:
    """The teacher's next author, then the student's."""
    firsts = (
        [ranked.author.key for ranked in reading.of(role).top_k(2) if ranked.author.key != key][:1]
        for role in reversed(FASTEST_FIRST)
    )
    return list(dict.fromkeys(key for first in firsts for key in first))

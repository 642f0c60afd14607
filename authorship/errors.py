"""The errors a user can mend; their text says what is wrong and what to do."""

from typing import Literal

TextProblem = Literal[
    "empty",
    "left_out",
    "too_short",
    "not_cyrillic",
    "not_text",
    "too_large",
    "unknown_encoding",
    "other_format",
    "archive",
    "encrypted",
    "damaged",
    "hostile",
]


class AuthorshipError(ValueError):
    """Something the user gave cannot be worked with."""


class BundleError(AuthorshipError):
    """A model bundle is missing, incomplete or unknown."""


class TextError(AuthorshipError):
    """A text or file cannot be attributed.

    `code` and `fields` never change with the wording, so that the page can say it in its language:
    `too_short` has `characters` and `minimum`, `too_large` has `size` and `limit` in bytes,
    `unknown_encoding` has the `encoding` named, `other_format` (to be converted) and
    `archive` (to be unpacked) the `format` found, the others have none.
    """

    def __init__(self, code: TextProblem, message: str, **fields: int | str) -> None:
        super().__init__(message)
        self.code = code
        self.fields = fields

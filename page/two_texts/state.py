"""What one browser tab shows of a comparison."""

from dataclasses import dataclass
from typing import Literal

Trouble = Literal["", "failed", "lost", "busy", "too_much", "need_known", "need_disputed"]


@dataclass(slots=True)
class TwoTextsView:
    """`token` names the case, `job` numbers what was asked for: work whose number has passed shows no more.

    `busy` is in how many seconds one may try again; `prior` is how probable the reader holds one author.
    """

    token: str = ""
    trouble: Trouble = ""
    busy: int = 0
    job: int = 0
    prior: float = 0.5

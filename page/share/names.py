"""The names under which results are saved: after text and author, in characters that every disk takes."""

import re
from collections.abc import Sequence
from urllib.parse import quote

LONGEST_PART = 60
_STRANGE = re.compile(r"[^\w .,«»№-]+")


def file_name(parts: Sequence[str], file: str) -> str:
    """`file` with the parts before it that have letters, such as a text's name and an author's.

    >>> file_name(["Дуэль?", "А. П. Чехов"], "explanation.html")
    'Дуэль - А. П. Чехов - explanation.html'
    """
    named = [" ".join(_STRANGE.sub(" ", part).split())[:LONGEST_PART].strip(" .-") for part in parts]
    return " - ".join([*filter(None, named), file])


def attachment(name: str, plain: str) -> dict[str, str]:
    """The header by which a browser saves an answer as `name`; `plain` is for those that take ASCII only."""
    encoded = quote(name, safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"}

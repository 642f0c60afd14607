"""What a component may be sent."""

import math
import re
from collections.abc import Callable
from typing import Any

import gradio as gr
import orjson
from gradio.blocks import Block
from gradio.components.api_component import Api

from authorship.text.formats.limits import LARGEST_BOOK
from page.request_filter.refusal import unprocessable
from page.request_filter.uploads import MOST_TOGETHER

Upload = Callable[[str], str | None]
"""From the name that an upload was given to the file it lies in; None where there is none."""

LONGEST_ELSE = 20_000
_UPLOADED = re.compile(r"uploads/[A-Za-z0-9_-]{1,64}/[^/\\\x00]{1,200}")
_JSON_TYPES = {"string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}


def check_value(component: Block, value: Any, upload: Upload) -> Any:
    """The value as its component may have it; only an uploaded file becomes another: its place.

    Raises:
        Refusal: 422, where the type, length, range or choice is wrong.
    """
    match component:
        case gr.State():
            return None  # kept here, never taken from a client
        case gr.Textbox():
            check_text(value, component.max_length or LARGEST_BOOK)
        case gr.Dropdown() | gr.Radio():
            _check_choice(value, [choice for _, choice in component.choices])
        case gr.Slider() | gr.Number():
            _check_number(value, component.minimum, component.maximum)
        case gr.Checkbox():
            _check_type(value, (bool, type(None)), "true or false")
        case gr.UploadButton(file_count="multiple"):
            return _check_files(value, upload)
        case gr.UploadButton() | gr.File():
            return _check_file(value, upload)
        case Api():
            _check_argument(value, component.api_info())
        case _:
            check_small(value)
    return value


def check_text(value: Any, longest: int) -> None:
    """Refuse what is not text of at most so many characters.

    Raises:
        Refusal: it is not.
    """
    _check_type(value, (str, type(None)), "text")
    if value and len(value) > longest:
        raise unprocessable(f"A text has {len(value):,} characters; at most {longest:,} are read here.")


def check_small(value: Any) -> None:
    """Refuse what takes more than 20,000 bytes of JSON.

    Raises:
        Refusal: it does.
    """
    if len(orjson.dumps(value)) > LONGEST_ELSE:
        raise unprocessable(f"A value takes more than {LONGEST_ELSE:,} bytes.")


def _check_type(value: Any, types: tuple[type, ...], wanted: str) -> None:
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise unprocessable(f"A value has the wrong type: {wanted} is wanted.")


def _check_choice(value: Any, choices: list[Any]) -> None:
    _check_type(value, (str, type(None)), "one of the choices")
    if value is not None and value not in choices:
        raise unprocessable("A value is not among the choices.")


def _check_number(value: Any, minimum: float | None, maximum: float | None) -> None:
    _check_type(value, (int, float), "a number")
    low, high = -math.inf if minimum is None else minimum, math.inf if maximum is None else maximum
    if not math.isfinite(value) or not low <= value <= high:
        raise unprocessable(f"A number is outside of {low} to {high}.")


def _check_argument(value: Any, info: dict[str, Any]) -> None:
    if ways := info.get("oneOf"):  # an argument that may be left out
        if value is not None:
            _check_argument(value, next(way for way in ways if way.get("type") != "null"))
        return
    kind = info.get("type", "")
    if kind == "array" and info.get("items", {}).get("type") == "string":
        _check_type(value, (list,), "a list of texts")
        if len(value) > MOST_TOGETHER:
            raise unprocessable(f"At most {MOST_TOGETHER} texts are read together.")
        for one in value:
            _check_argument(one, info["items"])
        return
    if kind not in _JSON_TYPES:
        check_small(value)
        return
    _check_type(value, _JSON_TYPES[kind], kind)
    if isinstance(value, str):
        check_text(value, LARGEST_BOOK)
    elif not isinstance(value, bool):
        _check_number(value, None, None)


def _check_files(value: Any, upload: Upload) -> list[dict[str, Any] | None] | None:
    """Several files that were uploaded here; see `_check_file`."""
    if value is None:
        return None
    if not isinstance(value, list) or not 0 < len(value) <= MOST_TOGETHER:
        raise unprocessable(f"From 1 to {MOST_TOGETHER} uploaded files are wanted, as a list.")
    return [_check_file([one], upload) for one in value if one is not None]


def _check_file(value: Any, upload: Upload) -> dict[str, Any] | None:
    """A file by the name under which it was uploaded here; any other path or address is forged."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None:
        return None
    path = value.get("path") if isinstance(value, dict) else None
    file = upload(path) if isinstance(path, str) and _UPLOADED.fullmatch(path) else None
    if file is None:
        raise unprocessable("The file was not uploaded here, or is no longer kept: upload it again.")
    return {"path": file, "orig_name": file.rpartition("/")[2], "meta": {"_type": "gradio.FileData"}}

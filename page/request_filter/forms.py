"""The shape of each JSON body, against the page's events and endpoints, and what a component may be sent."""

import inspect
import math
import re
from collections.abc import Callable
from typing import Any

import gradio as gr
import orjson
from gradio.block_function import BlockFunction
from gradio.blocks import Block
from gradio.components.api_component import Api

from authorship.text.formats.limits import LARGEST_BOOK
from page.request_filter.refusal import Refusal, unprocessable
from page.request_filter.routes import Body
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


_HASH = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LARGEST_NUMBER = 1_000_000
_EVENT_KEYS = {
    "data", "event_data", "fn_index", "trigger_id", "session_hash", "event_id", "simple_format", "batched",
    "oauth_token",
}  # fmt: skip
_CALL_KEYS = {"data", "session_hash", "oauth_token"}
_NOTE_KEYS = {"session_hash", "fn_index", "event_id"}


class Forms:
    """Checks bodies over one page's components."""

    def __init__(self, blocks: gr.Blocks, upload: Upload) -> None:
        self.blocks = blocks
        self.upload = upload

    def check(self, kind: Body, path: str, value: Any) -> Any:
        """The body as it may go on.

        Raises:
            Refusal: it has another shape, or a value that its component may not have.
        """
        if not isinstance(value, dict):
            raise unprocessable("The body must be a JSON object.")
        name = path.rstrip("/").rpartition("/")[2]
        if kind == "note":
            return self._identifiers(value, _NOTE_KEYS)
        if kind == "named":
            return self._named(self._endpoint(name), value)
        keys = _EVENT_KEYS if kind == "event" else _CALL_KEYS
        found = self._identifiers(value, keys)
        function = self._event(found) if kind == "event" else self._endpoint(name)
        return found | {"data": self._data(function, found)}

    def is_queued(self, event: str) -> bool:
        """Whether an event waits in Gradio's queue or runs: until then its values are held."""
        return event in self.blocks._queue.event_ids_to_events

    def _identifiers(self, value: dict[str, Any], keys: set[str]) -> dict[str, Any]:
        """Refuse unknown keys, and what identifies nothing."""
        if not keys.issuperset(value):
            raise unprocessable(f"The body may hold {', '.join(sorted(keys))} only.")
        for key in ("session_hash", "event_id"):
            _check_hash(value.get(key))
        for key in ("fn_index", "trigger_id"):
            _check_index(value.get(key))
        if value.get("batched") or value.get("oauth_token"):
            raise unprocessable("There is nothing here to log in to, and no batch.")
        check_small(value.get("event_data"))
        return value

    def _event(self, value: dict[str, Any]) -> BlockFunction:
        function = self.blocks.fns.get(value.get("fn_index", -1))
        if function is None or function.fn is None:
            raise unprocessable("The page has no such event: load it anew.")
        return function

    def _endpoint(self, name: str) -> BlockFunction:
        for function in self.blocks.fns.values():
            if function.api_name == name and function.api_visibility == "public":
                return function
        raise Refusal(404, "There is no such endpoint: /gradio_api/info lists them.")

    def _data(self, function: BlockFunction, value: dict[str, Any]) -> list[Any]:
        data, inputs = value.get("data"), list(function.inputs)
        shown = [component for component in inputs if not component.skip_api]
        if not isinstance(data, list) or len(data) not in (len(inputs), len(shown)):
            raise unprocessable(f"`data` must be a list of {len(shown)} values.")
        components = inputs if len(data) == len(inputs) else shown
        session = value.get("session_hash") or ""
        return [
            check_value(self._as_seen(component, session), one, self.upload)
            for component, one in zip(components, data, strict=True)
        ]

    def _named(self, function: BlockFunction, value: dict[str, Any]) -> dict[str, Any]:
        parameters = inspect.signature(function.fn).parameters if function.fn else {}
        required = [name for name, one in parameters.items() if one.default is one.empty]
        if not set(required) <= set(value) <= set(parameters):
            raise unprocessable(
                f"The body may hold {', '.join(parameters)}; required: {', '.join(required)}."
            )
        for name, component in zip(parameters, function.inputs, strict=True):
            if name in value:
                check_value(component, value[name], self.upload)
        return value

    def _as_seen(self, component: Block, session: str) -> Block:
        """A choice as this session has it: the entries come with the language."""
        holder = self.blocks.app.state_holder
        chosen = isinstance(component, (gr.Dropdown, gr.Radio))
        if chosen and session in holder and component._id in holder[session]:
            seen: Block = holder[session][component._id]
            return seen
        return component


def _check_hash(value: Any) -> None:
    if value is not None and not (isinstance(value, str) and _HASH.fullmatch(value)):
        raise unprocessable("A session or event is named by up to 64 letters, digits and dashes.")


def _check_index(value: Any) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if value is not None and not (whole and 0 <= value < _LARGEST_NUMBER):
        raise unprocessable("An event is numbered by a whole number.")

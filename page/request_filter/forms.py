"""The shape of each JSON body, against the events and endpoints that the page has."""

import inspect
import re
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.blocks import Block

from page.request_filter.refusal import Refusal, unprocessable
from page.request_filter.routes import Body
from page.request_filter.values import Upload, check_small, check_value

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

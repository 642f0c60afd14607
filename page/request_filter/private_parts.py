"""What the page uses of its frameworks that they do not promise to keep; without any of it nothing is served.

The one list of such places. Whoever moves to another version of Gradio, Starlette or uvicorn reads it
first; of Captum only documented parts are used (`explain/gradients.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from authorship.errors import AuthorshipError


@dataclass(frozen=True, slots=True)
class PrivatePart:
    """Attributes from an `owner` on, joined by dots, and what the page does with the last of them."""

    owner: str
    path: str
    use: str


PARTS = (
    PrivatePart("app", "middleware_stack", "page/launch.py puts the request filter around it (Starlette)"),
    PrivatePart("request", "json", "page/request_filter/filter.py replaces it: values checked (Starlette)"),
    PrivatePart(
        "app", "state_holder.session_data", "page/request_filter/forms.py: choices as a session has them"
    ),
    PrivatePart("app", "state_holder", "page/storage/visitors.py replaces it: sessions by address"),
    PrivatePart(
        "blocks", "_queue.send_message", "page/storage/visitors.py wraps it: unfetched results are bounded"
    ),
    PrivatePart(
        "blocks", "_queue.pending_messages_per_session", "page/storage/visitors.py: what nobody fetches"
    ),
    PrivatePart(
        "blocks",
        "_queue.compute_analytics_summary",
        "page/storage/visitors.py: nobody looks",
    ),
    PrivatePart("blocks", "_queue.pending_event_ids_session", "page/storage/visitors.py: who asked what"),
    PrivatePart(
        "gradio", "queueing.traceback", "page/request_filter/quiet.py replaces it: it would quote visitors"
    ),
    PrivatePart(
        "gradio", "routes.traceback", "page/request_filter/quiet.py replaces it: it would quote visitors"
    ),
    PrivatePart(
        "session", "_update_value_in_config", "page/storage/visitors.py: values that no session keeps"
    ),
    PrivatePart("session", "_update_config", "page/storage/visitors.py: descriptions that no session keeps"),
    PrivatePart("blocks", "default_config", "page/storage/visitors.py: what a session begins with"),
    PrivatePart(
        "gradio", "route_utils.SessionState", "page/storage/visitors.py replaces it: calls without a session"
    ),
    PrivatePart(
        "blocks",
        "_queue.event_ids_to_events",
        "page/scheduler/fair_queue.py, page/request_filter/forms.py: who waits",
    ),
    PrivatePart("blocks", "blocks", "page/request_filter/uploads.py: all components"),
    PrivatePart("blocks", "fns", "page/request_filter/forms.py: all events"),
    PrivatePart("component", "_id", "page/request_filter/forms.py: a component's number"),
    PrivatePart(
        "component", "GRADIO_CACHE", "page/request_filter/uploads.py: where files are read without a copy"
    ),
    PrivatePart("component", "skip_api", "page/request_filter/forms.py: what programs may leave out"),
    PrivatePart("event", "fn", "page/request_filter/forms.py: what an event calls"),
    PrivatePart("event", "inputs", "page/request_filter/forms.py: the components of an event"),
    PrivatePart("event", "api_name", "page/request_filter/forms.py: an endpoint's name"),
    PrivatePart("event", "api_visibility", "page/request_filter/forms.py: which endpoints are open"),
    PrivatePart(
        "context", "request.get", "page/scheduler/fair_queue.py: who asks (gradio.context.LocalContext)"
    ),
    PrivatePart("context", "blocks.get", "page/scheduler/fair_queue.py: the page that is asked"),
    PrivatePart("context", "event_id.get", "page/scheduler/fair_queue.py: which event is under way"),
    PrivatePart("server", "lifespan.state", "page/request_filter/connections.py: what protocols are given"),
    PrivatePart("server", "config.timeout_graceful_shutdown", "page/request_filter/connections.py sets it"),
    PrivatePart(
        "server", "servers", "page/request_filter/connections.py replaces them: who listens (uvicorn)"
    ),
    PrivatePart("protocol", "app", "page/request_filter/connections.py: what answers a connection (uvicorn)"),
    PrivatePart("protocol", "client", "page/request_filter/connections.py: the other end"),
    PrivatePart(
        "protocol", "conn.their_state", "page/request_filter/connections.py: whether headers are awaited"
    ),
    PrivatePart("protocol", "loop.call_later", "page/request_filter/connections.py: time limits"),
    PrivatePart("protocol", "transport", "page/request_filter/connections.py: what is closed"),
)


def check_parts(parts: Iterable[PrivatePart] = PARTS, **owners: object) -> None:
    """Look whether the owners that are named have all that the page uses of them.

    Raises:
        AuthorshipError: one of them has not.
    """
    for part in parts:
        found = owners.get(part.owner)
        for name in part.path.split(".") if part.owner in owners else ():
            if not hasattr(found, name):
                raise AuthorshipError(
                    f"The page cannot be served safely: {part.owner}.{part.path} is missing ({part.use}). "
                    "Install the versions that requirements.txt names."
                )
            found = getattr(found, name)

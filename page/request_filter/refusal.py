"""A request that is turned away, and why."""

from starlette.responses import JSONResponse

_ALL_CLOSE = {"Connection": "close", "Cache-Control": "no-store"}


class Refusal(ValueError):
    """Why a request is not let in; the message goes to the client and quotes nothing that it sent."""

    def __init__(self, status: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after

    def response(self) -> JSONResponse:
        """The answer; the connection ends with it, for its body may still be on the way."""
        headers = dict(_ALL_CLOSE)
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return JSONResponse({"detail": self._detail()}, self.status, headers)

    def _detail(self) -> str | list[dict[str, object]]:
        """Gradio's clients read what a 422 says in the shape of its validators only."""
        if self.status != 422:
            return str(self)
        found = {"__type__": "validate", "is_valid": False, "parameter_name": "data", "message": str(self)}
        return [found]


def unprocessable(message: str) -> Refusal:
    """A value of the wrong type, length or range."""
    return Refusal(422, message)

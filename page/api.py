"""The endpoints for programs, in the shape of the command lines' JSON."""

from typing import Any

import gradio as gr
from gradio.events import api as api_endpoint

from authorship.datamodels import Prediction
from authorship.errors import AuthorshipError
from authorship.reference import Role
from explain.agreement import Likeness
from explain.compare import compare
from explain.datamodels import Attribution
from page.book.books import Books, check
from page.book.exports import to_object
from page.reader import Reader
from page.readings import ROLES


class Api:
    """Answers programs from the same reader as the page; errors say what to do."""

    def __init__(self, reader: Reader, books: Books) -> None:
        self.reader = reader
        self.books = books

    def attribute(self, text: str, top_k: int = 5) -> dict[str, Any]:
        """The most probable authors of a Russian text of 200 to 100,000 characters, by both models.

        Returns {"characters", "windows", "models": {"teacher": {"authors": [{"author", "name",
        "probability"}], "unknown"}, "student": {...}}}; `unknown` is true where a model abstains.
        """
        try:
            reading = self.reader.read(text)
        except AuthorshipError as error:
            raise gr.Error(str(error), print_exception=False) from error
        models = {role: _prediction(reading.of(role), top_k) for role in ROLES}
        return {"characters": len(reading.text), "windows": reading.windows, "models": models}

    def explain(self, text: str, author: str = "") -> dict[str, Any]:
        """What each word adds to an author's logit, by both models; without `author`, the teacher's first.

        Returns {"author", "models": {"teacher": {"words": [{"start", "stop", "text", "score"}], "score",
        "baseline_score", "convergence_delta", "relative_error", "n_steps", "seconds"}, "student": {...}},
        "agreement": {"spearman", "top_overlap", "mass_overlap", "strongest", "cross_transfer": {"teacher",
        "student"}, "scale"}}; a model that does not know the author is null.
        """
        try:
            reading = self.reader.read(text)
            key = author or reading.teacher.top_k(1)[0].author.key
            self.reader.author(key)
        except AuthorshipError as error:
            raise gr.Error(str(error), print_exception=False) from error
        teacher, student = (self._attribution(role, reading.text, key) for role in ROLES)
        models = {"teacher": _explanation(teacher), "student": _explanation(student)}
        agreement = None
        if teacher and student:
            transfer = self.reader.transfer(reading.text, key)
            likeness = Likeness(compare(teacher, student), transfer, self.reader.scale)
            agreement = likeness.to_contract()
        return {"author": key, "models": models, "agreement": agreement}

    def book(self, text: str) -> dict[str, Any]:
        """What both models say along a text of 10,000 characters or more, and of the whole.

        Returns {"title", "characters", "read", "models": {"teacher": {"whole": {"authors": [{"author",
        "name", "probability"}], "unknown"}, "changes": [{"offset", "before", "after"}], "passages":
        [{"start", "stop", "probabilities": {AUTHOR: p}}]}, "student": {...}}}.
        """
        try:
            reading = self.books.open_text(text)
            check(reading.book.text)
        except AuthorshipError as error:
            raise gr.Error(str(error), print_exception=False) from error
        if reading.stage != "done":
            for _ in reading.reading():
                pass
            self.books.remember(reading)
        return to_object(reading)

    def _attribution(self, role: Role, text: str, key: str) -> Attribution | None:
        *_, last = self.reader.explaining(role, text, key)
        return last.attribution


def publish(api: Api) -> None:
    """Name the endpoints; call inside `gr.Blocks()`."""
    api_endpoint(api.attribute, api_name="attribute", concurrency_id="prediction", concurrency_limit=2)
    api_endpoint(api.book, api_name="book", concurrency_id="book", concurrency_limit=2)
    api_endpoint(api.explain, api_name="explain", concurrency_id="explanation", concurrency_limit=1)


def _prediction(prediction: Prediction, top_k: int) -> dict[str, Any]:
    authors = [
        {"author": ranked.author.key, "name": ranked.author.name, "probability": ranked.probability}
        for ranked in prediction.top_k(max(1, top_k))
    ]
    return {"authors": authors, "unknown": prediction.unknown}


def _explanation(attribution: Attribution | None) -> dict[str, Any] | None:
    return None if attribution is None else attribution.to_contract()

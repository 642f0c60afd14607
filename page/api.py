"""The endpoints for programs, in the shape of the command lines' JSON."""

from collections.abc import Generator
from dataclasses import asdict
from typing import Any

import gradio as gr
from gradio.events import api as api_endpoint

from authorship.errors import AuthorshipError
from authorship.models.source import Role
from authorship.predict.results import (
    known_authors,
    nearest_object,
    outside_object,
    prediction_object,
    verdict_object,
)
from authorship.same_hand.answer import weigh_candidates
from authorship.same_hand.results import candidates_object
from authorship.same_hand.results import to_object as answer_object
from explain.agreement import Likeness, compare
from explain.datamodels import Attribution
from explain.same_hand.reasons import reasons_object
from page.book.books import Books, check
from page.book.downloads import to_object
from page.excerpt.pair_service import Reader
from page.excerpt.results import ROLES, Reading, Reasons
from page.request_filter.quiet import quiet
from page.scheduler.turns import Turns, make_turns
from page.two_texts.cases import Cases

MOST_AUTHORS = 1000
MOST_WORDS = 100


class Api:
    """Answers programs from the same reader as the page; errors say what to do."""

    def __init__(
        self, reader: Reader, books: Books, turns: Turns | None = None, cases: Cases | None = None
    ) -> None:
        self.reader = reader
        self.books = books
        self.turns = turns or make_turns()
        self.cases = cases or Cases(None, books)

    async def attribute(self, text: str, top_k: int = 5) -> dict[str, Any]:
        """The most probable authors of a Russian text of 200 to 100,000 characters, by both models.

        Returns {"characters", "windows", "outside", "verdict": {"certainty", "author", "text"}, "models":
        {"teacher": {"authors": [{"author", "name", "probability"}], "unknown"}, "student": {...}}, "notices":
        [{"kind", "text"}]}.
        `outside` is null, or {"kind", "reason"} where the text is nothing that the models can judge: `kind`
        is "noise", "repetition", "language", "markup", "modern" or "other"; then trust no author named.
        `certainty` is "certain", "likely", "open" (no author stands out, or the models differ), "nobody"
        (none of the known authors) or "outside"; `text` says it in a sentence. `unknown` is true where a
        model abstains. `notices` say what was odd about the letters, and how that was read, and of a
        "long_text" (10,000 characters or more, read here as one hand's) that /book tells hands apart.
        """
        if not 1 <= top_k <= MOST_AUTHORS:
            wanted = f"top_k must be a whole number from 1 to {MOST_AUTHORS}, not {top_k}."
            raise gr.Error(wanted, print_exception=False)
        try:
            return await self.turns.predict(lambda: self._attribute(text, top_k), len(text))
        except AuthorshipError as error:
            raise gr.Error(str(error), print_exception=False) from error

    async def explain(self, text: str, author: str = "") -> dict[str, Any]:
        """What each word adds to an author's logit, by both models; without `author`, the teacher's first.

        Returns {"author", "outside", "models": {"teacher": {"words": [{"start", "stop", "text", "score"}],
        "score", "baseline_score", "convergence_delta", "relative_error", "n_steps", "seconds"}, "student":
        {...}}, "agreement": {"spearman", "top_overlap", "mass_overlap", "strongest", "cross_transfer":
        {"teacher", "student"}, "scale"}}; a model that does not know the author is null. Where `outside` is
        {"kind", "reason"} instead of null the models cannot judge the text, and the words speak for nobody.
        """
        try:
            reading = await self.turns.predict(lambda: self.reader.read(text), len(text))
            key = author or reading.teacher.top_k(1)[0].author.key
            self.reader.author(key)
            return await self.turns.finish(self.turns.explanations, self._explain(reading, key))
        except AuthorshipError as error:
            raise gr.Error(str(error), print_exception=False) from error

    async def book(self, text: str) -> dict[str, Any]:
        """What both models say along a text of 10,000 characters or more, and of the whole.

        The probabilities of `whole` hold if one author wrote all of it; where several did, see `changes`.
        Returns {"title", "characters", "read", "outside", "verdict", "models": {"teacher": {"whole":
        {"authors": [{"author", "name", "probability"}], "unknown"}, "changes": [{"offset", "before",
        "after"}], "stretches": [{"start", "stop", "author", "certainty", "unknown", "outside"}], "passages":
        [{"start", "stop", "unknown", "hand", "probabilities": {AUTHOR: p}}]}, "student": {...}}, "chapters":
        [{"start", "title", "level"}], "notices": [], "hashes": {"text", "teacher", "student"}}; offsets are
        characters of the text. `outside` and `verdict` are as from /attribute. A book of several hands has
        "stretches": [{"start", "stop", "models": {"teacher": AUTHOR, "student": AUTHOR}}], null for nobody
        known, and where both models see the same hands `verdict` is null.
        """
        try:
            return await self.turns.finish(self.turns.books, self._book(text))
        except AuthorshipError as error:
            raise gr.Error(str(error), print_exception=False) from error

    async def same_hand(
        self,
        known: list[str],
        disputed: str,
        prior: float = 0.5,
        words: int = 0,
        by: list[str] | None = None,
    ) -> dict[str, Any]:
        """Whether the author of 1 to 20 known texts wrote a disputed one, also an author whom no model knows.

        Each side may have up to 5,000,000 characters; `known` are works surely by one author, each of 200
        characters or more; `prior` is how probable one author was before reading, between 0 and 1.
        Returns {"known": [{"name", "characters", "sha256", "outside", "notices"}], "disputed": [likewise],
        "verdict": {"hand", "strength", "text"}, "log_ratio", "prior", "probability", "usual": {"same",
        "different"}, "cautions": [{"kind", "text"}], "version", "measure_sha256"}.
        `hand` is "one", "two", "open" (neither), or "void" where a text is nothing that can be compared: then
        trust no figure. `log_ratio` is the natural logarithm of the likelihood ratio of one author against
        two, `probability` that of one author under the prior, `usual` quantiles of log ratios that pairs of
        such lengths have; `cautions` say what makes the answer worth less.
        With `words`, from 1 to 100, "reasons" tells that many words and marks for one hand and against it:
        {"words": {"for": [{"text", "score", "known", "disputed", "count", "places": [{"side", "text",
        "start", "stop", "score"}]}], "against": [likewise]}, "marks": {likewise}, "missing", "error"}. Scores
        are parts of `log_ratio`, by sides and by places (characters `start` to `stop` of a side's text number
        `text`, the 50 that weigh most), `missing` what the lack of usual words adds, `error` the share that
        is not accounted for; "reasons" is null for "void" and above 300,000 characters in all.
        With `by`, the name of who wrote each of the known texts, candidates are weighed: {"candidates":
        [{"name", "probability", "answer": as above}], "none"}, the most probable first; `prior` is then how
        probable it was that one of them wrote it, all alike.
        """
        if not 0 < prior < 1:
            wanted = f"prior must lie between 0 and 1, both excluded, not be {prior}."
            raise gr.Error(wanted, print_exception=False)
        if not 0 <= words <= MOST_WORDS:
            wanted = f"words must be a whole number from 0 to {MOST_WORDS}, not {words}."
            raise gr.Error(wanted, print_exception=False)
        if words and by:
            wanted = "words are told of one candidate: leave out `by`, and give that one's known texts alone."
            raise gr.Error(wanted, print_exception=False)
        try:
            if by:
                steps = self._candidates(known, disputed, prior, by)
            else:
                steps = self._same_hand(known, disputed, prior, words)
            return await self.turns.finish(self.turns.explanations, steps)
        except AuthorshipError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def _same_hand(
        self, known: list[str], disputed: str, prior: float, words: int
    ) -> Generator[None, None, dict[str, Any]]:
        """One step a part of a text, one more for the words."""
        answer = yield from self.cases.answer(known, disputed)
        value = answer_object(answer, prior, self.cases.hashes)
        if words:
            yield
            reasons = self.cases.explain(answer)
            value["reasons"] = reasons and reasons_object(reasons, words)
        return value

    def _candidates(
        self, known: list[str], disputed: str, prior: float, by: list[str]
    ) -> Generator[None, None, dict[str, Any]]:
        """One step a part of a text."""
        answers = yield from self.cases.answers(known, disputed, by)
        return candidates_object(weigh_candidates(answers, prior), self.cases.hashes)

    def _attribute(self, text: str, top_k: int) -> dict[str, Any]:
        reading = self.reader.read(text)
        return {
            "characters": len(reading.text),
            "windows": reading.windows,
            "outside": outside_object(reading.judgement.outside),
            "verdict": verdict_object(reading.verdict, known_authors(reading.teacher, reading.student)),
            "models": {role: prediction_object(reading.of(role), top_k) for role in ROLES},
            "notices": [notice.to_contract() for notice in reading.notices()],
            "hashes": asdict(reading.hashes) if reading.hashes else None,
        }

    def _book(self, text: str) -> Generator[None, None, dict[str, Any]]:
        """One step a passage; what follows from the whole at the end."""
        reading = self.books.open_text(text)
        check(reading.book.text)
        if reading.stage != "done":
            yield from self.books.read(reading)
            self.books.remember(reading)
        return to_object(reading)

    def _explain(self, reading: Reading, key: str) -> Generator[object, None, dict[str, Any]]:
        """One step a part of a gradient, the last masked predictions; `/explain`'s answer at the end."""
        found: dict[Role, Attribution | None] = {}
        for role in ROLES:
            reasons = Reasons()
            for reasons in self.reader.explaining(role, reading.text, key):
                yield reasons
            found[role] = reasons.attribution
        models = {role: _explanation(attribution) for role, attribution in found.items()}
        teacher, student = found["teacher"], found["student"]
        agreement = None
        if teacher and student:
            transfer = self.reader.transfer(reading.text, key)
            likeness = Likeness(compare(teacher, student), transfer, self.reader.scale)
            agreement = likeness.to_contract()
        outside = outside_object(reading.judgement.outside)
        near = {role: nearest_object(reading.of(role).nearest) for role in ROLES}
        return {
            "author": key,
            "outside": outside,
            "models": {role: model and model | near[role] for role, model in models.items()},
            "agreement": agreement,
            "hashes": asdict(reading.hashes) if reading.hashes else None,
        }


def publish(api: Api) -> None:
    """Name the endpoints; call inside `gr.Blocks()`."""
    api_endpoint(quiet(api.attribute), api_name="attribute", concurrency_limit=None)
    api_endpoint(quiet(api.book), api_name="book", concurrency_limit=None)
    api_endpoint(quiet(api.explain), api_name="explain", concurrency_limit=None)
    api_endpoint(quiet(api.same_hand), api_name="same_hand", concurrency_limit=None)


def _explanation(attribution: Attribution | None) -> dict[str, Any] | None:
    return None if attribution is None else attribution.to_contract()

"""The routes under which a comparison is fetched: made from memory, no file is ever written."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from authorship.numerals import Language
from explain.same_hand.document import SavedComparison, comparison_to_json, render_comparison
from page.downloads import attachment, deliver
from page.masking.downloads import SAVED_HEADERS
from page.scheduler.turns import Turns
from page.share.about import public_address
from page.two_texts.cases import Case, Cases
from page.two_texts.view import FILES, named, saved_name, weighed

_LOST = "This comparison is no longer kept: compare the texts again on the page."
_TYPES = dict(zip(FILES, ("text/html; charset=utf-8", "application/json"), strict=True))


def comparison_routes(cases: Cases, turns: Turns) -> list[Route]:
    """`two/TOKEN/FILE`, the token being hard to guess; each file is made when it is the client's turn."""

    async def download(request: Request) -> Response:
        case, file = cases.find(request.path_params["token"]), request.path_params["file"]
        language: Language = "en" if request.query_params.get("language") == "en" else "ru"
        if case is None or case.answer is None or file not in FILES:
            return PlainTextResponse(_LOST, 404, SAVED_HEADERS)
        make = partial(make_file, file, replace(case), language, cases.hashes, public_address(request))
        headers = SAVED_HEADERS | attachment(saved_name(case, file, language), file)
        return await deliver(request, turns, make, _TYPES[file], headers)

    return [Route("/two/{token}/{file}", download)]


def make_file(file: str, case: Case, language: Language, hashes: Mapping[str, str], address: str = "") -> str:
    """One of `FILES` of a case that has an answer; `hashes` are the measure's, `address` is the page's."""
    answer = named(case, language)
    assert answer is not None
    result = SavedComparison(
        answer, case.reasons, case.prior, hashes, address, candidates=weighed(case, language, case.prior)
    )
    return comparison_to_json(result) if file.endswith(".json") else render_comparison(result, language)

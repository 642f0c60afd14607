"""What a stranger to the page meets first: the preview of a link to it, and the page "About"."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from authorship import VERSION
from authorship.models.bundle import REPORT_FILE, ModelBundle
from authorship.numerals import Language, percent, whole
from explain.report.citation import say_day
from explain.report.highlights import escape
from explain.report.html import PAGE_STYLE
from explain.report.wording import document_words
from page.excerpt.pair_service import Reader
from page.i18n.about import AboutMessages, about_messages
from page.i18n.wording import messages
from page.share.card import HEIGHT, PREVIEW, WIDTH

ADDRESS_VARIABLE = "AUTHORSHIP_ADDRESS"
PREVIEW_PATH = "preview.png"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'"
_TAGS = re.compile(rb"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*+>\s*+")
_CHARSET = re.compile(rb"<meta charset=[^>]*+>")


def public_address(request: Request) -> str:
    """Where visitors find the page, with a slash at its end.

    Behind a proxy the operator names it in `AUTHORSHIP_ADDRESS`; a Space names itself.
    """
    named = os.environ.get(ADDRESS_VARIABLE, "")
    space = os.environ.get("SPACE_HOST", "")
    address = named or (f"https://{space}" if space else f"{request.base_url}")
    return f"{address.rstrip('/')}/"


def language_of(request: Request) -> Language:
    """The language asked for by the address, else English where the browser wants it first; else Russian."""
    asked = request.query_params.get("language", "") or request.headers.get("accept-language", "")
    return "en" if asked.strip().lower().startswith("en") else "ru"


def preview_tags(address: str, language: Language) -> str:
    """The page's own title, sentence and picture, as previews of links read them; no other's."""
    about, title = about_messages(language), messages(language).title
    picture = f"{address}{PREVIEW_PATH}"
    properties = {
        "og:title": title,
        "og:description": about.described,
        "og:image": picture,
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": about.described,
        "og:url": address,
        "og:type": "website",
        "og:site_name": title,
        "og:locale": about.locale,
    }
    names = {
        "description": about.described,
        "twitter:card": "summary_large_image",
        "twitter:title": title,
        "twitter:description": about.described,
        "twitter:image": picture,
    }
    return _metas("property", properties) + _metas("name", names)


def _metas(kind: str, values: Mapping[str, str]) -> str:
    return "".join(
        f'<meta {kind}="{name}" content="{escape(value)}">\n' for name, value in values.items() if value
    )


def with_preview(html: bytes, request: Request) -> bytes:
    """A page of Gradio's whose tags for previews are ours, and Gradio's are gone."""
    tags = preview_tags(public_address(request), language_of(request)).encode()
    return _CHARSET.sub(lambda found: found[0] + b"\n" + tags, _TAGS.sub(b"", html), count=1)


def about_routes(reader: Reader) -> list[Route]:
    """`about` in both languages, and the picture of previews."""

    async def about(request: Request) -> Response:
        language = language_of(request)
        page = render_about(reader, language, public_address(request))
        headers = {"Content-Security-Policy": _POLICY, "Vary": "Accept-Language"}
        return HTMLResponse(page, headers=headers)

    async def preview(_: Request) -> Response:
        return FileResponse(PREVIEW, media_type="image/png", headers={"Cache-Control": "max-age=86400"})

    return [Route("/about", about), Route(f"/{PREVIEW_PATH}", preview)]


def render_about(reader: Reader, language: Language, address: str) -> str:
    """What the page is, how it works, how far to trust it, and how to cite it, as a page of its own."""
    about, words = about_messages(language), messages(language)
    other = "en" if language == "ru" else "ru"
    sections = [*about.sections, *_measured(reader, about, language)]
    limits = document_words(language).limits
    sections += [(about.limits_title, (limits,)), (about.privacy_title, (words.privacy,))]
    body = "".join(_section(title, paragraphs, len(reader.authors)) for title, paragraphs in sections)
    title = f"{words.title} — {about.title}"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"{preview_tags(address, language)}"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{PAGE_STYLE}{_STYLE}</style></head><body><main>"
        f'<p class="brand"><a href="./">{escape(words.title)}</a></p><h1>{escape(about.title)}</h1>{body}'
        f"{_programs(about)}{_cite(about, language, address)}"
        f'<nav aria-label="{escape(about.title)}"><a href="./">{escape(about.back)}</a> '
        f'<a href="about?language={other}" hreflang="{other}" lang="{other}">'
        f"{escape(about.other_language)}</a>"
        "</nav></main></body></html>\n"
    )


_STYLE = """
a { color: var(--accent); text-underline-offset: .2em; } .brand a { text-decoration: none; }
main { max-width: 46rem; } section p { margin: .5rem 0; }
nav { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; margin-top: 2rem; font: 15px system-ui, sans-serif; }
nav a { padding: .35rem 0; } a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
"""


def _section(title: str, paragraphs: Sequence[str], authors: int) -> str:
    said = "".join(f"<p>{escape(one.replace('{authors}', str(authors)))}</p>" for one in paragraphs)
    return f"<section><h2>{escape(title)}</h2>{said}</section>"


def _measured(reader: Reader, about: AboutMessages, language: Language) -> list[tuple[str, tuple[str, ...]]]:
    """What both models' reports say; nothing where one has none."""
    words, reports = messages(language), [_report(bundle) for bundle in (reader.teacher, reader.student)]
    try:
        teacher, student = reports
        said = about.measured.format(
            excerpts=whole(int(teacher["excerpts"]), words),
            works=whole(int(teacher["works"]), words),
            teacher=percent(float(teacher["accuracy"]), words),
            student=percent(float(student["accuracy"]), words),
            refused=percent(float(teacher["refused_unknown"]), words),
            wrongly=percent(float(teacher["refused_known"]), words),
        )
    except (KeyError, TypeError, ValueError):
        return []
    return [(about.measured_title, (said,))]


def _report(bundle: ModelBundle) -> dict[str, Any]:
    file = (bundle.folder or Path()) / REPORT_FILE
    try:
        found = json.loads(file.read_text(encoding="utf-8")) if bundle.folder else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _programs(about: AboutMessages) -> str:
    said = "".join(f"<p>{escape(one)}</p>" for one in about.programs)
    links = f'<a href="./?view=api">{escape(about.api)}</a> · <a href="readme">{escape(about.readme)}</a>'
    return f"<section><h2>{escape(about.programs_title)}</h2>{said}<p>{links}</p></section>"


def _cite(about: AboutMessages, language: Language, address: str) -> str:
    words = document_words(language)
    said = about.cited.format(
        title=words.cited_title, version=VERSION, address=address, day=say_day(date.today(), words)
    )
    return (
        f'<section><h2>{escape(about.cite_title)}</h2><p class="citation">{escape(said)}</p>'
        f"<p>{escape(about.licence)}</p></section>"
    )

"""The chart as a picture to keep: SVG or PNG by matplotlib, on white, readable without colour."""

import io
from collections.abc import Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from authorship.datamodels import Author, RollingAttribution
from authorship.models.source import Role
from authorship.numerals import localised
from page.book.author_shares import disputed
from page.book.chart import named_chapters
from page.book.points import thin
from page.book.reading import BookReading
from page.book.view import Span
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import display_name, hand_name

MOST_POINTS = 600
COLOURS = ("#2970b2", "#730600", "#946334", "#0c2e7c", "#6b666d")  # as in book.css
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 1.5, 2)), (0, (12, 3)))
_LONGEST_CHAPTER = 18
matplotlib.rcParams["svg.fonttype"] = "none"  # letters stay letters: searchable, and any viewer's font


def draw_picture(
    reading: BookReading, authors: Sequence[Author], kind: str, words: Messages, book: BookMessages
) -> bytes:
    """A band for each model, one plot along the whole book, and its chapters; `kind` is "svg" or "png"."""
    figure = Figure(figsize=(11, 6), layout="constrained")
    *bands, plot = figure.subplots(3, 1, sharex=True, height_ratios=[0.08, 0.08, 1])
    title = f"{book.picture_title}: {reading.book.title}" if reading.book.title else book.picture_title
    figure.suptitle(title[:120], parse_math=False)
    for band, role in zip(bands, ROLES, strict=True):
        band.set_ylabel(role_name(role, words), rotation=0, ha="right", va="center")
        _draw_band(band, reading.found(role), authors, words)
        _draw_lines(plot, role, reading, authors, words)
    _draw_places(plot, reading)
    plot.set(xlim=(0, len(reading.book.text) / 1000), ylim=(0, 1))
    plot.set(ylabel=book.axis_probability)
    plot.set_xlabel(book.axis_place, labelpad=18 if reading.book.headings else None)
    plot.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=localised("%", words)))
    plot.spines[["top", "right"]].set_visible(False)
    handles, names = plot.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=5, frameon=False, handlelength=4)
    stream = io.BytesIO()
    figure.savefig(stream, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None)
    return stream.getvalue()


def _draw_band(
    band: Axes, found: RollingAttribution | None, authors: Sequence[Author], words: Messages
) -> None:
    """Whose each part is; hatched where nobody's."""
    colours = dict(zip([author.key for author in authors], COLOURS, strict=False))
    band.set(yticks=[])
    band.tick_params(bottom=False, labelbottom=False)
    band.spines[:].set_visible(False)
    for stretch in found.stretches if found else ():
        start, stop = stretch.start / 1000, stretch.stop / 1000
        name = hand_name(None if stretch.unknown else stretch.author, words)
        colour = "#dddddd" if stretch.unknown else colours.get(stretch.author.key, "#999999")
        band.axvspan(start, stop, fc=colour, ec="white", alpha=0.45, hatch="//" if stretch.unknown else None)
        band.text((start + stop) / 2, 0.5, name, ha="center", va="center", fontsize=9, clip_on=True)


def _draw_lines(
    plot: Axes, role: Role, reading: BookReading, authors: Sequence[Author], words: Messages
) -> None:
    """One model's smoothed probabilities, the teacher's thick and named, the student's thin."""
    track, teacher = reading.track(role), role == ROLES[0]
    points = thin(track.curve(), 0, len(reading.book.text), MOST_POINTS)
    places = points.centres / 1000
    for author, colour, dashes in zip(authors, COLOURS, DASHES, strict=False):
        label = track.label(author.key)
        if label is None:
            continue
        name = display_name(author, words) if teacher else None
        plot.plot(places, points.probabilities[:, label], ".", c=colour, ms=2.5, alpha=0.3, mec="none")
        width = 1.8 if teacher else 0.8
        plot.plot(places, points.smoothed[:, label], c=colour, ls=dashes, lw=width, label=name)


def _draw_places(plot: Axes, reading: BookReading) -> None:
    """Where the models differ, shaded; where the author changes, numbered; where chapters begin, named."""
    for part in disputed(reading.parts):
        plot.axvspan(part.start / 1000, part.stop / 1000, fc="#eeeeee", ec="#bbbbbb", hatch="..", lw=0)
    found = reading.teacher_found
    for number, change in enumerate(found.changes if found else (), 1):
        plot.axvline(change.offset / 1000, color="#777777", linestyle=":", linewidth=1)
        place = change.offset / 1000, 1.02
        plot.annotate(str(number), place, ha="center", fontsize=8, annotation_clip=False)
    for chapter in named_chapters(reading.book.headings, Span(0, len(reading.book.text))):
        told, at = chapter.text, chapter.start / 1000
        told = told if len(told) <= _LONGEST_CHAPTER else f"{told[: _LONGEST_CHAPTER - 1]}…"
        plot.plot([at, at], [0, -0.05], c="#333333", lw=0.8, clip_on=False)
        below: dict[str, Any] = {
            "xytext": (2, -26),
            "textcoords": "offset points",
            "fontsize": 8,
            "color": "#333333",
        }
        plot.annotate(told, (at, 0), annotation_clip=False, parse_math=False, **below)

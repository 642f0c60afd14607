"""The chart as a picture to keep: SVG or PNG by matplotlib, on white, readable without colour."""

import io
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from authorship.datamodels import Author, RollingAttribution
from authorship.models.source import Role
from page.book.points import thin
from page.book.reading import BookReading
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import display_name, hand_name

MOST_POINTS = 600
COLOURS = ("#2970b2", "#730600", "#946334", "#0c2e7c", "#6b666d")  # as in book.css
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 1.5, 2)), (0, (12, 3)))
matplotlib.rcParams["svg.fonttype"] = "none"  # letters stay letters: searchable, and any viewer's font


def draw_picture(
    reading: BookReading, authors: Sequence[Author], kind: str, words: Messages, book: BookMessages
) -> bytes:
    """A strip and a panel for each model along the whole book; `kind` is "svg" or "png"."""
    figure = Figure(figsize=(11, 7.4), layout="constrained")
    rows = figure.subplots(4, 1, sharex=True, height_ratios=[0.09, 1, 0.09, 1])
    title = f"{book.picture_title}: {reading.book.title}" if reading.book.title else book.picture_title
    figure.suptitle(title[:120], parse_math=False)
    for strip, panel, role in zip(rows[::2], rows[1::2], ROLES, strict=True):
        strip.set_title(role_name(role, words), loc="left", fontsize=11)
        _draw_strip(strip, reading.found(role), authors, words, book)
        _draw_panel(panel, role, reading, authors, words)
        panel.set_ylabel(book.axis_probability)
    rows[3].set_xlabel(book.axis_place)
    handles, names = rows[1].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=5, frameon=False, handlelength=4)
    stream = io.BytesIO()
    figure.savefig(stream, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None)
    return stream.getvalue()


def _draw_strip(
    strip: Axes,
    found: RollingAttribution | None,
    authors: Sequence[Author],
    words: Messages,
    book: BookMessages,
) -> None:
    """Whose each part is; hatched where nobody's."""
    colours = dict(zip([author.key for author in authors], COLOURS, strict=False))
    strip.axis("off")
    for stretch in found.stretches if found else ():
        start, stop = stretch.start / 1000, stretch.stop / 1000
        name = hand_name(None if stretch.unknown else stretch.author, words)
        colour = "#dddddd" if stretch.unknown else colours.get(stretch.author.key, "#999999")
        strip.axvspan(start, stop, fc=colour, ec="white", alpha=0.45, hatch="//" if stretch.unknown else None)
        strip.text((start + stop) / 2, 0.5, name, ha="center", va="center", fontsize=9, clip_on=True)


def _draw_panel(
    panel: Axes, role: Role, reading: BookReading, authors: Sequence[Author], words: Messages
) -> None:
    track, length = reading.track(role), len(reading.book.text)
    points = thin(track.curve(), 0, length, MOST_POINTS)
    for author, colour, dashes in zip(authors, COLOURS, DASHES, strict=False):
        label = track.label(author.key)
        if label is None:
            continue
        name, places = display_name(author, words), points.centres / 1000
        panel.plot(places, points.probabilities[:, label], ".", c=colour, ms=2.5, alpha=0.25, mec="none")
        panel.plot(places, points.smoothed[:, label], c=colour, ls=dashes, lw=1.6, label=name)
    found = reading.found(role)
    for number, change in enumerate(found.changes if found else (), 1):
        panel.axvline(change.offset / 1000, color="#777777", linestyle=":", linewidth=1)
        place = change.offset / 1000, 1.02
        panel.annotate(str(number), place, ha="center", fontsize=8, annotation_clip=False)
    panel.set(xlim=(0, length / 1000), ylim=(0, 1))
    panel.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=words.percent_mark))
    panel.spines[["top", "right"]].set_visible(False)

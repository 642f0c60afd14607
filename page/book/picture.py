"""The chart as a picture to keep: SVG or PNG by matplotlib, on white, readable without colour."""

import io
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from authorship.datamodels import Author
from authorship.reference import Role
from page.book.messages import BookMessages
from page.book.reading import BookReading
from page.book.thinning import thin
from page.messages import Messages
from page.readings import ROLES
from page.verdict import role_name
from page.wording import display_name

MOST_POINTS = 600
COLOURS = ("#2970b2", "#730600", "#946334", "#0c2e7c", "#6b666d")  # as in book.css
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 1.5, 2)), (0, (12, 3)))
matplotlib.rcParams["svg.fonttype"] = "none"  # letters stay letters: searchable, and any viewer's font


def draw_picture(
    reading: BookReading, authors: Sequence[Author], kind: str, words: Messages, book: BookMessages
) -> bytes:
    """A panel for each model along the whole book; `kind` is "svg" or "png"."""
    figure = Figure(figsize=(11, 6.4), layout="constrained")
    panels = figure.subplots(2, 1, sharex=True, sharey=True)
    title = f"{book.picture_title}: {reading.book.title}" if reading.book.title else book.picture_title
    figure.suptitle(title[:120], parse_math=False)
    for panel, role in zip(panels, ROLES, strict=True):
        _draw_panel(panel, role, reading, authors, words)
        panel.set_ylabel(f"{role_name(role, words)}: {book.axis_probability}")
    panels[1].set_xlabel(book.axis_place)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=5, frameon=False, handlelength=4)
    stream = io.BytesIO()
    figure.savefig(stream, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None)
    return stream.getvalue()


def _draw_panel(
    panel: Axes, role: Role, reading: BookReading, authors: Sequence[Author], words: Messages
) -> None:
    track, length = reading.track(role), len(reading.book.text)
    points = thin(track.curve(), 0, length, MOST_POINTS)
    for author, colour, dashes in zip(authors, COLOURS, DASHES, strict=False):
        label = track.label(author.key)
        if label is None:
            continue
        name = display_name(author, words)
        shares = points.probabilities[:, label]
        panel.plot(points.centres / 1000, shares, c=colour, ls=dashes, lw=1.3, label=name)
    found = reading.found(role)
    for number, change in enumerate(found.changes if found else (), 1):
        panel.axvline(change.offset / 1000, color="#777777", linestyle=":", linewidth=1)
        panel.annotate(
            str(number), (change.offset / 1000, 1.02), ha="center", fontsize=8, annotation_clip=False
        )
    panel.set(xlim=(0, length / 1000), ylim=(0, 1))
    panel.spines[["top", "right"]].set_visible(False)

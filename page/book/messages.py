"""Every sentence of the book tab as one record, so that neither language can miss one."""

from collections.abc import Mapping
from dataclasses import dataclass

from authorship.datamodels import NoticeCode
from page.messages import Forms


@dataclass(frozen=True, slots=True)
class BookMessages:
    """The book tab's words in one language; fields in braces are filled in by the views.

    `notices` has a sentence for each code; in it {count}, {parts} and {characters} are the notice's count.
    """

    tab_excerpt: str
    tab_book: str
    lead: str
    box_label: str
    box_placeholder: str
    upload: str
    run: str
    stop: str
    go_on: str
    to_excerpt: str
    to_book: str

    empty: str
    too_short: str
    lost: str
    still: str

    card: str
    card_file: str
    card_encoding: str
    card_begins: str

    parts: Forms
    words: Forms
    notices: Mapping[NoticeCode, str]

    waiting: str
    starting: str
    progress: str
    seconds_left: str
    minutes_left: str
    so_far: str
    partial: str
    nothing_read: str
    read: str
    passages: Forms

    several: str
    hands: str
    hands_of: str
    nearest: str
    same_leader: str
    whole: str
    whole_read: str
    whole_mixed: str
    abstains: str

    chart_title: str
    plot_label: str
    others: str
    thousands: str
    characters_at: str
    mean_of: str
    names_nobody: str
    lines_mean: str
    each_single: str
    each_mean: str
    chart_hint: str
    zoom_label: str
    zoom_in: str
    zoom_out: str
    zoom_back: str
    zoom_on: str
    zoom_whole: str

    changes_title: str
    changes_none: str
    change: str
    change_at: str
    passage_at: str
    changes_note: str

    passages_title: str
    passages_lead: str
    author_label: str
    most_for: str
    most_against: str
    stranger: str
    from_book: str
    back_to_book: str

    exports: str
    export_csv: str
    csv_heads: tuple[str, str, str, str, str]
    export_json: str
    export_svg: str
    export_png: str
    picture_title: str
    axis_place: str
    axis_probability: str

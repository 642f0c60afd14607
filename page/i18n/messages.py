"""Every sentence of the page as records, so that neither language can miss one."""

from collections.abc import Mapping
from dataclasses import dataclass

from authorship.datamodels import NoticeCode
from authorship.numerals import Language
from authorship.predict.verdict import Certainty

Forms = tuple[str, str, str]
"""The forms of a noun after 1, 2 and 5."""


@dataclass(frozen=True, slots=True)
class Messages:
    """The page's words in one language; fields in braces are filled in by the views.

    `remedies` say what to do with a format that is not read here, `remedy` with any other.
    """

    language: Language

    title: str
    subtitle: str
    lead: str
    language_label: str
    skip_link: str

    text_label: str
    text_placeholder: str
    upload: str
    encoding_label: str
    encoding_found: str
    run: str
    quoted: str
    edit: str
    clear: str
    outdated: str
    of_file: str
    kept: str
    examples_title: str

    authors: Forms
    characters: Forms
    windows: Forms
    layers: Forms
    steps: Forms
    millions: str
    seconds: str
    read_whole: str

    empty: str
    left_out: str
    too_short: str
    too_long: str
    not_cyrillic: str
    not_text: str
    too_large: str
    unknown_encoding: str
    other_format: str
    remedies: Mapping[str, str]
    remedy: str
    archive: str
    encrypted: str
    damaged: str
    hostile: str
    failed: str
    lost: str
    busy: str

    teacher: str
    student: str
    teacher_is: str
    student_is: str
    more: str
    caution: str
    says: str
    short: str
    outside_note: str
    outside_years: str
    outside_details: str
    outside_unsure: str
    insist: str
    unknown_badge: str
    unknown_note: str
    unusual_note: str

    reasons_alike: str
    reasons_partly: str
    reasons_unlike: str
    reasons_measure: str
    reasons_unsure: str
    reasons_common: str
    reasons_mass: str
    reasons_loss_student: str
    reasons_loss_teacher: str
    scale_here: str
    scale_floor: str
    scale_usual: str
    scale_ceiling: str
    scale_label: str
    meaning_title: str
    meaning: tuple[str, ...]
    meaning_scale: str
    excerpts: Forms
    author_label: str
    pieces_label: str
    stop: str
    view_label: str
    view_differences: str
    strongest_of: str
    strongest_between: str
    strongest_differ: str
    more_teacher: str
    more_student: str
    differences_wait: str
    differences_legend: str
    differences_number: str
    student_other: str
    student_alike: str
    student_surer: str
    student_less_sure: str
    explained: str
    all_explained: str
    not_first: str
    explain_first: str
    strip_label: str
    speaks_for: str
    speaks_against: str
    legend: str
    waiting: str
    waiting_behind: str
    running: str
    stopped: str
    stopped_early: str
    stranger: str
    exactness: str
    rough: str
    uncertain: str
    words_label: str

    check_title: str
    check_rival: str
    check_masks: str
    check_agreement: str
    check_figures: str
    figures_lead: str
    sample: str

    guide_title: str
    guide: tuple[tuple[str, str], ...]
    authors_title: str
    authors_note: str
    readme: str
    api: str
    privacy: str

    uncalibrated: str
    uncalibrated_one: str
    uncalibrated_fact: str
    uncalibrated_percentages: str


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
    several_hands: tuple[str, ...]
    many_hands: str
    hand_at: str
    runs_and: str
    runs_of: str
    differ: str
    nearest: str
    same_leader: str
    whole: str
    whole_read: str
    abstains: str
    saved_ours: str
    saved_others: str

    chart_title: str
    plot_label: str
    others: str
    disputed: str
    thousands: str
    characters_at: str
    mean_of: str
    names_nobody: str
    lines_mean: str
    each_single: str
    each_mean: str
    chart_hint: str
    chart_key: str
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
    each_alike: str
    each_exactly: str
    stranger: str

    opened_label: str
    opened_place: str
    opened_says: str
    opened_nobody: str
    opened_unread: str
    opened_before: str
    opened_after: str
    opened_close: str
    opened_explain: str
    opened_save: str
    opened_hint: str
    part_title: str
    part_passage: str
    part_chapter: str
    part_of_passage: str
    part_of_chapter: str
    part_beginning: str
    part_name: str
    part_rest: str
    part_words: str
    part_note: str
    part_mixed: str
    cite: str
    citation: str
    citation_named: str
    citation_chapter: str
    from_book: str
    back_to_book: str

    exports: str
    export_csv: str
    csv_heads: tuple[str, str, str, str, str, str]
    export_result: str
    export_svg: str
    export_png: str
    picture_title: str
    axis_place: str
    axis_probability: str


@dataclass(frozen=True, slots=True)
class CheckMessages:
    """The words for masking, contrast and taking away; fields in braces are filled in by the views."""

    rival_label: str
    rival_none: str
    rival_suggested: str
    between: str
    legend: str
    press: str

    cover_label: str
    cover_nothing: str
    cover_names: str
    cover_content: str
    everywhere: str

    words: Forms
    masked: str
    masked_none: str
    computing: str
    both_hold: str
    both_change: str
    both_abstain: str
    holds: str
    changes: str
    gives_up: str
    abstains: str
    first: str
    logit: str
    logit_between: str
    predicted: str
    actual: str
    probability: str
    unpredicted: str
    stranger: str
    rough: str
    undo: str
    restore: str

    exports: str
    export_html: str
    export_json: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class FingerprintMessages:
    """The tab's words in one language; fields in braces are filled in by the views."""

    tab: str
    lead: str
    roster_label: str
    roster_note: str
    none: str
    stale: str
    make: str
    author_missing: str

    hide_names: str
    reliability: str
    reliability_unknown: str
    explained: str
    excerpts: Forms
    works: Forms
    left_out: Forms
    left_out_note: str
    names_share: str
    words: str
    marks: str
    endings: str
    pieces: str
    nothing: str
    name_badge: str
    in_units: str
    in_both: str
    legend: str

    confused_title: str
    taken_for: str
    given: str
    never_taken: str
    never_given: str

    map_title: str
    map_lead: str
    map_model: str
    map_label: str
    map_quality: str
    map_none: str
    key_own: str
    key_rival: str
    key_other: str
    key_excerpt: str
    excerpt: str
    excerpt_placed: str
    excerpt_nearest: str
    excerpt_edge: str
    excerpt_wanted: str
    table: str
    column_author: str
    column_work: str
    column_near: str


@dataclass(frozen=True, slots=True)
class FileMessages:
    """The tab's words in one language; fields in braces are filled in by the view.

    `certainties` say how sure a verdict is, `several` what a book of several hands has in their place.
    """

    tab: str
    lead: str
    upload: str
    stop: str
    go_on: str
    too_much: str
    lost: str
    waiting: str
    busy: str
    reading: str
    unpacking: str
    done: str
    stopped: str
    left_out: str
    others: str
    junk: str
    more: str
    files: Forms

    caption: str
    file: str
    verdict: str
    certainty: str
    notices: str
    length: str
    open: str
    open_excerpt: str
    open_book: str
    characters: str
    not_read: str
    not_reached: str
    no_text: str
    export: str

    certainties: Mapping[Certainty, str]
    several: str


@dataclass(frozen=True, slots=True)
class TwoTextMessages:
    """The words of the tab of two texts in one language; fields in braces are filled in by the view."""

    tab: str
    lead: str
    known: str
    disputed: str
    known_placeholder: str
    disputed_placeholder: str
    upload_known: str
    upload_disputed: str
    clear: str
    each: str
    each_info: str
    nearest: str
    run: str
    stop: str
    pasted: str

    need_known: str
    need_disputed: str
    too_much: str
    lost: str
    reading: str
    comparing: str
    explaining: str
    stopped: str

    prior: str
    prior_info: str
    exports: str
    export_html: str
    export_json: str

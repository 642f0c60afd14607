"""Every sentence of the page as one record, so that neither language can miss one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["ru", "en"]
Forms = tuple[str, str, str]
"""The forms of a noun after 1, 2 and 5."""


@dataclass(frozen=True, slots=True)
class Messages:
    """The page's words in one language; fields in braces are filled in by the views.

    `remedies` say what to do with a format that is not read here, `remedy` with any other.
    """

    language: Language
    decimal_mark: str
    thousands_mark: str
    percent_mark: str

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
    examples_title: str
    example_gogol: str
    example_chekhov: str
    example_dostoevsky: str

    authors: Forms
    characters: Forms
    windows: Forms
    layers: Forms
    steps: Forms
    millions: str
    seconds: str
    read_whole: str

    empty: str
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
    shown_label: str
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

    reasons_title: str
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

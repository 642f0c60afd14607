"""Every sentence of the authors' tab as one record, so that neither language can miss one."""

from dataclasses import dataclass

from page.messages import Forms


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
    excerpt_near: str
    excerpt_edge: str
    excerpt_wanted: str
    table: str
    column_author: str
    column_work: str
    column_near: str

"""Every sentence about checking as one record, so that neither language can miss one."""

from dataclasses import dataclass

from page.messages import Forms


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
    one_changes: str
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

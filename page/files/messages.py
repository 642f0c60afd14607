"""Every sentence of the tab of many files as one record, so that neither language can miss one."""

from collections.abc import Mapping
from dataclasses import dataclass

from authorship.verdict import Certainty
from page.messages import Forms


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

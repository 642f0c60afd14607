"""The authors' tab: its components and its value: fingerprints, the author chosen, the excerpt read."""

import logging
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from authorship.datamodels import Author
from authorship.errors import AuthorshipError
from authorship.models.bundle import ModelBundle
from authorship.models.digest import known_hash
from authorship.models.source import PROJECT, Role
from explain.fingerprints.datamodels import (
    FINGERPRINTS_FILE,
    AuthorFingerprint,
    ModelFingerprint,
    PairFingerprints,
    load,
)
from page.components import drawn_at, html
from page.excerpt.pair_service import Reader
from page.excerpt.results import ROLES, Reading
from page.i18n.messages import FingerprintMessages, Messages
from page.i18n.wording import display_name

_log = logging.getLogger(__name__)


def find_fingerprints(reader: Reader) -> PairFingerprints:
    """What was measured on each of the reader's models: beside its folder, else in the shipped file."""
    return PairFingerprints(_find("teacher", reader.teacher), _find("student", reader.student))


def fingerprint_files(bundle: ModelBundle) -> list[Path]:
    """Where a model's fingerprints may stand, the nearest first."""
    opened = bundle.model.name_or_path
    beside = [Path(opened).parent] if opened else []
    return [folder / FINGERPRINTS_FILE for folder in (*beside, PROJECT / "models")]


def _find(role: Role, bundle: ModelBundle) -> ModelFingerprint | None:
    files = [file for file in fingerprint_files(bundle) if file.exists()]
    model = known_hash(bundle) if files else ""
    for file in files:
        try:
            found = load(file).of(role)
        except AuthorshipError as error:
            _log.warning("%s", error)
            continue
        if found is not None and found.model == model:
            return found
    return None


@dataclass(frozen=True, slots=True)
class View:
    """One state of the tab; `role` is whose map is shown, `reading` the excerpt to be placed on it."""

    prints: PairFingerprints
    authors: tuple[Author, ...]
    chosen: Author
    hide_names: bool
    role: Role
    reading: Reading | None
    words: Messages
    messages: FingerprintMessages

    def of(self, role: Role) -> AuthorFingerprint | None:
        """The chosen author's fingerprint in one model."""
        found = self.prints.of(role)
        return found.author(self.chosen.key) if found else None

    def name(self, key: str) -> str:
        """An author's name as the page says it; the key of one whom neither model knows."""
        names = [display_name(author, self.words) for author in self.authors if author.key == key]
        return next(iter(names), key)

    @property
    def rivals(self) -> tuple[str, ...]:
        """The keys of those with whom the chosen author is confused by the model of the map."""
        own = self.of(self.role)
        pairs = (*own.taken_for, *own.given) if own else ()
        return tuple(dict.fromkeys(pair.author for pair in pairs))

    @property
    def measured(self) -> bool:
        """Whether there is anything to show."""
        return any(self.prints.of(role) for role in ROLES)


@dataclass(frozen=True, slots=True)
class FingerprintParts:
    """All components of the tab; authors.js writes the author chosen into `asked`.

    `drawn` and `redraw` are as `drawn_at` has them.
    """

    lead: gr.HTML
    roster: gr.HTML
    names: gr.Checkbox
    portrait: gr.HTML
    map_title: gr.HTML
    role: gr.Radio
    map: gr.HTML
    asked: gr.Textbox
    drawn: gr.HTML
    redraw: gr.Button


def build_fingerprints() -> FingerprintParts:
    """Lay the tab out, everyone beside the one who is chosen; call inside its `gr.Tab`."""
    lead = html("fingerprint-lead")
    with gr.Row(elem_id="fingerprint-columns"):
        with gr.Column(elem_id="fingerprint-everyone", min_width=0):
            roster = html("fingerprint-roster")
        with gr.Column(elem_id="fingerprint-one", min_width=0):
            portrait = html("fingerprint-portrait")
            names = gr.Checkbox(False, label="names", elem_id="fingerprint-names", container=False)
            title = html("fingerprint-map-title")
            role = gr.Radio(list(ROLES), value=ROLES[0], elem_id="fingerprint-role", container=False)
            picture = html("fingerprint-map")
    asked = gr.Textbox(elem_id="fingerprint-asked", visible="hidden", container=False)
    one = lead, roster, names, portrait, title, role, picture, asked
    return FingerprintParts(*one, *drawn_at("fingerprint-"))

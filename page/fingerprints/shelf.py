"""The fingerprints measured on the opened pair, found by the models' hashes."""

import logging
from pathlib import Path

from authorship.bundle import ModelBundle
from authorship.errors import AuthorshipError
from authorship.reference import PROJECT, Role
from explain.fingerprints.datamodels import ModelFingerprint, PairFingerprints
from explain.fingerprints.identity import model_hash
from explain.fingerprints.storage import FINGERPRINTS_FILE, load
from page.reader import Reader

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
    model = model_hash(bundle) if files else ""
    for file in files:
        try:
            found = load(file).of(role)
        except AuthorshipError as error:
            _log.warning("%s", error)
            continue
        if found is not None and found.model == model:
            return found
    return None

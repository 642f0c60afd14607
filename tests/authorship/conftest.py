"""A random pair on disk, as the commands take it."""

from dataclasses import replace

import pytest

from authorship.models.bundle import ModelBundle, save_bundle
from authorship.models.calibration import Calibration


@pytest.fixture(scope="session")
def pair(tiny_bundle: ModelBundle, tiny_student: ModelBundle, tmp_path_factory) -> list[str]:
    """The options that name a random pair, calibrated so that it never abstains."""
    folder = tmp_path_factory.mktemp("pair")
    for role, bundle in (("teacher", tiny_bundle), ("student", tiny_student)):
        save_bundle(replace(bundle, calibration=Calibration(unknown_energy=1000.0)), folder / role)
    return ["--teacher", str(folder / "teacher"), "--student", str(folder / "student")]

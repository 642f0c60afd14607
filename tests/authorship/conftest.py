"""A random pair on disk, as the commands take it."""

import pytest

from authorship.bundle import ModelBundle, save_bundle


@pytest.fixture(scope="session")
def pair(tiny_bundle: ModelBundle, tiny_student: ModelBundle, tmp_path_factory) -> list[str]:
    """The options that name a random pair."""
    folder = tmp_path_factory.mktemp("pair")
    save_bundle(tiny_bundle, folder / "teacher")
    save_bundle(tiny_student, folder / "student")
    return ["--teacher", str(folder / "teacher"), "--student", str(folder / "student")]

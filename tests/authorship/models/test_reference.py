"""REF in its three forms, each with what can go wrong."""

import subprocess
from pathlib import Path

import huggingface_hub
import pytest

from authorship.errors import BundleError
from authorship.models import source as reference
from authorship.models.bundle import ModelBundle, save_bundle


@pytest.fixture
def bundle_folder(tiny_bundle: ModelBundle, tmp_path: Path) -> Path:
    save_bundle(tiny_bundle, tmp_path / "bundle")
    return tmp_path / "bundle"


def test_a_folder_is_opened(bundle_folder: Path, tiny_bundle: ModelBundle) -> None:
    assert reference.open_bundle(str(bundle_folder)).authors == tiny_bundle.authors


def test_the_default_does_not_depend_on_the_current_folder(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AUTHORSHIP_TEACHER", raising=False)
    monkeypatch.chdir(tmp_path)
    default = Path(reference.default_reference("teacher"))
    assert default.is_absolute()
    assert default.parts[-2:] == ("models", "teacher")


def test_the_environment_names_another_default(monkeypatch) -> None:
    monkeypatch.setenv("AUTHORSHIP_STUDENT", "hub:somebody/student")
    assert reference.default_reference("student") == "hub:somebody/student"


@pytest.mark.parametrize(
    "wrong", ["hub:name", "hub:a/b/c", "hub:a/b@", "wandb:a/b:v0", "wandb:a/b/c", "hub:"]
)
def test_a_wrong_reference_is_answered_with_the_forms(wrong: str) -> None:
    with pytest.raises(BundleError, match="ENTITY/PROJECT/ARTIFACT:VERSION"):
        reference.open_bundle(wrong)


@pytest.mark.parametrize(
    ("text", "revision"),
    [("hub:one/two", None), ("hub:one/two@v1.0", "v1.0"), ("hub:one/two@refs/pr/3", "refs/pr/3")],
)
def test_the_hub_is_asked_for_no_code_and_no_pickle(text, revision, bundle_folder, monkeypatch) -> None:
    asked = []

    def fake(repository: str, revision: str | None, allow_patterns: list[str]) -> str:
        asked.append((repository, revision, allow_patterns))
        return str(bundle_folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fake)
    reference.open_bundle(text)
    [(repository, asked_revision, patterns)] = asked
    assert (repository, asked_revision) == ("one/two", revision)
    assert not any(
        Path(name).match(pattern) for pattern in patterns for name in ("a.py", "a.bin", "a.pt", "a.pkl")
    )


def test_a_silent_hub_is_named(monkeypatch) -> None:
    def fail(*_: object, **__: object) -> str:
        raise OSError("no route")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)
    with pytest.raises(BundleError, match=r"one/two@v2 cannot be had.*no route"):
        reference.open_bundle("hub:one/two@v2")


def fake_process(monkeypatch, bundle: ModelBundle | None, errors: str = "") -> list[list[str]]:
    """Replace the download's process; without a bundle it fails with `errors`."""
    commands = []

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        assert options["cwd"] == reference.PROJECT
        if bundle:
            save_bundle(bundle, Path(command[-1]))
        return subprocess.CompletedProcess(command, int(bundle is None), "", errors)

    monkeypatch.setattr(reference.subprocess, "run", run)
    return commands


@pytest.mark.parametrize(("version", "downloads"), [("v3", 1), ("latest", 2)])
def test_a_numbered_artifact_is_downloaded_once(
    version, downloads, tiny_bundle, monkeypatch, tmp_path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    commands = fake_process(monkeypatch, tiny_bundle)
    for _ in range(2):
        assert reference.open_bundle(f"wandb:me/prose/student:{version}").authors == tiny_bundle.authors
    assert len(commands) == downloads
    assert commands[0][1:4] == ["-m", "train.artifact", f"me/prose/student:{version}"]


def test_the_last_line_of_the_download_says_why_it_failed(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    fake_process(monkeypatch, None, "wandb: chatter\nerror: wandb is not installed: pip install it\n")
    with pytest.raises(BundleError, match=r"wandb:me/prose/it:v0 cannot be had: wandb is not installed"):
        reference.open_bundle("wandb:me/prose/it:v0")


def test_the_process_really_runs(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    monkeypatch.setenv("WANDB_HTTP_TIMEOUT", "1")
    with pytest.raises(BundleError, match="cannot be had"):
        reference.open_bundle("wandb:me/prose/it:v0")
    assert not list(tmp_path.rglob("config.json"))

"""The real client publishes to a Hub of our own just what the dry run lists; the page starts from that."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import pytest
import yaml
from huggingface_hub import SpaceHardware
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from authorship.models.bundle import ModelBundle, save_bundle
from tests.hub_server import GROUP, TOKEN, USER, Hub, serve_hub
from tests.workplace import Workplace
from train.data.sources import DataError
from train.publishing.space import PROJECT, check_card, flat_requirements, plan

SPACE = f"{GROUP}/whose-prose"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serve_hub() as served:
        yield served


@pytest.fixture
def pair(tiny_bundle: ModelBundle, tiny_student: ModelBundle, tmp_path: Path) -> list[str]:
    """The options that name a tiny pair, in whose folder a checkpoint lies."""
    for role, bundle in (("teacher", tiny_bundle), ("student", tiny_student)):
        save_bundle(bundle, tmp_path / "models" / role)
    (tmp_path / "models" / "teacher" / "checkpoints").mkdir()
    (tmp_path / "models" / "teacher" / "checkpoints" / "optimizer.pt").write_bytes(b"1")
    return [
        word for role in ("teacher", "student") for word in (f"--{role}", str(tmp_path / "models" / role))
    ]


def publish(hub: Hub | None, *options: str, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
    """The command, which knows no Hub but ours."""
    address = hub.address if hub else "http://127.0.0.1:9"
    # Plain LFS: the protocol of Xet is its own client's.
    settings = {"HF_ENDPOINT": address, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    token_there = {"HF_TOKEN": token} if token else {"HF_TOKEN_PATH": "/nowhere/token"}
    command = [sys.executable, "-m", "train.publish", "--space", SPACE, *options]
    return subprocess.run(
        command, cwd=PROJECT, env={**environment, **settings, **token_there}, capture_output=True, text=True
    )


def listed(said: str) -> dict[str, dict[str, int]]:
    """A dry run's sizes by path, by repository."""
    found: dict[str, dict[str, int]] = {}
    last: dict[str, int] = {}
    for line in said.splitlines():
        if line.startswith(" "):
            size, path = line.split()
            last[path] = int(size.replace(",", ""))
        else:
            kind, name = line.split()[:2]
            last = found[f"{kind}s/{name.rstrip(':')}"] = {}
    return found


@pytest.mark.parametrize("hardware", ["cpu-basic", "zero-gpu"])
def test_the_hub_gets_what_the_dry_run_lists(hub: Hub, pair: list[str], hardware: str):
    options = [*pair, "--hardware", hardware, "--private"]
    promised = listed(publish(None, *options, "--dry-run").stdout)
    done = publish(hub, *options)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    got = {
        name: {path: len(data) for path, data in kept.files.items()}
        for name, kept in hub.repositories.items()
    }
    assert got == promised and len(got) == 3
    space = hub.repositories[f"spaces/{SPACE}"]
    head = yaml.safe_load(space.files["README.md"].decode().split("---")[1])
    assert (space.made["sdk"], space.made["visibility"]) == (head["sdk"], "private")
    assert head["models"] == [f"{SPACE}-teacher", f"{SPACE}-student"]
    assert not any("checkpoint" in path or ".pyc" in path for path in space.files)
    assert f"{hub.address}/spaces/{SPACE}" in done.stdout
    if hardware == "zero-gpu":
        assert head["sdk"] == "gradio" and "app_port" not in head and space.hardware == "zero-a10g"
        assert (
            b"spaces==" in space.files["requirements.txt"] and b"-r " not in space.files["requirements.txt"]
        )
    else:
        assert head["app_port"] == 7860 and "Dockerfile" in space.files


def test_a_publication_removes_what_an_earlier_one_left_and_nothing_else(hub: Hub, pair: list[str]):
    publish(hub, *pair)
    model, space = hub.repositories[f"models/{SPACE}-teacher"], hub.repositories[f"spaces/{SPACE}"]
    promised = {path: len(data) for path, data in space.files.items()}
    old = ["model-00001-of-00002.safetensors", "model.safetensors.index.json"]
    model.files |= dict.fromkeys([*old, ".gitattributes", "plots/curve.json"], b"1")
    space.files |= dict.fromkeys(["page/old.py", f"models/teacher/{old[0]}", "notes.md"], b"1")
    done = publish(hub, *pair)
    assert done.returncode == 0 and "page/old.py" in done.stderr, done.stderr
    assert not set(old) & set(model.files) and {".gitattributes", "plots/curve.json"} <= set(model.files)
    assert {path: len(data) for path, data in space.files.items()} == promised | {"notes.md": 1}


def test_a_second_publication_sends_what_changed_only(hub: Hub, pair: list[str]):
    publish(hub, *pair)
    hub.sent.clear()
    assert publish(hub, *pair).returncode == 0 and not hub.sent
    authors = Path(pair[1]) / "authors.json"
    authors.write_text(authors.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert publish(hub, *pair).returncode == 0
    assert sorted(hub.sent) == ["authors.json", "models/teacher/authors.json"]
    assert publish(hub, *pair, "--hardware", "zero-gpu").returncode == 0
    assert hub.repositories[f"spaces/{SPACE}"].hardware == "zero-a10g"


@pytest.mark.parametrize(
    ("refused", "token", "said"),
    [
        ({}, "hf_wrong", ("does not accept your token",)),
        ({}, "", ("Nobody is logged in", "hf auth login")),
        ({"/api/repos/create": 403}, TOKEN, ("may not write", f"{SPACE}-teacher", "our own refusal")),
        ({"/api/repos/create": 402}, TOKEN, ("paid", "zero-gpu")),
        ({"/api/models": 400}, TOKEN, ("refuses", "our own refusal")),
    ],
)
def test_a_refusal_says_what_to_do(hub: Hub, pair: list[str], refused: dict[str, int], token: str, said):
    hub.refuse = refused
    done = publish(hub, *pair, token=token)
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert last.startswith("error: ") and all(word in last for word in said), last


def test_a_hub_that_cannot_be_reached_is_named(pair: list[str]):
    done = publish(None, *pair)
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1 and "cannot be reached" in last and "unexpected" not in last, last


def test_nobody_publishes_for_others(hub: Hub, pair: list[str]):
    done = publish(hub, *pair, "--space", "somebody/else")
    assert done.returncode == 1 and f"{USER} or {GROUP}" in done.stderr and not hub.repositories


def test_a_folder_without_a_model_is_named(tmp_path: Path):
    done = publish(None, "--teacher", str(tmp_path), "--dry-run")
    assert done.returncode == 1 and f"{tmp_path} holds no model" in done.stderr


def test_the_pins_agree_with_what_the_hub_installs_beside_them():
    """A Space of Gradio's SDK gets gradio[oauth,mcp] in the same call of pip."""
    lines = flat_requirements(PROJECT / "requirements-zerogpu.txt").splitlines()
    pins = [Requirement(line.partition("#")[0]) for line in lines if line.partition("#")[0].strip()]
    pinned = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in pins}
    assert len(pinned) == len(pins) and {"gradio", "spaces", "pydantic"} <= set(pinned)
    for needed in map(Requirement, requires("gradio") or []):
        if needed.marker is None or any(needed.marker.evaluate({"extra": one}) for one in ("oauth", "mcp")):
            version = pinned.get(canonicalize_name(needed.name))
            assert version is None or version in needed.specifier, str(needed)


@pytest.mark.parametrize("head", ["", "---\ntitle: [\n---\n", "---\ntitle: X\nsdk: flask\n---\n"])
def test_a_bad_head_is_refused(head: str):
    with pytest.raises(DataError):
        check_card(Path("README.md"), f"{head}# Text", space=True)


@pytest.mark.parametrize("hardware", ["cpu-basic", "zero-gpu"])
def test_the_page_runs_from_what_goes_to_a_space(pair: list[str], tmp_path: Path, sample_text: str, hardware):
    folder = tmp_path / "space"
    space = plan(SPACE, Path(pair[1]), Path(pair[3]), hardware)[0]
    assert space.hardware in (SpaceHardware.CPU_BASIC, SpaceHardware.ZERO_A10G)
    for upload in space.uploads:
        place = folder / upload.path
        place.parent.mkdir(parents=True, exist_ok=True)
        content = upload.content
        place.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    fake = "def GPU(function):\n    open('asked', 'w').write(function.__name__)\n    return function\n"
    (folder / "spaces.py").write_text(fake, encoding="utf-8")
    workplace = Workplace(folder)
    workplace.environment |= {"PYTHONPATH": str(folder), "SPACES_ZERO_GPU": str(hardware == "zero-gpu")}
    app = str(folder / "app.py")
    with workplace.page("models/teacher", "models/student", app=app) as page:
        said = page.predict(sample_text, top_k=1, api_name="/attribute")
    assert set(said["models"]) == {"teacher", "student"}
    assert (folder / "asked").exists() == (hardware == "zero-gpu")

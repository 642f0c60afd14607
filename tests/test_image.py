"""The Dockerfile's steps, executed in a clean Debian root, end in a page that answers."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
# Torch for processors comes from wherever pip is configured to find it.
INDEX = os.environ.get("TORCH_INDEX") or "https://pypi.org/simple"


def needed() -> bool:
    """Root, debootstrap, and the right to mount, which root has not in every container."""
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        return False
    return subprocess.run(["unshare", "--mount", "--pid", "--net", "--fork", "true"]).returncode == 0


@pytest.mark.skipif(not os.environ.get("CI"), reason="takes five minutes: CI=true tries it, as .ci/run does")
def test_the_dockerfile_ends_in_a_page_that_answers(tmp_path: Path):
    if not needed():
        pytest.skip("needs root, debootstrap and the right to mount")
    command = [sys.executable, ".ci/image.py", f"TORCH_INDEX={INDEX}"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "teacher: " in done.stdout and "student: " in done.stdout and " MB on disk" in done.stdout
    assert not list(tmp_path.iterdir())
    assert str(tmp_path) not in Path("/proc/mounts").read_text(encoding="utf-8")
    print(done.stdout)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "letter.txt").write_text("1", encoding="utf-8")
    command = [sys.executable, ".ci/image.py", "--root", str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 2 and "not empty" in done.stderr
    assert (tmp_path / "letter.txt").exists()

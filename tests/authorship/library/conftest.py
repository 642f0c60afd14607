"""A random pair in a folder, a shelf of small books, and a Ray cluster of two nodes on the loopback."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

WORKS = 24


@pytest.fixture
def shelf(sample_text: str, tmp_path: Path) -> Path:
    """Books of different lengths in two folders; each takes a core a good part of a second."""
    for number in range(WORKS):
        file = tmp_path / "shelf" / str(number % 2) / f"{number:02}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(sample_text[number:] * (30 + number), encoding="utf-8")
    return tmp_path / "shelf"


@dataclass(frozen=True)
class Nodes:
    """A head and a worker node, of one core each."""

    address: str
    environment: dict[str, str]
    raylets: tuple[int, ...]


@pytest.fixture(scope="session")
def ray_environment() -> Iterator[dict[str, str]]:
    """No report to anyone and a folder of its own, whose path must be short for sockets."""
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
    ours = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # or 127.0.0.1 is taken for this machine's other address
        "RAY_AUTH_MODE": "disabled",  # or a token is left in the home folder
        "RAY_worker_niceness": "0",  # 15 would let a busy machine starve them
        "RAY_TMPDIR": folder,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ours.items():
            patch.setenv(name, value)
        patch.delenv("RAY_ADDRESS", raising=False)
        yield {**os.environ, "PYTHONUNBUFFERED": "1"}
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def nodes(ray_environment: dict[str, str]) -> Iterator[Nodes]:
    """A real cluster of two nodes."""
    from ray.cluster_utils import Cluster

    settings = {"num_cpus": 1, "object_store_memory": 100_000_000, "node_ip_address": "127.0.0.1"}
    cluster = Cluster()
    try:
        head = add_node(cluster, **settings, include_dashboard=False)
        raylets = [
            node.all_processes["raylet"][0].process.pid for node in (head, add_node(cluster, **settings))
        ]
        yield Nodes(cluster.address, {**ray_environment, "RAY_ADDRESS": cluster.address}, tuple(raylets))
    finally:
        cluster.shutdown()


def add_node(cluster, attempts: int = 3, **settings):
    """Ray gives a node half a minute to start, which on a busy machine may be too little."""
    try:
        return cluster.add_node(**settings)
    except Exception:
        if attempts == 1:
            raise
        return add_node(cluster, attempts - 1, **settings)

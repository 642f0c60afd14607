"""How the test processes share the work: whole files, and all files of a folder that shares a browser."""

from pathlib import PurePosixPath

import pytest
from xdist.scheduler import LoadFileScheduling

# Folders whose files share a page and a browser.
TOGETHER = ("e2e",)


class WholeFiles(LoadFileScheduling):
    """Each file goes to one worker, which begins its servers, trainings and browsers once.

    Not by xdist's groups, of which `--dist loadgroup` knows nothing under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(super()._split_scope(nodeid))
        return str(file.parent if file.parent.name in TOGETHER else file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> WholeFiles:
    """What xdist asks for in place of its own."""
    return WholeFiles(config, log)

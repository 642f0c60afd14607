"""Trainings in processes of their own that need not import PyTorch anew: forked from one that has."""

import importlib
import multiprocessing
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["train.teacher", "train.student", "tests.train.forked"])


def start(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path, prepare: str = ""
) -> BaseProcess:
    """`python -m MODULE ARGUMENTS`, all that it writes going to `log`; `prepare` is run before, as code."""
    process = _CONTEXT.Process(target=_run, args=(module, list(arguments), dict(environment), log, prepare))
    process.start()
    return process


def _run(module: str, arguments: list[str], environment: dict[str, str], log: Path, prepare: str) -> None:
    os.environ.update(environment)
    with log.open("ab") as stream:
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)
    try:
        exec(prepare, {})
        status = importlib.import_module(module).main(arguments)
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)

"""Commands in processes of their own that need not import PyTorch anew: forked from one that has."""

import importlib
import multiprocessing
import os
import runpy
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        *("train.teacher", "train.student", "train.evaluate", "train.publishing.tracking", "wandb"),
        *("transformers.models.bert.modeling_bert", "transformers.models.modernbert.modeling_modernbert"),
        "tests.train.forked",
    ]
)


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


def python(
    words: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """`python -m MODULE ...` or `python -c CODE ...` in a folder, with this environment alone, to its end."""
    with TemporaryDirectory() as place:
        process = _CONTEXT.Process(target=_python, args=(list(words), folder, dict(environment), Path(place)))
        process.start()
        process.join()
        output, errors = (Path(place, name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess(words, process.exitcode or 0, output, errors)


def _python(words: list[str], folder: Path, environment: dict[str, str], place: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for descriptor, file in enumerate((Path(os.devnull), place / "stdout", place / "stderr")):
        with file.open("r+" if file.exists() else "w+") as stream:
            os.dup2(stream.fileno(), descriptor)
    kind, program, *arguments = words
    sys.argv = [program if kind == "-m" else kind, *arguments]
    try:
        if kind == "-m":
            sys.modules.pop(program, None)
            runpy.run_module(program, run_name="__main__", alter_sys=True)
        else:
            exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})
        status = 0
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)

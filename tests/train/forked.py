"""Commands in processes of their own that need not import PyTorch anew: forked from one that has."""

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
    code = f"{prepare}\nimport sys\nfrom {module} import main\nsys.exit(main(sys.argv[1:]))"
    everything = {**os.environ, **environment}
    return _begin(["-c", code, *arguments], Path.cwd(), everything, Path(os.devnull), log, log)


def python(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float = 300
) -> subprocess.CompletedProcess[str]:
    """`python -m MODULE ...` or `python -c CODE ...` in a folder, with this environment alone, to its end.

    Raises:
        TimeoutExpired: it took longer than so many seconds, and was killed.
    """
    with TemporaryDirectory() as place:
        output, errors = (Path(place, name) for name in ("stdout", "stderr"))
        process = _begin(words, folder, environment, Path(os.devnull), output, errors)
        process.join(seconds)
        said = [file.read_text(encoding="utf-8") for file in (output, errors)]
    if process.exitcode is None:
        process.kill()
        raise subprocess.TimeoutExpired(words, seconds, *said)
    return subprocess.CompletedProcess(words, process.exitcode, *said)


def _begin(words: Sequence[str], folder: Path, environment: Mapping[str, str], *streams: Path) -> BaseProcess:
    for stream in streams:
        stream.touch()
    process = _CONTEXT.Process(target=_run, args=(list(words), folder, dict(environment), streams))
    process.start()
    return process


def _run(words: list[str], folder: Path, environment: dict[str, str], streams: tuple[Path, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for descriptor, file in enumerate(streams):
        with file.open("ab" if descriptor else "rb") as stream:
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

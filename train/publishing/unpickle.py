"""`python -m train.publishing.unpickle WEIGHTS OUT`: pickled tensors to safetensors, in a process kept small.

Nothing but tensors and plain containers is read (`torch.load(weights_only=True)`); should that ever be
fooled, the process has no credentials in its environment, little memory, little time and one small file.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors.torch import save_file
from torch import Tensor

from authorship.commandline import run
from authorship.errors import BundleError

_PROJECT = Path(__file__).parents[2]
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "SYSTEMROOT", "LANG", "TMPDIR", "TEMP")
_SECONDS, _SPARE_BYTES = 600, 1 << 30
_NESTED = ("state_dict", "model_state_dict", "model")
_WRAPPERS = ("module.", "_orig_mod.", "model.")


def unpickle(weights: Path, out: Path) -> None:
    """Convert a file of weights in a process of its own.

    Raises:
        BundleError: the file asks for more than tensors, or for more memory or time than its size explains.
    """
    environment = {name: value for name, value in os.environ.items() if name in _KEPT_ENVIRONMENT}
    command = [sys.executable, "-m", "train.publishing.unpickle", str(weights.resolve()), str(out.resolve())]
    options = {"cwd": _PROJECT, "env": environment, "stdin": subprocess.DEVNULL, "timeout": _SECONDS}
    try:
        done = subprocess.run(command, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    except subprocess.TimeoutExpired as error:
        raise BundleError(f"{weights.name} is refused: reading it took over {_SECONDS} s.") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"{weights.name} is refused: its reader was killed."]
        raise BundleError(lines[-1].removeprefix("error: "))


def read_tensors(weights: Path) -> dict[str, Tensor]:
    """The state dict in a file of weights, each tensor with memory of its own.

    Raises:
        BundleError: the file is damaged, holds no weights, or asks for code to be run.
    """
    try:
        state = _state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        tensors = {name: tensor.clone().contiguous() for name, tensor in state.items()}
    except UnpicklingError as error:
        raise BundleError(_refusal(weights.name, str(error))) from error
    except (RuntimeError, EOFError, MemoryError, ValueError, KeyError) as error:
        raise BundleError(f"{weights.name} cannot be read as weights: {error}") from error
    if not tensors:
        raise BundleError(f"{weights.name} holds no tensors with names: save model.state_dict().")
    return _bare_names(tensors)


def _refusal(name: str, complaint: str) -> str:
    asked = re.search(r"GLOBAL (\S+)", complaint)
    reason = f"it asks for {asked[1]}" if asked else "it holds more than tensors"
    return (
        f"{name} is refused: {reason}, which could run code. Only plain tensors are read; its owner can "
        "save model.state_dict(), or better model.save_pretrained(...), and log that."
    )


def _state_dict(loaded: object) -> dict[str, Tensor]:
    """The tensors by name, also where a training loop saved them beside its own state."""
    if not isinstance(loaded, Mapping):
        return {}
    for key in _NESTED:
        if isinstance(loaded.get(key), Mapping):
            return _state_dict(loaded[key])
    return {str(name): value for name, value in loaded.items() if isinstance(value, Tensor)}


def _bare_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Names without what `DataParallel`, `torch.compile` or a Lightning module put before all of them."""
    for wrapper in _WRAPPERS:
        if all(name.startswith(wrapper) for name in state):
            return _bare_names({name.removeprefix(wrapper): tensor for name, tensor in state.items()})
    return state


def limit_resources(size: int) -> None:
    """Keep this process, as it stands now, to what reading `size` bytes of weights takes."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the process still stands alone
        return
    limits = {
        resource.RLIMIT_CPU: _SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 2 * size + (1 << 20),
    }
    with suppress(OSError):  # /proc is Linux's; elsewhere the address space is not limited
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limits[resource.RLIMIT_AS] = pages * resource.getpagesize() + 3 * size + _SPARE_BYTES
    for kind, limit in limits.items():
        _, hard = resource.getrlimit(kind)
        lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (lowest, lowest))


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, give up resources, convert."""
    parser = argparse.ArgumentParser(prog="python -m train.publishing.unpickle", description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    limit_resources(options.weights.stat().st_size)
    save_file(read_tensors(options.weights), options.out, metadata={"format": "pt"})
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

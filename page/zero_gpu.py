"""A Space on ZeroGPU starts only if some function asks for its card; the page runs on processors."""

import os


def register_function() -> None:
    """On ZeroGPU, name a function that is never called; elsewhere nothing. To be called before the launch."""
    if os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true"):
        import spaces  # of requirements-zerogpu.txt

        spaces.GPU(_unused)


def _unused() -> None:
    """Nothing."""

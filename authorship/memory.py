"""Memory that long work leaves behind: glibc keeps what each thread ever freed, and the page would grow."""

import ctypes
import sys


def give_back_memory() -> None:
    """Hand freed memory to the system, where the C library can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)

"""Whose prose is this: texts, model bundles and predictions."""

import os
import signal
import sys

# How long PyTorch's threads spin before they sleep, read when it is loaded. By default they do so for
# milliseconds: beside other work on the machine every step takes a multiple of its time.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

# `python -m` is loading a command, which takes seconds: an interrupt ends it as the system does, without a
# traceback. `commandline.run` hears it again.
if sys.argv[:1] == ["-m"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

VERSION = "0.1.0"

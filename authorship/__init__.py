"""Whose prose is this: texts, model bundles and predictions."""

import os

# How long PyTorch's threads spin before they sleep, read when it is loaded. By default they do so for
# milliseconds: beside other work on the machine every step takes a multiple of its time.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

VERSION = "0.1.0"

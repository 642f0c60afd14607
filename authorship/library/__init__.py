"""A corpus of any size, scored on Ray Data; needs requirements-cluster.txt.

Ray reads its environment when it is imported: no usage report, nothing in its log but what ends a run,
and for a cluster on this machine no other interface than the loopback (its switch for that is named
for the systems it was made for).
"""

import os

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
if os.environ.get("RAY_ADDRESS", "local").rsplit(":", 1)[0] in {"", "local", "localhost", "127.0.0.1"}:
    os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")

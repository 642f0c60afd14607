"""The host memory that a training of the original's size takes: 97,000 excerpts of 2,500 characters.

`python -m bench.memory [--excerpts N] [--folder DIR]` writes invented prose by 34 writers, trains a small
teacher on it for a few steps, twice, and prints each process's peak (Linux): all resident memory, and that
which is its own, without the pages of files that the system takes back when it needs them.
"""

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
CHARACTERS, WRITERS, WORKS = 2_500, 34, 182
SYLLABLES = "ба ве го ду жи зо ку лы ма но пе ру са та фи хо це чу ша ще эл юр яг ост ень ство"
SHAPE = ["--layers", "2", "--width", "64", "--vocabulary", "24000", "--window", "256"]
SHORT = [
    *("--max_steps", "40", "--crops_per_epoch", "960", "--validation_excerpts", "100"),
    *("--use_cpu", "true", "--disable_tqdm", "true", "--save_strategy", "no", "--eval_strategy", "no"),
    *("--load_best_model_at_end", "false"),
]


def write_corpus(file: Path, excerpts: int) -> None:
    """Invented prose, the rarer a word the more there are; the works' excerpts stand mixed."""
    generator = np.random.default_rng(0)
    lengths = generator.integers(1, 5, 60_000)
    words = np.array(["".join(generator.choice(SYLLABLES.split(), length)) for length in lengths])
    words[::12] = [word.capitalize() for word in words[::12]]
    places = np.cumsum(1 / np.arange(10, len(words) + 10))
    with file.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["writer", "book", "text"])
        for number in range(excerpts):
            work = number * 7919 % WORKS
            drawn = np.searchsorted(places, generator.random(CHARACTERS // 4) * places[-1])
            rows.writerow([f"Writer{work % WRITERS:02}", f"Work {work}", " ".join(words[drawn])[:CHARACTERS]])


def peaks(command: list[str]) -> dict[str, float]:
    """Run a command; its seconds and its peaks of memory in megabytes."""
    began, own, resident = time.perf_counter(), 0.0, 0.0
    process = subprocess.Popen(command, cwd=ROOT)
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        told = dict(re.findall(r"(RssAnon|VmHWM):\s+(\d+) kB", status.read_text()))
        own = max(own, int(told.get("RssAnon", 0)) / 1024)
        resident = max(resident, int(told.get("VmHWM", 0)) / 1024)
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(process.returncode)
    seconds = time.perf_counter() - began
    return {"resident": round(resident), "own": round(own), "seconds": round(seconds)}


def main() -> int:
    """Print one JSON line a run: the first tokenises, the second finds the tokens and maps them."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--excerpts", type=int, default=97_000)
    parser.add_argument("--folder", type=Path, help="Where to put some 2 GB; default a temporary folder.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        data = Path(folder)
        write_corpus(data / "train_data.csv", options.excerpts)
        for run in ("tokenising", "mapped"):
            command = ["--data", folder, "--out", str(data / "out"), "--resume", *SHAPE, *SHORT]
            figures = peaks([sys.executable, "-m", "train.teacher", *command])
            print(json.dumps({"run": run, "excerpts": options.excerpts, **figures}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

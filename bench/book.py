"""What reading a whole book costs: speed against a `transformers` pipeline, first points, length, memory.

`python -m bench.book [--bundle REF] [--characters 1000000]` makes a book of that length by a program, from
the sentences of the project's own pastiches, and prints one JSON object. In one process and on the same
windows it times `read_along` and `pipeline("text-classification")` with its defaults, in turns, so that a
noisy machine disturbs both alike; before that the time a window takes in books of 10,000 and of 5,000,000
characters. Memory (Linux) is the peak over what the process held with the model open and compiled, before it
read anything.
"""

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from razdel import sentenize
from transformers import pipeline

from authorship.commandline import run
from authorship.datamodels import Passage
from authorship.engines.choice import compile_bundle
from authorship.models.bundle import ModelBundle
from authorship.models.source import default_reference, locate_bundle, open_bundle
from authorship.predict.sliding import read_along
from page.examples import PASTICHES, example

SHORT, LONG = 10_000, 5_000_000
TURNS = 10
SHORT_READINGS = 20


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure and on how long a book."""

    bundle: str
    characters: int


def make_book(characters: int, seed: int = 0) -> str:
    """Sentences of the pastiches in random order, in paragraphs of one to seven."""
    generator = np.random.default_rng(seed)
    texts = [example(name) for name in sorted(PASTICHES)]
    sentences = [sentence.text for text in texts for sentence in sentenize(text)]
    paragraphs: list[str] = []
    length = 0
    while length < characters:
        paragraphs.append(" ".join(generator.choice(sentences, int(generator.integers(1, 8)))))
        length += len(paragraphs[-1]) + 1
    return "\n".join(paragraphs)[:characters]


def memory(field: str) -> float:
    """A size of this process in MB: `VmRSS` now, `VmHWM` at its peak."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found.group(1)) / 1024 if found else float("nan")


def seconds_of(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def read_measured(bundle: ModelBundle, text: str) -> tuple[list[Passage], dict[str, float]]:
    """All passages; seconds to the first and to the last, those of all cores; MB at the peak over before."""
    held = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
    started, spent = time.perf_counter(), time.process_time()
    passages, first = [], 0.0
    for passage in read_along(bundle, text):
        first = first or time.perf_counter() - started
        passages.append(passage)
    return passages, {
        "first_point_seconds": first,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - spent,
        "peak_over_idle_megabytes": memory("VmHWM") - held,
    }


def against_pipeline(
    bundle: ModelBundle, folder: Path, text: str, passages: list[Passage]
) -> dict[str, float]:
    """Milliseconds a window by both, and their ratio; the book is read in turns, a tenth by each."""
    classify = pipeline("text-classification", model=str(folder))
    ours, theirs, count = 0.0, 0.0, 0
    for turn in np.array_split(np.arange(len(passages)), TURNS):
        part = text[passages[turn[0]].start : passages[turn[-1]].stop]
        windows = [text[passages[index].start : passages[index].stop] for index in turn]
        ours += seconds_of(lambda part=part: list(read_along(bundle, part)))  # type: ignore[misc]
        theirs += seconds_of(lambda windows=windows: classify(windows))  # type: ignore[misc]
        count += len(windows)
    return {
        "ours_ms": ours / count * 1e3,
        "pipeline_ms": theirs / count * 1e3,
        "times_as_fast": theirs / ours,
    }


def by_length(bundle: ModelBundle) -> dict[str, float]:
    """Milliseconds a window in a short and in a long book; the short one before and after the long one.

    On a machine with other work the processor's time tells more than the clock's.
    """
    short, long = make_book(SHORT), make_book(LONG)
    count = len(list(read_along(bundle, short)))
    before = [read_measured(bundle, short)[1] for _ in range(SHORT_READINGS)]
    passages, figures = read_measured(bundle, long)
    after = [read_measured(bundle, short)[1] for _ in range(SHORT_READINGS)]
    short_ms, short_cpu_ms = (
        statistics.mean(one[unit] for one in before + after) / count * 1e3
        for unit in ("seconds", "cpu_seconds")
    )
    long_ms, long_cpu_ms = (figures[unit] / len(passages) * 1e3 for unit in ("seconds", "cpu_seconds"))
    return {
        "short_ms": short_ms,
        "long_ms": long_ms,
        "long_over_short": long_ms / short_ms,
        "long_over_short_cpu": long_cpu_ms / short_cpu_ms,
        "long_first_point_seconds": figures["first_point_seconds"],
        "long_peak_over_idle_megabytes": figures["peak_over_idle_megabytes"],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Print all figures as one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m bench.book", description=__doc__)
    parser.add_argument("--bundle", default=default_reference("student"))
    parser.add_argument("--characters", type=int, default=1_000_000)
    options = Options(**vars(parser.parse_args(argv)))
    started = time.perf_counter()
    bundle = compile_bundle(open_bundle(options.bundle))
    opened = time.perf_counter() - started
    text = make_book(options.characters)
    passages, figures = read_measured(bundle, text)
    figures |= {"windows": len(passages), "open_and_compile_seconds": opened}
    figures |= by_length(bundle)
    figures |= against_pipeline(bundle, locate_bundle(options.bundle), text, passages)
    rounded = {name: round(value, 3) for name, value in figures.items()}
    print(json.dumps({"bundle": options.bundle, "threads": torch.get_num_threads(), **rounded}))
    return 0


if __name__ == "__main__":
    sys.exit(run(main))

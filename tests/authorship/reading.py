"""`python -m tests.authorship.reading FOLDER`: what comes of every file, each read within 500 MB.

The limits are the system's: what exceeds the memory fails as MemoryError, and a hang is killed.
"""

import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from authorship.errors import TextError
from authorship.text.formats.reader import read_book

# Of an undamaged book too it is said that its notes and contents were left out.
ORDINARY = {"notes", "contents"}
MEMORY = 500_000_000
SECONDS = 90


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file; `paces` is the processor's time as a multiple of what `pace` takes."""

    name: str
    outcome: str
    text: str
    notices: list[str]
    paces: float


def read(path: Path, usual: float) -> Outcome:
    start = time.process_time()
    text, notices = "", []
    try:
        book = read_book(path.read_bytes(), path.name)
        text, notices = book.text, [notice.code for notice in book.notices]
        outcome = "read with a notice" if set(notices) - ORDINARY else "read"
    except TextError as error:
        outcome = error.code
        text = str(error)
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    spent = time.process_time() - start
    if spent > 5 * usual:
        usual = max(usual, pace())  # neighbours come and go, and so does the processor's cache
    return Outcome(path.name, outcome, text[:20_000], notices, spent / usual)


def pace() -> float:
    """Seconds in which this processor, as busy as it is, adds up three million squares: some 0.15."""
    start = time.process_time()
    sum(number * number for number in range(3_000_000))
    return time.process_time() - start


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    usual = pace()
    for path in sorted(Path(sys.argv[1]).iterdir(), key=lambda path: int(path.name)):
        if not os.fork():  # what one file leaves in the heap is not the next one's
            print(json.dumps(asdict(read(path, usual))), flush=True)
            os._exit(0)
        os.wait()


if __name__ == "__main__":
    main()

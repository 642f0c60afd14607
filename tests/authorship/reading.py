"""`python -m tests.authorship.reading FOLDER`: what comes of every file, each read within 500 MB.

The limits are the system's: what exceeds the memory fails as MemoryError, and a hang is killed.
"""

import json
import os
import resource
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from authorship.errors import TextError
from authorship.text.formats.reader import read_book

# Of an undamaged book too it is said that its notes and contents were left out.
ORDINARY = {"notes", "contents"}
MEMORY = 500_000_000
SECONDS = 90  # of the processor, for one file; test_growth.py sees that time grows no faster than files


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file."""

    name: str
    outcome: str
    text: str
    notices: list[str]


def read(path: Path) -> Outcome:
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
    return Outcome(path.name, outcome, text[:20_000], notices)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    for path in sorted(Path(sys.argv[1]).iterdir(), key=lambda path: int(path.name)):
        if not os.fork():  # what one file leaves in the heap is not the next one's
            print(json.dumps(asdict(read(path))), flush=True)
            os._exit(0)
        os.wait()


if __name__ == "__main__":
    main()

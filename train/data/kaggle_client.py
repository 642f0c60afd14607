"""The official kaggle client, tamed: it prints to standard error, its failures become a sentence.

The archive that it downloads is checked and unpacked.
"""

import io
import json
import math
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from train.data.sources import DataError

if TYPE_CHECKING:
    from requests import RequestException, Response

import csv
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, cast

from tqdm import tqdm

from authorship.errors import AuthorshipError
from authorship.text import excerpts as excerpt_table
from authorship.text.excerpts import ENCODING


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file of the archive; `book` is the column that names the works, if one does."""

    member: zipfile.ZipInfo
    columns: tuple[str, ...]
    rows: int
    writers: frozenset[str]
    book: str | None
    works: int


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; its damage, whenever it shows, is a DataError."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise DataError(f"The archive {path.name} is damaged ({error}): run the command again.") from error


def read_table(archive: zipfile.ZipFile, name: str, book: str | None = None) -> Table:
    """Read through a CSV file once, a row at a time; `book` names the works' column where that is known.

    Raises:
        DataError: the archive lacks the file, it is no CSV in UTF-8, or it has no `writer` or no `text`.
    """
    member = _find(archive, name)
    try:
        with archive.open(member) as raw, io.TextIOWrapper(raw, encoding=ENCODING, newline="") as file:
            return _read(member, excerpt_table.read_table(file, member.filename), book)
    except AuthorshipError as error:
        raise DataError(str(error)) from error
    except (csv.Error, UnicodeDecodeError) as error:
        if archive.testzip():  # the text is nonsense because the archive is
            raise zipfile.BadZipFile(f"{name}: {error}") from error
        raise DataError(f"{name} of the archive is no CSV file in UTF-8: {error}.") from error


def _find(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    found = [member for member in archive.infolist() if PurePosixPath(member.filename).name == name]
    if len(found) != 1:
        held = ", ".join(archive.namelist()) or "nothing"
        raise DataError(f"The archive should hold one {name}; it holds {held}.")
    return found[0]


def _read(member: zipfile.ZipInfo, table: excerpt_table.Table, book: str | None) -> Table:
    """Count the rows and gather the pairs (writer, value) of each further column."""
    columns = table.columns
    pairs: dict[str, set[tuple[str, int]]] = {name: set() for name in columns if name != "text"}
    rows = 0
    for row in tqdm(table.rows, desc=f"checking {member.filename}", unit="row", unit_scale=True):
        rows += 1
        values = dict(zip(columns, row, strict=True))
        for name, seen in pairs.items():
            seen.add((values["writer"], hash(values[name])))  # a number: a column may hold long texts too
    writers = frozenset(writer for writer, _ in pairs.pop("writer"))
    if book not in pairs:
        book = _works_column(pairs, rows, len(writers))
    return Table(member, columns, rows, writers, book, 0 if book is None else len(pairs[book]))


def _works_column(pairs: dict[str, set[tuple[str, int]]], rows: int, writers: int) -> str | None:
    """The column `book`, else the first that looks like works, if any does."""
    if "book" in pairs:
        return "book"
    return next((name for name, seen in pairs.items() if looks_like_works(seen, rows, writers)), None)


def looks_like_works(pairs: set[tuple[str, int]], rows: int, writers: int) -> bool:
    """Whether values are works: several excerpts each, several a writer, hardly one of two writers.

    A number of the row, of the chapter, of the writer, or a length is told apart by this.
    """
    values = {value for _, value in pairs}
    blank = hash("") in values
    return not blank and len(values) > writers and len(pairs) <= 1.1 * len(values) and rows >= 2 * len(pairs)


def unpack(archive: zipfile.ZipFile, table: Table, target: Path) -> None:
    """Stream a CSV file to `target`, the works' column renamed to `book`, all else byte for byte."""
    with archive.open(table.member) as source, target.open("wb") as file:
        if table.book not in (None, "book"):
            source.readline()
            file.write(_header(["book" if name == table.book else name for name in table.columns]))
        size = table.member.file_size
        with tqdm.wrapattr(source, "read", size, desc=f"unpacking {target.name}") as read:
            shutil.copyfileobj(cast(IO[bytes], read), file, 1 << 20)


def _header(columns: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(columns)
    return line.getvalue().encode()


ATTEMPTS = 3
LONGEST_WAIT = 60.0  # seconds; who is asked to wait longer is told so instead
_WAIT_UNASKED = 20.0
_TOKENS = "https://www.kaggle.com/settings/api"
_NO_CREDENTIALS = (
    f"No valid Kaggle credentials were found. Make a token at {_TOKENS} and either set KAGGLE_API_TOKEN to "
    "it, or save it as ~/.kaggle/access_token, or run `kaggle auth login`. An older key goes into "
    "KAGGLE_USERNAME and KAGGLE_KEY, or as kaggle.json into ~/.kaggle, ~/.config/kaggle or KAGGLE_CONFIG_DIR."
)


def download_archive(dataset: str, folder: Path) -> Path:
    """Download `OWNER/NAME[/VERSION]` to `folder` and return the archive's path.

    An archive that a former call left half there is gone on with, if Kaggle's has not changed since.

    Raises:
        DataError: no credentials, refused, not found, asked to wait, or the connection failed.
    """
    from requests import RequestException

    api = open_client()
    archive = folder / f"{dataset.split('/')[1]}.zip"
    try:
        with redirect_stdout(sys.stderr):
            politely(lambda: api.dataset_download_files(dataset, path=str(folder), quiet=False))
    except RequestException as error:
        raise _explained(error, dataset, archive) from error
    except (
        ValueError
    ) as error:  # an error page was written into the archive: a later run must not go on from it
        shutil.rmtree(folder)
        raise DataError(f"The download of {dataset} is damaged ({error}): run the command again.") from error
    return archive


def open_client() -> Any:
    """A KaggleApi with credentials; importing the package already looks for them, prints help, even exits.

    Raises:
        DataError: it is not installed, finds no credentials, or cannot ask Kaggle about them.
    """
    said = io.StringIO()
    try:
        with redirect_stdout(io.StringIO()):
            from kaggle.api.kaggle_api_extended import KaggleApi
        from requests import RequestException
    except ImportError as error:
        raise DataError(f"{error.name} is not installed: pip install -r requirements-train.txt") from error
    except OSError as error:
        raise DataError(
            f"{error.filename} cannot be made: set KAGGLE_CONFIG_DIR to a folder of yours."
        ) from error
    api = KaggleApi()
    try:
        with redirect_stdout(said):
            politely(api.authenticate)
    except SystemExit as error:
        raise DataError(_broken_key(Path(api.config)) or _NO_CREDENTIALS) from error
    except RequestException as error:
        raise _explained(error) from error
    print(said.getvalue(), end="", file=sys.stderr)
    return api


def _broken_key(file: Path) -> str:
    """What to do about a kaggle.json that is no JSON: the client passes it over without a word."""
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    except (ValueError, OSError) as error:
        return f"{file} cannot be read ({error}): download it anew from {_TOKENS}."
    return ""


def politely(call: Callable[[], object]) -> None:
    """Call; where Kaggle has had too many requests, wait as long as it asks and call again, twice at most."""
    from requests import HTTPError

    for attempt in range(1, ATTEMPTS + 1):
        try:
            call()
            return
        except HTTPError as error:
            if error.response is None or error.response.status_code != 429 or attempt == ATTEMPTS:
                raise
            wait = wait_asked(error.response)
            if wait is not None and wait > LONGEST_WAIT:
                raise
        seconds = _WAIT_UNASKED * attempt if wait is None else wait
        print(f"Kaggle has had too many requests: waiting {seconds:.0f} seconds", file=sys.stderr, flush=True)
        time.sleep(seconds)


def wait_asked(response: "Response") -> float | None:
    """The seconds of the header Retry-After, which holds seconds or a date; None where there is none."""
    value = response.headers.get("Retry-After", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _explained(error: "RequestException", dataset: str = "", archive: Path | None = None) -> DataError:
    """What went wrong and how to mend it."""
    if error.response is None or error.response.ok:
        return DataError(_broken_off(error, archive))
    status = error.response.status_code
    page = f"https://www.kaggle.com/datasets/{'/'.join(dataset.split('/')[:2])}" if dataset else _TOKENS
    if status == 429:
        return DataError(f"Kaggle has had too many requests: try again {_later(wait_asked(error.response))}.")
    known = {
        401: f"Kaggle does not accept your credentials (401): make a new token at {_TOKENS}.",
        403: f"Kaggle refuses the download (403, {error}): sign in at {page}, accept the terms there, "
        f"verify your account if it asks you to, and see that your token at {_TOKENS} is still valid.",
        404: f"Kaggle has no data set {dataset} (404), or does not show it to you: look at {page}, "
        "and name another with --dataset OWNER/NAME[/VERSION].",
    }
    return DataError(known.get(status, f"Kaggle answers {status} ({error}): try again later."))


def _later(wait: float | None) -> str:
    """When to try again, as a person says it."""
    if wait is None:
        return "in a quarter of an hour"
    clock = datetime.now().astimezone() + timedelta(seconds=wait)
    return f"in {math.ceil(wait / 60)} minutes (after {clock:%H:%M})"


def _broken_off(error: Exception, archive: Path | None) -> str:
    """The message of a connection that failed, and what of the archive is there already."""
    there = archive.stat().st_size if archive and archive.is_file() else 0
    rest = f"goes on from the {there:,} bytes that are there" if there else "starts anew"
    return f"The connection to Kaggle failed ({error}). Run the command again: it {rest}."

"""Which files are books: every file in a folder is judged by its name, a zip or XML by what it holds."""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePath
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from authorship.errors import TextError

STDIN = "-"
DOCUMENTS = (".fb2", ".fbz", ".epub", ".docx", ".docm", ".dotx", ".odt", ".ott", ".fodt", ".rtf", ".tei")
PAGES = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".mht", ".mhtml")
BOOK_SUFFIXES = (*DOCUMENTS, ".txt", *PAGES)
"""Every ending that promises a book, those that promise nothing else first."""
BOOK_FORMS = ".txt, .fb2, .epub, .docx, .odt, .rtf, .html, .tei, or one of them in a .zip"
_BY_CONTENT = (".zip", ".xml")
# What lies beside books and cannot be one: pictures, sound, fonts, and the data and parts of programs.
_PICTURES = "png jpg jpeg jpe gif webp bmp svg ico heic avif psd"
_SOUND = "mp3 ogg m4a m4b wav flac mp4 avi mkv webm mov"
_DATA = (
    "ttf otf woff woff2 css js py sh bat exe dll jsonl json csv tsv parquet db sqlite ini cfg log opf ncx "
    "torrent url lnk nfo sfv md5"
)
_NO_BOOKS = {f".{ending}" for ending in f"{_PICTURES} {_SOUND} {_DATA}".split()}
_PACKED = {
    f".{ending}" for ending in ["zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar", "tar", "arj", "lzh"]
}
_OTHER_FORMATS = (
    "pdf djvu djv doc dot wps wpd wri pages mobi prc pdb azw azw3 kfx fb3 lit lrf chm xml ps xps oxps tif "
    "tiff xls xlsx ods ppt pptx odp"
)
_FOREIGN = {f".{ending}" for ending in _OTHER_FORMATS.split()}
_LEFT_BEHIND = re.compile(
    r"\..*|~\$.*|.*~|#.*#|.*\.(?:tmp|temp|bak|swp|part|crdownload|download)|thumbs\.db|ehthumbs\.db"
    r"|desktop\.ini|__MACOSX|\$RECYCLE\.BIN|System Volume Information|Icon\r",
    re.IGNORECASE,
)
_PAGES_OWN = re.compile(r"(.+)(?:[_.]files|[_.]файлы|\.fld)", re.IGNORECASE)
_PAGES_OWN_FOLDER = re.compile(r"(?:^|/)(?P<page>[^/]+)(?:[_.]files|[_.]файлы|\.fld)/", re.IGNORECASE)
_FOLDERS_LOOKED_AT = 3  # of one path: names in archives may be long
_HEAD = 4096
_NAMED = 5
_BOOK_ROOT = re.compile(
    rb"<(?:[\w.-]+:)?(?:FictionBook|TEI(?:\.2)?|teiCorpus|html|document)\b", re.IGNORECASE
)


def find_files(paths: Sequence[str]) -> Iterator[str]:
    """The paths themselves, a folder's as all books in it, sorted.

    A folder without any stays, and so does one that may not be listed: reading it says what is wrong.
    """
    for path in paths:
        if path != STDIN and os.path.isdir(path):
            yield from find_books(path) or [path]
        else:
            yield path


def check_file(path: str) -> None:
    """Refuse a folder that `find_files` left, having found nothing in it.

    Raises:
        OSError: it may not be listed.
        TextError: it holds no book.
    """
    if os.path.isdir(path):
        next(Path(path).iterdir(), None)
        raise TextError("empty", f"There is no book ({BOOK_FORMS}) in this folder: name one that holds some.")


def find_books(folder: str) -> list[str]:
    """The books at any depth of `folder`, and the folders that may not be listed, sorted by their parts."""
    unlisted: list[str] = []
    found = [str(file) for file in _files(folder, unlisted) if _is_book_file(file)]
    return sorted(found + unlisted, key=lambda path: Path(path).parts)


def find_foreign(paths: Sequence[str]) -> list[str]:
    """The files in folders among `paths` that may hold text but are not read there, sorted.

    Pictures, programs' data and what programs leave behind are not among them.
    """
    found = [
        file
        for path in paths
        if path != STDIN and os.path.isdir(path)
        for file in _files(path, [])
        if file.suffix.lower() not in _NO_BOOKS and _is_file(file) and not _is_book_file(file)
    ]
    return [str(path) for path in sorted(found, key=lambda path: path.parts)]


def name_some(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def remedy(path: str) -> str:
    """What to do with a file that was not read in a folder."""
    suffix = PurePath(path).suffix.lower()
    if suffix in _PACKED:
        return "unpack it and name the books themselves"
    return (
        f"convert it to {BOOK_FORMS}"
        if suffix in _FOREIGN
        else "name the file itself to have it read as text"
    )


def _files(folder: str, unlisted: list[str]) -> Iterator[Path]:
    """All files at any depth but those that programs leave behind; `unlisted` gets folders that are shut."""
    for place, folders, names in os.walk(folder, onerror=lambda error: unlisted.append(str(error.filename))):
        folders[:] = [name for name in folders if not is_left_behind(name) and not _is_pages_own(name, names)]
        yield from (Path(place, name) for name in names if not is_left_behind(name))


def is_left_behind(path: str) -> bool:
    """Whether programs leave behind what has this path, parted by slashes, or a folder that it lies in."""
    return any(_LEFT_BEHIND.fullmatch(part) for part in path.split("/") if part not in ("", ".", ".."))


def _is_pages_own(folder: str, beside: Sequence[str]) -> bool:
    """Whether a folder holds the pictures and frames of a page that was saved beside it."""
    page = _PAGES_OWN.fullmatch(folder)
    return page is not None and any(PurePath(name).stem == page[1] for name in beside)


def pages_own(paths: Collection[str]) -> set[str]:
    """Those of an archive's paths, parted by slashes, that belong to a page saved beside their folder."""
    pages = {path.rpartition(".")[0] for path in paths if path.lower().endswith(PAGES)}
    return {
        path
        for path in (paths if pages else ())
        for folder in islice(_PAGES_OWN_FOLDER.finditer(path), _FOLDERS_LOOKED_AT)
        if path[: folder.end("page")] in pages
    }


def _is_file(file: Path) -> bool:
    """Whether there is a file; what may not be looked at counts as one, for reading it says why."""
    try:
        return file.is_file()
    except OSError:
        return True


def _is_book_file(file: Path) -> bool:
    if not _is_file(file):
        return False
    if not file.name.lower().endswith(_BY_CONTENT):
        return is_book(file.name)
    try:
        with file.open("rb") as stream:
            return is_book(file.name, stream)
    except OSError:
        return True


def is_book(name: str, content: BinaryIO | None = None) -> bool:
    """Whether a file of this name is a book; `content` is needed where the name says only .zip or .xml.

    A zip whose contents cannot be listed counts as one, so that whoever reads it says so.
    """
    lower = PurePath(name).name.lower()
    if is_left_behind(lower):
        return False
    if lower.endswith((*BOOK_SUFFIXES, *(f"{suffix}.zip" for suffix in BOOK_SUFFIXES))):
        return True
    if content is None:
        return False
    if lower.endswith(".xml"):
        return _BOOK_ROOT.search(content.read(_HEAD).replace(b"\0", b"")) is not None
    return lower.endswith(".zip") and _holds_book(content)


def _holds_book(zipped: BinaryIO) -> bool:
    """Whether an archive holds a book or another archive, or is a single file of whatever name."""
    try:
        with ZipFile(zipped) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist() if not name.endswith("/")]
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return True
    names = [name for name in names if not is_left_behind(name)]
    only = len(names) == 1 and PurePath(names[0]).suffix.lower() not in _NO_BOOKS
    return only or any(name.lower().endswith((*BOOK_SUFFIXES, ".zip")) for name in names)

"""Uploaded files: each under a name that cannot be guessed, until it is read or ten minutes have passed."""

import asyncio
import atexit
import errno
import fcntl
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import gradio as gr
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from authorship.text.formats.limits import Limits
from page.request_filter.addresses import Shares, address_of
from page.request_filter.refusal import Refusal

KEPT = 600.0
"""Seconds for which a file waits to be read."""
ROOM = 600_000_000
"""Bytes that all files together may take, those under way as announced."""
AT_ONCE = 16
MOST_FILES = 2_000
MOST_TOGETHER = 50
"""Files in one request."""
_PREFIX = "whose-prose-uploads-"
_FOLDER = "uploads"
_LOCK = ".lock"
_STRANGE = re.compile(r"[^\w .,()«»№+=&'-]+")
_LONGEST_NAME = 80
_LONGEST_NAME_BYTES = 200  # file systems take 255
_SWEPT = 60.0
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that waits to be read, or was; `size` is what its request announced, in bytes."""

    address: str
    path: Path
    size: int


class Uploads:
    """The folder of one running page; it is the only one from which a file can be read.

    What lies there is known without looking: the event loop's thread alone changes `_kept`.
    """

    def __init__(self) -> None:
        _forget_the_dead()
        self.folder, self._lock = _locked_folder()
        os.environ["GRADIO_TEMP_DIR"] = str(self.folder)  # Gradio reads uploads from here alone
        atexit.register(self.forget)
        self._kept: dict[str, Kept] = {}
        self._asked: set[str] = set()
        self._swept = time.monotonic()
        self.slots, self.room, self.places = Shares(AT_ONCE), Shares(ROOM), Shares(MOST_FILES)

    def adopt(self, blocks: gr.Blocks) -> None:
        """Let a page's components read files where they lie: of a file elsewhere they make a copy."""
        for component in blocks.blocks.values():
            component.GRADIO_CACHE = str(self.folder)

    def forget(self) -> None:
        """Delete every file."""
        shutil.rmtree(self.folder, ignore_errors=True)
        _lock_of(self.folder).unlink(missing_ok=True)

    async def receive(self, request: Request) -> Response:
        """Keep the files of a multipart body; the answer are names to call them by, not where they lie."""
        address, size = address_of(request.scope), _announced(request)
        self._release_read()
        if not self.slots.take(address):
            return _busy("Too many files at once", 10)
        try:
            return await self._answer(request, address, size)
        except Refusal as refusal:
            return refusal.response()
        except OSError as error:
            if error.errno not in _FULL:
                raise
            return Refusal(507, "There is no room left for files here, try in an hour.", 3600).response()
        finally:
            self.slots.give_back(address)

    async def _answer(self, request: Request, address: str, size: int) -> Response:
        if not self._claim(address, size):
            return _busy("Too many files wait to be read", 60)
        names: list[str] = []
        left, places = size, 1  # of what is claimed, the bytes and places that no kept file holds yet
        try:
            async with request.form(max_files=MOST_TOGETHER, max_fields=4, max_part_size=1_000) as form:
                files = _files(form.getlist("files"))
                for number, file in enumerate(files, 1):
                    if not places and not self.places.take(address):
                        raise Refusal(503, "Too many files wait to be read, try in 60 seconds.", 60)
                    places = 1
                    own = left if number == len(files) else min(left, file.size or 0)
                    names.append(await self._keep(file, address, own))
                    left, places = left - own, 0
        except BaseException:
            for name in names:
                self._drop(name.split("/")[1])
            self.room.give_back(address, left)
            if places:
                self.places.give_back(address)
            raise
        return JSONResponse(names)

    async def _keep(self, file: UploadFile, address: str, size: int) -> str:
        """Write one file, for which place and room are claimed; its name is returned."""
        token = secrets.token_urlsafe(18)
        path = self.folder / token / plain_name(file.filename or "")
        await run_in_threadpool(_write, file.file, path)
        self._kept[token] = Kept(address, path, size)
        asyncio.get_running_loop().call_later(KEPT, self._drop, token)
        return f"{_FOLDER}/{token}/{path.name}"

    def _claim(self, address: str, size: int) -> bool:
        """Take a place and so much room for a file, if its address may have both."""
        if not self.places.take(address):
            return False
        if self.room.take(address, size):
            return True
        self.places.give_back(address)
        return False

    def _disclaim(self, address: str, size: int) -> None:
        self.places.give_back(address)
        self.room.give_back(address, size)

    def find(self, name: str) -> str | None:
        """The path of a file kept under "uploads/TOKEN/NAME"; None where there is none."""
        _, token, file = name.split("/")
        kept = self._kept.get(token)
        if kept is None or kept.path.name != file or not kept.path.is_file():
            return None
        self._asked.add(token)
        return str(kept.path)

    def _drop(self, token: str) -> None:
        """Forget a file and delete what is left of it."""
        self._asked.discard(token)
        kept = self._kept.pop(token, None)
        if kept is not None:
            self._disclaim(kept.address, kept.size)
            shutil.rmtree(kept.path.parent, ignore_errors=True)

    def _release_read(self) -> None:
        """Forget the files that their readers have deleted, and now and then what Gradio leaves."""
        for token in tuple(self._asked):
            kept = self._kept.get(token)
            if kept is None or not kept.path.exists():
                self._drop(token)
        if time.monotonic() - self._swept > _SWEPT:
            self._swept = time.monotonic()
            asyncio.get_running_loop().run_in_executor(None, _delete_empty, self.folder)


def _files(values: Sequence[UploadFile | str]) -> list[UploadFile]:
    """The files of a form.

    Raises:
        Refusal: there is none, or something else.
    """
    files = [value for value in values if isinstance(value, UploadFile)]
    if not files or len(files) < len(values):
        raise Refusal(400, "Files are wanted, as multipart/form-data, under the name `files`.")
    return files


def _write(data: IO[bytes], path: Path) -> None:
    """Write a file, in a folder of its own; nothing stays where that fails."""
    path.parent.mkdir(parents=True)
    try:
        with path.open("xb") as kept:
            shutil.copyfileobj(data, kept)
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise


def _announced(request: Request) -> int:
    """Bytes that a body will have, as far as its client says; else as many as any may have."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() and len(length) < 18 else Limits().file


def _busy(what: str, seconds: int) -> Response:
    return Refusal(503, f"{what}, try in {seconds} seconds.", retry_after=seconds).response()


def plain_name(name: str) -> str:
    """A file's name without folders, control and bidirectional characters; the ending is kept."""
    base = _STRANGE.sub("_", re.split(r"[/\\]", name)[-1]).strip(" .")
    short = base[-_LONGEST_NAME:].encode()[-_LONGEST_NAME_BYTES:].decode(errors="ignore")
    return short.strip(" .") or "file"


def _delete_empty(folder: Path) -> None:
    """Delete the empty files that Gradio makes beside each upload that it hands on."""
    for entry in os.scandir(folder):
        try:
            if entry.is_file() and time.time() - entry.stat().st_mtime > _SWEPT:
                os.unlink(entry)
        except OSError:
            continue  # gone meanwhile


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)


def _locked_folder() -> tuple[Path, IO[bytes]]:
    """A new folder for files, and the open file whose lock says that its server lives."""
    while True:
        folder = Path(tempfile.gettempdir()) / (_PREFIX + secrets.token_hex(8))
        lock = _lock_of(folder).open("xb")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _lock_of(folder).exists():  # no other server took it for a dead one's before it was locked
            folder.mkdir(mode=0o700)
            return folder, lock
        lock.close()


def _forget_the_dead() -> None:
    """Delete what killed servers have left: the folders whose locks nobody holds."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if folder.lstat().st_uid == os.getuid() and not folder.is_symlink():
                _forget_if_dead(folder.with_name(folder.name.removesuffix(_LOCK)))
        except OSError:
            continue  # gone meanwhile


def _forget_if_dead(folder: Path) -> None:
    with _lock_of(folder).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(folder, ignore_errors=True)
        _lock_of(folder).unlink(missing_ok=True)

"""Uploaded files: each under a name that cannot be guessed, until it is read or ten minutes have passed."""

import atexit
import os
import re
import secrets
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path
from types import FrameType
from typing import IO

import gradio as gr
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from page.security.refusal import Refusal

KEPT = 600.0
"""Seconds for which a file waits to be read."""
ROOM = 600_000_000
"""Bytes that all files together may take."""
AT_ONCE = 8
_PREFIX = "whose-prose-uploads-"
_FOLDER = "uploads"
_STRANGE = re.compile(r"[^\w .,()«»№+=&'-]+")
_LONGEST_NAME = 80


class Uploads:
    """The folder of one running page; it is the only one from which a file can be read."""

    def __init__(self) -> None:
        _forget_the_dead()
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        os.environ["GRADIO_TEMP_DIR"] = str(self.folder)  # Gradio reads uploads from here alone
        atexit.register(self.forget)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self._end)
        self._under_way = 0

    def adopt(self, blocks: gr.Blocks) -> None:
        """Let a page's components read files where they lie: of a file elsewhere they make a copy."""
        for component in blocks.blocks.values():
            component.GRADIO_CACHE = str(self.folder)

    def forget(self) -> None:
        """Delete every file."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, number: int, _: FrameType | None) -> None:
        """Delete every file, then end as a process that is asked to."""
        self.forget()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    async def receive(self, request: Request) -> Response:
        """Keep the file of a multipart body; the answer is the name to call it by, not where it lies."""
        if self._under_way >= AT_ONCE:
            return Refusal(503, "Too many files at once, try in 10 seconds.", retry_after=10).response()
        self._under_way += 1
        try:
            return JSONResponse([await self._receive(request)])
        except Refusal as refusal:
            return refusal.response()
        finally:
            self._under_way -= 1

    async def _receive(self, request: Request) -> str:
        async with request.form(max_files=1, max_fields=4, max_part_size=1_000) as form:
            file = form.get("files")
            if not isinstance(file, UploadFile):
                raise Refusal(400, "One file is wanted, as multipart/form-data, under the name `files`.")
            return await run_in_threadpool(self._keep, file.file, plain_name(file.filename or ""))

    def find(self, name: str) -> str | None:
        """The path of a file kept under "uploads/TOKEN/NAME"; None where there is none."""
        _, token, file = name.split("/")
        path = self.folder / token / file
        inside = path.resolve().is_relative_to(self.folder.resolve())
        return str(path) if inside and path.is_file() and not path.is_symlink() else None

    def _keep(self, data: IO[bytes], name: str) -> str:
        self._forget_old()
        if sum(file.stat().st_size for file in self.folder.glob("*/*")) > ROOM:
            raise Refusal(503, "Too many files wait to be read, try in 60 seconds.", retry_after=60)
        token = secrets.token_urlsafe(18)
        (self.folder / token).mkdir(parents=True)
        with (self.folder / token / name).open("xb") as kept:
            shutil.copyfileobj(data, kept)
        return f"{_FOLDER}/{token}/{name}"

    def _forget_old(self) -> None:
        """Delete what waited too long, folders whose file was read, and empty files that Gradio leaves."""
        for entry in self.folder.iterdir():
            if not entry.is_dir():
                entry.unlink(missing_ok=True)
            elif _age(entry) > KEPT or (_age(entry) > 1 and not any(entry.iterdir())):
                shutil.rmtree(entry, ignore_errors=True)


def plain_name(name: str) -> str:
    """A file's name without folders, control and bidirectional characters; the ending is kept."""
    base = _STRANGE.sub("_", re.split(r"[/\\]", name)[-1]).strip(" .")
    return base[-_LONGEST_NAME:] or "file"


def _age(path: Path) -> float:
    """Seconds since something was written there; none where it has gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _forget_the_dead() -> None:
    """Delete what a killed server has left; a living one makes its folder anew where it must."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if _age(folder) > KEPT and folder.stat().st_uid == os.getuid():
            shutil.rmtree(folder, ignore_errors=True)

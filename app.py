"""The page: parse options, open both models, serve."""

import argparse
import atexit
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from types import FrameType

from authorship.commandline import run
from authorship.errors import AuthorshipError
from authorship.models.source import FORMS, default_reference

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before gradio is imported

ENDED_WITHIN = 8.0  # seconds: containers are killed ten after they were asked to end


@dataclass(frozen=True, slots=True)
class Options:
    """The command line."""

    teacher: str
    student: str
    host: str
    port: int
    share: bool
    mcp: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the page until Ctrl-C or SIGTERM, both of which end it in order.

    Raises:
        AuthorshipError: a model cannot be opened, or the port is taken.
    """
    options = _parse_options(arguments)
    end_on_sigterm()
    port = find_port(options.host, options.port)
    if options.mcp and find_spec("mcp") is None:
        raise AuthorshipError("--mcp needs the package mcp: pip install -r requirements-mcp.txt")
    gc.disable()  # what is imported stays: to look for garbage in it takes a sixth of the start
    from authorship.engines.choice import compile_bundle
    from authorship.models.pair import open_pair

    teacher, student = map(compile_bundle, open_pair(options.teacher, options.student))
    from authorship.same_hand.reading import find_model, load_measure, measure_hashes
    from explain.agreement import load_scale
    from page.book.books import Books
    from page.book.downloads import download_routes
    from page.excerpt.pair_service import Reader
    from page.excerpt.verdict import prepare_sample
    from page.files.batches import Batches
    from page.files.exports import file_routes
    from page.launch import build_blocks, launch, register_function
    from page.masking.downloads import ShownResults, takeaway_routes
    from page.request_filter.quiet import log_kinds_only
    from page.scheduler.turns import Gate, make_turns, polite
    from page.share.about import about_routes
    from page.storage.cache import Room
    from page.two_texts.cases import Cases
    from page.two_texts.downloads import comparison_routes

    log_kinds_only()
    register_function()
    gate = Gate()
    room = Room()
    folder = find_model(*(bundle.folder for bundle in (teacher, student) if bundle.folder))
    books = Books(polite(teacher, gate), polite(student, gate), room, compares=folder is not None)
    books.prepare()
    scale = load_scale(teacher, student)
    reader, results = Reader(teacher, student, gate, scale, room), ShownResults(room)
    turns = make_turns()
    batches = Batches(reader, books)
    measure, hashes = (load_measure(folder), measure_hashes(folder)) if folder else (None, None)
    cases = Cases(measure, books, teacher.judge or student.judge, room, gate, hashes=hashes)
    blocks = build_blocks(reader, books, results, turns, batches, cases)
    routes = [*download_routes(books, turns), *takeaway_routes(results, reader, turns)]
    routes += [*file_routes(batches, turns), *comparison_routes(cases, turns), *about_routes(reader)]
    threading.Thread(target=prepare_sample, args=(reader,), daemon=True).start()
    address = launch(blocks, routes, options.host, port, options.share, options.mcp, room)
    gc.freeze()  # what the page is made of is never garbage, and need not be searched for it
    gc.enable()
    print(f"Whose prose is this? {address}", file=sys.stderr, flush=True)
    try:
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    finally:
        blocks.close(verbose=False)
    return 0


def _parse_options(arguments: Sequence[str] | None) -> Options:
    """Read the command line; leaves with status 2 on wrong usage."""
    host = "0.0.0.0" if os.environ.get("SPACE_ID") else "127.0.0.1"
    parser = argparse.ArgumentParser(prog="python app.py", description="Whose prose is this? The page.")
    parser.add_argument("--teacher", metavar="REF", default=default_reference("teacher"), help=FORMS)
    parser.add_argument("--student", metavar="REF", default=default_reference("student"), help="likewise")
    parser.add_argument("--host", metavar="H", default=host, help=f"address to listen on (default: {host})")
    parser.add_argument("--port", metavar="P", type=int, default=7860, help="default: 7860; 0: any free one")
    parser.add_argument("--share", action="store_true", help="also open a public link through Gradio")
    tools = "also serve the endpoints as tools of the Model Context Protocol (requirements-mcp.txt)"
    parser.add_argument("--mcp", action="store_true", help=tools)
    return Options(**vars(parser.parse_args(arguments)))


def end_on_sigterm() -> None:
    """Make SIGTERM end the process in order, with status 0.

    Its default does nothing to the first process of a container. Work under way has eight seconds to end.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)


def _end(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)
    late = threading.Timer(ENDED_WITHIN, os._exit, (0,))
    late.daemon = True
    late.start()
    sys.exit(0)


def find_port(host: str, port: int) -> int:
    """The port, known to be free before the models are loaded; one that the system chooses for 0.

    Raises:
        AuthorshipError: it is taken, or the host is not this machine.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            return int(probe.getsockname()[1])
        except (OSError, OverflowError) as error:
            message = f"Cannot listen on {host}:{port}: choose another --port or --host."
            raise AuthorshipError(message) from error


def _run_to_the_end() -> None:
    """Serve the page, and end without the interpreter's last step: in it libraries' threads may hang."""
    status = 1

    def leave() -> None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)

    atexit.register(leave)  # before all others, so that it comes after them
    try:
        status = run(main)
    except SystemExit as ending:  # wrong usage, --help, SIGTERM
        status = ending.code if isinstance(ending.code, int) else 1
    sys.exit(status)


if __name__ == "__main__":
    _run_to_the_end()

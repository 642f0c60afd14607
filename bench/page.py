"""How long the page takes over excerpts and over a book, and its memory.

`python -m bench.page [--teacher REF] [--student REF]` starts the page as `make demo` would, sends three
excerpts of 2,500 characters and a book of a million that it has not seen, and prints seconds and the
process's peak (Linux).
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from gradio_client import Client

from page.examples import PASTICHES, example

ROOT = Path(__file__).parents[1]
PORT = 7871
CHARACTERS = 2_500
BOOK = 1_000_000


def excerpts() -> list[str]:
    """The project's pastiches, each drawn out to an excerpt's length with the beginning of the next."""
    texts = [example(name) for name in sorted(PASTICHES)]
    return ["\n".join([*texts[start:], *texts[:start]])[:CHARACTERS] for start in range(len(texts))]


def book() -> str:
    """A million characters of the pastiches, every chapter with a number of its own."""
    chapter = "\n".join(excerpts())
    return "".join(f"Глава {number}.\n{chapter}\n" for number in range(BOOK // len(chapter) + 1))[:BOOK]


def start(options: list[str]) -> tuple[subprocess.Popen[bytes], Client, float]:
    """The page's process, a client, and the seconds until it answered."""
    began = time.perf_counter()
    command = [sys.executable, "app.py", "--port", str(PORT), *options]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    while True:
        try:
            client = Client(f"http://127.0.0.1:{PORT}", verbose=False)
            return process, client, time.perf_counter() - began
        except Exception:
            if process.poll() is not None or time.perf_counter() - began > 120:
                raise
            time.sleep(0.2)


def peak_megabytes(pid: int) -> float:
    """The process's largest resident size so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else float("nan")


def timed(client: Client, endpoint: str, text: str) -> tuple[float, dict[str, Any]]:
    """Seconds of one call and its answer."""
    began = time.perf_counter()
    answer = client.predict(text, api_name=endpoint)
    return time.perf_counter() - began, answer


def main() -> int:
    """Print one JSON line an excerpt, then one for the process."""
    process, client, ready = start(sys.argv[1:])
    try:
        for text in excerpts():
            verdict, _ = timed(client, "/attribute", text)
            reasons, answer = timed(client, "/explain", text)
            models = answer["models"]
            steps = {role: models[role]["n_steps"] for role in models}
            errors = {role: round(models[role]["relative_error"], 4) for role in models}
            figures = {"verdicts": round(verdict, 2), "both_explained": round(verdict + reasons, 2)}
            print(json.dumps({**figures, "gradients": steps, "relative_error": errors}))
        before = peak_megabytes(process.pid)
        took, answer = timed(client, "/book", book())
        passages = sum(len(model["passages"]) for model in answer["models"].values())
        more = round(peak_megabytes(process.pid) - before)
        print(json.dumps({"book": round(took, 1), "passages": passages, "more_megabytes": more}))
        print(json.dumps({"ready": round(ready, 2), "peak_megabytes": round(peak_megabytes(process.pid))}))
    finally:
        process.terminate()
        process.wait(10)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How long a person waits for the page, in Chromium, from the press of a button to what is painted.

`python -m bench.browser before=http://127.0.0.1:7861 after=http://127.0.0.1:7862 [--rounds 5]` visits pages
that are already served, each in its turn, and prints medians and their ratio to the first: of an excerpt the
verdict, the first colours and both explanations, of a book its chart's first point and its end. Chromium is
the one named by CHROMIUM, else one on the path.
"""

import argparse
import os
import shutil
import statistics
import sys
import time
from collections.abc import Mapping, Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from bench.page import book, excerpts

CHARACTERS = 200_000
PATIENCE = 180_000  # milliseconds
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READ = "body:has(#verdict .verdict)"
EXCERPT = {
    "verdict": f"{READ} #verdict",
    "first colours": f"{READ} .ig .ig-word",
    "both explained": f"{READ} #progress .done, {READ} .agreement",
}
BOOK = {"first point": ".plot polyline", "whole book": "#book-exports a"}
# Seen is what stood there when the browser came to its next frame after the press.
WATCH = """([button, marks]) => {
  window.watching?.disconnect();
  let pressed = 0;
  window.seen = {};
  document.querySelector(button).addEventListener(
    "click", () => { pressed = performance.now(); }, { capture: true, once: true });
  window.watching = new MutationObserver(() => {
    for (const [name, selector] of pressed ? Object.entries(marks) : []) {
      if (name in seen || !document.querySelector(selector)) continue;
      seen[name] = null;
      requestAnimationFrame(() => setTimeout(() => { seen[name] = (performance.now() - pressed) / 1000; }));
    }
  });
  const everything = { childList: true, subtree: true, attributes: true, characterData: true };
  watching.observe(document, everything);
}"""


def find_chromium() -> str | None:
    """The program named by CHROMIUM, else one on the path; None where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def timed(page: Page, box: str, text: str, button: str, marks: Mapping[str, str]) -> dict[str, float]:
    """Seconds from the press of the button to each mark; the last one ends the wait."""
    page.locator(f"{box} textarea").fill(text)
    page.wait_for_timeout(500)
    page.evaluate(WATCH, [button, marks])
    page.locator(button).click()
    page.wait_for_function("(last) => seen[last]", arg=[*marks][-1], timeout=PATIENCE, polling=250)
    seconds: dict[str, float] = page.evaluate("seen")
    return seconds


def visit(browser: Browser, address: str, word: str, excerpt: str, long: str) -> dict[str, float]:
    """One excerpt and one book by a visitor who is new; `word` makes both unknown to the page."""
    with browser.new_context(locale="ru-RU", viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(address)
        page.locator("#excerpt-box textarea").wait_for()
        page.wait_for_timeout(2_500)  # until all that the page loads is there
        found = timed(page, "#excerpt-box", f"{word} {excerpt}", "#run", EXCERPT)
        page.wait_for_timeout(1_000)
        page.get_by_role("tab").nth(1).click()
        return found | timed(page, "#book-box", f"{word} {long}", "#book-run", BOOK)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a measure: each page's median in seconds, and its ratio to the first page's."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", metavar="NAME=ADDRESS")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    pages = dict(one.split("=", 1) for one in options.pages)
    texts, long, run = excerpts(), book()[:CHARACTERS], int(time.time())
    seconds: dict[str, dict[str, list[float]]] = {name: {} for name in pages}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for number in range(options.rounds):
            for name in [*pages][:: -1 if number % 2 else 1]:
                words = f"{run} {number} {name}", texts[number % len(texts)], long
                for mark, value in visit(browser, pages[name], *words).items():
                    seconds[name].setdefault(mark, []).append(value)
        browser.close()
    first = next(iter(pages))
    for mark in seconds[first]:
        medians = {name: statistics.median(values[mark]) for name, values in seconds.items()}
        shown = (f"{name} {median:.2f} s ({median / medians[first]:.2f})" for name, median in medians.items())
        print(f"{mark}: {', '.join(shown)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

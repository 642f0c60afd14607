"""A real server over the random pair, and a real browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect, sync_playwright

from authorship.models.bundle import ModelBundle, save_bundle
from bench.browser import FLAGS, find_chromium
from explain.fingerprints.datamodels import FINGERPRINTS_FILE, save
from tests.invented_fingerprints import invented_pair

PROJECT = Path(__file__).resolve().parents[2]
SCREENSHOTS = PROJECT / "artifacts" / "screenshots"
STARTING = 300.0
PATIENCE = 180_000


@pytest.fixture(scope="session")
def pair(
    tmp_path_factory: pytest.TempPathFactory, tiny_bundle: ModelBundle, tiny_student: ModelBundle
) -> Path:
    """A folder with the random pair as `teacher` and `student`."""
    folder = tmp_path_factory.mktemp("pair")
    save_bundle(knowing_chekhov(tiny_bundle), folder / "teacher")
    save_bundle(knowing_chekhov(tiny_student), folder / "student")
    save(invented_pair(tiny_bundle, tiny_student), "invented.csv", folder / FINGERPRINTS_FILE)
    return folder


def shown_name(key: str) -> str:
    """What the page calls an author of the random pair, without the "Автор" before it."""
    return "Чехов" if key == "Delta" else key


def knowing_chekhov(bundle: ModelBundle) -> ModelBundle:
    """The bundle with one author of a known name, so that the page has an example to offer."""
    named = [replace(author, name=f"Автор {shown_name(author.key)}") for author in bundle.authors]
    return replace(bundle, authors=tuple(named))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page's address; the server runs as a person would start it."""
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "log"
    command = [sys.executable, "app.py", "--port", str(port)]
    command += ["--teacher", str(pair / "teacher"), "--student", str(pair / "student")]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=stream, stderr=stream)
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait(process, address, log)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Until the server answers; fails with its log where it has ended."""
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the server ended with status {process.returncode}: {log.read_text()}")
        try:
            urllib.request.urlopen(f"{address}health", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server does not answer: {log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; without one the tests are skipped, but never in CI."""
    found = find_chromium()
    if not found:
        if os.environ.get("CI"):
            pytest.fail("CI needs a Chromium: install it, or name it in CHROMIUM.")
        pytest.skip("no Chromium here: install one, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page opened by a Russian reader; a picture of how the test left it is kept."""
    context = browser.new_context(locale="ru-RU", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    open_page(page, server)
    yield page
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = "".join(character if character.isalnum() else "-" for character in request.node.name)
    page.screenshot(path=SCREENSHOTS / f"{name[:80]}.png")
    context.close()


def explain(page: Page, text: str) -> None:
    """Have a text read, and explained by both models."""
    page.locator("#excerpt-box textarea").fill(text)
    page.locator("#run").click()
    wait_for_reasons(page)


def wait_for_reasons(page: Page) -> None:
    """Until both models are explained and nothing is wrong with either."""
    expect(page.locator("#progress .done")).to_be_attached(timeout=PATIENCE)


def hold_back(page: Page, choose: Callable[[], None]) -> tuple[Route, APIResponse]:
    """The answer to what `choose` asks for, once the server has given it; the page does not get it."""
    asked: list[Route] = []
    held: list[APIResponse] = []

    def hold(route: Route) -> None:
        inputs = route.request.post_data_json["data"]  # a screen is drawn of the session alone
        if asked or len(inputs) == 1:
            route.continue_()
            return
        asked.append(route)
        held.append(route.fetch())

    page.route("**/run/predict**", hold)
    choose()
    for _ in range(PATIENCE // 20):
        if held:
            break
        page.wait_for_timeout(20)
    assert held, "the page asked for nothing that has an answer"
    return asked[0], held[0]


def see(page: Page, view: str) -> None:
    """Choose whose reasons are seen: "teacher", "student" or "differences"."""
    page.locator(f"#view label:has(input[value={view}])").click()


def unfold(page: Page, part: str) -> None:
    """Open a part of "Check it", which is made when it is first opened."""
    page.locator(f"#check-{part} > button").click()
    expect(page.locator(f"#check-{part} > button")).to_have_attribute("aria-expanded", "true")


def open_page(page: Page, address: str) -> None:
    """Wait until the page has put on its language."""
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.locator("#masthead h1").wait_for()

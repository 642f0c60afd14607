"""The endpoints for programs, through the client that they are made for; and the command line."""

import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def client(server: str) -> Client:
    """A client as the README shows it."""
    return Client(server, verbose=False)


def test_only_the_documented_endpoints_are_named(client: Client) -> None:
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(endpoints) == {"/attribute", "/explain", "/book", "/same_hand"}


def test_attribute_gives_both_models(client: Client, sample_text: str) -> None:
    result = client.predict(sample_text, 2, api_name="/attribute")
    assert result["characters"] == len(sample_text)
    for model in result["models"].values():
        assert len(model["authors"]) == 2
        assert model["authors"][0]["probability"] >= model["authors"][1]["probability"]


def test_explain_gives_words_that_are_slices_of_the_text(client: Client, sample_text: str) -> None:
    result = client.predict(sample_text, "Beta", api_name="/explain")
    assert result["author"] == "Beta"
    for model in result["models"].values():
        assert all(sample_text[word["start"] : word["stop"]] == word["text"] for word in model["words"])
        assert {"score", "baseline_score", "convergence_delta", "relative_error", "n_steps"} <= set(model)
    assert {"spearman", "top_overlap", "mass_overlap", "cross_transfer"} <= set(result["agreement"])


def test_an_error_says_what_to_do(client: Client, sample_text: str) -> None:
    with pytest.raises(AppError, match="at least 200"):
        client.predict("Мало.", api_name="/attribute")
    with pytest.raises(AppError, match="Nobody"):
        client.predict(sample_text, "Nobody", api_name="/explain")


def test_the_server_answers_for_its_health(server: str) -> None:
    with urlopen(f"{server}health", timeout=60) as answer:
        assert answer.read() == b"ok"


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [(["--teacher", "nowhere", "--port", "0"], 1, "nowhere is not a model bundle"),
     (["--port", "x"], 2, "--port")],
    ids=["bundle", "usage"],
)  # fmt: skip
def test_a_wrong_start_is_one_clear_line(arguments: list[str], status: int, expected: str) -> None:
    done = start(arguments)
    assert done.returncode == status
    assert expected in done.stderr and "Traceback" not in done.stderr


def test_a_taken_port_is_named(server: str) -> None:
    port = server.rstrip("/").rsplit(":", 1)[1]
    done = start(["--port", port])
    assert done.returncode == 1
    assert port in done.stderr and len(done.stderr.splitlines()) == 1


def start(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run the page's command to its end."""
    command = [sys.executable, "app.py", *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300)

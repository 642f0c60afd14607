"""A small crowd on the random pair: all answers right, none lost; who floods is refused."""

import json
import subprocess
import sys
from pathlib import Path

from gradio_client import Client
from gradio_client.exceptions import AppError

PROJECT = Path(__file__).resolve().parents[2]


def test_a_small_crowd_gets_right_answers(pair: Path) -> None:
    command = [sys.executable, "-m", "bench.load", "--clients", "6", "--minutes", "0.1", "--thinking", "0.5"]
    command += ["--teacher", str(pair / "teacher"), "--student", str(pair / "student")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300)
    found = json.loads(done.stdout)
    assert found["right"] > 0, found
    assert (found["wrong"], found["lost"], found["failed"], found["messages"]) == (0, 0, 0, []), found


def test_over_its_share_a_client_is_told_when_to_try_again(server: str, sample_text: str) -> None:
    client = Client(server, verbose=False)
    jobs = [client.submit(f"{number} {sample_text * 20}", api_name="/explain") for number in range(4)]
    refusals = []
    for job in jobs:
        try:
            job.result(120)
        except AppError as error:
            refusals.append(str(error))
    assert refusals and all("try again in" in refusal for refusal in refusals)

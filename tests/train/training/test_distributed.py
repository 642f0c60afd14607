"""Two processes on this machine train as one does, survive a kill, and stop together."""

import json
import socket
import subprocess
import sys
from multiprocessing.connection import wait
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file
from transformers import ModernBertForSequenceClassification
from transformers.trainer_pt_utils import safe_globals

from authorship.models.bundle import load_bundle
from tests.train.forked import start
from train import teacher
from train.training.encoders import small_encoder_config
from train.training.tokenizer import train_tokenizer

ROOT = Path(__file__).parents[3]
SYLLABLES = {"Alpha": "ба ве го ду", "Beta": "жи зо ку лы", "Gamma": "ма но пе ру"}
COMMON = [
    *("--use_cpu", "true", "--disable_tqdm", "true", "--logging_steps", "1"),
    *("--crops_per_epoch", "60", "--validation_excerpts", "10", "--num_train_epochs", "2"),
]
TORCHRUN = [
    *("torch.distributed.run", "--nproc-per-node", "2", "--master-addr", "127.0.0.1", "--master-port"),
]
ACCELERATE = [
    *("accelerate.commands.launch", "--cpu", "--num_processes", "2", "--num_machines", "1"),
    *("--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_ip", "127.0.0.1"),
    "--main_process_port",
]
# Before the command: it dies as an overheated machine would, at once, in one of its processes.
DYING = """
import os, signal
from train.training import trainer

def die(self, args, state, control, **kwargs):
    if state.global_step == 5 and args.process_index == 1:
        os.kill(os.getpid(), signal.SIGKILL)

trainer.NewCrops.on_step_end = die
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Three invented authors of six works, and a tokenizer, since no two trainings of one are the same."""
    folder, generator = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    rows = []
    for writer, syllables in SYLLABLES.items():
        for book in range(18):
            words = ["".join(generator.choice(syllables.split(), 3)) for _ in range(60)]
            rows.append((writer, f"{writer} {book // 3}", " ".join(words)))
    frame = pd.DataFrame(rows, columns=["writer", "book", "text"])
    frame.to_csv(folder / "train_data.csv", index=False)
    frame.assign(writer="Delta").to_csv(folder / "unlabelled_data.csv", index=False)
    train_tokenizer(frame["text"], 200, 34).save_pretrained(folder / "tokenizer")
    return folder


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def train_by_two(log: Path, *arguments: str, prepare: str = "") -> bool:
    """Train a teacher in two processes, with the variables that `torchrun` sets; whether both did it.

    Where one has died the other is ended, as `torchrun` does it.
    """
    meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": free_port(), "WORLD_SIZE": "2"}
    both = [
        start("train.teacher", arguments, meeting | {"RANK": rank, "LOCAL_RANK": rank}, log, prepare)
        for rank in ("0", "1")
    ]
    while any(process.exitcode is None for process in both):
        wait([process.sentinel for process in both if process.exitcode is None], 900)
        if any(process.exitcode for process in both):
            for process in both:
                process.kill()
        for process in both:
            process.join(0.01)
    print(log.read_text(encoding="utf-8")[-3000:])
    return not any(process.exitcode for process in both)


def launch(launcher: list[str], *command: str) -> int:
    """Run a command in two processes that meet on the loopback; the exit status."""
    port = free_port()
    line = [sys.executable, "-m", *launcher, port, *command]
    environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"}
    result = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
    print(result.stderr[-3000:])
    return result.returncode


def options(data: Path, out: Path, *more: str) -> list[str]:
    return ["--data", str(data), "--out", str(out), *COMMON, *more]


def history(out: Path) -> list[dict[str, float]]:
    """What the last checkpoint says was logged, the hardware's figures left out."""
    state = json.loads((last(out) / "trainer_state.json").read_text(encoding="utf-8"))
    return [
        {key: value for key, value in log.items() if key in {"loss", "learning_rate", "eval_macro_f1"}}
        for log in state["log_history"]
    ]


def last(out: Path) -> Path:
    return max((out / "checkpoints").glob("checkpoint-*"), key=lambda folder: int(folder.name.split("-")[1]))


def test_two_processes_have_the_loss_curve_of_one(data: Path, tmp_path: Path):
    base = str(plain_base(data, tmp_path / "base"))
    one, two = tmp_path / "one", tmp_path / "two"
    assert teacher.main(options(data, one, "--base", base, "--per_device_train_batch_size", "16")) == 0
    half = options(data, two, "--base", base, "--per_device_train_batch_size", "8")
    assert launch(TORCHRUN, "-m", "train.teacher", *half) == 0
    assert len(history(one)) == len(history(two)) == 10
    for alone, together in zip(history(one), history(two), strict=True):
        assert together == pytest.approx(alone, rel=1e-4)
    alone, together = (load_file(last(out) / "model.safetensors") for out in (one, two))
    assert all(torch.allclose(together[name], alone[name], atol=1e-4) for name in alone)
    state = json.loads((last(two) / "trainer_state.json").read_text(encoding="utf-8"))
    shares = [log["matrix_share"] for log in state["log_history"] if "loss" in log]
    assert len(shares) == 8 and all(0 < share < 2 for share in shares)
    assert len(list((data / ".cache").glob("train_data-*"))) == 1


def plain_base(data: Path, folder: Path) -> Path:
    """A model without dropout, which is the only chance in training that processes do not share."""
    tokenizer = train_tokenizer(pd.read_csv(data / "train_data.csv")["text"], 200, 34)
    config = small_encoder_config(tokenizer, layers=2, width=32)
    config.classifier_dropout = config.embedding_dropout = 0.0
    ModernBertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_a_killed_training_goes_on_to_the_same_weights(data: Path, tmp_path: Path):
    steps = ["--save_strategy", "steps", "--eval_strategy", "steps", "--save_steps", "3", "--eval_steps", "3"]
    shape = ["--layers", "2", "--width", "32", "--tokenizer", str(data / "tokenizer")]
    shared = [*steps, *shape, "--per_device_train_batch_size", "8"]
    straight, stopped = (
        options(data, tmp_path / "straight", *shared),
        options(data, tmp_path / "stopped", *shared),
    )
    log = tmp_path / "log"
    assert train_by_two(log, *straight)
    assert not train_by_two(log, *stopped, prepare=DYING)
    assert last(tmp_path / "stopped").name == "checkpoint-3"
    cut_short = tmp_path / "stopped" / "checkpoints" / "checkpoint-4"
    cut_short.mkdir()
    (cut_short / "trainer_state.json").write_text('{"epoch": 1.', encoding="utf-8")
    assert train_by_two(log, *stopped, "--resume", "true")
    assert history(tmp_path / "stopped") == history(tmp_path / "straight")
    for file in ("model.safetensors", "../../model.safetensors"):
        one, two = (load_file(last(tmp_path / name) / file) for name in ("straight", "stopped"))
        assert all(torch.equal(one[name], two[name]) for name in one)
    assert not torch.equal(noise(tmp_path / "straight", 0), noise(tmp_path / "straight", 1))


def noise(out: Path, rank: int) -> torch.Tensor:
    """Where a process's generator of dropout stood at the last checkpoint."""
    with safe_globals():
        state: torch.Tensor = torch.load(last(out) / f"rng_state_{rank}.pth", weights_only=True)["cpu"]
    return state


def test_all_stop_when_the_minutes_are_spent(data: Path, tmp_path: Path):
    shape = ["--layers", "2", "--width", "32", "--tokenizer", str(data / "tokenizer")]
    assert teacher.main(options(data, tmp_path / "teacher", *shape)) == 0
    timed = options(
        data, tmp_path / "student", "--teacher", str(tmp_path / "teacher"), "--max_minutes", "0.05"
    )
    command = [*timed, "--num_train_epochs", "100000", "--per_device_train_batch_size", "8"]
    assert launch(ACCELERATE, "-m", "train.student", *command) == 0
    assert load_bundle(tmp_path / "student").model.config.num_hidden_layers == 1

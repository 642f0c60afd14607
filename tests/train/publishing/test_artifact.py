"""Published weights become a bundle once, whatever form they have; a pickle with code in it never does."""

import builtins
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertTokenizerFast,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    PreTrainedModel,
    set_seed,
)

from authorship.encode import encode, window_capacity
from authorship.errors import BundleError
from authorship.models.bundle import ModelBundle, load_bundle, save_bundle
from train.artifact import download_artifact, fetch
from train.data.original import KEYS
from train.publishing import unpickle
from train.publishing.conversion import lower_casing

PROJECT = Path(__file__).resolve().parents[3]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"абвгдежзиклмнопрстуфхцчшщъыьэюя.,", "граф", "##ыня"]
PIECES += [f"##{letter}" for letter in "абвгдежзиклмнопрстуфхцчшщъыьэюя"]
TEXT = "Граф поклонился, а ГРАФЫНЯ молчала."


def bert(labels: int = 34, layers: int = 2, width: int = 64) -> BertForSequenceClassification:
    """A random model of the shape of the original's, cut down."""
    set_seed(0)
    config = BertConfig(
        vocab_size=len(PIECES),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=max(width // 64, 1),
        intermediate_size=96,
        max_position_embeddings=40,
        initializer_range=0.2,
        num_labels=labels,
    )
    return BertForSequenceClassification(config).eval()


def distilbert() -> DistilBertForSequenceClassification:
    set_seed(0)
    shape = {"dim": 128, "n_heads": 2, "n_layers": 3, "hidden_dim": 96, "max_position_embeddings": 40}
    config = DistilBertConfig(vocab_size=len(PIECES), num_labels=34, **shape)
    return DistilBertForSequenceClassification(config).eval()


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> str:
    """What the base's folder on the hub holds: a vocabulary and a configuration."""
    folder = tmp_path_factory.mktemp("base")
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    BertConfig(vocab_size=len(PIECES)).save_pretrained(folder)
    return str(folder)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    return tmp_path / "source"


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pickles are read in this process; some tests leave them to the process of their own."""

    def unpickle_here(file: Path, out: Path) -> None:
        save_file(unpickle.read_tensors(file), out)

    monkeypatch.setattr("train.publishing.conversion.unpickle", unpickle_here)


def bare(model: PreTrainedModel, source: Path) -> None:
    torch.save(model.state_dict(), source / "model_34_baseline")


def before_zip(model: PreTrainedModel, source: Path) -> None:
    torch.save(model.state_dict(), source / "model.pt", _use_new_zipfile_serialization=False)


def in_parallel(model: PreTrainedModel, source: Path) -> None:
    torch.save({f"module.{name}": value for name, value in model.state_dict().items()}, source / "best.pth")


def in_a_checkpoint(model: PreTrainedModel, source: Path) -> None:
    torch.save({"epoch": 2, "model_state_dict": model.state_dict()}, source / "epoch2.ckpt")


def by_the_trainer(model: PreTrainedModel, source: Path) -> None:
    model.config.save_pretrained(source)
    torch.save(model.state_dict(), source / "pytorch_model.bin")
    torch.save({"lr": 1e-5, "padding": torch.zeros(10**6)}, source / "training_args.bin")


def in_a_folder(model: PreTrainedModel, source: Path) -> None:
    (source / "checkpoint-500").mkdir()
    by_the_trainer(model, source / "checkpoint-500")


def in_shards(model: PreTrainedModel, source: Path) -> None:
    state = list(model.state_dict().items())
    model.config.save_pretrained(source)
    for number, part in enumerate((state[:7], state[7:]), start=1):
        torch.save(dict(part), source / f"pytorch_model-0000{number}-of-00002.bin")


def as_safetensors(model: PreTrainedModel, source: Path) -> None:
    model.save_pretrained(source)
    (source / "config.json").unlink()


FORMS = [
    bare,
    before_zip,
    in_parallel,
    in_a_checkpoint,
    by_the_trainer,
    in_a_folder,
    in_shards,
    as_safetensors,
]


@pytest.mark.parametrize("save", FORMS, ids=lambda save: save.__name__)
def test_every_form_becomes_the_same_bundle(
    save: Callable, source: Path, base: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if save is not bare:
        request.getfixturevalue("read_here")
    model = bert()
    save(model, source)
    before = {file: file.read_bytes() for file in source.rglob("*") if file.is_file()}
    fetch(str(source), tmp_path / "out", base)
    check_same(load_bundle(tmp_path / "out"), model, base)
    assert not [file for file in (tmp_path / "out").rglob("*") if file.suffix in {".bin", ".pt", ".pth"}]
    assert before == {file: file.read_bytes() for file in source.rglob("*") if file.is_file()}
    assert {entry.name for entry in tmp_path.iterdir()} == {"source", "out"}


def check_same(bundle: ModelBundle, model: PreTrainedModel, base: str) -> None:
    """The bundle answers as the model does to the lower-cased text through its base's tokenizer."""
    theirs = BertTokenizerFast.from_pretrained(base)(TEXT.lower(), return_tensors="pt")["input_ids"]
    [window] = encode(TEXT, bundle.tokenizer).windows
    assert list(window.input_ids) == theirs[0].tolist()
    ids = torch.tensor([window.input_ids])
    assert torch.allclose(bundle.model(ids).logits, model(theirs).logits, atol=1e-5)
    assert tuple(author.key for author in bundle.authors) == KEYS
    assert bundle.author("Ilf_petrov").name == "Ильф и Петров"
    assert window_capacity(bundle.tokenizer) == 38


@pytest.mark.usefixtures("read_here")
def test_a_distilbert_is_told_from_its_shapes(source: Path, base: str, tmp_path: Path) -> None:
    model = distilbert()
    bare(model, source)
    fetch(str(source), tmp_path / "out", base)
    check_same(load_bundle(tmp_path / "out"), model, base)


def test_a_bundle_of_ours_is_taken_as_it_is(tiny_bundle: ModelBundle, tmp_path: Path) -> None:
    save_bundle(tiny_bundle, tmp_path / "ours")
    (tmp_path / "ours" / "report.json").write_text("{}", encoding="utf-8")
    fetch(str(tmp_path / "ours"), tmp_path / "deep" / "v1", "no/base")
    contents = [{f.name: f.read_bytes() for f in (tmp_path / n).iterdir()} for n in ("ours", "deep/v1")]
    assert contents[0] == contents[1]


def test_a_tokenizer_that_keeps_case_is_made_to_lower_it() -> None:
    vocabulary = {piece: place for place, piece in enumerate(PIECES)}
    cased = BertTokenizerFast(vocab=vocabulary, do_lower_case=False)
    big, small = (lower_casing(cased)(text)["input_ids"] for text in ("ГРАФ", "граф"))
    assert big == small and cased.unk_token_id not in big


class Evil:
    """A pickle of this runs a command when it is opened without care."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (f"echo opened > '{self.trace}'",)


def by_torch(weights: object, file: Path) -> None:
    torch.save(weights, file)


def by_old_torch(weights: object, file: Path) -> None:
    torch.save(weights, file, _use_new_zipfile_serialization=False)


def by_pickle(weights: object, file: Path) -> None:
    file.write_bytes(pickle.dumps(weights))


@pytest.mark.parametrize("save", [by_torch, by_old_torch, by_pickle], ids=lambda save: save.__name__)
def test_code_in_a_pickle_is_refused_and_never_runs(
    save: Callable, source: Path, base: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if save is not by_torch:
        request.getfixturevalue("read_here")
    trace = tmp_path / "trace"
    save({**bert().state_dict(), "evil": Evil(trace)}, source / "pytorch_model.bin")
    with pytest.raises(BundleError, match=r"pytorch_model\.bin is refused") as refusal:
        fetch(str(source), tmp_path / "out", base)
    assert save is by_pickle or "system" in str(refusal.value)
    assert not trace.exists() and not (tmp_path / "out").exists()
    torch.load(source / "pytorch_model.bin", weights_only=False) if save is not by_pickle else pickle.loads(
        (source / "pytorch_model.bin").read_bytes()
    )
    assert trace.exists(), "the file is harmless: this test would have shown nothing"


@pytest.mark.usefixtures("read_here")
def test_a_whole_model_is_refused_with_the_remedy(source: Path, base: str, tmp_path: Path) -> None:
    torch.save(bert(), source / "model.pt")
    with pytest.raises(BundleError, match=r"BertForSequenceClassification.*state_dict"):
        fetch(str(source), tmp_path / "out", base)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit a process's memory")
def test_a_small_file_cannot_claim_much_memory(source: Path, base: str, tmp_path: Path) -> None:
    torch.save({"bomb": torch.zeros(1).expand(4 * 10**8)}, source / "bomb.pt")
    with pytest.raises(BundleError, match=r"bomb\.pt cannot be read"):
        fetch(str(source), tmp_path / "out", base)


def test_the_reader_of_pickles_has_no_credentials(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "secret")
    seen = {}

    def spy(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        seen.update(options)
        return subprocess.CompletedProcess(command, 1, "", "error: enough\n")

    monkeypatch.setattr(unpickle.subprocess, "run", spy)
    with pytest.raises(BundleError, match="enough"):
        unpickle.unpickle(tmp_path / "a.bin", tmp_path / "b")
    assert "PATH" in seen["env"] and not [name for name in seen["env"] if "KEY" in name or "HOME" in name]


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda state: state.pop("classifier.weight"), "classifier.weight"),
        (lambda state: state.pop("bert.pooler.dense.bias"), "bert.pooler.dense.bias"),
        (lambda state: [state.pop(name) for name in list(state) if ".layer.0." in name], "some are missing"),
        (lambda state: [state.pop(name) for name in list(state) if name.startswith("bert.")], "no BERT's"),
        (lambda state: state.clear(), "no tensors"),
    ],
)
def test_incomplete_weights_are_named(spoil, said: str, source: Path, base: str, tmp_path: Path) -> None:
    state = dict(bert().state_dict())
    spoil(state)
    torch.save(state, source / "weights")
    with pytest.raises(BundleError, match=said):
        fetch(str(source), tmp_path / "out", base)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("read_here")
def test_heads_that_cannot_be_told_are_not_guessed(source: Path, base: str, tmp_path: Path) -> None:
    bare(bert(width=48), source)
    with pytest.raises(BundleError, match="heads of a width of 48"):
        fetch(str(source), tmp_path / "out", base)


@pytest.mark.usefixtures("read_here")
def test_a_strangers_tokenizer_is_refused(source: Path, tmp_path: Path) -> None:
    bare(bert(), source)
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "vocab.txt").write_text("\n".join([*PIECES, "лишнее"]) + "\n", encoding="utf-8")
    BertConfig(vocab_size=len(PIECES) + 1).save_pretrained(tmp_path / "small")
    with pytest.raises(BundleError, match=rf"{len(PIECES) + 1} pieces, the model {len(PIECES)}"):
        fetch(str(source), tmp_path / "out", str(tmp_path / "small"))


@pytest.mark.usefixtures("read_here")
def test_other_numbers_of_labels_keep_their_numbers(source: Path, base: str, tmp_path: Path) -> None:
    bare(bert(labels=3), source)
    fetch(str(source), tmp_path / "out", base)
    assert [author.key for author in load_bundle(tmp_path / "out").authors] == [
        "LABEL_0",
        "LABEL_1",
        "LABEL_2",
    ]


def test_a_base_that_cannot_be_had_is_said_on_one_line(source: Path, tmp_path: Path) -> None:
    as_safetensors(bert(), source)
    command = [sys.executable, "-m", "train.artifact", str(source), str(tmp_path / "out")]
    nowhere = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **nowhere}, capture_output=True, text=True)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "ai-forever/ruBert-base" in last and "AUTHORSHIP_BASE" in last and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("names", "said"), [(["notes.txt", "run.py"], r"notes\.txt, run\.py"), ([], "nothing")]
)
def test_without_weights_the_old_files_stay(
    names: list[str], said: str, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()
    for name in names:
        (source / name).write_text(name)
    with pytest.raises(BundleError, match=said):
        fetch(str(source), tmp_path / "out", "no/base")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["old"]


def test_a_missing_wandb_is_answered_with_the_remedy(monkeypatch, tmp_path: Path) -> None:
    original = builtins.__import__

    def without_wandb(name: str, *rest: object, **options: object) -> object:
        if name == "wandb":
            raise ImportError(name)
        return original(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without_wandb)
    with pytest.raises(BundleError, match=r"requirements-train\.txt"):
        download_artifact("a/b/c:v0", tmp_path)

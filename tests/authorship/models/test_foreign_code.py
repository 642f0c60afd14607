"""A bundle from strangers: nothing in it is run, no pickle is opened."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from authorship.errors import BundleError
from authorship.models.bundle import ModelBundle, load_bundle, save_bundle
from authorship.predict.prediction import to_prediction


def test_a_pickle_is_never_opened(tiny_bundle: ModelBundle, tmp_path: Path) -> None:
    save_bundle(tiny_bundle, tmp_path)
    for weights in tmp_path.glob("*.safetensors*"):
        weights.unlink()
    torch.save(tiny_bundle.model.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(BundleError):
        load_bundle(tmp_path)


def test_code_in_a_bundle_is_never_run(tiny_bundle: ModelBundle, tmp_path: Path) -> None:
    save_bundle(tiny_bundle, tmp_path)
    trace = tmp_path / "was-run"
    (tmp_path / "evil.py").write_text(f"open({str(trace)!r}, 'w')\nclass Config: pass\nclass Model: pass\n")
    config = json.loads((tmp_path / "config.json").read_text())
    classes = {"AutoConfig": "evil.Config", "AutoModelForSequenceClassification": "evil.Model"}
    for kind in ("of-strangers", config["model_type"]):
        (tmp_path / "config.json").write_text(json.dumps(config | {"auto_map": classes, "model_type": kind}))
        try:
            load_bundle(tmp_path)
        except BundleError:
            assert kind == "of-strangers"
        assert not trace.exists()


def break_weights(change: Callable[[dict[str, torch.Tensor]], None]) -> Callable[[Path], None]:
    """Rewrite the weights of a bundle's only shard."""

    def rewrite(folder: Path) -> None:
        (file,) = folder.glob("*.safetensors")
        weights = load_file(file)
        change(weights)
        save_file(weights, file, {"format": "pt"})

    return rewrite


def cut(folder: Path) -> None:
    """End the weights in their middle, as an interrupted download does."""
    (file,) = folder.glob("*.safetensors")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def rewrite(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(text) and None


def renumber(folder: Path) -> None:
    """Leave out a label's number: its author's logit would be looked for beyond the last."""
    config = json.loads((folder / "config.json").read_text())
    labels = {number if number != "3" else "7": key for number, key in config["id2label"].items()}
    (folder / "config.json").write_text(json.dumps(config | {"id2label": labels}))


DAMAGES = (
    {
        "a weight that is no number": break_weights(
            lambda weights: weights["classifier.bias"].fill_(torch.nan)
        ),
        "an infinite weight": break_weights(lambda weights: weights["head.norm.weight"].fill_(torch.inf)),
        "a weight that is missing": break_weights(lambda weights: weights.__delitem__("classifier.weight")),
        "half the weights": cut,
        "no JSON": rewrite("calibration.json", "{"),
        "nested without end": rewrite("authors.json", "[" * 200_000),
        "a tokenizer that is none": rewrite("tokenizer.json", "{}"),
        "a number left out": renumber,
    }
    | {
        f"calibration.json holds {text}": rewrite("calibration.json", text)
        for text in (
            '{"temperature": NaN}',
            '{"temperature": 0}',
            '{"temperature": -1.0}',
            '{"temperature": "1.1"}',
            '{"temperature": true}',
            '{"temperature": 1e999}',
            '{"unknown_energy": NaN}',
            '{"unknown_energy": -Infinity}',
            '{"energy_temperature": null}',
            '{"tuned_on": 3}',
            '{"warmth": 1}',
            "[1.0]",
            "null",
        )
    }
    | {
        f"authors.json holds {text}": rewrite("authors.json", text)
        for text in ("[]", "3", '{"Alpha": []}', '{"Alpha": {"name": 3}}', '{"Alpha": {"born": "1828"}}')
    }
)


def test_a_damaged_bundle_is_refused_with_a_remedy(tiny_bundle: ModelBundle, tmp_path: Path) -> None:
    save_bundle(tiny_bundle, tmp_path / "whole")
    assert load_bundle(tmp_path / "whole").authors == tiny_bundle.authors
    for number, (name, damage) in enumerate(DAMAGES.items()):
        folder = shutil.copytree(tmp_path / "whole", tmp_path / str(number))
        damage(folder)
        try:
            load_bundle(folder)
        except BundleError as error:
            assert "name another folder" in str(error), name
        else:
            pytest.fail(f"{name}: was opened")


def test_no_answer_is_made_of_what_is_no_number(tiny_bundle: ModelBundle) -> None:
    """Finite weights may still overflow on the way."""
    with pytest.raises(BundleError, match="finite"):
        to_prediction(tiny_bundle, np.array([0.0, np.nan, 1.0, 2.0]), 0.0, 300)

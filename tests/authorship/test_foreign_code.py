"""A bundle from strangers: nothing in it is run, no pickle is opened."""

import json
from pathlib import Path

import pytest
import torch

from authorship.bundle import ModelBundle, load_bundle, save_bundle
from authorship.errors import BundleError


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

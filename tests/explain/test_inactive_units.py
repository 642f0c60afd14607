"""Units that a text leaves inactive are left out where that helps; what it moves is measured and stated."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from authorship.datamodels import EncodedText
from authorship.encode import encode
from authorship.engines.sparse.feed_forward import without_inactive_units
from authorship.models.bundle import ModelBundle, load_bundle
from authorship.predict.prediction import predict_encoded
from explain.attribution import attribute
from explain.gradients import StraightPath
from page.examples import example
from tests.explain.captum_reference import deviation, token_scores

STUDENT = Path(__file__).parents[2] / "models" / "student"


@pytest.fixture(scope="module")
def written() -> ModelBundle:
    """The shipped student, whose units were written down to wait for pairs of pieces."""
    return load_bundle(STUDENT)


@pytest.fixture(scope="module")
def page(written: ModelBundle) -> EncodedText:
    return encode(example("chekhov")[:900], written.tokenizer)


def vectors(bundle: ModelBundle, encoded: EncodedText) -> Tensor:
    """The text's input embeddings, of its first window."""
    ids = torch.tensor([encoded.windows[0].input_ids])
    return bundle.model.get_input_embeddings()(ids).detach()


def test_most_units_of_the_shipped_student_are_silent(written: ModelBundle, page: EncodedText):
    embedded = vectors(written, page)
    lean = without_inactive_units(written.model, embedded)
    whole, kept = (
        sum(layer.mlp.Wo.in_features for layer in model.model.layers) for model in (written.model, lean)
    )
    assert 0 < kept < whole / 2
    present = torch.ones(embedded.shape[:2], dtype=torch.long)
    with torch.no_grad():
        ours, theirs = (
            model(inputs_embeds=embedded, attention_mask=present).logits for model in (lean, written.model)
        )
    assert (ours - theirs).abs().max() < 0.01 * theirs.abs().max()
    assert lean.model.layers[0].attn.Wqkv.weight is written.model.model.layers[0].attn.Wqkv.weight
    assert not any(module._forward_hooks for module in lean.modules())


def test_a_text_that_needs_most_units_gets_the_model_itself(tiny_bundle: ModelBundle, sample_text: str):
    encoded = encode(sample_text, tiny_bundle.tokenizer)
    assert without_inactive_units(tiny_bundle.model, vectors(tiny_bundle, encoded)) is tiny_bundle.model
    path = StraightPath(tiny_bundle, encoded, [0])
    assert not path.has_shortcut and StraightPath(tiny_bundle, encoded, [0], half=True).has_shortcut


def test_the_shortcut_leads_to_the_same_scores(written: ModelBundle, page: EncodedText):
    author = predict_encoded(written, page).top_k(1)[0].author
    assert StraightPath(written, page, [0]).has_shortcut
    exact = attribute(written, page, author, tolerance=0)
    result = attribute(written, page, author, tolerance=0.01)
    assert result.n_steps < exact.n_steps and result.is_exact(0.01)
    assert (result.score, result.baseline_score) == (exact.score, exact.baseline_score)
    assert 0 < deviation(result, token_scores(exact)) < 0.015
    assert np.argmax(token_scores(result)) == np.argmax(token_scores(exact))

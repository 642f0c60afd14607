"""A result as JSON: the contract's object and all that is needed to compute it again."""

import json
from dataclasses import asdict
from typing import Any

from authorship.listing import outside_object, prediction_object
from explain.provenance import software_versions, text_hash
from explain.result import BASELINE, RULE, ModelResult, Result

# Legal escapes, equal when parsed: nothing can end a script element or turn the reading direction.
_DIRECTIONS = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SAFE = {code: f"\\u{code:04x}" for code in (*map(ord, "<>&"), 0x2028, 0x2029, *_DIRECTIONS)}


def to_json(result: Result) -> str:
    """The result on one line.

    Its `convergence_delta` is the true difference of logits less the scores' sum, so that the words'
    scores and the special tokens' add up to `score - baseline_score - convergence_delta`. Captum's
    has the opposite sign.
    """
    return json.dumps(to_object(result), ensure_ascii=False).translate(_SAFE)


def to_object(result: Result) -> dict[str, Any]:
    """The result as the contract's object, with its provenance."""
    return {
        "path": result.path,
        "author": result.author.key,
        "rival": result.rival.key if result.rival else None,
        "outside": outside_object(result.judgement.outside),
        "models": {role: _model(model) for role, model in result.models.items()},
        "agreement": result.agreement.to_contract() if result.agreement else None,
        "masked": {
            "cover": result.cover,
            "words": [
                {"start": start, "stop": stop, "text": result.text[start:stop]}
                for start, stop in result.masked
            ],
        },
        "notices": [notice.to_contract() for notice in result.notices],
        "text": {"characters": len(result.text), "sha256": text_hash(result.text)},
        "method": {"name": "integrated gradients", "baseline": BASELINE, "rule": RULE},
        "versions": software_versions(),
    }


def _model(model: ModelResult) -> dict[str, Any]:
    """The contract's values first; without an explanation only what is known without one."""
    attribution = model.attribution
    explained: dict[str, Any] = attribution.to_contract() if attribution else {"words": None}
    if attribution:
        explained |= {"error": attribution.error, "converged": attribution.converged}
    return explained | {
        "verdict": prediction_object(model.prediction),
        "verdict_masked": prediction_object(model.masked) if model.masked else None,
        "verification": asdict(model.verification) if model.verification else None,
        "weights_sha256": dict(model.weights),
    }

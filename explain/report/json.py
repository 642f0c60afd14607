"""A result as JSON: the contract's object and all that is needed to compute it again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from authorship.datamodels import Author, Judgement, Notice, Prediction
from authorship.models.bundle import ModelBundle
from authorship.models.digest import Hashes, text_hash
from authorship.predict.results import outside_object, prediction_object
from authorship.predict.verdict import Verdict, decide
from explain.agreement import Likeness
from explain.attribution import Span
from explain.datamodels import Attribution
from explain.masking import Cover, Verification
from explain.quadrature import CENTRE, WIDTH
from explain.report.citation import Citation, incipit

_PACKAGES = ("torch", "transformers", "tokenizers", "captum", "numpy")
_WEIGHTS = "*.safetensors"


def weight_hashes(bundle: ModelBundle) -> dict[str, str]:
    """SHA-256 of each file of weights, as `sha256sum` gives it.

    A model that was never in a folder has the hash of its tensors' bytes in the order of their names.
    """
    name = bundle.model.name_or_path
    files = sorted(Path(name).glob(_WEIGHTS)) if name else []
    if files:
        return {file.name: _file_hash(file, file.stat().st_mtime_ns) for file in files}
    digest = sha256()
    for _, tensor in sorted(bundle.model.state_dict().items()):
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return {"tensors": digest.hexdigest()}


@cache
def _file_hash(file: Path, _: int) -> str:
    """The file's hash; its time of change makes a new training another key."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def software_versions() -> dict[str, str]:
    """Versions of the packages that numbers depend on."""
    return {name: version(name) for name in _PACKAGES}


BASELINE = "every token but the special ones masked"
RULE = (
    "captum.attr.IntegratedGradients over nested equal segments of the progress, a midpoint each; its course "
    f"is Korobov's 10p^3-15p^4+6p^5, drawn to {CENTRE} of the way by a hyperbolic sine of width {WIDTH}"
)


@dataclass(frozen=True, slots=True)
class ModelResult:
    """One model's part; `attribution` is None where it was not explained or the author is a stranger.

    `masked` is the verdict on the text with the result's masked words, `verification` the explanation's
    test by it; both are None where nothing is masked. `weights` are hashes by file name.
    """

    prediction: Prediction
    attribution: Attribution | None
    weights: Mapping[str, str]
    masked: Prediction | None = None
    verification: Verification | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What can be taken away; `path` is a file's name or empty, `rival` whom the author is held against.

    `masked` are the characters of the masked words, `cover` the switch's position that masked some of them;
    `notices` tell what of the file was mended or left out, `judgement` is of the text itself. `address` is
    the page's, "" of a result without one; `made` is when the result was, today where that is not given.
    """

    path: str
    text: str
    author: Author
    rival: Author | None
    teacher: ModelResult
    student: ModelResult
    agreement: Likeness | None
    masked: tuple[Span, ...] = ()
    cover: Cover = "nothing"
    judgement: Judgement = Judgement()
    notices: tuple[Notice, ...] = ()
    hashes: Hashes | None = None
    address: str = ""
    made: date | None = None

    @property
    def verdict(self) -> Verdict:
        """What both models and the text itself come to."""
        return decide(self.teacher.prediction, self.student.prediction, self.judgement)

    @property
    def citation(self) -> Citation:
        """How the result is cited."""
        made = self.made or date.today()
        return Citation(self.path or incipit(self.text), len(self.text), made, self.address, self.hashes)

    @property
    def models(self) -> dict[str, ModelResult]:
        """Both models' parts by their role."""
        return {"teacher": self.teacher, "student": self.student}


# Legal escapes, equal when parsed: nothing can end a script element or turn the reading direction.
_DIRECTIONS = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SAFE = {code: f"\\u{code:04x}" for code in (*map(ord, "<>&"), 0x2028, 0x2029, *_DIRECTIONS)}


def to_json(result: Result) -> str:
    """The result on one line.

    Its `convergence_delta` is the true difference of logits less the scores' sum, so that the words'
    scores and the special tokens' add up to `score - baseline_score - convergence_delta`. Captum's
    has the opposite sign.
    """
    return inert(json.dumps(to_object(result), ensure_ascii=False))


def inert(text: str) -> str:
    """JSON, equal when parsed, that can stand in a page: it ends no element and turns no direction."""
    return text.translate(_SAFE)


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
        "hashes": asdict(result.hashes) if result.hashes else None,
        "citation": result.citation.to_object(),
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

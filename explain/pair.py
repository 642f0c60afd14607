"""A whole result from two bundles and a text, without a page: what the command line prints."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from authorship.datamodels import Author, EncodedText
from authorship.encode import encode
from authorship.errors import BundleError
from authorship.models.bundle import ModelBundle
from authorship.models.digest import Hashes
from authorship.models.pair import find_author
from authorship.predict.prediction import predict_encoded
from authorship.predict.predictor import judge_text, refuse
from explain.agreement import Likeness, Scale, compare
from explain.attribution import Span, contrast
from explain.datamodels import Attribution
from explain.faithfulness import Explained, measure_transfer
from explain.masking import Cover, covered_words, maskable_words, predict_masked, verify
from explain.report.json import ModelResult, Result, weight_hashes

Attribute = Callable[[str, ModelBundle, EncodedText, Sequence[Author]], tuple[Attribution, ...]]


def explain_pair(
    path: str,
    text: str,
    bundles: Mapping[str, ModelBundle],
    attribute: Attribute,
    author: str | None = None,
    rival: str | None = None,
    cover: Cover = "nothing",
    scale: Scale | None = None,
) -> Result:
    """Both verdicts and explanations of `text`; `author` is by default the teacher's first.

    Authors are named as for `find_author`. `bundles` are "teacher" and "student", `attribute` explains
    authors by one of them, `scale` is what the pair's agreement was measured to be.

    Raises:
        BundleError: a model does not know an author, or the rival is the author.
    """
    encoded = {role: encode(text, bundle.tokenizer) for role, bundle in bundles.items()}
    judgement = judge_text(text, bundles["teacher"], bundles["student"])
    predictions = {
        role: refuse(predict_encoded(bundle, encoded[role]), judgement) for role, bundle in bundles.items()
    }
    known_to = bundles["teacher"].authors
    key = find_author(known_to, author).key if author else predictions["teacher"].top_k(1)[0].author.key
    rival = find_author(known_to, rival).key if rival else None
    if key == rival:
        raise BundleError(f"{key!r} cannot be held against itself: name another author to hold it against.")
    known = {role: bundle.author(key) for role, bundle in bundles.items()}
    against = {role: bundle.author(rival) if rival else None for role, bundle in bundles.items()}
    spans = covered_words(text, maskable_words(*encoded.values()), cover)

    def part(role: str) -> ModelResult:
        bundle, one, other = bundles[role], known[role], against[role]
        found = attribute(role, bundle, encoded[role], [side for side in (one, other) if side])
        attribution = contrast(*found) if len(found) == 2 else found[0]
        plain = ModelResult(predictions[role], attribution, weight_hashes(bundle))
        return masked(plain, bundle, encoded[role], spans, one, other) if spans else plain

    teacher, student = part("teacher"), part("student")
    assert teacher.attribution and student.attribution
    likeness = Likeness(compare(teacher.attribution, student.attribution))
    if rival is None:  # the scale and what masking costs are of authors, not of differences
        reasons = ("teacher", teacher.attribution), ("student", student.attribution)
        explained = (Explained(bundles[role], encoded[role], one) for role, one in reasons)
        likeness = replace(likeness, transfer=measure_transfer(*explained), scale=scale)
    hashes = Hashes.of(text, bundles["teacher"], bundles["student"])
    sides = known["teacher"], against["teacher"]
    found = *sides, teacher, student, likeness, spans, cover
    return Result(path, text, *found, judgement=judgement, hashes=hashes)


def masked(
    plain: ModelResult,
    bundle: ModelBundle,
    encoded: EncodedText,
    spans: tuple[Span, ...],
    author: Author,
    rival: Author | None,
) -> ModelResult:
    """A model's part with what masking `spans` does to it."""
    after = predict_masked(bundle, encoded, spans)
    found = verify(plain.prediction, after, spans, author, rival, plain.attribution)
    return ModelResult(plain.prediction, plain.attribution, plain.weights, after, found)

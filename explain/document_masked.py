"""The document's part on masked words: how far the verdicts hold, and what was predicted of it."""

from authorship.datamodels import Author
from authorship.listing import bounded
from authorship.phrases import spoken_name
from explain.document_words import DocumentWords
from explain.result import ModelResult, Result
from explain.view import escape, format_score


def name_of(author: Author, words: DocumentWords) -> str:
    """The author's name as the document's language writes it."""
    return spoken_name(author, words.language)


def share(probability: float, words: DocumentWords) -> str:
    """A probability with one decimal, never a false 0 or 100: 62,3 % in Russian, 62.3% in English."""
    sign, held = bounded(probability)
    return (f"{sign}\u00a0" if sign else "") + decimal(f"{held:.1%}", words)


def decimal(number: str, words: DocumentWords) -> str:
    """A formatted number with the language's decimal mark and a true minus sign."""
    written = number.replace("-", "−")
    return written.replace(".", ",").replace("%", "\u00a0%") if words.language == "ru" else written


def signed(score: float, words: DocumentWords) -> str:
    """A score in logits with its sign, as the language writes it."""
    return decimal(format_score(score), words)


def render_masked(result: Result, words: DocumentWords) -> str:
    """The masked words, then each model's line; nothing where no word is masked."""
    if not result.masked:
        return ""
    listed = ", ".join(
        dict.fromkeys(f"<bdi>{escape(result.text[start:stop])}</bdi>" for start, stop in result.masked)
    )
    lines = "".join(_test(role, model, result, words) for role, model in result.models.items())
    return f"<h2>{escape(words.masked_title)}</h2><p>{listed}</p>{lines}"


def _test(role: str, model: ModelResult, result: Result, words: DocumentWords) -> str:
    """How far one model's verdict holds, and what was predicted of it."""
    if model.masked is None:
        return ""
    before, after = model.prediction.top_k(1)[0], model.masked.top_k(1)[0]
    template = words.held if before.author.key == after.author.key else words.changed
    firsts = {
        name: f"{name_of(one.author, words)} {share(one.probability, words)}"
        for name, one in (("before", before), ("after", after))
    }
    lines = [template.format(role=words.roles[role], **firsts)]
    found = model.verification
    if found is not None:
        lines.append(
            words.verified.format(
                predicted=words.unpredicted if found.predicted is None else signed(found.predicted, words),
                actual=signed(found.actual, words),
                author=name_of(result.author, words),
                before=share(found.probability_before, words),
                after=share(found.probability_after, words),
            )
        )
    return f"<p>{escape(' '.join(lines))}</p>"

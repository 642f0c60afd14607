"""A book is read whole, in order, in equal windows, however it is cut for the tokenizer."""

import numpy as np
import pytest

from authorship.encode import encode, passage_capacity, read_tokens
from authorship.errors import TextError
from authorship.models.bundle import ModelBundle
from authorship.predict import sliding as rolling
from authorship.predict.prediction import predict
from authorship.predict.sliding import cut_spans, read_along, summarise


@pytest.fixture(scope="module")
def book(sample_text: str) -> str:
    """Some 20,000 characters, with words hyphenated over line ends and dialogue."""
    return "\n".join([sample_text.rstrip(), "Сло-\nво за сло-\n  вом -- и -\n- так далее..."] * 27)


@pytest.mark.parametrize("chunk", [300, 1_000, 5_000])
def test_tokens_by_chunks_are_those_of_the_whole_text(tiny_bundle: ModelBundle, book: str, chunk: int):
    whole = tiny_bundle.tokenizer.backend_tokenizer.encode(book, add_special_tokens=False)
    parts = list(read_tokens(book, tiny_bundle.tokenizer, chunk))
    assert len(parts) > 2
    assert np.concatenate([ids for ids, _ in parts]).tolist() == whole.ids
    assert np.concatenate([offsets for _, offsets in parts]).tolist() == [
        list(pair) for pair in whole.offsets
    ]


def test_text_without_a_border_is_cut_all_the_same(tiny_bundle: ModelBundle):
    parts = list(read_tokens("я" * 1_000, tiny_bundle.tokenizer, chunk=300))
    assert parts[0][1][0, 0] == 0 and parts[-1][1][-1, 1] == 1_000


def test_passages_are_the_windows_of_encode_and_others_across_their_borders(
    tiny_bundle: ModelBundle, book: str
):
    """Page, command line and library read the same windows; what lies between shows where authors change."""
    tokenizer = tiny_bundle.tokenizer
    length = passage_capacity(tokenizer)
    for text in (book, book[:5_000], book[:2_000], book[:400]):
        windows = [list(window.input_ids[1:-1]) for window in encode(text, tokenizer).windows]
        spans = list(cut_spans(text, tokenizer))
        assert [span.ids.tolist() for span in spans if not span.between] == windows
        assert [span.ids.tolist() for span in cut_spans(text, tokenizer, between=False)] == windows
        assert [span.between for span in spans] == [False, *[True, False] * (len(windows) - 1)]
        for one, across, other in zip(windows, spans[1::2], windows[1:], strict=False):
            assert across.ids.tolist() == one[len(one) // 2 :] + other[: len(other) // 2]
        assert len(windows) == 1 or length / 2 <= min(map(len, windows)) <= max(map(len, windows)) <= length


def test_passages_cover_the_text_in_order(tiny_bundle: ModelBundle, book: str):
    passages = list(read_along(tiny_bundle, book))
    starts, stops = [p.start for p in passages], [p.stop for p in passages]
    assert starts == sorted(set(starts)) and stops == sorted(set(stops))
    assert starts[0] == 0 and stops[-1] == len(book.rstrip())
    # Between neighbours lie blanks and what is folded: hyphens at a line's end, dots of an ellipsis.
    gaps = {book[stop:start] for stop, start in zip(stops, starts[1:], strict=False)}
    assert not {gap for gap in gaps if gap.strip("-. \n")}


def test_the_whole_says_what_predict_says(tiny_bundle: ModelBundle, book: str):
    """Another route to the same numbers: an excerpt's way, and a book's, with what lies between or not."""
    expected = predict(tiny_bundle, book)
    for between in (True, False):
        whole = summarise(tiny_bundle, list(read_along(tiny_bundle, book, between))).whole
        np.testing.assert_allclose(whole.logits, expected.logits, atol=1e-5)
        np.testing.assert_allclose(whole.probabilities, expected.probabilities, atol=1e-5)


def test_a_text_of_one_window_is_one_passage_that_says_what_predict_says(tiny_bundle: ModelBundle):
    text = "Вечер сошёл на пристань тихо."
    (passage,) = read_along(tiny_bundle, text)
    assert text[passage.start : passage.stop] == text
    np.testing.assert_allclose(passage.logits, predict(tiny_bundle, text).logits, atol=1e-5)


def test_the_first_passages_come_before_the_rest_is_tokenised(
    tiny_bundle: ModelBundle, book: str, monkeypatch: pytest.MonkeyPatch
):
    taken: list[int] = []

    def counted(text: str, tokenizer: object):
        for ids, offsets in read_tokens(text, tiny_bundle.tokenizer, chunk=1_000):
            taken.append(len(ids))
            yield ids, offsets

    monkeypatch.setattr(rolling, "read_tokens", counted)
    stream = read_along(tiny_bundle, book)
    next(stream)
    early = len(taken)
    rest = list(stream)
    assert early == 1 and len(taken) > 10 and len(rest) > 10


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_to_read_is_said(tiny_bundle: ModelBundle, text: str):
    with pytest.raises(TextError, match="empty"):
        list(read_along(tiny_bundle, text))

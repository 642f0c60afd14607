"""A book is read whole, in order, in equal windows, however it is cut for the tokenizer."""

import random
from itertools import pairwise

import numpy as np
import pytest
from tokenizers import ByteLevelBPETokenizer, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from authorship import rolling, tokens
from authorship.bundle import ModelBundle
from authorship.datamodels import Work
from authorship.errors import TextError
from authorship.prediction import predict, predict_logits
from authorship.rolling import cut_spans, read_along
from authorship.tokens import read_tokens, special_affixes
from authorship.windows import encode, passage_capacity
from train.stream import tokenise
from train.tokenizer import train_tokenizer


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


@pytest.mark.parametrize("overlap", [0.0, 0.5, 0.8])
def test_passages_cover_the_text_in_order(tiny_bundle: ModelBundle, book: str, overlap: float):
    passages = list(read_along(tiny_bundle, book, overlap))
    starts, stops = [p.start for p in passages], [p.stop for p in passages]
    assert starts == sorted(set(starts)) and stops == sorted(set(stops))
    assert starts[0] == 0 and stops[-1] == len(book.rstrip())
    # Between neighbours lie blanks and what is folded: hyphens at a line's end, dots of an ellipsis.
    gaps = {book[stop:start] for stop, start in zip(stops, starts[1:], strict=False)}
    assert not {gap for gap in gaps if gap.strip("-. \n")}


def test_windows_are_equally_long_and_are_the_texts_own_tokens(tiny_bundle: ModelBundle, book: str):
    tokenizer = tiny_bundle.tokenizer
    encoding = tokenizer.backend_tokenizer.encode(book, add_special_tokens=False)
    place = {start: index for index, (start, _) in reversed(list(enumerate(encoding.offsets)))}
    for span in cut_spans(book, tokenizer, overlap=0.5):
        first = place[span.start]
        assert span.ids.tolist() == encoding.ids[first : first + passage_capacity(tokenizer)]
        assert span.stop == encoding.offsets[first + len(span.ids) - 1][1]


def test_neighbours_share_what_was_asked_for_and_the_last_is_moved_back(tiny_bundle: ModelBundle, book: str):
    length = passage_capacity(tiny_bundle.tokenizer)
    spans = list(cut_spans(book, tiny_bundle.tokenizer, overlap=0.25))
    shared = [
        next(n for n in range(length, -1, -1) if np.array_equal(left.ids[length - n :], right.ids[:n]))
        for left, right in pairwise(spans)
    ]
    assert set(shared[:-1]) == {length // 4}
    assert shared[-1] >= length // 4 and all(len(span.ids) == length for span in spans)


def test_passages_say_what_their_windows_say(tiny_bundle: ModelBundle, book: str):
    """Another route to the same numbers: the windows of `encode` where these begin alike."""
    capacity = passage_capacity(tiny_bundle.tokenizer)
    passages = list(read_along(tiny_bundle, book, overlap=0.0))
    offsets = encode(book, tiny_bundle.tokenizer).windows[0].offsets
    assert passages[0].start == offsets[1][0]
    before, after = special_affixes(tiny_bundle.tokenizer)
    for passage, span in zip(passages, cut_spans(book, tiny_bundle.tokenizer, 0.0), strict=True):
        ids = np.concatenate([before, span.ids, after])
        (logits,) = tiny_bundle_logits(tiny_bundle, ids)
        assert len(ids) == capacity + 2
        np.testing.assert_allclose(passage.logits, logits, atol=1e-5)


def tiny_bundle_logits(bundle: ModelBundle, ids: np.ndarray) -> np.ndarray:
    from authorship.datamodels import Window

    window = Window(tuple(ids.tolist()), ((0, 0),) * len(ids), (False,) * len(ids))
    return predict_logits(bundle, [window])


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


MARKS = [*"-.…«»'\"7—,!_我🦀 \n\t", "--", "...", "  ", "\r\n", "e\u0301", "\u00ad", "\u00a0", "\u200b"]
PIECES = [*MARKS, "Сне", "г", "шёл", "я" * 70, "на-\nсквозь"]


def tokenizers_of_all_kinds(text: str) -> dict[str, PreTrainedTokenizerFast]:
    """Word pieces with the editions' smoothing, pieces of bytes, and pieces with a mark for a blank."""
    bytewise, unigram = ByteLevelBPETokenizer(add_prefix_space=True), Tokenizer(models.Unigram())
    bytewise.train_from_iterator([text], vocab_size=400, show_progress=False)
    unigram.normalizer = normalizers.Strip()
    unigram.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    known = {"initial_alphabet": sorted(set("".join(PIECES))), "unk_token": "?", "special_tokens": ["?"]}
    unigram.train_from_iterator([text], trainers.UnigramTrainer(vocab_size=200, show_progress=False, **known))
    return {
        "words": train_tokenizer([text], vocab_size=300, max_length=50),
        "bytes": PreTrainedTokenizerFast(tokenizer_object=bytewise._tokenizer),
        "unigram": PreTrainedTokenizerFast(tokenizer_object=unigram),
    }


def test_any_text_by_chunks_has_the_tokens_of_the_whole(sample_text: str, monkeypatch: pytest.MonkeyPatch):
    """Whatever stands in a text, as long as there is a border between words in each two chunks of it."""
    monkeypatch.setattr(tokens, "_LOOK_BACK", 100)
    generator = random.Random(0)
    for kind, tokenizer in tokenizers_of_all_kinds(sample_text).items():
        for _ in range(60):
            strange = ("".join(generator.choices(PIECES, k=generator.randint(1, 40))) for _ in range(30))
            text = "".join(f"{part} снег шёл. Он" for part in strange)
            whole = tokenizer.backend_tokenizer.encode(text, add_special_tokens=False)
            for chunk in (300, 1_000):
                parts = list(read_tokens(text, tokenizer, chunk))
                assert len(parts) > 1
                assert np.concatenate([ids for ids, _ in parts]).tolist() == whole.ids, (kind, text)
                found = np.concatenate([offsets for _, offsets in parts]).tolist()
                assert found == [list(pair) for pair in whole.offsets], (kind, text)


def test_a_work_to_train_on_has_the_tokens_that_it_is_attributed_by(tiny_bundle: ModelBundle, book: str):
    """Beyond a million characters too, and an excerpt has the same."""
    text, tokenizer = book * 66, tiny_bundle.tokenizer
    assert len(text) > 1_000_000
    (work,) = tokenise([Work("Alpha", "Книга", text)], tokenizer)
    whole = tokenizer.backend_tokenizer.encode(text, add_special_tokens=False)
    assert work.ids.tolist() == whole.ids and work.starts.tolist() == [start for start, _ in whole.offsets]
    read = [token for window in encode(text, tokenizer).windows for token in window.input_ids[1:-1]]
    assert read == whole.ids

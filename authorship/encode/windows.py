"""Text to windows of tokens: a long text is read whole, in pieces of nearly equal length."""

from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from authorship.datamodels import EncodedText, Window
from authorship.encode.tokens import read_pieces, special_affixes
from authorship.errors import TextError

_LONGEST_WINDOW = 1024
_PASSAGE = 254  # some 1,100 characters, so that a book shows where its author changes


def fit_to_model(tokenizer: PreTrainedTokenizerFast, model: PreTrainedModel) -> None:
    """Let the tokenizer's `model_max_length` be no more than the model has positions for.

    Many tokenizers do not say how long a window may be, and RoBERTa's kind leaves its first positions unused.
    """
    tokenizer.model_max_length = min(int(tokenizer.model_max_length), _positions(model))


def _positions(model: PreTrainedModel) -> int:
    """The tokens, special ones included, that the model tells apart by place."""
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            unused = 0 if module.padding_idx is None else module.padding_idx + 1
            return module.num_embeddings - unused
    return int(getattr(model.config, "max_position_embeddings", None) or _LONGEST_WINDOW)


def window_capacity(tokenizer: PreTrainedTokenizerFast) -> int:
    """The tokens of text that fit into one window, special tokens not counted."""
    longest = min(int(tokenizer.model_max_length), _LONGEST_WINDOW)
    return longest - int(tokenizer.num_special_tokens_to_add())


def passage_capacity(tokenizer: PreTrainedTokenizerFast) -> int:
    """The tokens of a book's passage, special tokens not counted: fewer than an excerpt's window may hold."""
    return min(_PASSAGE, window_capacity(tokenizer))


def encode(text: str, tokenizer: PreTrainedTokenizerFast) -> EncodedText:
    """Cut `text` into the windows by which every text is read, wherever it comes from.

    A text that fits into one window stays whole. A longer one is cut as `window_sizes` says. Letters are
    folded before; the windows' offsets are those of `text` as it is.

    Raises:
        TextError: the text holds no token.
    """
    ids: list[int] = []
    places: list[tuple[int, int]] = []
    for more_ids, more_places in read_pieces(text, tokenizer):
        ids += more_ids
        places += more_places
    if not ids:
        raise TextError("empty", "The text is empty: give at least a few sentences.")
    before, after = (tuple(affix.tolist()) for affix in special_affixes(tokenizer))
    windows = []
    start = 0
    for size in window_sizes(len(ids), tokenizer):
        inside = slice(start, start + size)
        windows.append(_window(before, ids[inside], places[inside], after))
        start += size
    return EncodedText(text, tuple(windows))


def window_sizes(tokens: int, tokenizer: PreTrainedTokenizerFast) -> list[int]:
    """The tokens of each window of a text of so many.

    All of a long text's hold as many as a book's passage but the last two, which share what is left: a short
    last window would weigh its few words too heavily. 600 tokens and passages of 254 give 254, 173 and 173.
    """
    if tokens <= window_capacity(tokenizer):
        return [tokens]
    size = passage_capacity(tokenizer)
    whole = max((tokens - 1) // size - 1, 0)
    return [size] * whole + last_sizes(tokens - whole * size, size)


def last_sizes(tokens: int, size: int) -> list[int]:
    """What is left of a long text, at most two windows of `size`, in equal parts."""
    return [tokens - tokens // 2, tokens // 2] if tokens > size else [tokens]


def _window(
    before: tuple[int, ...], ids: list[int], places: list[tuple[int, int]], after: tuple[int, ...]
) -> Window:
    """Tokens with special ones at both ends, which stand for no characters."""
    return Window(
        input_ids=(*before, *ids, *after),
        offsets=((0, 0),) * len(before) + tuple(places) + ((0, 0),) * len(after),
        special=(True,) * len(before) + (False,) * len(ids) + (True,) * len(after),
    )

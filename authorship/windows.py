"""Text to windows of tokens: a long text is read whole, in pieces of nearly equal length."""

from math import ceil

from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from authorship.datamodels import EncodedText, Window
from authorship.errors import TextError
from authorship.tokens import read_tokens, special_affixes

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
    """Cut `text` into the fewest windows that hold all of its tokens, none nearly empty.

    A text of 600 tokens and a capacity of 254 gives three windows of 200, never 254, 254 and 92:
    a short last window would weigh its few words too heavily.

    Raises:
        TextError: the text holds no token.
    """
    chunks = list(read_tokens(text, tokenizer))
    ids = [token for chunk, _ in chunks for token in chunk.tolist()]
    if not ids:
        raise TextError("empty", "The text is empty: give at least a few sentences.")
    offsets = [(start, stop) for _, chunk in chunks for start, stop in chunk.tolist()]
    before, after = (tuple(special.tolist()) for special in special_affixes(tokenizer))
    length = ceil(len(ids) / ceil(len(ids) / window_capacity(tokenizer)))

    def window(start: int) -> Window:
        own = slice(start, start + length)
        return Window(
            input_ids=(*before, *ids[own], *after),
            offsets=(*((0, 0),) * len(before), *offsets[own], *((0, 0),) * len(after)),
            special=(*(True,) * len(before), *(False,) * len(ids[own]), *(True,) * len(after)),
        )

    return EncodedText(text, tuple(map(window, range(0, len(ids), length))))

"""Text to windows of tokens: a long text is read whole, in pieces of nearly equal length."""

from math import ceil

from tokenizers import Encoding
from transformers import PreTrainedTokenizerFast

from authorship.datamodels import EncodedText, Window
from authorship.errors import TextError

_LONGEST_WINDOW = 512


def window_capacity(tokenizer: PreTrainedTokenizerFast) -> int:
    """The tokens of text that fit into one window, special tokens not counted."""
    longest = min(int(tokenizer.model_max_length), _LONGEST_WINDOW)
    return longest - int(tokenizer.num_special_tokens_to_add())


def encode(text: str, tokenizer: PreTrainedTokenizerFast) -> EncodedText:
    """Cut `text` into the fewest windows that hold all of its tokens, none nearly empty.

    A text of 600 tokens and a capacity of 254 gives three windows of 200, never 254, 254 and 92:
    a short last window would weigh its few words too heavily.

    Raises:
        TextError: the text holds no token.
    """
    backend = tokenizer.backend_tokenizer
    encoding = backend.encode(text, add_special_tokens=False)
    if not encoding.ids:
        raise TextError("empty", "The text is empty: paste at least a few sentences.")
    pieces = ceil(len(encoding.ids) / window_capacity(tokenizer))
    encoding.truncate(ceil(len(encoding.ids) / pieces))
    parts = [encoding, *encoding.overflowing]
    return EncodedText(text, tuple(_to_window(backend.post_process(part)) for part in parts))


def _to_window(encoding: Encoding) -> Window:
    return Window(
        input_ids=tuple(encoding.ids),
        offsets=tuple(encoding.offsets),
        special=tuple(bool(flag) for flag in encoding.special_tokens_mask),
    )

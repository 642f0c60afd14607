"""The tokenizer: it smooths what editions differ in, after letters are folded (`authorship.text.letters`)."""

import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece
from tokenizers.trainers import WordPieceTrainer
from transformers import PreTrainedTokenizerFast

from authorship.text.letters.characters import DASHES, DOUBLE_QUOTES, SINGLE_QUOTES
from authorship.text.letters.folding import fold

PAD, UNK, CLS, SEP, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL_TOKENS = [PAD, UNK, CLS, SEP, MASK]
PREFIX = "##"
_ALPHABET = 160  # characters
_LONGEST_WORD = 60  # characters; longer ones are unknown
_FOLDED_FROM_SEVERAL = '"—…'


def edition_normalizer() -> normalizers.Normalizer:
    """Fold what editors, not authors, decide: case, ё, kinds of quotes and dashes, hyphenation of scans."""
    return normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Replace(Regex(r"\u00ad"), ""),
            normalizers.Replace(Regex(r"(?<=\p{L})[-¬]\r?\n\s*(?=\p{Ll})"), ""),
            normalizers.Lowercase(),
            normalizers.Replace(Regex("ё"), "е"),
            normalizers.Replace(Regex(f"[{DOUBLE_QUOTES}]|''"), '"'),
            normalizers.Replace(Regex(f"[{SINGLE_QUOTES}]"), "'"),
            normalizers.Replace(Regex(rf"--+|[{DASHES}]|(?<=\s)-(?=\s)|(?<=\n)-|^-(?=\s)"), "—"),
            normalizers.Replace(Regex(r"\.{2,}"), "…"),
        ]
    )


def train_tokenizer(texts: Iterable[str], vocab_size: int, max_length: int) -> PreTrainedTokenizerFast:
    """WordPiece over `texts`, with BERT's special tokens; `max_length` is a window's, in tokens.

    Equal texts give equal tokenizers: the trainer numbers the pieces `##x` in a hash map's order and lets
    these numbers decide between merges of equal count (https://github.com/huggingface/tokenizers/issues/1794),
    so they are numbered here beforehand. `texts` are read twice, so an iterator does not do.
    """
    alphabet = _alphabet(_folded(texts))
    following = [PREFIX + character for character in alphabet if not _stands_alone(character)]
    backend = _word_pieces(WordPiece(unk_token=UNK, max_input_chars_per_word=_LONGEST_WORD))
    trainer = WordPieceTrainer(
        vocab_size=vocab_size,
        min_frequency=2,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        special_tokens=SPECIAL_TOKENS + following,
        show_progress=False,
    )
    backend.train_from_iterator(_folded(texts), trainer)
    vocabulary = backend.get_vocab()
    backend = _word_pieces(WordPiece(vocabulary, unk_token=UNK, max_input_chars_per_word=_LONGEST_WORD))
    backend.post_processor = processors.TemplateProcessing(
        single=f"{CLS} $A {SEP}",
        special_tokens=[(token, backend.token_to_id(token)) for token in (CLS, SEP)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=max_length,
        unk_token=UNK,
        pad_token=PAD,
        cls_token=CLS,
        sep_token=SEP,
        mask_token=MASK,
    )


def _folded(texts: Iterable[str]) -> Iterator[str]:
    return (fold(text).text for text in texts)


def _word_pieces(model: WordPiece) -> Tokenizer:
    backend = Tokenizer(model)
    backend.normalizer = edition_normalizer()
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return backend


def _alphabet(texts: Iterable[str]) -> list[str]:
    """The commonest characters as the tokenizer sees them, and those that stand for several of the text's."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(unicodedata.normalize("NFC", text))
    normalise = edition_normalizer().normalize_str
    folded = Counter(_FOLDED_FROM_SEVERAL)
    for character, count in counts.items():
        folded.update({seen: count for seen in normalise(character) if not seen.isspace()})
    common = sorted(folded, key=lambda character: (-folded[character], character))
    return sorted(common[:_ALPHABET])


def _stands_alone(character: str) -> bool:
    """Whether BERT's pre-tokenizer makes a word of it, so that it never follows in one."""
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def with_edition_normalizer(tokenizer: PreTrainedTokenizerFast) -> PreTrainedTokenizerFast:
    """Put `edition_normalizer` before the tokenizer's own, once, so that serving cannot differ from training.

    Lower-casing comes with it, as the original lower-cased its texts.
    """
    backend = tokenizer.backend_tokenizer
    own = backend.normalizer
    if own is None:
        backend.normalizer = edition_normalizer()
    elif not repr(own).startswith(repr(edition_normalizer()).rstrip(")]")):
        backend.normalizer = normalizers.Sequence([edition_normalizer(), own])
    return as_it_stands(tokenizer)


def as_it_stands(tokenizer: PreTrainedTokenizerFast) -> PreTrainedTokenizerFast:
    """The same tokenizer without its family's class, which would build its normalizer anew when opened."""
    special = tokenizer.special_tokens_map
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer.backend_tokenizer, model_max_length=tokenizer.model_max_length, **special
    )

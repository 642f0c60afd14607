"""What a model and a text are called whatever they are stored as: hashes that every result carries.

Two results are of one text by one pair exactly where their hashes are the same.
"""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from authorship.models.bundle import ModelBundle

_known: "WeakKeyDictionary[PreTrainedModel, str]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Hashes:
    """SHA-256 of the text that was read, in UTF-8, and of both models; 64 hexadecimal digits each."""

    text: str
    teacher: str
    student: str

    @classmethod
    def of(cls, text: str, teacher: "ModelBundle", student: "ModelBundle") -> "Hashes":
        """Those of a text as these two models have read it; a model is hashed once as long as it is open."""
        return cls(text_hash(text), *map(known_hash, (teacher, student)))


def text_hash(text: str) -> str:
    """SHA-256 of the text in UTF-8, hexadecimal; half a character counts as a question mark."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def model_hash(bundle: "ModelBundle") -> str:
    """SHA-256 of weights, tokenizer and labels as 64 hexadecimal digits; the same however it is stored.

    Weights count in half precision, as bundles keep them.
    """
    import torch  # here, so that who hashes a text alone need not load it

    digest = hashlib.sha256()
    for name, tensor in sorted(bundle.model.state_dict().items()):
        digest.update(f"{name}{tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().to("cpu", torch.float16).contiguous().numpy().tobytes())
    digest.update(bundle.tokenizer.backend_tokenizer.to_str().encode())
    digest.update(",".join(author.key for author in bundle.authors).encode())
    return digest.hexdigest()


def known_hash(bundle: "ModelBundle") -> str:
    """`model_hash` of a model whose weights change no more."""
    if bundle.model not in _known:
        _known[bundle.model] = model_hash(bundle)
    return _known[bundle.model]

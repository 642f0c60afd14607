"""Which model something was measured on."""

import hashlib

import torch

from authorship.bundle import ModelBundle


def model_hash(bundle: ModelBundle) -> str:
    """SHA-256 of weights, tokenizer and labels as 64 hexadecimal digits; the same however it is stored.

    Weights count in half precision, as bundles keep them.
    """
    digest = hashlib.sha256()
    for name, tensor in sorted(bundle.model.state_dict().items()):
        digest.update(f"{name}{tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().to("cpu", torch.float16).contiguous().numpy().tobytes())
    digest.update(bundle.tokenizer.backend_tokenizer.to_str().encode())
    digest.update(",".join(author.key for author in bundle.authors).encode())
    return digest.hexdigest()

"""Which arithmetic the hardware does by itself."""

import torch


def has_bfloat16(device: torch.device) -> bool:
    """Whether the graphics card or processor multiplies bfloat16 by itself; where not, it gains nothing."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities() if device.type == "cpu" else {}
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def is_beyond_bfloat16(error: RuntimeError) -> bool:
    """Whether PyTorch failed because a number is too large for bfloat16.

    DeBERTa masks with float32's least number; no other failure of a model says so.
    """
    return "BFloat16 without overflow" in str(error)


def has_int8() -> bool:
    """Whether the processor multiplies int8 by itself."""
    able = torch.cpu.get_capabilities()
    return any(able.get(name) for name in ("avx512_vnni", "avx_vnni", "amx_int8"))


def best_device() -> torch.device:
    """The graphics card, or without one the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")

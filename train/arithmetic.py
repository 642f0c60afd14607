"""Which arithmetic the hardware does by itself."""

import torch


def has_bfloat16() -> bool:
    """Whether the graphics card, or without one the processor, multiplies in bfloat16 by itself."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())

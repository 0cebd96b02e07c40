"""Which kernels multiply fp32 matrices."""

from __future__ import annotations

import torch

from oneshot_engine.errors import EngineError
from oneshot_engine.protocol import Matmul

# fp32 itself errs by 5e-7 of the largest element in these products; bf16 by 3e-3.
LARGEST_ERROR = 2e-6


def choose_matmul(kind: Matmul, device: torch.device) -> None:
    """Sets how this process multiplies fp32 matrices: `fast` only if that is as exact on the device.

    `fast` allows what torch calls medium precision: on CPUs with AVX-512 other fp32 kernels, on other
    hardware those that multiply in less than fp32.

    Raises:
        EngineError: `BAD_REQUEST` where `fast` is not exact here.
    """
    torch.set_float32_matmul_precision("highest" if kind == "exact" else "medium")
    if kind == "exact":
        return
    error = matmul_error(device)
    if error > LARGEST_ERROR:
        torch.set_float32_matmul_precision("highest")
        message = f"fast products are off by {error:.0e} on this {device.type}; set engine.matmul=exact"
        raise EngineError("BAD_REQUEST", message, detail={"where": "args.matmul"})


def matmul_error(device: torch.device) -> float:
    """Largest error of a product of random matrices, over the product's largest element."""
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(256, 512, generator=generator) for _ in range(2))
    exact = a.double() @ b.double().t()
    product = torch.nn.functional.linear(a.to(device), b.to(device)).cpu()
    return float((product - exact).abs().max() / exact.abs().max())

"""Which kernels multiply fp32 matrices on a CPU."""

from __future__ import annotations

import torch

from oneshot_engine.errors import EngineError
from oneshot_engine.protocol import Matmul

# fp32 itself errs by 5e-7 of the largest element in these products; bf16 by 3e-3.
LARGEST_ERROR = 2e-6


def choose_matmul(kind: Matmul) -> None:
    """Sets how this process multiplies fp32 matrices, if that is as exact as fp32.

    `fast` allows what torch calls medium precision. On CPUs with AVX-512 those are other fp32 kernels, about
    twice as fast; on CPUs that multiply in bf16, they are not fp32.

    Raises:
        EngineError: `BAD_REQUEST` where `fast` is not exact here.
    """
    torch.set_float32_matmul_precision("highest" if kind == "exact" else "medium")
    error = matmul_error()
    if error > LARGEST_ERROR:
        torch.set_float32_matmul_precision("highest")
        message = (
            f"products with engine.matmul={kind} are off by {error:.0e} on this CPU; set engine.matmul=exact"
        )
        raise EngineError("BAD_REQUEST", message, detail={"where": "args.matmul"})


def matmul_error() -> float:
    """Largest error of a product of random matrices, over the product's largest element."""
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(256, 512, generator=generator) for _ in range(2))
    exact = a.double() @ b.double().t()
    return float((torch.nn.functional.linear(a, b) - exact).abs().max() / exact.abs().max())

"""AdamW with a fixed order of additions."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from oneshot_engine.protocol import OptimizerSettings


def make_optimizer(trained: Mapping[str, nn.Parameter], settings: OptimizerSettings) -> torch.optim.AdamW:
    """AdamW over all parameters, with fresh moments; each step brings its learning rate.

    Loshchilov and Hutter 2019, arXiv:1711.05101: decay is decoupled, θ ← θ·(1 − lr·decay) before the step.
    """
    parameters = trained.values()
    decayed = [p for p in parameters if settings.decay == "all" or p.ndim >= 2]
    others = [p for p in parameters if settings.decay == "matrices" and p.ndim < 2]
    groups = [
        {"params": decayed, "weight_decay": settings.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    # One pass over each tensor, which is independent of the others and of the number of threads.
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=0.0,
        betas=settings.betas,
        eps=settings.eps,
        fused=True,
    )

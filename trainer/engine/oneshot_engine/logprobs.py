"""Log-probability and entropy of completion tokens without ever holding [N, V] in fp32 for all N tokens."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

CHUNK_LOGITS = 2**24  # 64 MiB of fp32 logits at a time


def token_statistics(
    hidden: Tensor,
    head: Callable[[Tensor], Tensor],
    targets: Tensor,
    *,
    vocabulary: int,
    temperature: float,
    entropy_gradient: bool,
) -> tuple[Tensor, Tensor]:
    """Log-probability of each target and entropy of its distribution, at the temperature.

    With z = head(hidden) / temperature: log p = z_target − logsumexp(z), H = logsumexp(z) − Σ softmax(z)·z.
    Chunks are recomputed in the backward pass when there is more than one.

    Args:
        hidden: [N, d] the states that predict the targets.
        head: [n, d] → [n, V] logits.
        targets: [N].
        vocabulary: V.
        temperature: divides the logits.
        entropy_gradient: whether the entropy is differentiated; without, it costs no backward pass.

    Returns:
        log p [N] and H [N] in nats, fp32.
    """

    def chunk(states: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        log_probs = (head(states).float() / temperature).log_softmax(-1)  # [n, V]
        chosen = log_probs.gather(1, tokens[:, None])[:, 0]
        base = log_probs if entropy_gradient else log_probs.detach()
        return chosen, -(base.exp() * base).sum(-1)

    size = max(1, CHUNK_LOGITS // vocabulary)
    if len(targets) <= size:
        return chunk(hidden, targets)
    pairs = zip(hidden.split(size), targets.split(size), strict=True)
    pieces = [
        checkpoint(chunk, states, tokens, use_reentrant=False, preserve_rng_state=False)
        for states, tokens in pairs
    ]
    return torch.cat([piece[0] for piece in pieces]), torch.cat([piece[1] for piece in pieces])

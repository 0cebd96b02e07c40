"""The terms of the loss, one value per token, as in arXiv:2504.20571 and its code (verl 0.2, core_algos)."""

from __future__ import annotations

import torch
from torch import Tensor

from oneshot_engine.protocol import KlKind


def policy_gradient(ratio: Tensor, advantage: Tensor, *, clip_low: float, clip_high: float) -> Tensor:
    """Clipped surrogate, pg = max(−A·ρ, −A·clip(ρ, 1 − clip_low, 1 + clip_high)).

    Schulman et al. 2017, arXiv:1707.06347, eq. 7, negated.

    Args:
        ratio: [N] ρ = π / π_old of the sampled token.
        advantage: [N].
        clip_low: below 1, so far may the ratio fall.
        clip_high: above 1, so far may the ratio rise.

    Returns:
        [N] loss; gradient flows through the ratio.
    """
    clipped = ratio.clamp(1 - clip_low, 1 + clip_high)
    return torch.maximum(-advantage * ratio, -advantage * clipped)


def value_loss(value: Tensor, old: Tensor, returns: Tensor, *, clip: float) -> Tensor:
    """Clipped squared error of a value, ½·max((V − R)², (clip(V, V_old ± clip) − R)²).

    As in verl 0.2, core_algos.py, after OpenAI's baselines.

    Args:
        value: [M] V.
        old: [M] V before the first update of the step.
        returns: [M] R.
        clip: above 0.

    Returns:
        [M] loss; gradient flows through V.
    """
    moved = old + (value - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((value - returns).square(), (moved - returns).square())


def kl_penalty(log_ratio: Tensor, *, kind: KlKind, bound: float) -> Tensor:
    """Estimate of KL(policy || reference) per token.

    With d = log p_ref − log p: k1 = −d, k2 = d² / 2, k3 = exp(d) − d − 1, clamped to [−bound, bound].
    Schulman 2020, "Approximating KL divergence"; the clamp is verl's, on the result and not on d.

    Args:
        log_ratio: [N] d, in nats.
        kind: which estimator.
        bound: the gradient is 0 where it binds.

    Returns:
        [N] estimate in nats; gradient flows through d.
    """
    match kind:
        case "k1":
            estimate = -log_ratio
        case "k2":
            estimate = log_ratio.square() / 2
        case "k3":
            estimate = log_ratio.exp() - log_ratio - 1
    return estimate.clamp(-bound, bound)

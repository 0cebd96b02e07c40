"""Values of a critic, and the loss that brings them to the returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from oneshot_engine.batching import Sequences, ValueBatch, value_batches
from oneshot_engine.critic import Critic
from oneshot_engine.errors import EngineError
from oneshot_engine.finite import require_finite
from oneshot_engine.losses import value_loss
from oneshot_engine.objective import Floats
from oneshot_engine.passes import BetweenPasses, dealt_passes
from oneshot_engine.ranks import ALONE, Ranks


@dataclass(frozen=True)
class ValueStreams:
    """What varies by value, each [N + B]: a completion of n tokens has n values before them and one after."""

    weights: Floats
    returns: Floats
    old_values: Floats


@torch.no_grad()
def values(
    critic: Critic,
    sequences: Sequences,
    *,
    token_budget: int,
    between_passes: BetweenPasses,
    ranks: Ranks = ALONE,
) -> Floats:
    """All N + B values of a batch.

    Raises:
        EngineError: `NONFINITE`.
    """
    read = np.zeros(_count(sequences), np.float32)
    passes = value_batches(sequences, token_budget)

    def run_passes() -> None:
        for batch, own in dealt_passes(passes, len(read), ranks, between_passes):
            value = _values(critic, batch)
            if own:
                read[batch.stream] = value.cpu().numpy()

    ranks.together(run_passes)
    ranks.added(read)
    require_finite("values", read)
    return read


def critic_forward_backward(
    critic: Critic,
    sequences: Sequences,
    streams: ValueStreams,
    *,
    clip: float,
    token_budget: int,
    between_passes: BetweenPasses,
    ranks: Ranks = ALONE,
) -> tuple[Floats, float]:
    """Adds the gradient of Σ w·½·max((V − R)², (clip(V, V_old ± clip) − R)²) to the critic's parameters.

    Returns:
        The values [N + B] as they are, and the loss in fp64.

    Raises:
        EngineError: `NONFINITE`.
    """
    read = np.zeros(_count(sequences), np.float32)
    passes = value_batches(sequences, token_budget)

    def run_passes() -> None:
        for batch, own in dealt_passes(passes, len(read), ranks, between_passes):
            value = _values(critic, batch)
            if not own:
                (value.sum() * 0).backward()
                continue
            old, returns, weights = (
                critic.body.compute.tensor(stream[batch.stream])
                for stream in (streams.old_values, streams.returns, streams.weights)
            )
            (weights * value_loss(value, old, returns, clip=clip)).sum().backward()
            read[batch.stream] = value.detach().cpu().numpy()

    ranks.together(run_passes)
    ranks.added(read)
    every = (torch.from_numpy(stream).double() for stream in (read, streams.old_values, streams.returns))
    loss = float((torch.from_numpy(streams.weights).double() * value_loss(*every, clip=clip)).sum())
    if not np.isfinite(loss):
        raise EngineError("NONFINITE", f"the critic's loss is {loss}; lower its learning rate")
    return read, loss


def _values(critic: Critic, batch: ValueBatch) -> Tensor:
    tensor = critic.body.compute.tensor
    return critic.run(lambda: critic.values(tensor(batch.input_ids), tensor(batch.places)))


def _count(sequences: Sequences) -> int:
    return sequences.completion_tokens + len(sequences.lengths)

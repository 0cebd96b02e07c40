"""Values of a critic, and the loss that brings them to the returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from oneshot_engine.batching import Sequences, value_batches
from oneshot_engine.critic import Critic
from oneshot_engine.errors import EngineError
from oneshot_engine.losses import value_loss
from oneshot_engine.objective import Floats, Progress


@dataclass(frozen=True)
class ValueStreams:
    """What varies by value, each [N + B]: a completion of n tokens has n values before them and one after."""

    weights: Floats
    returns: Floats
    old_values: Floats


@torch.no_grad()
def values(critic: Critic, sequences: Sequences, *, token_budget: int, progress: Progress) -> Floats:
    """All N + B values of a batch."""
    read = np.zeros(_count(sequences), np.float32)
    done = 0
    for batch in value_batches(sequences, token_budget):
        read[batch.stream] = critic.values(
            torch.from_numpy(batch.input_ids), torch.from_numpy(batch.places)
        ).numpy()
        done += len(batch.stream)
        progress(done, len(read))
    return read


def critic_forward_backward(
    critic: Critic,
    sequences: Sequences,
    streams: ValueStreams,
    *,
    clip: float,
    token_budget: int,
    progress: Progress,
) -> tuple[Floats, float]:
    """Adds the gradient of Σ w·½·max((V − R)², (clip(V, V_old ± clip) − R)²) to the critic's parameters.

    Returns:
        The values [N + B] as they are, and the loss in fp64.

    Raises:
        EngineError: `NONFINITE`.
    """
    read = np.zeros(_count(sequences), np.float32)
    loss, done = 0.0, 0
    for batch in value_batches(sequences, token_budget):
        old, returns, weights = (
            torch.from_numpy(stream[batch.stream])
            for stream in (streams.old_values, streams.returns, streams.weights)
        )
        value = critic.values(torch.from_numpy(batch.input_ids), torch.from_numpy(batch.places))
        terms = weights * value_loss(value, old, returns, clip=clip)
        terms.sum().backward()
        read[batch.stream] = value.detach().numpy()
        loss += float(terms.detach().double().sum())
        done += len(batch.stream)
        progress(done, len(read))
    if not np.isfinite(loss):
        raise EngineError("NONFINITE", f"the critic's loss is {loss}; lower its learning rate")
    return read, loss


def _count(sequences: Sequences) -> int:
    return sequences.completion_tokens + len(sequences.lengths)

"""The loss of a batch and its gradient, with everything that varies by token given as data."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from oneshot_engine.batching import Batch, Sequences, batches
from oneshot_engine.errors import EngineError
from oneshot_engine.finite import require_finite
from oneshot_engine.logprobs import token_statistics
from oneshot_engine.losses import kl_penalty, policy_gradient
from oneshot_engine.model import Model
from oneshot_engine.passes import BetweenPasses, dealt_passes
from oneshot_engine.protocol import LossSpec
from oneshot_engine.ranks import ALONE, Ranks

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Streams:
    """What varies by completion token, each [N]; see `forward_backward` of the protocol.

    Attributes:
        old_logprobs: `None`: the current ones, detached.
        reference_logprobs: may be `None` where there is no KL term.
    """

    weights: Floats
    advantages: Floats
    old_logprobs: Floats | None
    reference_logprobs: Floats | None


@dataclass(frozen=True)
class Terms:
    """Values of each completion token [N] in fp32."""

    logprobs: Floats
    entropy: Floats
    pg: Floats
    kl: Floats

    @staticmethod
    def zeros(tokens: int) -> Terms:
        """To be filled pass by pass."""
        return Terms(*(np.zeros(tokens, np.float32) for _ in range(4)))


@dataclass(frozen=True)
class Sums:
    """Σ w·term of each term before coefficients, and the loss, in fp64 and in the order of the batch."""

    loss: float
    pg: float
    kl: float
    entropy: float


@torch.no_grad()
def forward(
    model: Model,
    sequences: Sequences,
    *,
    temperature: float,
    token_budget: int,
    between_passes: BetweenPasses,
    ranks: Ranks = ALONE,
) -> tuple[Floats, Floats]:
    """Log-probability [N] and entropy [N] of every completion token.

    Raises:
        EngineError: `NONFINITE`.
    """
    terms = Terms.zeros(sequences.completion_tokens)

    passes = batches(sequences, token_budget)

    def run_passes() -> None:
        for batch, own in dealt_passes(passes, sequences.completion_tokens, ranks, between_passes):
            logprobs, entropy = _statistics(model, batch, temperature, entropy_gradient=False)
            if own:
                terms.logprobs[batch.stream] = logprobs.cpu().numpy()
                terms.entropy[batch.stream] = entropy.cpu().numpy()

    ranks.together(run_passes)
    logprobs, entropy = ranks.added(terms.logprobs), ranks.added(terms.entropy)
    require_finite("log-probabilities and entropies", logprobs, entropy)
    return logprobs, entropy


def forward_backward(
    model: Model,
    sequences: Sequences,
    streams: Streams,
    *,
    loss: LossSpec,
    temperature: float,
    token_budget: int,
    between_passes: BetweenPasses,
    ranks: Ranks = ALONE,
) -> tuple[Terms, Sums]:
    """Adds the gradient of L = Σ_t w_t·(c_pg·pg_t + c_kl·kl_t − c_ent·H_t) to the parameters.

    A term whose coefficient is 0 is not differentiated at all. With given weights the result does not
    depend, up to rounding, on how the batch is cut.

    Args:
        model: the policy.
        sequences: B prompts with completions of N tokens together.
        streams: what varies by token.
        loss: coefficients and forms.
        temperature: divides the logits.
        token_budget: padded tokens in one pass.
        between_passes: told completion tokens done and N.
        ranks: among which the passes are dealt; all get the same answer.

    Raises:
        EngineError: `NONFINITE`.
    """
    terms = Terms.zeros(sequences.completion_tokens)
    passes = batches(sequences, token_budget)
    differentiated = loss.entropy_coefficient != 0

    def run_passes() -> None:
        for batch, own in dealt_passes(passes, sequences.completion_tokens, ranks, between_passes):
            logprobs, entropy = _statistics(model, batch, temperature, entropy_gradient=differentiated)
            total = (
                _record_terms(terms, batch, logprobs, entropy, streams, loss)
                if own
                else _nothing(logprobs, loss)
            )
            if total is not None:
                total.backward()

    ranks.together(run_passes)
    for values in (terms.logprobs, terms.entropy, terms.pg, terms.kl):
        ranks.added(values)
    sums = _sums(terms, streams, loss)
    if not np.isfinite(astuple(sums)).all():
        raise EngineError("NONFINITE", f"the loss is not finite ({sums}); lower the learning rate")
    return terms, sums


def _statistics(
    model: Model, batch: Batch, temperature: float, *, entropy_gradient: bool
) -> tuple[Tensor, Tensor]:
    def compute() -> tuple[Tensor, Tensor]:
        hidden = model.hidden_states(model.compute.tensor(batch.input_ids))  # [b, t, d]
        return token_statistics(
            hidden.flatten(0, 1).index_select(0, model.compute.tensor(batch.predictors)),  # [n, d]
            *model.head_parameters(),
            model.compute.tensor(batch.targets),
            temperature=temperature,
            entropy_gradient=entropy_gradient,
        )

    return model.run(compute)


def _nothing(logprobs: Tensor, loss: LossSpec) -> Tensor | None:
    """The loss of a pass that only keeps step with other ranks; `None` where theirs has no gradient."""
    coefficients = (loss.policy_coefficient, loss.kl_coefficient, loss.entropy_coefficient)
    return logprobs.sum() * 0 if any(coefficients) else None


def _record_terms(
    terms: Terms,
    batch: Batch,
    logprobs: Tensor,
    entropy: Tensor,
    streams: Streams,
    loss: LossSpec,
) -> Tensor | None:
    """Records the terms of a pass [n]; gives back the part of its loss that has a gradient, if any."""
    stream = batch.stream

    def here(values: Floats) -> Tensor:
        return torch.from_numpy(values[stream]).to(logprobs.device)

    old = logprobs.detach() if streams.old_logprobs is None else here(streams.old_logprobs)
    log_ratio = logprobs - old
    if loss.ratio == "sequence":
        log_ratio = _sums_by_row(log_ratio, torch.from_numpy(batch.row).to(logprobs.device))
    pg = policy_gradient(
        log_ratio.exp(), here(streams.advantages), clip_low=loss.clip_low, clip_high=loss.clip_high
    )
    terms.logprobs[stream] = logprobs.detach().cpu().numpy()
    terms.entropy[stream] = entropy.detach().cpu().numpy()
    terms.pg[stream] = pg.detach().cpu().numpy()
    parts: list[Tensor] = []
    if loss.policy_coefficient != 0:
        parts.append(loss.policy_coefficient * (here(streams.weights) * pg).sum())
    if streams.reference_logprobs is not None:
        kl = kl_penalty(here(streams.reference_logprobs) - logprobs, kind=loss.kl_kind, bound=loss.kl_clamp)
        terms.kl[stream] = kl.detach().cpu().numpy()
        if loss.kl_coefficient != 0:
            parts.append(loss.kl_coefficient * (here(streams.weights) * kl).sum())
    if loss.entropy_coefficient != 0:
        parts.append(-loss.entropy_coefficient * (here(streams.weights) * entropy).sum())
    return torch.stack(parts).sum() if parts else None


def _sums_by_row(values: Tensor, row: Tensor) -> Tensor:
    """Each value's place takes the sum over its row, [n] → [n]: the log-ratio of a whole completion."""
    return values.new_zeros(int(row[-1]) + 1).index_add(0, row, values).index_select(0, row)


def _sums(terms: Terms, streams: Streams, loss: LossSpec) -> Sums:
    pg = _dot(streams.weights, terms.pg)
    kl = _dot(streams.weights, terms.kl)
    entropy = _dot(streams.weights, terms.entropy)
    total = loss.policy_coefficient * pg + loss.kl_coefficient * kl - loss.entropy_coefficient * entropy
    return Sums(loss=total, pg=pg, kl=kl, entropy=entropy)


def _dot(weights: Floats, values: Floats) -> float:
    return float((weights.astype(np.float64) * values).sum())

"""The loss of a batch and its gradient, with everything that varies by token given as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from oneshot_engine.batching import Batch, Sequences, batches
from oneshot_engine.errors import EngineError
from oneshot_engine.logprobs import token_statistics
from oneshot_engine.losses import KlKind, kl_penalty, policy_gradient
from oneshot_engine.model import Model

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class LossSpec:
    """Coefficients and forms; see `LossSpec` in `shared/engine-protocol.ts`."""

    policy_coefficient: float
    clip_low: float
    clip_high: float
    kl_coefficient: float
    kl_kind: KlKind
    kl_clamp: float
    entropy_coefficient: float


@dataclass
class TokenReport:
    """Per completion token [N], and the weighted sums Σ w·term before coefficients."""

    logprobs: Floats
    entropy: Floats
    pg: Floats
    kl: Floats
    sums: dict[str, float]

    @staticmethod
    def empty(tokens: int) -> TokenReport:
        """All zeros."""
        fields = [np.zeros(tokens, np.float32) for _ in range(4)]
        return TokenReport(*fields, sums={"loss": 0.0, "pg": 0.0, "kl": 0.0, "entropy": 0.0})


@torch.no_grad()
def forward(model: Model, sequences: Sequences, *, temperature: float, token_budget: int) -> TokenReport:
    """Log-probability and entropy of every completion token."""
    report = TokenReport.empty(int(sequences.completion_offsets[-1]))
    for batch in batches(sequences, token_budget):
        logprobs, entropy = _statistics(model, batch, temperature, entropy_gradient=False)
        report.logprobs[batch.stream.numpy()] = logprobs.numpy()
        report.entropy[batch.stream.numpy()] = entropy.numpy()
    return report


def forward_backward(
    model: Model,
    sequences: Sequences,
    streams: Mapping[str, Floats],
    *,
    loss: LossSpec,
    temperature: float,
    token_budget: int,
) -> TokenReport:
    """Adds the gradient of L = Σ_t w_t·(c_pg·pg_t + c_kl·kl_t − c_ent·H_t) to the parameters.

    A term whose coefficient is 0 is not differentiated at all. With given weights the result does not depend on how
    the batch is cut, up to rounding.

    Args:
        model: the policy.
        sequences: B prompts with completions of N tokens together.
        streams: [N] each: `weights`, `advantages`; `oldLogprobs` unless the current ones are detached;
            `referenceLogprobs` if there is a KL term; `klWeights`, `entropyWeights` where they differ.
        loss: coefficients and forms.
        temperature: divides the logits.
        token_budget: padded tokens in one pass.

    Raises:
        EngineError: `BAD_REQUEST` where a stream is missing or of the wrong length, `NONFINITE`.
    """
    tokens = int(sequences.completion_offsets[-1])
    _check_streams(streams, tokens, needs_reference=loss.kl_coefficient != 0)
    report = TokenReport.empty(tokens)
    for batch in batches(sequences, token_budget):
        here = {name: torch.from_numpy(stream[batch.stream.numpy()]) for name, stream in streams.items()}
        statistics = _statistics(model, batch, temperature, entropy_gradient=loss.entropy_coefficient != 0)
        total = _add_terms(report, batch.stream.numpy(), *statistics, here, loss)
        if total is not None:
            total.backward()
    if not np.isfinite(report.sums["loss"]):
        raise EngineError("NONFINITE", f"the loss is {report.sums['loss']}; lower the learning rate")
    return report


def _add_terms(
    report: TokenReport,
    stream: NDArray[np.int64],
    logprobs: Tensor,
    entropy: Tensor,
    here: Mapping[str, Tensor],
    loss: LossSpec,
) -> Tensor | None:
    """Records every term of a pass and gives back the differentiable part of its loss, if there is any."""
    weights = here["weights"]
    old = here.get("oldLogprobs", logprobs.detach())
    pg = policy_gradient(
        (logprobs - old).exp(), here["advantages"], clip_low=loss.clip_low, clip_high=loss.clip_high
    )
    terms = [("pg", loss.policy_coefficient, weights, pg)]
    if loss.kl_coefficient != 0:
        kl = kl_penalty(here["referenceLogprobs"] - logprobs, kind=loss.kl_kind, bound=loss.kl_clamp)
        terms.append(("kl", loss.kl_coefficient, here.get("klWeights", weights), kl))
    terms.append(("entropy", -loss.entropy_coefficient, here.get("entropyWeights", weights), entropy))

    report.logprobs[stream] = logprobs.detach().numpy()
    total: Tensor | None = None
    for name, coefficient, weight, values in terms:
        getattr(report, name)[stream] = values.detach().numpy()
        weighted = (weight * values).sum()
        report.sums[name] += float(weighted)
        report.sums["loss"] += coefficient * float(weighted)
        if coefficient != 0:
            total = coefficient * weighted if total is None else total + coefficient * weighted
    return total


def _statistics(
    model: Model, batch: Batch, temperature: float, *, entropy_gradient: bool
) -> tuple[Tensor, Tensor]:
    hidden = model.hidden_states(batch.input_ids)  # [b, t, d]
    return token_statistics(
        hidden[batch.row, batch.column],  # [n, d]
        model.head,
        batch.targets,
        vocabulary=model.vocabulary,
        temperature=temperature,
        entropy_gradient=entropy_gradient,
    )


def _check_streams(streams: Mapping[str, Any], tokens: int, *, needs_reference: bool) -> None:
    needed = {"weights", "advantages"} | ({"referenceLogprobs"} if needs_reference else set[str]())
    missing = sorted(needed - streams.keys())
    if missing:
        raise EngineError("BAD_REQUEST", f"forward_backward lacks the tensors {', '.join(missing)}")
    for name, stream in streams.items():
        if stream.shape != (tokens,):
            raise EngineError("BAD_REQUEST", f"{name} has shape {stream.shape}, the batch {tokens} completion tokens")

"""Log-probability and entropy of completion tokens without ever holding [N, V] in fp32 for all N tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import torch
from torch import Tensor

# fp32 logits at a time: 32 MiB on a CPU, 256 MiB on a GPU, whose products want more rows than the 55 that
# 32 MiB hold of a vocabulary of 151,936.
CHUNK_LOGITS = {"cpu": 2**23, "cuda": 2**26}
KEPT_LOGITS = 2**25  # up to 128 MiB are kept for the backward pass, which else computes them again


def token_statistics(
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    targets: Tensor,
    *,
    temperature: float,
    entropy_gradient: bool,
) -> tuple[Tensor, Tensor]:
    """Log-probability of each target and entropy of its distribution, at the temperature.

    With z = (weight·hidden + bias) / temperature: log p = z_target − logsumexp(z),
    H = logsumexp(z) − Σ softmax(z)·z. They can be differentiated once.

    Args:
        hidden: [N, d] the states that predict the targets.
        weight: [V, d] of the head.
        bias: [V] of the head.
        targets: [N].
        temperature: divides the logits.
        entropy_gradient: whether the entropy is differentiated; without, it costs no backward pass.

    Returns:
        log p [N] and H [N] in nats, fp32.
    """
    result: Any = _Statistics.apply(hidden, weight, bias, targets, temperature)
    logprobs, entropy = cast("tuple[Tensor, Tensor]", result)
    return logprobs, entropy if entropy_gradient else entropy.detach()


class _Statistics(torch.autograd.Function):
    """The head and both statistics in one, chunk by chunk in the same memory.

    With gradients a of log p_target and b of H, that of z is a·onehot − p·(a + b·(log p + H)).
    """

    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, weight: Tensor, bias: Tensor | None, targets: Tensor, temperature: float
    ) -> tuple[Tensor, Tensor]:
        n, vocabulary = len(targets), len(weight)
        keeps = any(ctx.needs_input_grad) and n * vocabulary <= KEPT_LOGITS
        size = _chunk_rows(hidden, vocabulary)
        logits = hidden.new_empty(n if keeps else size, vocabulary)
        masses = hidden.new_empty(size, vocabulary)
        logprobs, entropy, lse = hidden.new_empty(n), hidden.new_empty(n), hidden.new_empty(n)
        for rows in _chunks(n, size):
            z = _scaled(hidden[rows], weight, bias, temperature, logits[rows] if keeps else logits)
            shift = z.amax(-1, keepdim=True)
            z.sub_(shift)
            mass = torch.exp(z, out=masses[: len(z)])
            total = mass.sum(-1)
            log_total = total.log()
            logprobs[rows] = z.gather(1, targets[rows, None])[:, 0] - log_total
            entropy[rows] = log_total - mass.mul_(z).sum(-1) / total
            lse[rows] = shift[:, 0] + log_total
            if keeps:
                z.sub_(log_total[:, None])
        ctx.save_for_backward(hidden, weight, bias, targets, entropy, lse)
        ctx.log_p = logits if keeps else None
        ctx.temperature = temperature
        ctx.set_materialize_grads(False)
        return logprobs, entropy

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        hidden, weight, bias, targets, entropy, lse = ctx.saved_tensors
        by_logprob, by_entropy = gradients
        n, vocabulary = len(targets), len(weight)
        size = _chunk_rows(hidden, vocabulary)
        kept, ctx.log_p = ctx.log_p, None
        buffer = hidden.new_empty(size, vocabulary) if kept is None else kept
        masses = hidden.new_empty(size, vocabulary)
        by_hidden, by_weight = torch.empty_like(hidden), torch.zeros_like(weight)
        by_bias = None if bias is None else torch.zeros_like(bias)
        for rows in _chunks(n, size):
            if kept is None:
                z = _scaled(hidden[rows], weight, bias, ctx.temperature, buffer).sub_(lse[rows, None])
            else:
                z = kept[rows]
            p = torch.exp(z, out=masses[: len(z)])
            a = hidden.new_zeros(len(z)) if by_logprob is None else by_logprob[rows]
            if by_entropy is None:
                by_z = p.mul_(-a[:, None])
            else:
                b = by_entropy[rows]
                by_z = z.mul_(-b[:, None]).sub_((a + b * entropy[rows])[:, None]).mul_(p)
            by_z.scatter_add_(1, targets[rows, None], a[:, None])
            by_z.div_(ctx.temperature)
            torch.mm(by_z, weight, out=by_hidden[rows])
            by_weight.addmm_(by_z.t(), hidden[rows])
            if by_bias is not None:
                by_bias += by_z.sum(0)
        return by_hidden, by_weight, by_bias, None, None


def _chunk_rows(hidden: Tensor, vocabulary: int) -> int:
    return min(len(hidden), max(1, CHUNK_LOGITS[hidden.device.type] // vocabulary))


def _chunks(n: int, size: int) -> Iterator[slice]:
    return (slice(start, min(n, start + size)) for start in range(0, n, size))


def _scaled(states: Tensor, weight: Tensor, bias: Tensor | None, temperature: float, out: Tensor) -> Tensor:
    """Logits [n, V] of states [n, d] over the temperature, in the first rows of `out`."""
    z = torch.mm(states, weight.t(), out=out[: len(states)])
    if bias is not None:
        z.add_(bias)
    return z.div_(temperature)

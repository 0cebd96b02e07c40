"""Drawing a token by inverse CDF; the twin of `shared/sampling/inverse-cdf.ts`."""

from __future__ import annotations

import torch
from torch import Tensor

from oneshot_engine.errors import EngineError


def inverse_cdf(logits: Tensor, *, temperature: float, top_p: float, u: Tensor) -> tuple[Tensor, Tensor]:
    """The first token whose cumulated mass exceeds u times the total, in vocabulary order.

    Masses are exp((logits − max) / temperature) in fp64, restricted by top-p to the most probable tokens
    down to and including the one that brings their mass to `top_p`; equal masses are taken in vocabulary
    order.

    Args:
        logits: [B, V].
        temperature: above 0.
        top_p: in (0, 1].
        u: [B] fp64 in [0, 1).

    Returns:
        Tokens [B] and their log-probabilities [B] fp64 at the temperature, before top-p.

    Raises:
        EngineError: `NONFINITE` where a logit, or one over the temperature, is not finite.
    """
    lowest, highest = logits.aminmax(dim=-1, keepdim=True)  # each [B, 1]; what is no number is both
    shift = highest.double() / temperature  # [B, 1]
    if not (lowest.isfinite() & shift.isfinite()).all():
        raise EngineError("NONFINITE", f"logits over the temperature {temperature} are not finite")
    # In place: with a large vocabulary, fresh memory costs more than the arithmetic.
    masses = logits.double().div_(temperature).sub_(shift).exp_()  # [B, V]
    cumulated = _running_sums(masses)
    total = cumulated[:, -1]
    if top_p < 1:
        masses = _nucleus(masses, top_p * total)
        cumulated = _running_sums(masses)
    target = u * cumulated[:, -1]
    token = torch.searchsorted(cumulated, target[:, None], right=True)[:, 0]
    overshot = token == masses.shape[1]
    if overshot.any():
        # u·total can round up to the total itself: the last token with any mass was meant.
        last = masses.shape[1] - 1 - (masses.flip(-1) > 0).int().argmax(-1)
        token = torch.where(overshot, last, token)
    chosen = logits.gather(1, token[:, None])[:, 0].double() / temperature
    return token, chosen - shift[:, 0] - total.log()


def _nucleus(masses: Tensor, wanted: Tensor) -> Tensor:
    ordered, order = masses.sort(dim=-1, descending=True, stable=True)
    before = torch.nn.functional.pad(_running_sums(ordered), (1, 0))[:, :-1]  # mass of the tokens before each
    left_out = torch.zeros_like(masses, dtype=torch.bool).scatter(1, order, before >= wanted[:, None])
    return masses.masked_fill(left_out, 0.0)


def _running_sums(masses: Tensor) -> Tensor:
    return fixed_point_sums(masses) if masses.is_cuda else masses.cumsum(-1)


def fixed_point_sums(masses: Tensor) -> Tensor:
    """Running sums [B, V] of fp64 masses, each rounded down to a multiple of 2⁻⁵² of the total, or less.

    A GPU adds in no fixed order, which is why torch refuses to cumulate floats there when results must
    repeat; sums of integers are the same in every order. Uniforms are multiples of 2⁻⁵³: no token is lost.
    """
    _, exponent = torch.frexp(masses.sum(-1, keepdim=True))
    unit = torch.ldexp(torch.ones_like(masses[:, :1]), exponent - 52)  # scaling by it is exact
    return (masses / unit).long().cumsum(-1) * unit

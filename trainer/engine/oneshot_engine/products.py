"""Products of a few rows with the weights of linear layers, as a decoding step takes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from torch import Tensor
from torch.nn import functional

from oneshot_engine.model import Compute

# From [b, d] to the outputs of one or more linear layers side by side, [b, Σ D].
Product = Callable[[Tensor], Tensor]


def packs(compute: Compute) -> bool:
    """Whether products are faster with a copy of the weights in the order of oneDNN's kernels.

    Else that order is made anew for every product, which for up to 64 rows takes as long as the product
    or longer. Making the copy takes as long as a few products.
    """
    return (
        compute.device.type == "cpu" and compute.precision == "fp32" and torch.backends.mkldnn.is_available()
    )


def product(linears: Sequence[Any], *, packed: bool) -> Product:
    """A function that multiplies by the weights of linear layers.

    Args:
        linears: layers [D, d] with the same input, all with a bias or all without.
        packed: copies the weights, which must not change afterwards; see `packs`.
    """
    if not packed:
        return lambda x: _beside([functional.linear(x, linear.weight, linear.bias) for linear in linears])
    kernels: Any = torch.ops.mkldnn  # those that torch's compiler takes for frozen weights
    weight = kernels._reorder_linear_weight(_beside([linear.weight.detach() for linear in linears], 0))
    bias = None if linears[0].bias is None else _beside([linear.bias.detach() for linear in linears])
    return lambda x: cast(Tensor, kernels._linear_pointwise(x, weight, bias, "none", [], ""))


def _beside(tensors: list[Tensor], dim: int = -1) -> Tensor:
    return tensors[0] if len(tensors) == 1 else torch.cat(tensors, dim)

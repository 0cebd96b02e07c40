"""FSDP's collectives, before each of which the ranks agree that none has run out of memory.

A rank that has would leave the others waiting in the next collective of the pass. It takes part in the next
agreement instead, wherever the others meet it, and all give the pass up there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.distributed.fsdp._fully_shard._fsdp_collectives import DefaultAllGather, DefaultReduceScatter

Agree = Callable[[], None]


class AgreedAllGather(DefaultAllGather):
    """Gathers parameters once all ranks have agreed."""

    def __init__(self, agree: Agree):
        self._agree = agree

    def __call__(
        self, output_tensor: Tensor, input_tensor: Tensor, group: Any, async_op: bool = False
    ) -> Any:
        """Called with its buffers, which are allocated by then."""
        self._agree()
        return super().__call__(output_tensor, input_tensor, group, async_op)


class AgreedReduceScatter(DefaultReduceScatter):
    """Sums gradients once all ranks have agreed."""

    def __init__(self, agree: Agree):
        self._agree = agree

    def __call__(
        self, output_tensor: Tensor, input_tensor: Tensor, group: Any, op: Any, async_op: bool = False
    ) -> Any:
        """Called with its buffers, which are allocated by then."""
        self._agree()
        return super().__call__(output_tensor, input_tensor, group, op, async_op)

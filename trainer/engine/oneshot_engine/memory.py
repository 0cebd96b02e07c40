"""Running out of memory, which is answered and not fatal."""

from __future__ import annotations

import torch


class OutOfMemory(Exception):
    """One rank or more ran out of memory; all ranks raise this at the same place of their work."""


def is_out_of_memory(error: Exception) -> bool:
    """Whether there was no memory for what was asked."""
    known = isinstance(error, OutOfMemory | torch.OutOfMemoryError | MemoryError)
    # What torch's allocator on the CPU says, as a plain RuntimeError.
    return known or (isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error))

"""Whether numbers are finite: what is not is told where it arises, before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from oneshot_engine.errors import EngineError


def all_finite(tensors: Iterable[Tensor]) -> bool:
    """Whether every element is, in one reading of each tensor and one look at the device.

    What is no number is both the lowest and the highest; the extremes take a fourteenth of the time of
    `isfinite`, which writes its answer for each element.
    """
    extremes = [extreme for tensor in tensors if tensor.numel() > 0 for extreme in tensor.detach().aminmax()]
    return not extremes or bool(torch.stack([extreme.float() for extreme in extremes]).isfinite().all())


def require_finite(what: str, *streams: NDArray[np.float32]) -> None:
    """Raises `NONFINITE` where a number of a stream that goes to the driver is not finite."""
    if not all(np.isfinite(stream).all() for stream in streams):
        raise EngineError("NONFINITE", f"{what} are not all finite; lower the learning rate")

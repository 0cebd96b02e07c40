"""Optimizer state as safetensors: what a checkpoint needs besides the weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from oneshot_engine.errors import EngineError
from oneshot_engine.model import Model

FILE = "optimizer.safetensors"
MOMENTS = ("exp_avg", "exp_avg_sq")
STEP = "step"


def save_optimizer(optimizer: torch.optim.AdamW, model: Model, folder: str) -> list[str]:
    """Writes AdamW's moments and step counts, by parameter name; exact. Gives back the file names.

    Raises:
        EngineError: `DISK`.
    """
    tensors: dict[str, Tensor] = {}
    for name, parameter in model.parameters().items():
        for key, value in optimizer.state.get(parameter, {}).items():
            tensors[f"{key}.{name}"] = value.contiguous()
    try:
        save_file(tensors, str(Path(folder) / FILE))
    except (OSError, SafetensorError) as error:
        raise EngineError("DISK", f"the optimizer's state cannot be written to {folder}: {error}") from error
    return [FILE]


def load_optimizer(optimizer: torch.optim.AdamW, model: Model, folder: str) -> None:
    """Gives a fresh optimizer the state that `save_optimizer` wrote.

    Raises:
        EngineError: `STATE_INVALID` where the file is missing, damaged or of another model.
    """
    path = Path(folder) / FILE
    try:
        tensors = load_file(str(path))
    except (OSError, SafetensorError) as error:
        raise EngineError("STATE_INVALID", f"{path} cannot be read: {error}") from error
    for name, parameter in model.parameters().items():
        state = {key: tensors.pop(f"{key}.{name}") for key in (*MOMENTS, STEP) if f"{key}.{name}" in tensors}
        if not state:
            continue  # it has had no gradient yet
        if not _fits(state, parameter):
            raise EngineError(
                "STATE_INVALID", f"{path} does not fit the model: {name} is incomplete or misshaped"
            )
        optimizer.state[parameter] = state
    if tensors:
        raise EngineError("STATE_INVALID", f"{path} does not fit the model, which has no {min(tensors)}")


def _fits(state: Mapping[str, Tensor], parameter: nn.Parameter) -> bool:
    shapes = {**dict.fromkeys(MOMENTS, parameter.shape), STEP: torch.Size([])}
    return {key: value.shape for key, value in state.items()} == shapes and all(
        value.dtype == torch.float32 for value in state.values()
    )

"""Optimizer state as safetensors: what a checkpoint needs besides the weights."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from oneshot_engine.errors import EngineError
from oneshot_engine.model import Model

FILE = "optimizer.safetensors"
MOMENTS = ("exp_avg", "exp_avg_sq")


def save_optimizer(optimizer: torch.optim.AdamW, model: Model, folder: str) -> list[str]:
    """Writes AdamW's moments and step counts, by parameter name; exact. Gives back the file names."""
    tensors: dict[str, Tensor] = {}
    for name, parameter in model.parameters():
        state = optimizer.state.get(parameter, {})
        for key in (*MOMENTS, "step"):
            if key in state:
                tensors[f"{key}.{name}"] = state[key].contiguous()
    save_file(tensors, str(Path(folder) / FILE))
    return [FILE]


def load_optimizer(optimizer: torch.optim.AdamW, model: Model, folder: str) -> None:
    """Replaces the optimizer's state by what `save_optimizer` wrote.

    Raises:
        EngineError: `STATE_INVALID` where the file is missing, damaged or of another model.
    """
    path = Path(folder) / FILE
    try:
        tensors = load_file(str(path))
    except (OSError, SafetensorError) as error:
        raise EngineError("STATE_INVALID", f"{path} cannot be read: {error}") from error
    optimizer.state.clear()
    if not tensors:
        return
    for name, parameter in model.parameters():
        state = {key: tensors.get(f"{key}.{name}") for key in (*MOMENTS, "step")}
        moment = state["exp_avg"]
        if any(value is None for value in state.values()) or moment is None or moment.shape != parameter.shape:
            raise EngineError("STATE_INVALID", f"{path} does not fit the model: {name} is missing or misshaped")
        optimizer.state[parameter] = state

"""Optimizer state as safetensors: what a checkpoint needs besides the weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from oneshot_engine.direct_file import FileRef
from oneshot_engine.errors import EngineError
from oneshot_engine.ranks import fill
from oneshot_engine.tensor_file import load_tensors, save_tensors

MOMENTS = ("exp_avg", "exp_avg_sq")
STEP = "step"


Parameters = Mapping[str, nn.Parameter]


def save_optimizer(optimizer: torch.optim.AdamW, trained: Parameters, path: Path) -> FileRef | None:
    """Writes AdamW's moments and step counts, by parameter name; exact.

    Raises:
        EngineError: `DISK`.
    """
    tensors: dict[str, Tensor] = {}
    for name, parameter in trained.items():
        for key, value in optimizer.state.get(parameter, {}).items():
            tensors[f"{key}.{name}"] = value
    return save_tensors(tensors, path)


def load_optimizer(optimizer: torch.optim.AdamW, trained: Parameters, path: Path) -> None:
    """Gives a fresh optimizer the state that `save_optimizer` wrote.

    Raises:
        EngineError: `STATE_INVALID` where the file is missing, damaged or of another model.
    """
    tensors = load_tensors(path)
    for name, parameter in trained.items():
        state = {key: tensors.pop(f"{key}.{name}") for key in (*MOMENTS, STEP) if f"{key}.{name}" in tensors}
        if not state:
            continue  # it has had no gradient yet
        if not _fits(state, parameter):
            raise EngineError(
                "STATE_INVALID", f"{path} does not fit the model: {name} is incomplete or misshaped"
            )
        moments = {key: fill(parameter, state[key]) for key in MOMENTS}
        optimizer.state[parameter] = {STEP: state[STEP].to(parameter.device), **moments}
    if tensors:
        raise EngineError("STATE_INVALID", f"{path} does not fit the model, which has no {min(tensors)}")


def _fits(state: Mapping[str, Tensor], parameter: nn.Parameter) -> bool:
    shapes = {**dict.fromkeys(MOMENTS, parameter.shape), STEP: torch.Size([])}
    return {key: value.shape for key, value in state.items()} == shapes and all(
        value.dtype == torch.float32 for value in state.values()
    )

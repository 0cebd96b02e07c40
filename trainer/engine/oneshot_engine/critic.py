"""The critic of PPO: a copy of the model with one output in place of its vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from oneshot_engine.direct_file import FileRef
from oneshot_engine.errors import EngineError
from oneshot_engine.model import ON_CPU, Compute, Model, Result, Whole, load_model, run_within
from oneshot_engine.ranks import fill, shard
from oneshot_engine.tensor_file import load_tensors, save_tensors


@dataclass(frozen=True)
class Critic:
    """V(state) = w·h + b over the last hidden states of a model of its own.

    Attributes:
        body: its language-model head, if it has one of its own, is not used.
        score: Linear(d, 1).
        whole: of both, where they are spread over ranks.
    """

    body: Model
    score: nn.Linear
    whole: Whole | None = None

    def run(self, compute: Callable[[], Result]) -> Result:
        """See `Model.run`."""
        return run_within(self.whole, compute)

    def values(self, input_ids: Tensor, places: Tensor) -> Tensor:
        """Values [m] at places [m] of the flattened pass [b·t] of right-padded sequences [b, t]."""
        hidden = self.body.hidden_states(input_ids).flatten(0, 1)  # [b·t, d]
        return self.score(hidden.index_select(0, places))[:, 0]

    def parameters(self) -> dict[str, nn.Parameter]:
        """Trainable tensors by name, in the order of the model, the head last."""
        body = {f"model.{name}": value for name, value in self.body.network.base_model.named_parameters()}
        return {**body, **{f"score.{name}": value for name, value in self.score.named_parameters()}}


def make_critic(folder: str, seed: int, compute: Compute = ON_CPU) -> Critic:
    """A critic on the model of a Hugging Face folder, its head N(0, 0.02²) as transformers would draw it.

    Raises:
        EngineError: `MODEL_INVALID`.
    """
    body = load_model(folder, compute)
    score = nn.Linear(body.network.config.hidden_size, 1)
    with torch.no_grad():
        score.weight.normal_(0, 0.02, generator=torch.Generator().manual_seed(seed))
        score.bias.zero_()
    return Critic(body, score.to(compute.device))


def sharded_critic(critic: Critic) -> Critic:
    """Spreads a critic over the ranks, which must all call this."""
    body = critic.body.network.base_model
    whole = Whole(body, critic.score)
    shard(whole, list(body.layers), critic.body.compute.device)
    return replace(critic, whole=whole)


def save_critic(critic: Critic, path: Path) -> FileRef | None:
    """Writes all trainable tensors, exact.

    Raises:
        EngineError: `DISK`.
    """
    return save_tensors(critic.parameters(), path)


@torch.no_grad()
def load_critic(critic: Critic, path: Path) -> None:
    """Gives a critic the weights that `save_critic` wrote.

    Raises:
        EngineError: `STATE_INVALID` where the file is missing, damaged or of another model.
    """
    tensors = load_tensors(path)
    parameters = critic.parameters()
    if {name: value.shape for name, value in tensors.items()} != {
        name: value.shape for name, value in parameters.items()
    }:
        raise EngineError("STATE_INVALID", f"{path} is the critic of another model")
    for name, parameter in parameters.items():
        parameter.copy_(fill(parameter, tensors[name]))

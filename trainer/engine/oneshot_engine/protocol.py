"""The twin of `trainer/engine-client/engine-protocol.ts`: what each verb takes, in snake case.

`parse_args.py` checks arguments against these classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from oneshot_engine.parse_args import Above, AtLeast, AtMost

PROTOCOL_VERSION = 3

Count = Annotated[int, AtLeast(0)]
PositiveCount = Annotated[int, AtLeast(1)]
Positive = Annotated[float, Above(0)]
NonNegative = Annotated[float, AtLeast(0)]

Slot = Literal["policy", "reference"]
TrainedSlot = Literal["policy", "critic"]
KlKind = Literal["k1", "k2", "k3"]
Device = Literal["cpu", "cuda"]
Precision = Literal["fp32", "bf16"]
Matmul = Literal["exact", "fast"]


@dataclass(frozen=True)
class NoArgs:
    """What `critic_forward`, `cancel`, `status` and `shutdown` take."""


@dataclass(frozen=True)
class Hello:
    """The first verb."""

    protocol_version: int


@dataclass(frozen=True)
class OptimizerSettings:
    """AdamW, except for the learning rate, which each step brings."""

    betas: tuple[float, float]
    eps: float
    weight_decay: float
    decay: Literal["all", "matrices"]


@dataclass(frozen=True)
class CriticSettings:
    """A critic on a copy of the model; `seed` names the weights of its fresh head."""

    seed: Count
    optimizer: OptimizerSettings


@dataclass(frozen=True)
class Create:
    """Folders of policy and reference, and how to compute."""

    model: str
    reference: str | None
    critic: CriticSettings | None
    threads: PositiveCount
    device: Device
    precision: Precision
    matmul: Matmul
    gradient_checkpointing: bool
    token_budget: PositiveCount
    optimizer: OptimizerSettings


@dataclass(frozen=True)
class SetTokenBudget:
    """Padded tokens in one pass of the model from now on."""

    token_budget: PositiveCount


@dataclass(frozen=True)
class Sampling:
    """How completions are drawn; every uniform is a function of seed, step, row, sample and position."""

    samples: PositiveCount
    temperature: Positive
    top_p: Annotated[float, Above(0), AtMost(1)]
    max_tokens: PositiveCount
    stop: tuple[Count, ...]
    seed: Count
    step: Count


@dataclass(frozen=True)
class Forward:
    """Which model scores the completions."""

    slot: Slot
    temperature: Positive


@dataclass(frozen=True)
class LossSpec:
    """Coefficients and forms; what varies by token is a tensor."""

    policy_coefficient: float
    clip_low: float
    clip_high: float
    kl_coefficient: float
    kl_kind: KlKind
    kl_clamp: Positive
    entropy_coefficient: float
    ratio: Literal["token", "sequence"]


@dataclass(frozen=True)
class ForwardBackward:
    """The loss and the temperature of its logits."""

    temperature: Positive
    loss: LossSpec


@dataclass(frozen=True)
class CriticForwardBackward:
    """Clip range of a value around its old one, beyond which its loss stops falling."""

    clip: Positive


@dataclass(frozen=True)
class OptimStep:
    """A clip norm of 0 means no clipping."""

    slot: TrainedSlot
    learning_rate: NonNegative
    clip_norm: NonNegative


@dataclass(frozen=True)
class Directory:
    """An existing folder that `export_hf` writes into."""

    directory: str


@dataclass(frozen=True)
class Publication:
    """An existing folder that `publish_hf` writes into, and the type of the weights there."""

    directory: str
    dtype: Precision


@dataclass(frozen=True)
class StateFolders:
    """A Hugging Face folder, and one for what else a checkpoint needs: `save_state`, `load_state`."""

    model: str
    directory: str


ARGS: dict[str, type] = {
    "hello": Hello,
    "create": Create,
    "set_token_budget": SetTokenBudget,
    "sample": Sampling,
    "forward": Forward,
    "critic_forward": NoArgs,
    "forward_backward": ForwardBackward,
    "critic_forward_backward": CriticForwardBackward,
    "optim_step": OptimStep,
    "save_state": StateFolders,
    "load_state": StateFolders,
    "export_hf": Directory,
    "publish_hf": Publication,
    "cancel": NoArgs,
    "status": NoArgs,
    "shutdown": NoArgs,
}
# What waits for a `save_state` that is at work; most of it changes what is written.
AFTER_SAVING = frozenset({"create", "optim_step", "load_state", "save_state", "shutdown"})

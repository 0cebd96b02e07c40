"""The verbs of `trainer/engine-client/engine-protocol.ts`, as methods over policy, reference and critic."""

from __future__ import annotations

import math
import os
import resource
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor, nn

from oneshot_engine import protocol
from oneshot_engine.batching import CPU_PASS_TOKENS
from oneshot_engine.critic import Critic, load_critic, make_critic, save_critic, sharded_critic
from oneshot_engine.direct_file import FileRef
from oneshot_engine.errors import EngineError
from oneshot_engine.export_hf import export_hf
from oneshot_engine.finite import all_finite
from oneshot_engine.frames import Array
from oneshot_engine.matmul import choose_matmul
from oneshot_engine.memory import OutOfMemory, is_out_of_memory
from oneshot_engine.model import Compute, Model, Whole, load_model, sharded
from oneshot_engine.objective import forward, forward_backward
from oneshot_engine.optimizer import make_optimizer
from oneshot_engine.parse_args import parse_args
from oneshot_engine.passes import BetweenPasses
from oneshot_engine.publish_hf import publish_hf
from oneshot_engine.ranks import ALONE, Ranks, full, give_up_pass, local
from oneshot_engine.read_tensors import (
    Tensors,
    read_prompts,
    read_sequences,
    read_streams,
    read_value_streams,
)
from oneshot_engine.sampler import sample
from oneshot_engine.state import load_optimizer, save_optimizer
from oneshot_engine.value_objective import critic_forward_backward, values

Answer = tuple[dict[str, Any], dict[str, Array]]

POLICY_OPTIMIZER = "optimizer.safetensors"
CRITIC_WEIGHTS = "critic.safetensors"
CRITIC_OPTIMIZER = "critic-optimizer.safetensors"


@dataclass(frozen=True)
class TrainedCritic:
    """A critic with the optimizer of its own."""

    critic: Critic
    optimizer: torch.optim.AdamW


@dataclass(frozen=True)
class Slots:
    """What `create` made."""

    policy: Model
    reference: Model | None
    optimizer: torch.optim.AdamW
    trained_critic: TrainedCritic | None
    settings: protocol.Create

    @property
    def wholes(self) -> list[Whole]:
        """What is spread over ranks."""
        critic = None if self.trained_critic is None else self.trained_critic.critic
        return [part.whole for part in (self.policy, self.reference, critic) if part and part.whole]

    @property
    def pass_tokens(self) -> int:
        """Padded tokens of one pass of the model."""
        budget = self.settings.token_budget
        return min(budget, CPU_PASS_TOKENS) if self.settings.device == "cpu" else budget


class Engine:
    """Answers one verb at a time, `save_state` besides another; knows nothing of sockets."""

    def __init__(self, between_passes: Callable[[str, int, int], None], ranks: Ranks = ALONE):
        """An engine without a model.

        Args:
            between_passes: told verb, done and total between two passes of the model; may raise `CANCELLED`.
            ranks: that compute together.
        """
        self._between_passes = between_passes
        self._ranks = ranks
        self._slots: Slots | None = None
        self._methods: dict[str, Callable[[Any, Tensors], Answer]] = {
            "hello": self._hello,
            "create": self._create,
            "set_token_budget": self._set_token_budget,
            "sample": self._sample,
            "forward": self._forward,
            "critic_forward": self._critic_forward,
            "forward_backward": self._forward_backward,
            "critic_forward_backward": self._critic_forward_backward,
            "optim_step": self._optim_step,
            "save_state": self._save_state,
            "load_state": self._load_state,
            "export_hf": self._export_hf,
            "publish_hf": self._publish_hf,
            "cancel": lambda _args, _tensors: ({}, {}),
            "status": self._status,
            "shutdown": lambda _args, _tensors: ({}, {}),
        }

    def answer(self, verb: str, args: object, tensors: Tensors) -> Answer:
        """Result and tensors of a verb.

        Raises:
            EngineError: as the protocol lists them, `INTERNAL` excepted. After `OOM`, `NONFINITE`,
                `CANCELLED` and whatever is not foreseen here all gradients are gone, `save_state` excepted.
        """
        if verb not in self._methods:
            raise EngineError("BAD_REQUEST", f"there is no verb {verb}", detail={"where": "verb"})
        parsed = parse_args(protocol.ARGS[verb], args, "args")
        try:
            return self._methods[verb](parsed, tensors)
        except EngineError as error:
            if error.code in ("NONFINITE", "CANCELLED"):
                self._drop_gradients()
            raise
        except Exception as error:
            if verb != "save_state":
                self._drop_gradients()  # another verb may be adding to them
            # Where the ranks have not agreed on it, the others may wait for this one for ever.
            if isinstance(error, OutOfMemory) or (self._ranks.world == 1 and is_out_of_memory(error)):
                raise self._out_of_memory() from error
            raise

    def _hello(self, args: protocol.Hello, _: Tensors) -> Answer:
        if args.protocol_version != protocol.PROTOCOL_VERSION:
            message = (
                f"the engine speaks protocol {protocol.PROTOCOL_VERSION}, the driver {args.protocol_version}"
            )
            raise EngineError("BAD_REQUEST", message, detail={"where": "args.protocolVersion"})
        return {
            "protocolVersion": protocol.PROTOCOL_VERSION,
            "torch": str(torch.__version__),
            "transformers": transformers.__version__,
            "instructionSet": _instruction_set(),
            "pid": os.getpid(),
        }, {}

    def _create(self, args: protocol.Create, _: Tensors) -> Answer:
        if args.device == "cuda" and not torch.cuda.is_available():
            message = "torch finds no CUDA device here; set engine.device=cpu, or install torch for CUDA"
            raise EngineError("BAD_REQUEST", message, detail={"where": "args.device"})
        torch.set_num_threads(args.threads)
        choose_matmul(args.matmul, torch.device(args.device))
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what torch asks for below
        torch.use_deterministic_algorithms(True)
        # Nothing here reads memory that was never written.
        torch.utils.deterministic.fill_uninitialized_memory = False  # pyright: ignore[reportAttributeAccessIssue]
        policy = self._load(args.model, args)
        reference = None if args.reference is None else self._load(args.reference, args)
        optimizer = make_optimizer(policy.parameters(), args.optimizer)
        self._slots = Slots(policy, reference, optimizer, self._fresh_critic(args), args)
        return {}, {}

    def _set_token_budget(self, args: protocol.SetTokenBudget, _: Tensors) -> Answer:
        settings = replace(self._created.settings, token_budget=args.token_budget)
        self._slots = replace(self._created, settings=settings)
        return {}, {}

    def _sample(self, args: protocol.Sampling, tensors: Tensors) -> Answer:
        policy = self._created.policy
        if self._ranks.world > 1:
            message = f"the engine samples on one rank, not on {self._ranks.world}; choose another sampler"
            raise EngineError("BAD_REQUEST", message, detail={"where": "verb"})
        prompts, rows = read_prompts(tensors, policy)
        drawn = sample(
            policy,
            prompts,
            rows,
            args,
            token_budget=self._created.pass_tokens,
            between_passes=self._during("sample"),
        )
        return {}, {
            "tokens": drawn.tokens,
            "lengths": drawn.lengths,
            "logprobs": drawn.logprobs,
            "stopped": drawn.stopped,
        }

    def _forward(self, args: protocol.Forward, tensors: Tensors) -> Answer:
        slots = self._created
        model = slots.policy if args.slot == "policy" else slots.reference
        if model is None:
            raise EngineError("BAD_REQUEST", "create named no reference", detail={"where": "args.slot"})
        logprobs, entropy = forward(
            model,
            read_sequences(tensors, model),
            temperature=args.temperature,
            token_budget=slots.pass_tokens,
            ranks=self._ranks,
            between_passes=self._during("forward"),
        )
        return {}, {"logprobs": logprobs, "entropy": entropy}

    def _forward_backward(self, args: protocol.ForwardBackward, tensors: Tensors) -> Answer:
        slots = self._created
        sequences = read_sequences(tensors, slots.policy)
        terms, sums = forward_backward(
            slots.policy,
            sequences,
            read_streams(tensors, sequences, needs_reference=args.loss.kl_coefficient != 0),
            loss=args.loss,
            temperature=args.temperature,
            token_budget=slots.pass_tokens,
            ranks=self._ranks,
            between_passes=self._during("forward_backward"),
        )
        return asdict(sums), {
            "logprobs": terms.logprobs,
            "entropy": terms.entropy,
            "pg": terms.pg,
            "kl": terms.kl,
        }

    def _critic_forward(self, _args: protocol.NoArgs, tensors: Tensors) -> Answer:
        critic = self._critic.critic
        read = values(
            critic,
            read_sequences(tensors, critic.body),
            token_budget=self._created.pass_tokens,
            ranks=self._ranks,
            between_passes=self._during("critic_forward"),
        )
        return {}, {"values": read}

    def _critic_forward_backward(self, args: protocol.CriticForwardBackward, tensors: Tensors) -> Answer:
        critic = self._critic.critic
        sequences = read_sequences(tensors, critic.body)
        read, loss = critic_forward_backward(
            critic,
            sequences,
            read_value_streams(tensors, sequences),
            clip=args.clip,
            token_budget=self._created.pass_tokens,
            ranks=self._ranks,
            between_passes=self._during("critic_forward_backward"),
        )
        return {"loss": loss}, {"values": read}

    def _optim_step(self, args: protocol.OptimStep, _: Tensors) -> Answer:
        trained, optimizer = self._trained(args.slot)
        parameters = [value for value in trained.values() if value.grad is not None]
        norm = float(
            full(torch.nn.utils.clip_grad_norm_(parameters, args.clip_norm or math.inf, foreach=False))
        )
        if not math.isfinite(norm):
            raise EngineError("NONFINITE", f"the gradient's norm is {norm}; lower the learning rate")
        for group in optimizer.param_groups:
            group["lr"] = args.learning_rate
        self._ranks.together(optimizer.step)
        optimizer.zero_grad(set_to_none=True)
        if not self._ranks.agree(all_finite(_made(trained.values(), optimizer))):
            message = (
                f"an update at learning rate {args.learning_rate} made weights or moments of the {args.slot} "
                "that are not finite; lower the learning rate"
            )
            raise EngineError("NONFINITE", message)
        return {"gradNorm": norm}, {}

    def _save_state(self, args: protocol.StateFolders, _: Tensors) -> Answer:
        slots, folder = self._created, _folder(args.directory, "directory")
        model = export_hf(slots.policy, _folder(args.model, "model"))
        optimizer = save_optimizer(slots.optimizer, slots.policy.parameters(), folder / POLICY_OPTIMIZER)
        state = {POLICY_OPTIMIZER: optimizer}
        if slots.trained_critic is not None:
            critic, own = slots.trained_critic.critic, slots.trained_critic.optimizer
            state[CRITIC_WEIGHTS] = save_critic(critic, folder / CRITIC_WEIGHTS)
            state[CRITIC_OPTIMIZER] = save_optimizer(own, critic.parameters(), folder / CRITIC_OPTIMIZER)
        return {"model": _contents(model), "directory": _contents(state)}, {}

    def _load_state(self, args: protocol.StateFolders, _: Tensors) -> Answer:
        slots = self._created
        policy = self._load(args.model, slots.settings)
        if _shapes(policy) != _shapes(slots.policy):
            raise EngineError("STATE_INVALID", f"{args.model} is another kind of model than the one in use")
        folder = Path(args.directory)
        optimizer = make_optimizer(policy.parameters(), slots.settings.optimizer)
        load_optimizer(optimizer, policy.parameters(), folder / POLICY_OPTIMIZER)
        critic = self._fresh_critic(slots.settings)
        if critic is not None:
            load_critic(critic.critic, folder / CRITIC_WEIGHTS)
            load_optimizer(critic.optimizer, critic.critic.parameters(), folder / CRITIC_OPTIMIZER)
        self._slots = Slots(policy, slots.reference, optimizer, critic, slots.settings)
        return {}, {}

    def _export_hf(self, args: protocol.Directory, _: Tensors) -> Answer:
        files = export_hf(self._created.policy, _folder(args.directory, "directory"))
        return {"files": _contents(files)}, {}

    def _publish_hf(self, args: protocol.Publication, _: Tensors) -> Answer:
        size = publish_hf(self._created.policy, _folder(args.directory, "directory"), args.dtype)
        if self._created.settings.device == "cuda":
            torch.cuda.empty_cache()  # a server on the same GPU is about to wake
        return {"sizeBytes": size}, {}

    def _status(self, _args: protocol.NoArgs, _: Tensors) -> Answer:
        unit = 1 if sys.platform == "darwin" else 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
        bytes_by_place = {"engine": peak}
        if self._slots is not None and self._slots.settings.device == "cuda":
            bytes_by_place["gpu"] = torch.cuda.max_memory_reserved()
        return {"peakBytes": bytes_by_place}, {}

    def _during(self, verb: str) -> BetweenPasses:
        return lambda done, total: self._between_passes(verb, done, total)

    @property
    def _created(self) -> Slots:
        if self._slots is None:
            raise EngineError("NOT_CREATED", "send create first")
        return self._slots

    @property
    def _critic(self) -> TrainedCritic:
        trained = self._created.trained_critic
        if trained is None:
            raise EngineError("BAD_REQUEST", "create named no critic", detail={"where": "args.slot"})
        return trained

    def _trained(self, slot: protocol.TrainedSlot) -> tuple[dict[str, nn.Parameter], torch.optim.AdamW]:
        if slot == "policy":
            return self._created.policy.parameters(), self._created.optimizer
        return self._critic.critic.parameters(), self._critic.optimizer

    def _load(self, folder: str, args: protocol.Create) -> Model:
        model = self._ranks.together(lambda: load_model(folder, _compute(args)))
        return model if self._ranks.world == 1 else sharded(model)

    def _fresh_critic(self, args: protocol.Create) -> TrainedCritic | None:
        if args.critic is None:
            return None
        settings = args.critic
        critic = self._ranks.together(lambda: make_critic(args.model, settings.seed, _compute(args)))
        if self._ranks.world > 1:
            critic = sharded_critic(critic)
        return TrainedCritic(critic, make_optimizer(critic.parameters(), args.critic.optimizer))

    def _drop_gradients(self) -> None:
        if self._slots is None:
            return
        for whole in self._slots.wholes:
            give_up_pass(whole)
        self._slots.optimizer.zero_grad(set_to_none=True)
        if self._slots.trained_critic is not None:
            self._slots.trained_critic.optimizer.zero_grad(set_to_none=True)

    def _out_of_memory(self) -> EngineError:
        if self._slots is None:
            return EngineError("OOM", "the model does not fit into memory")
        tokens = self._slots.pass_tokens
        detail = {"tokenBudget": max(1, tokens // 2)}
        return EngineError("OOM", f"out of memory with {tokens} tokens in a pass", detail=detail)


def _instruction_set() -> str:
    """What decides the bits of a result besides versions: that of the CPU, and the first GPU's name."""
    cpu = torch.backends.cpu.get_cpu_capability()
    return f"{cpu}, {torch.cuda.get_device_name()}" if torch.cuda.is_available() else cpu


def _compute(args: protocol.Create) -> Compute:
    return Compute(torch.device(args.device), args.precision, args.gradient_checkpointing)


def _made(trained: Iterable[nn.Parameter], optimizer: torch.optim.AdamW) -> list[Tensor]:
    """Parameters and their moments after a step, as far as this rank holds them."""
    return [
        local(tensor)
        for parameter in trained
        for tensor in (parameter, *optimizer.state.get(parameter, {}).values())
    ]


def _shapes(model: Model) -> dict[str, torch.Size]:
    return {name: parameter.shape for name, parameter in model.parameters().items()}


def _folder(path: str, argument: str) -> Path:
    if not Path(path).is_dir():
        raise EngineError("BAD_REQUEST", f"{path} is no folder", detail={"where": f"args.{argument}"})
    return Path(path)


def _contents(files: Mapping[str, FileRef | None]) -> dict[str, Any]:
    """Written files as the protocol has them; a rank that writes nothing is not asked."""
    return {
        name: {"sha256": file.sha256, "sizeBytes": file.size_bytes}
        for name, file in files.items()
        if file is not None
    }

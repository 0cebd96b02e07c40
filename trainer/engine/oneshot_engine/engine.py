"""The verbs of `shared/engine-protocol.ts`, as methods over one policy, its reference and its optimizer."""

from __future__ import annotations

import math
import platform
import resource
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from oneshot_engine.batching import Sequences
from oneshot_engine.errors import EngineError
from oneshot_engine.frames import Array
from oneshot_engine.model import Model, export_hf, load_model
from oneshot_engine.objective import LossSpec, TokenReport, forward, forward_backward
from oneshot_engine.sampler import Sampling, sample
from oneshot_engine.state import load_optimizer, save_optimizer

PROTOCOL_VERSION = 1
MUTATING = frozenset({"create", "forward_backward", "optim_step", "load_state"})

Args = Mapping[str, Any]
Tensors = Mapping[str, Array]
Answer = tuple[dict[str, Any], dict[str, Array]]


@dataclass
class Slots:
    """What `create` made."""

    policy: Model
    reference: Model | None
    optimizer: torch.optim.AdamW
    token_budget: int


class Engine:
    """Answers one verb at a time; knows nothing of sockets."""

    def __init__(self, progress: Callable[[str, int, int], None]):
        self._progress = progress
        self._slots: Slots | None = None
        self._version = 0

    def answer(self, verb: str, args: Args, tensors: Tensors) -> Answer:
        """Result and tensors of a verb.

        Raises:
            EngineError: as the protocol lists them. After `OOM` and `NONFINITE` all gradients are gone.
        """
        method = {
            "hello": self._hello,
            "create": self._create,
            "sample": self._sample,
            "forward": self._forward,
            "forward_backward": self._forward_backward,
            "optim_step": self._optim_step,
            "save_state": self._save_state,
            "load_state": self._load_state,
            "export_hf": self._export_hf,
            "status": self._status,
            "shutdown": lambda _args, _tensors: ({}, {}),
        }.get(verb)
        if method is None:
            raise EngineError("BAD_REQUEST", f"there is no verb {verb}")
        try:
            return method(args, tensors)
        except KeyError as error:
            raise EngineError("BAD_REQUEST", f"{verb} lacks {error}") from error
        except EngineError as error:
            if error.code == "NONFINITE":
                self._drop_gradients()
            raise
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not _is_out_of_memory(error):
                raise
            self._drop_gradients()
            raise self._out_of_memory() from error
        except OSError as error:
            raise EngineError("DISK", f"{verb} could not use the disk: {error}") from error

    def _hello(self, args: Args, _: Tensors) -> Answer:
        if args["protocolVersion"] != PROTOCOL_VERSION:
            message = f"the engine speaks protocol {PROTOCOL_VERSION}, the driver {args['protocolVersion']}"
            raise EngineError("BAD_REQUEST", message)
        import os

        import transformers

        return {
            "protocolVersion": PROTOCOL_VERSION,
            "torch": str(torch.__version__),
            "transformers": transformers.__version__,
            "python": platform.python_version(),
            "instructionSet": torch.backends.cpu.get_cpu_capability(),
            "pid": os.getpid(),
        }, {}

    def _create(self, args: Args, _: Tensors) -> Answer:
        torch.set_num_threads(args["threads"])
        torch.use_deterministic_algorithms(True)
        policy = load_model(args["model"])
        reference = None if args["reference"] is None else load_model(args["reference"])
        settings = args["optimizer"]
        self._slots = Slots(policy, reference, _optimizer(policy, settings), args["tokenBudget"])
        self._version = 0
        size = sum(parameter.numel() for _, parameter in policy.parameters())
        return {"parameters": size, "vocabulary": policy.vocabulary, "context": policy.context}, {}

    def _sample(self, args: Args, tensors: Tensors) -> Answer:
        prompts = _pieces(tensors["tokens"], tensors["lengths"])
        if not prompts or any(len(prompt) == 0 for prompt in prompts):
            raise EngineError("BAD_REQUEST", "sample needs at least one prompt, and none may be empty")
        sampling = Sampling(
            samples=args["samples"],
            temperature=args["temperature"],
            top_p=args["topP"],
            max_tokens=args["maxTokens"],
            stop=tuple(args["stop"]),
            seed=args["seed"],
            step=args["step"],
        )
        policy = self._created.policy
        if max(len(prompt) for prompt in prompts) >= policy.context:
            raise EngineError("BAD_REQUEST", f"a prompt leaves no room in the context of {policy.context} tokens")
        drawn = sample(
            policy, prompts, tensors["rows"], sampling, lambda done, total: self._progress("sample", done, total)
        )
        return {"version": self._version}, {
            "tokens": drawn.tokens,
            "lengths": drawn.lengths,
            "logprobs": drawn.logprobs,
            "stopped": drawn.stopped,
        }

    def _forward(self, args: Args, tensors: Tensors) -> Answer:
        slots = self._created
        model = slots.policy if args["slot"] == "policy" else slots.reference
        if model is None:
            raise EngineError("BAD_REQUEST", "the engine was created without a reference")
        report = forward(
            model, _sequences(tensors), temperature=args["temperature"], token_budget=slots.token_budget
        )
        return {}, {"logprobs": report.logprobs, "entropy": report.entropy}

    def _forward_backward(self, args: Args, tensors: Tensors) -> Answer:
        slots = self._created
        streams = {name: tensors[name] for name in tensors if name not in {"tokens", "lengths", "promptLengths"}}
        report = forward_backward(
            slots.policy,
            _sequences(tensors),
            streams,
            loss=_loss_spec(args["loss"]),
            temperature=args["temperature"],
            token_budget=slots.token_budget,
        )
        return dict(report.sums), _token_tensors(report)

    def _optim_step(self, args: Args, _: Tensors) -> Answer:
        slots = self._created
        parameters = [parameter for _, parameter in slots.policy.parameters()]
        clip = args["clipNorm"] or math.inf
        norm = float(torch.nn.utils.clip_grad_norm_(parameters, clip, foreach=False))
        if not math.isfinite(norm):
            raise EngineError("NONFINITE", f"the gradient's norm is {norm}; lower the learning rate")
        for group in slots.optimizer.param_groups:
            group["lr"] = args["learningRate"]
        slots.optimizer.step()
        self._drop_gradients()
        self._version += 1
        return {"gradNorm": norm, "version": self._version}, {}

    def _save_state(self, args: Args, _: Tensors) -> Answer:
        slots = self._created
        return {"files": save_optimizer(slots.optimizer, slots.policy, _folder(args))}, {}

    def _load_state(self, args: Args, _: Tensors) -> Answer:
        slots = self._created
        loaded = dict(load_model(args["model"]).parameters())
        with torch.no_grad():
            for name, parameter in slots.policy.parameters():
                if name not in loaded or loaded[name].shape != parameter.shape:
                    raise EngineError("STATE_INVALID", f"{args['model']} does not fit the model: {name}")
                parameter.copy_(loaded[name])
        load_optimizer(slots.optimizer, slots.policy, args["directory"])
        self._drop_gradients()
        self._version += 1
        return {"version": self._version}, {}

    def _export_hf(self, args: Args, _: Tensors) -> Answer:
        return {"files": export_hf(self._created.policy, _folder(args))}, {}

    def _status(self, _args: Args, _: Tensors) -> Answer:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {"created": self._slots is not None, "version": self._version, "peakRssBytes": peak}, {}

    @property
    def _created(self) -> Slots:
        if self._slots is None:
            raise EngineError("NOT_CREATED", "send create first")
        return self._slots

    def _drop_gradients(self) -> None:
        if self._slots is not None:
            self._slots.optimizer.zero_grad(set_to_none=True)

    def _out_of_memory(self) -> EngineError:
        budget = self._slots.token_budget if self._slots is not None else 1
        detail = {"tokenBudget": max(1, budget // 2)}
        return EngineError("OOM", f"out of memory with {budget} tokens in a pass", retryable=True, detail=detail)


def _optimizer(policy: Model, settings: Args) -> torch.optim.AdamW:
    decay = settings["weightDecay"]
    named = policy.parameters()
    matrices = [parameter for _, parameter in named if parameter.ndim >= 2]
    vectors = [parameter for _, parameter in named if parameter.ndim < 2]
    groups: list[dict[str, Any]] = [
        {"params": matrices, "weight_decay": decay},
        {"params": vectors, "weight_decay": decay if settings["decay"] == "all" else 0.0},
    ]
    # One tensor at a time: the order of additions is then fixed.
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=0.0,
        betas=cast(tuple[float, float], tuple(settings["betas"])),
        eps=settings["eps"],
        foreach=False,
    )


def _loss_spec(fields: Args) -> LossSpec:
    return LossSpec(
        policy_coefficient=fields["policyCoefficient"],
        clip_low=fields["clipLow"],
        clip_high=fields["clipHigh"],
        kl_coefficient=fields["klCoefficient"],
        kl_kind=fields["klKind"],
        kl_clamp=fields["klClamp"],
        entropy_coefficient=fields["entropyCoefficient"],
    )


def _sequences(tensors: Tensors) -> Sequences:
    return Sequences(tensors["tokens"], tensors["lengths"], tensors["promptLengths"])


def _token_tensors(report: TokenReport) -> dict[str, Array]:
    return {"logprobs": report.logprobs, "entropy": report.entropy, "pg": report.pg, "kl": report.kl}


def _pieces(tokens: Array, lengths: Array) -> list[NDArray[np.int32]]:
    if int(lengths.sum()) != len(tokens):
        raise EngineError("BAD_REQUEST", "lengths do not fit tokens")
    return np.split(tokens, np.cumsum(lengths)[:-1])


def _folder(args: Args) -> str:
    if not Path(args["directory"]).is_dir():
        raise EngineError("BAD_REQUEST", f"{args['directory']} is no folder")
    return args["directory"]


def _is_out_of_memory(error: BaseException) -> bool:
    known = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return known or "can't allocate memory" in str(error) or "not enough memory" in str(error)

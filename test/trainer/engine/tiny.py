"""What the engine's tests share: tiny models and batches for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from oneshot_engine.engine import Engine
from oneshot_engine.frames import Array

GOLDEN = Path(__file__).parents[2] / "golden"
MODELS = GOLDEN / "inference"
QWEN2 = str(MODELS / "qwen2-tied")  # 43 tokens, a context of 512
LLAMA = str(MODELS / "llama-untied")  # 37 tokens, a context of 96
ADAMW = {"betas": [0.9, 0.999], "eps": 1e-8, "weightDecay": 0.01, "decay": "all"}
LOSS = {
    "policyCoefficient": 1.0,
    "clipLow": 0.2,
    "clipHigh": 0.2,
    "klCoefficient": 0.001,
    "klKind": "k3",
    "klClamp": 10.0,
    "entropyCoefficient": 0.001,
    "ratio": "token",
}

# Arguments of the verb `create`, but for the models.
CREATE = {
    "critic": None,
    "threads": 1,
    "device": "cpu",
    "precision": "fp32",
    "matmul": "exact",
    "gradientCheckpointing": False,
    "tokenBudget": 512,
    "optimizer": ADAMW,
}

Tensors = dict[str, Array]


class Caller:
    """An engine in this process."""

    def __init__(self) -> None:
        self._engine = Engine(lambda _verb, _done, _total: None)

    def __call__(self, verb: str, args: Mapping[str, Any], tensors: Tensors | None = None) -> Any:
        """Result and tensors of a verb in one mapping."""
        result, returned = self._engine.answer(verb, args, tensors or {})
        return {**result, **returned}


def created(model: str = QWEN2, **changes: Any) -> Caller:
    """An engine with a model and itself as reference."""
    call = Caller()
    call("create", {**CREATE, "model": model, "reference": model, **changes})
    return call


def sequences(seed: int = 0, *, vocabulary: int = 37, rows: int = 9) -> Tensors:
    """Prompts and completions of various lengths."""
    random = np.random.default_rng(seed)
    prompts = random.integers(1, 12, rows)
    lengths = prompts + random.integers(1, 30, rows)
    return {
        "tokens": random.integers(0, vocabulary, int(lengths.sum())).astype(np.int32),
        "lengths": lengths.astype(np.int32),
        "promptLengths": prompts.astype(np.int32),
    }


def streams(batch: Tensors, seed: int = 1) -> Tensors:
    """Weights, advantages, old and reference log-probabilities for a batch."""
    random = np.random.default_rng(seed)
    tokens = int((batch["lengths"] - batch["promptLengths"]).sum())
    return {
        "weights": (random.uniform(0.5, 1.5, tokens) / tokens).astype(np.float32),
        "advantages": random.standard_normal(tokens).astype(np.float32),
        "oldLogprobs": random.uniform(-6, -2, tokens).astype(np.float32),
        "referenceLogprobs": random.uniform(-6, -2, tokens).astype(np.float32),
    }


def trajectory(call: Caller, first: int, last: int) -> list[Any]:
    """Training steps `first` to `last`, each with everything it returned as bytes."""
    record: list[Any] = []
    for step in range(first, last + 1):
        prompts = {
            "tokens": np.array([1, 2, 3, 1, 2, 3, 4, 5], np.int32),
            "lengths": np.array([3, 3, 2], np.int32),
            "rows": np.arange(3, dtype=np.int32),
        }
        sampling = {"samples": 4, "temperature": 0.6, "topP": 1, "maxTokens": 12, "stop": [0], "seed": 5}
        drawn = call("sample", {**sampling, "step": step}, prompts)
        batch = joined(prompts, drawn, samples=4)
        tokens = len(drawn["tokens"])
        reference = call("forward", {"slot": "reference", "temperature": 0.6}, batch)
        per_token = {
            "weights": np.full(tokens, 1 / tokens, np.float32),
            "advantages": np.random.default_rng(step).standard_normal(tokens).astype(np.float32),
            "referenceLogprobs": reference["logprobs"],
        }
        report = call("forward_backward", {"temperature": 0.6, "loss": LOSS}, {**batch, **per_token})
        norm = call("optim_step", {"slot": "policy", "learningRate": 1e-3, "clipNorm": 1.0})["gradNorm"]
        record.append({"norm": norm, "loss": report["loss"], "logprobs": drawn["logprobs"].tobytes()})
    return record


def joined(prompts: Tensors, drawn: Mapping[str, Array], samples: int) -> Tensors:
    """Prompts with their completions as a batch for `forward`."""
    ends = np.cumsum(prompts["lengths"])[:-1]
    heads = [head for head in np.split(prompts["tokens"], ends) for _ in range(samples)]
    tails = np.split(drawn["tokens"], np.cumsum(drawn["lengths"])[:-1])
    return {
        "tokens": np.concatenate([part for pair in zip(heads, tails, strict=True) for part in pair]),
        "lengths": np.array([len(h) + len(t) for h, t in zip(heads, tails, strict=True)], np.int32),
        "promptLengths": np.array([len(head) for head in heads], np.int32),
    }

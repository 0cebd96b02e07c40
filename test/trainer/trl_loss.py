"""Loss and gradient of our engine against TRL's `GRPOTrainer` on the same tensors, off-policy.

Run by `test/long/trl-loss.test.ts` in the environment of the benchmarks, which holds TRL. Prints the largest
differences as JSON.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from oneshot_engine.batching import Sequences
from oneshot_engine.model import load_model
from oneshot_engine.objective import Streams, forward, forward_backward
from oneshot_engine.protocol import LossSpec
from trl import GRPOTrainer

MODELS = Path(__file__).parents[1] / "golden/inference"
TEMPERATURE = 0.6
BETA = 0.04
CLIP = (0.2, 0.3)


def main() -> None:
    worst = {"loss": 0.0, "gradient": 0.0, "clipped": 0.0}
    for name in ("qwen2-tied", "llama-untied"):
        for seed in range(4):
            for key, value in difference(name, seed).items():
                worst[key] = max(worst[key], value)
    print(json.dumps(worst))


def difference(name: str, seed: int) -> dict[str, float]:
    """Relative differences of loss and gradient, and the share of tokens that the clip binds."""
    random = np.random.default_rng(seed)
    model = load_model(str(MODELS / name))
    rows, prompt, longest = 8, 5, 12
    completions = [random.integers(1, model.vocabulary, random.integers(3, longest + 1)) for _ in range(rows)]
    prompts = random.integers(1, model.vocabulary, (rows, prompt))
    sequences = Sequences(
        tokens=np.concatenate(
            [part for pair in zip(prompts, completions, strict=True) for part in pair]
        ).astype(np.int32),
        lengths=np.array([prompt + len(c) for c in completions], np.int32),
        prompt_lengths=np.full(rows, prompt, np.int32),
    )
    now, _ = forward(
        model,
        sequences,
        temperature=TEMPERATURE,
        token_budget=10_000,
        between_passes=lambda _done, _total: None,
    )
    tokens = len(now)
    # Ratios of new to old between a half and two.
    old = now - np.log(random.uniform(0.5, 2, tokens)).astype(np.float32)
    reference = now + random.normal(0, 0.5, tokens).astype(np.float32)
    advantages = random.normal(size=rows).astype(np.float32)
    counts = [len(c) for c in completions]
    ours = our_loss(model, sequences, now, old, reference, np.repeat(advantages, counts))
    theirs, clipped = their_loss(model, prompts, completions, old, reference, advantages)
    return {
        "loss": abs(ours[0] - theirs[0]) / abs(theirs[0]),
        "gradient": float((ours[1] - theirs[1]).norm() / theirs[1].norm()),
        "clipped": clipped,
    }


def our_loss(model: Any, sequences: Sequences, now: Any, old: Any, reference: Any, advantages: Any) -> Any:
    weights = np.full(len(now), 1 / len(now), np.float32)
    spec = LossSpec(
        policy_coefficient=1.0,
        clip_low=CLIP[0],
        clip_high=CLIP[1],
        kl_coefficient=BETA,
        kl_kind="k3",
        kl_clamp=1e9,
        entropy_coefficient=0.0,
        ratio="token",
    )
    streams = Streams(weights, advantages, old, reference)
    _, sums = forward_backward(
        model,
        sequences,
        streams,
        loss=spec,
        temperature=TEMPERATURE,
        token_budget=10_000,
        between_passes=lambda _done, _total: None,
    )
    return sums.loss, taken_gradient(model)


def their_loss(model: Any, prompts: Any, completions: Any, old: Any, reference: Any, advantages: Any) -> Any:
    rows, longest = len(completions), max(map(len, completions))
    ids, mask = np.zeros((rows, longest), np.int64), np.zeros((rows, longest), np.int64)
    padded = {"old": np.zeros((rows, longest), np.float32), "ref": np.zeros((rows, longest), np.float32)}
    start = 0
    for b, completion in enumerate(completions):
        ids[b, : len(completion)], mask[b, : len(completion)] = completion, 1
        for key, values in (("old", old), ("ref", reference)):
            padded[key][b, : len(completion)] = values[start : start + len(completion)]
        start += len(completion)
    trainer = bare_trainer(model.network)
    loss = trainer._compute_loss(
        model.network,
        {
            "prompt_ids": torch.from_numpy(prompts),
            "prompt_mask": torch.ones(prompts.shape, dtype=torch.int64),
            "completion_ids": torch.from_numpy(ids),
            "completion_mask": torch.from_numpy(mask),
            "advantages": torch.from_numpy(advantages),
            "old_per_token_logps": torch.from_numpy(padded["old"]),
            "ref_per_token_logps": torch.from_numpy(padded["ref"]),
        },
    )
    loss.backward()
    return (float(loss), taken_gradient(model)), trainer._metrics["eval"]["clip_ratio/region_mean"][0]


def bare_trainer(network: Any) -> Any:
    """A trainer with what its loss reads: `loss_type="bnpo"`, no correction of the KL term."""
    trainer: Any = object.__new__(GRPOTrainer)
    args = SimpleNamespace(use_bias_correction_kl=False, delta=None)
    accelerator = SimpleNamespace(gather=lambda x: x, reduce=lambda x, reduction: x)
    for key, value in {
        "model": network,
        "args": args,
        "accelerator": accelerator,
        "_metrics": {"eval": defaultdict(list)},
        "loss_type": "bnpo",
        "beta": BETA,
        "epsilon_low": CLIP[0],
        "epsilon_high": CLIP[1],
        "temperature": TEMPERATURE,
        "importance_sampling_level": "token",
        "top_entropy_quantile": 1.0,
        "aux_loss_enabled": False,
        "off_policy_mask_threshold": None,
        "use_vllm": False,
        "_entropy_bonus_enabled": False,
        "_get_per_token_logps_and_entropies": logps_and_entropies,
    }.items():
        setattr(trainer, key, value)
    return trainer


def logps_and_entropies(network: Any, ids: Any, mask: Any, keep: int, **_: Any) -> Any:
    """By plain torch, from all logits."""
    logits = network(input_ids=ids, attention_mask=mask).logits[:, -keep - 1 : -1] / TEMPERATURE
    logprobs = logits.log_softmax(-1)
    return logprobs.gather(-1, ids[:, -keep:, None])[..., 0], -(logprobs.exp() * logprobs).sum(-1), None


def taken_gradient(model: Any) -> torch.Tensor:
    parameters = model.parameters().values()
    gradient = torch.cat([parameter.grad.double().flatten() for parameter in parameters])
    for parameter in parameters:
        parameter.grad = None
    return gradient


if __name__ == "__main__":
    sys.exit(main())

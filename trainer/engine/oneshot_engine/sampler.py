"""Drawing completions: one prefill for equal prompts, a KV cache, finished rows dropped, keyed uniforms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from oneshot_engine.decoder import prefill
from oneshot_engine.inverse_cdf import inverse_cdf
from oneshot_engine.model import Model
from oneshot_engine.passes import BetweenPasses
from oneshot_engine.philox import uniforms
from oneshot_engine.protocol import Sampling

Ints = NDArray[np.int32]
Ids = NDArray[np.int64]

# Finished rows go when this share of the batch has finished: dropping copies the whole cache.
DROP_SHARE = 0.25
# Completions whose caches would together be larger are drawn in turns. What is free does not matter: a run
# that goes on must draw in the turns in which it would have drawn.
CPU_CACHE_BYTES = 2**31
GPU_CACHE_SHARE = 0.25


@dataclass(frozen=True)
class Completions:
    """What was drawn for P prompts with K samples each, the samples of a prompt beside each other.

    Attributes:
        tokens: [N], the stop token included.
        lengths: [P·K].
        logprobs: [N] at the temperature.
        stopped: [P·K] 1 where a stop token ended it, 0 where a limit did.
    """

    tokens: Ints
    lengths: Ints
    logprobs: NDArray[np.float32]
    stopped: NDArray[np.uint8]


@torch.no_grad()
def sample(
    model: Model,
    prompts: list[Ints],
    rows: Ints,
    sampling: Sampling,
    *,
    token_budget: int,
    between_passes: BetweenPasses,
) -> Completions:
    """Draws `samples` completions of each prompt; each depends on its own prompt, row and sample alone.

    Args:
        model: the policy.
        prompts: P arrays of token ids, shorter than the model's context, which limits completions too.
        rows: [P] position of each prompt in the step's batch.
        sampling: how.
        token_budget: padded tokens of prompts in one pass.
        between_passes: told completed and all P·K completions after each token.
    """
    total = len(prompts) * sampling.samples
    longest = max(len(prompt) for prompt in prompts) + sampling.max_tokens
    turn = max(1, _cache_bytes(model) // (longest * model.cache_bytes_per_token))
    parts: list[Completions] = []
    for start in range(0, total, turn):
        which = np.arange(start, min(total, start + turn))
        with model.compute.layers():
            batch = _Batch(model, prompts, rows, which, sampling, token_budget)
            while batch.draw():
                between_passes(start + len(which) - batch.running, total)
        parts.append(batch.completions())
    return Completions(
        tokens=np.concatenate([part.tokens for part in parts]),
        lengths=np.concatenate([part.lengths for part in parts]),
        logprobs=np.concatenate([part.logprobs for part in parts]),
        stopped=np.concatenate([part.stopped for part in parts]),
    )


def _cache_bytes(model: Model) -> int:
    device = model.compute.device
    if device.type == "cpu":
        return CPU_CACHE_BYTES
    return int(GPU_CACHE_SHARE * torch.cuda.get_device_properties(device).total_memory)


class _Batch:
    """Completions that are drawn side by side."""

    def __init__(
        self,
        model: Model,
        prompts: list[Ints],
        rows: Ints,
        which: NDArray[np.intp],
        sampling: Sampling,
        token_budget: int,
    ):
        self._sampling = sampling
        self._tensor = model.compute.tensor
        self._context = model.context
        self._position = 0
        prompt_of = which // sampling.samples  # [n]
        self._row = rows[prompt_of].astype(np.uint64)
        self._sample = (which % sampling.samples).astype(np.uint64)
        lengths = np.array([len(prompts[p]) for p in prompt_of])
        self._limit = np.minimum(sampling.max_tokens, model.context - lengths)
        self._alive = np.ones(len(which), bool)
        self._stopped = np.zeros(len(which), bool)
        self._members = np.arange(len(which))  # which completions the decoder's rows are
        self._drawn: list[NDArray[np.int64]] = []  # by position, [n] each, -1 where nothing was drawn
        self._logprobs: list[NDArray[np.float64]] = []

        distinct = sorted({prompts[p].tobytes() for p in prompt_of})
        place = {prompt: i for i, prompt in enumerate(distinct)}
        index = self._tensor(np.array([place[prompts[p].tobytes()] for p in prompt_of]))
        ids, padding, places = _left_pad([np.frombuffer(prompt, np.int32) for prompt in distinct])
        mask = None if padding is None else self._tensor(padding)
        positions = self._tensor(places)
        self._decoder, logits = prefill(model, self._tensor(ids), mask, positions, token_budget=token_budget)
        self._decoder.select(index)
        self._logits = logits[index]
        self._next_position = positions[index, -1] + 1

    @property
    def running(self) -> int:
        """How many completions have not ended."""
        return int(self._alive.sum())

    def draw(self) -> bool:
        """Draws the next token of every completion that runs; false when none is left."""
        tokens = self._draw_tokens()
        self._position += 1
        self._stopped |= np.isin(self._drawn[-1], self._sampling.stop)
        self._alive &= ~self._stopped & (self._limit > self._position)
        if not self._alive.any():
            return False
        running = self._alive[self._members]
        if running.mean() <= 1 - DROP_SHARE:
            keep = self._tensor(np.flatnonzero(running))
            self._decoder.select(keep)
            self._members = self._members[running]
            tokens, self._next_position = tokens[keep], self._next_position[keep]
        self._logits = self._decoder.step(tokens, self._next_position)
        # Rows that have ended decode on until they are dropped, but never beyond the context.
        self._next_position = (self._next_position + 1).clamp(max=self._context - 1)
        return True

    def completions(self) -> Completions:
        """Everything drawn."""
        drawn, logprobs = np.stack(self._drawn, 1), np.stack(self._logprobs, 1)  # [n, t]
        present = drawn >= 0
        return Completions(
            tokens=drawn[present].astype(np.int32),
            lengths=present.sum(1).astype(np.int32),
            logprobs=logprobs[present].astype(np.float32),
            stopped=self._stopped.astype(np.uint8),
        )

    def _draw_tokens(self) -> Tensor:
        """Draws for every row of the decoder, [b], and records what belongs to completions that run."""
        sampling, members = self._sampling, self._members
        u = uniforms(
            seed=sampling.seed,
            position=np.full(len(members), self._position, np.uint64),
            sample=self._sample[members],
            row=self._row[members],
            step=np.full(len(members), sampling.step, np.uint64),
        )
        token, logprob = inverse_cdf(
            self._logits,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            u=self._tensor(u),
        )
        running = self._alive[members]
        drawn, logprobs = np.full(len(self._alive), -1), np.zeros(len(self._alive))
        drawn[members[running]] = token.cpu().numpy()[running]
        logprobs[members[running]] = logprob.cpu().numpy()[running]
        self._drawn.append(drawn)
        self._logprobs.append(logprobs)
        return token


def _left_pad(prompts: list[Ints]) -> tuple[Ids, Ids | None, Ids]:
    """Token ids, mask (`None` where nothing is padded) and positions, each [P, t]."""
    longest = max(len(prompt) for prompt in prompts)
    ids = np.zeros((len(prompts), longest), np.int64)
    mask = np.zeros((len(prompts), longest), np.int64)
    for i, prompt in enumerate(prompts):
        ids[i, longest - len(prompt) :] = prompt
        mask[i, longest - len(prompt) :] = 1
    positions = (mask.cumsum(1) - 1).clip(0)
    return ids, None if mask.all() else mask, positions

"""Drawing completions: one prefill for equal prompts, a KV cache, finished rows dropped, keyed uniforms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from oneshot_engine.inverse_cdf import inverse_cdf
from oneshot_engine.model import Model
from oneshot_engine.philox import uniforms

# Finished rows go when this share of the batch has finished: dropping copies the whole cache.
DROP_SHARE = 0.25


@dataclass(frozen=True)
class Sampling:
    """How completions are drawn; every uniform is a function of seed, step, row, sample and position."""

    samples: int
    temperature: float
    top_p: float
    max_tokens: int
    stop: tuple[int, ...]
    seed: int
    step: int


@dataclass(frozen=True)
class Completions:
    """What was drawn for P prompts with K samples each, the samples of a prompt beside each other.

    Attributes:
        tokens: [N], the stop token included.
        lengths: [P·K].
        logprobs: [N] at the temperature.
        stopped: [P·K] 1 where a stop token ended it, 0 where the limit did.
    """

    tokens: NDArray[np.int32]
    lengths: NDArray[np.int32]
    logprobs: NDArray[np.float32]
    stopped: NDArray[np.uint8]


@torch.no_grad()
def sample(
    model: Model,
    prompts: list[NDArray[np.int32]],
    rows: NDArray[np.int32],
    sampling: Sampling,
    progress: Callable[[int, int], None],
) -> Completions:
    """Draws `samples` completions of each prompt.

    Args:
        model: the policy.
        prompts: P arrays of token ids.
        rows: [P] position of each prompt in the step's batch.
        sampling: how.
        progress: told tokens done and the limit, now and then.
    """
    batch = _Decoding(model, prompts, rows, sampling)
    limit = min(sampling.max_tokens, model.context - max(len(prompt) for prompt in prompts))
    for position in range(limit):
        batch.draw(position)
        if not batch.alive.any() or position + 1 == limit:
            break
        batch.advance()
        progress(position + 1, limit)
    return batch.completions()


class _Decoding:
    """The rows that are still decoded, and everything drawn so far."""

    def __init__(
        self, model: Model, prompts: list[NDArray[np.int32]], rows: NDArray[np.int32], sampling: Sampling
    ):
        from transformers import DynamicCache

        self.model = model
        self.sampling = sampling
        total = len(prompts) * sampling.samples
        self.row = np.repeat(rows.astype(np.uint64), sampling.samples)  # [P·K]
        self.sample = np.tile(np.arange(sampling.samples, dtype=np.uint64), len(prompts))
        self.drawn: list[NDArray[np.int64]] = []  # per position [P·K], -1 where nothing was drawn
        self.logprobs: list[NDArray[np.float64]] = []
        self.alive = np.ones(total, bool)
        self.members = np.arange(total)  # which completions the batch's rows are

        distinct = sorted({prompt.tobytes() for prompt in prompts})
        place = {prompt: i for i, prompt in enumerate(distinct)}
        of = np.repeat([place[prompt.tobytes()] for prompt in prompts], sampling.samples)
        ids, self.mask, positions = _left_pad([np.frombuffer(prompt, np.int32) for prompt in distinct])
        self.cache = DynamicCache(config=model.network.config)
        logits = self._forward(ids, positions)
        index = torch.from_numpy(of)
        self.cache.batch_select_indices(index)
        self.logits = logits[index]
        self.next_position = positions[index, -1:] + 1
        self.mask = None if self.mask is None else self.mask[index]

    def draw(self, position: int) -> None:
        """Draws the next token of every row from the current logits."""
        sampling = self.sampling
        counter = {
            "position": np.full(len(self.members), position, np.uint64),
            "sample": self.sample[self.members],
            "row": self.row[self.members],
            "step": np.full(len(self.members), sampling.step, np.uint64),
        }
        u = torch.from_numpy(uniforms(seed=sampling.seed, **counter))
        token, logprob = inverse_cdf(
            self.logits, temperature=sampling.temperature, top_p=sampling.top_p, u=u
        )
        self.token = token[:, None]
        tokens, logprobs = np.full(len(self.alive), -1), np.zeros(len(self.alive))
        running = self.alive[self.members]
        tokens[self.members[running]] = token.numpy()[running]
        logprobs[self.members[running]] = logprob.numpy()[running]
        self.drawn.append(tokens)
        self.logprobs.append(logprobs)
        self.alive &= ~np.isin(tokens, sampling.stop)

    def advance(self) -> None:
        """One step of the model over the tokens just drawn, without most rows that have finished."""
        running = self.alive[self.members]
        if running.mean() <= 1 - DROP_SHARE:
            keep = torch.from_numpy(np.flatnonzero(running))
            self.cache.batch_select_indices(keep)
            self.members = self.members[running]
            self.token, self.next_position = self.token[keep], self.next_position[keep]
            self.mask = None if self.mask is None else self.mask[keep]
        if self.mask is not None:
            self.mask = torch.nn.functional.pad(self.mask, (0, 1), value=1)
        self.logits = self._forward(self.token, self.next_position)
        self.next_position = self.next_position + 1

    def completions(self) -> Completions:
        drawn, logprobs = np.stack(self.drawn, 1), np.stack(self.logprobs, 1)  # [P·K, t]
        present = drawn >= 0
        return Completions(
            tokens=drawn[present].astype(np.int32),
            lengths=present.sum(1).astype(np.int32),
            logprobs=logprobs[present].astype(np.float32),
            stopped=(~self.alive).astype(np.uint8),
        )

    def _forward(self, ids: Tensor, positions: Tensor) -> Tensor:
        """Logits [b, V] after the last token of each row."""
        output = self.model.network.base_model(
            input_ids=ids,
            position_ids=positions,
            attention_mask=self.mask,
            past_key_values=self.cache,
            use_cache=True,
        )
        return self.model.head(output.last_hidden_state[:, -1])


def _left_pad(prompts: list[NDArray[np.int32]]) -> tuple[Tensor, Tensor | None, Tensor]:
    """Token ids, mask (`None` where nothing is padded) and positions, each [P, t]."""
    longest = max(len(prompt) for prompt in prompts)
    ids = np.zeros((len(prompts), longest), np.int64)
    mask = np.zeros((len(prompts), longest), np.int64)
    for i, prompt in enumerate(prompts):
        ids[i, longest - len(prompt) :] = prompt
        mask[i, longest - len(prompt) :] = 1
    positions = (mask.cumsum(1) - 1).clip(0)
    return (
        torch.from_numpy(ids),
        None if mask.all() else torch.from_numpy(mask),
        torch.from_numpy(positions),
    )

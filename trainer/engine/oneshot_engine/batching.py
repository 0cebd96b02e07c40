"""Cutting a ragged batch into padded passes of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oneshot_engine.errors import EngineError

Ints = NDArray[np.int32]

# A larger pass gains nothing on a CPU and leaves its caches: with 3 layers of width 128, passes of 16,384
# tokens take a fifth longer than passes of 1024.
CPU_PASS_TOKENS = 1024


@dataclass(frozen=True)
class Sequences:
    """Prompts and completions, one after another.

    Attributes:
        tokens: [Σ lengths].
        lengths: [B] prompt and completion.
        prompt_lengths: [B], at least 1 and less than the length.
    """

    tokens: Ints
    lengths: Ints
    prompt_lengths: Ints

    def __post_init__(self) -> None:
        """Refuses lengths that do not fit the tokens."""
        sound = (
            len(self.lengths) == len(self.prompt_lengths)
            and int(self.lengths.sum()) == len(self.tokens)
            and bool((self.prompt_lengths >= 1).all())
            and bool((self.prompt_lengths < self.lengths).all())
        )
        if not sound:
            raise EngineError("BAD_REQUEST", "lengths and promptLengths do not fit tokens")

    @property
    def completion_tokens(self) -> int:
        """N, of all sequences together."""
        return int((self.lengths - self.prompt_lengths).sum())


@dataclass(frozen=True)
class Batch:
    """One padded pass.

    Attributes:
        input_ids: [b, t] right-padded with 0; causal attention keeps padding from what stands before it.
        predictors: [n] places, in the flattened pass [b·t], of the states that predict its completion tokens.
        targets: [n] those tokens.
        stream: [n] where they stand in a stream of all N completion tokens.
    """

    input_ids: NDArray[np.int64]
    predictors: NDArray[np.int64]
    targets: NDArray[np.int64]
    stream: NDArray[np.int64]


def batches(sequences: Sequences, token_budget: int) -> Iterator[Batch]:
    """Passes of at most `token_budget` padded tokens (or one sequence), similar lengths together.

    Together they cover every completion token once; longest first: memory runs out at once or not at all.
    """
    order = np.argsort(-sequences.lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = int(sequences.lengths[order[start]])
        count = max(1, token_budget // longest)
        yield _pad(sequences, order[start : start + count])
        start += count


def _pad(sequences: Sequences, members: NDArray[np.intp]) -> Batch:
    offsets = np.concatenate([[0], np.cumsum(sequences.lengths)])
    streams = np.concatenate([[0], np.cumsum(sequences.lengths - sequences.prompt_lengths)])
    width = int(sequences.lengths[members].max())
    ids = np.zeros((len(members), width), np.int64)
    predictors: list[NDArray[np.int64]] = []
    stream: list[NDArray[np.int64]] = []
    for b, member in enumerate(members):
        length, prompt = int(sequences.lengths[member]), int(sequences.prompt_lengths[member])
        ids[b, :length] = sequences.tokens[offsets[member] : offsets[member] + length]
        predictors.append(b * width + np.arange(prompt - 1, length - 1))
        stream.append(int(streams[member]) + np.arange(length - prompt))
    places = np.concatenate(predictors)
    return Batch(
        input_ids=ids,
        predictors=places,
        targets=ids.reshape(-1)[places + 1],
        stream=np.concatenate(stream),
    )

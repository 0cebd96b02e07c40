"""Cutting a ragged batch into padded passes of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from oneshot_engine.errors import EngineError

Ints = NDArray[np.int32]


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
    def completion_offsets(self) -> Ints:
        """[B + 1] where the completion tokens of each sequence begin in a stream of all N."""
        return np.concatenate([[0], np.cumsum(self.lengths - self.prompt_lengths)]).astype(np.int32)


@dataclass(frozen=True)
class Batch:
    """One padded pass.

    Attributes:
        input_ids: [b, t] right-padded with 0; causal attention keeps padding from what stands before it.
        row: [n] and column [n]: the states that predict the pass's completion tokens.
        column: see `row`.
        targets: [n] those tokens.
        stream: [n] where they stand in a stream of all N completion tokens.
    """

    input_ids: Tensor
    row: Tensor
    column: Tensor
    targets: Tensor
    stream: Tensor


def batches(sequences: Sequences, token_budget: int) -> Iterator[Batch]:
    """Passes of at most `token_budget` padded tokens (or one sequence), similar lengths together.

    Together they cover every completion token once; longest first, so that memory runs out at once or not at all.
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
    streams = sequences.completion_offsets
    lengths = sequences.lengths[members]
    ids = np.zeros((len(members), int(lengths.max())), np.int64)
    rows, columns, stream = [], [], []
    for b, member in enumerate(members):
        length, prompt = int(sequences.lengths[member]), int(sequences.prompt_lengths[member])
        ids[b, :length] = sequences.tokens[offsets[member] : offsets[member] + length]
        rows.append(np.full(length - prompt, b))
        columns.append(np.arange(prompt - 1, length - 1))
        stream.append(np.arange(streams[member], streams[member] + length - prompt))
    row, column = np.concatenate(rows), np.concatenate(columns)
    return Batch(
        input_ids=torch.from_numpy(ids),
        row=torch.from_numpy(row),
        column=torch.from_numpy(column),
        targets=torch.from_numpy(ids[row, column + 1]),
        stream=torch.from_numpy(np.concatenate(stream)),
    )

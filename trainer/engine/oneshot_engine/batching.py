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
        row: [n] the row of the pass that each belongs to.
    """

    input_ids: NDArray[np.int64]
    predictors: NDArray[np.int64]
    targets: NDArray[np.int64]
    stream: NDArray[np.int64]
    row: NDArray[np.int64]


@dataclass(frozen=True)
class ValueBatch:
    """One padded pass of a critic, which reads a value before each completion token and one after the last.

    Attributes:
        input_ids: [b, t] as in `Batch`.
        places: [n + b] in the flattened pass, of the states that values are read from.
        stream: [n + b] where they stand in a stream of all N + B values.
    """

    input_ids: NDArray[np.int64]
    places: NDArray[np.int64]
    stream: NDArray[np.int64]


def batches(sequences: Sequences, token_budget: int) -> Iterator[Batch]:
    """Passes of at most `token_budget` padded tokens (or one sequence), similar lengths together.

    Together they cover every completion token once; longest first: memory runs out at once or not at all.
    """
    completions = sequences.lengths - sequences.prompt_lengths
    for members in _passes(sequences.lengths, token_budget):
        ids = _pad(sequences, members)
        counts = completions[members]
        places = _ranges(
            np.arange(len(members)) * ids.shape[1] + sequences.prompt_lengths[members] - 1, counts
        )
        yield Batch(
            input_ids=ids,
            predictors=places,
            targets=ids.reshape(-1)[places + 1],
            stream=_ranges(_starts(completions)[members], counts),
            row=np.repeat(np.arange(len(members)), counts),
        )


def value_batches(sequences: Sequences, token_budget: int) -> Iterator[ValueBatch]:
    """As `batches`, for the values of a critic: together they cover all N + B of them once."""
    values = sequences.lengths - sequences.prompt_lengths + 1
    for members in _passes(sequences.lengths, token_budget):
        ids = _pad(sequences, members)
        first = np.arange(len(members)) * ids.shape[1] + sequences.prompt_lengths[members] - 1
        yield ValueBatch(
            input_ids=ids,
            places=_ranges(first, values[members]),
            stream=_ranges(_starts(values)[members], values[members]),
        )


def _passes(lengths: Ints, token_budget: int) -> Iterator[NDArray[np.intp]]:
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        count = max(1, token_budget // int(lengths[order[start]]))
        yield order[start : start + count]
        start += count


def _pad(sequences: Sequences, members: NDArray[np.intp]) -> NDArray[np.int64]:
    offsets = _starts(sequences.lengths)
    ids = np.zeros((len(members), int(sequences.lengths[members].max())), np.int64)
    for b, member in enumerate(members):
        length = int(sequences.lengths[member])
        ids[b, :length] = sequences.tokens[offsets[member] : offsets[member] + length]
    return ids


def _starts(lengths: Ints) -> NDArray[np.int64]:
    return np.cumsum(lengths, dtype=np.int64) - lengths


def _ranges(starts: NDArray[np.int64], lengths: Ints) -> NDArray[np.int64]:
    """Of each start as many consecutive numbers as its length, one after another."""
    return np.repeat(starts - _starts(lengths), lengths) + np.arange(int(lengths.sum()))

"""Reading the tensors of a request: what does not fit is a `BAD_REQUEST` that says where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oneshot_engine.batching import Sequences
from oneshot_engine.errors import EngineError
from oneshot_engine.frames import Array
from oneshot_engine.model import Model
from oneshot_engine.objective import Streams
from oneshot_engine.value_objective import ValueStreams

Tensors = Mapping[str, Array]


def read_prompts(tensors: Tensors, model: Model) -> tuple[list[NDArray[np.int32]], NDArray[np.int32]]:
    """P prompts and the row [P] of each in the step's batch.

    Raises:
        EngineError: `BAD_REQUEST`, also where a prompt leaves no room in the model's context.
    """
    lengths, rows = read_ints(tensors, "lengths"), read_ints(tensors, "rows")
    prompts = _cut(read_tokens(tensors, model), lengths)
    if not prompts or len(rows) != len(prompts) or rows.min() < 0 or lengths.min() < 1:
        raise EngineError("BAD_REQUEST", "sample needs prompts that are not empty, and a row for each")
    if lengths.max() >= model.context:
        message = f"a prompt of {lengths.max()} tokens leaves no room in a context of {model.context}"
        raise EngineError("BAD_REQUEST", message)
    return prompts, rows


def read_sequences(tensors: Tensors, model: Model) -> Sequences:
    """B prompts with their completions.

    Raises:
        EngineError: `BAD_REQUEST`, also where one is longer than the model's context.
    """
    tokens = read_tokens(tensors, model)
    sequences = Sequences(tokens, read_ints(tensors, "lengths"), read_ints(tensors, "promptLengths"))
    longest = int(sequences.lengths.max(initial=0))
    if longest > model.context:
        message = f"a sequence of {longest} tokens is longer than the model's context of {model.context}"
        raise EngineError("BAD_REQUEST", message, detail={"where": "tensors.lengths"})
    return sequences


def read_streams(tensors: Tensors, sequences: Sequences, *, needs_reference: bool) -> Streams:
    """What varies by completion token, each [N].

    Raises:
        EngineError: `BAD_REQUEST`.
    """
    count, of = sequences.completion_tokens, "completion tokens"

    def optional(name: str, *, needed: bool = False) -> NDArray[np.float32] | None:
        return read_floats(tensors, name, count, of) if needed or name in tensors else None

    return Streams(
        weights=read_floats(tensors, "weights", count, of),
        advantages=read_floats(tensors, "advantages", count, of),
        old_logprobs=optional("oldLogprobs"),
        reference_logprobs=optional("referenceLogprobs", needed=needs_reference),
    )


def read_value_streams(tensors: Tensors, sequences: Sequences) -> ValueStreams:
    """What varies by value, each [N + B].

    Raises:
        EngineError: `BAD_REQUEST`.
    """
    count = sequences.completion_tokens + len(sequences.lengths)
    return ValueStreams(
        weights=read_floats(tensors, "weights", count, "values"),
        returns=read_floats(tensors, "returns", count, "values"),
        old_values=read_floats(tensors, "oldValues", count, "values"),
    )


def read_tokens(tensors: Tensors, model: Model) -> NDArray[np.int32]:
    """Token ids that the model knows.

    Raises:
        EngineError: `BAD_REQUEST`.
    """
    tokens = read_ints(tensors, "tokens")
    if len(tokens) > 0 and not 0 <= int(tokens.min()) <= int(tokens.max()) < model.vocabulary:
        message = f"tokens are outside the vocabulary of {model.vocabulary}"
        raise EngineError("BAD_REQUEST", message, detail={"where": "tensors.tokens"})
    return tokens


def read_ints(tensors: Tensors, name: str) -> NDArray[np.int32]:
    """A tensor of i32.

    Raises:
        EngineError: `BAD_REQUEST`.
    """
    return _typed(tensors, name, np.dtype(np.int32))


def read_floats(tensors: Tensors, name: str, count: int, of: str) -> NDArray[np.float32]:
    """A tensor of f32 with one value for each of the `count` things that `of` names.

    Raises:
        EngineError: `BAD_REQUEST`.
    """
    stream = _typed(tensors, name, np.dtype(np.float32))
    if len(stream) != count:
        message = f"{name} holds {len(stream)} values, the batch {count} {of}"
        raise EngineError("BAD_REQUEST", message, detail={"where": f"tensors.{name}"})
    return stream


def _typed(tensors: Tensors, name: str, dtype: np.dtype[Any]) -> Array:
    if name not in tensors or tensors[name].dtype != dtype:
        fault = f"is not {dtype}" if name in tensors else "is missing"
        raise EngineError("BAD_REQUEST", f"the tensor {name} {fault}", detail={"where": f"tensors.{name}"})
    return tensors[name]


def _cut(tokens: NDArray[np.int32], lengths: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    if int(lengths.sum()) != len(tokens):
        message = f"lengths add up to {lengths.sum()}, tokens hold {len(tokens)}"
        raise EngineError("BAD_REQUEST", message, detail={"where": "tensors.lengths"})
    return np.split(tokens, np.cumsum(lengths)[:-1])

"""Safetensors files of fp32 tensors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from oneshot_engine.direct_file import FileRef, write_direct
from oneshot_engine.errors import EngineError
from oneshot_engine.finite import all_finite
from oneshot_engine.ranks import first_rank, full

Metadata = Mapping[str, str]
PARTIAL = ".partial"


def save_tensors(
    tensors: Mapping[str, Tensor], path: Path, metadata: Metadata | None = None
) -> FileRef | None:
    """Writes fp32 tensors, which may be sharded: the first rank does, but all must ask, and get nothing back.

    They go to the file one after another from where they lie. The library would copy all of them first, which
    takes longer than writing, and as much memory again. The file takes its name last: tensors may lie in the
    memory of the one that had it before.

    Raises:
        EngineError: `DISK`.
    """
    parts = _parts(tensors, metadata)
    if not first_rank():
        for _ in parts:
            pass  # the first rank waits for the shards of this one
        return None
    partial = path.with_name(path.name + PARTIAL)
    try:
        written = write_direct(parts, partial)
        partial.replace(path)
        return written
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        for _ in parts:
            pass  # other ranks wait for the shards of this one
        raise EngineError("DISK", f"{path} cannot be written: {error}") from error


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Reads what `save_tensors` wrote, into memory that is aligned as that of other tensors is.

    Raises:
        EngineError: `STATE_INVALID` where the file is missing or damaged, or a number in it is not finite.
    """
    try:
        tensors = {name: tensor.clone() for name, tensor in load_file(str(path)).items()}
    except (OSError, SafetensorError) as error:
        raise EngineError("STATE_INVALID", f"{path} cannot be read: {error}") from error
    for name, tensor in tensors.items():
        if not all_finite([tensor]):
            raise EngineError("STATE_INVALID", f"{name} in {path} holds a number that is not finite")
    return tensors


def _parts(tensors: Mapping[str, Tensor], metadata: Metadata | None) -> Iterator[bytes | memoryview]:
    """Header and data. See https://huggingface.co/docs/safetensors#format."""
    entries: dict[str, object] = {} if metadata is None else {"__metadata__": metadata}
    end = 0
    for name, tensor in tensors.items():
        assert tensor.dtype == torch.float32
        start, end = end, end + 4 * tensor.numel()
        entries[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [start, end]}
    header = json.dumps(entries, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    yield len(header).to_bytes(8, "little") + header
    for tensor in tensors.values():
        yield full(tensor).contiguous().cpu().numpy().data.cast("B")

"""Handing the policy to a reader on the same machine, such as a sampler's server."""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import torch
from torch import Tensor

from oneshot_engine.errors import EngineError
from oneshot_engine.export_hf import WEIGHTS
from oneshot_engine.model import Model
from oneshot_engine.protocol import Precision
from oneshot_engine.ranks import first_rank, full

DTYPES: Mapping[Precision, tuple[torch.dtype, str]] = {
    "fp32": (torch.float32, "F32"),
    "bf16": (torch.bfloat16, "BF16"),
}


def publish_hf(model: Model, folder: Path, dtype: Precision) -> int:
    """Writes config and weights over those of the last publication, tied weights once, and says its bytes.

    Nobody keeps the file or compares its digest, so it has none and goes through memory: each tensor is
    converted right into the file's pages, which are those of the last publication where sizes agree. A reader
    that looks meanwhile sees a mixture; whoever publishes lets nobody look.

    Raises:
        EngineError: `DISK`, before anything is written where there is no room for the whole.
    """
    parameters = model.parameters()
    kind, name = DTYPES[dtype]
    header, size = _header(parameters, kind, name)
    if not first_rank():
        for tensor in parameters.values():
            full(tensor)  # the first rank waits for the shards of this one
        return size
    path = folder / WEIGHTS
    try:
        model.network.config.save_pretrained(folder)
        with _mapped(path, size) as pages:
            pages[: len(header)] = header
            _fill(pages, len(header), parameters, kind)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        for tensor in parameters.values():
            full(tensor)
        raise EngineError("DISK", f"{path} cannot be written, {size} bytes: {error}") from error
    return size


def _header(tensors: Mapping[str, Tensor], kind: torch.dtype, name: str) -> tuple[bytes, int]:
    """Header of the file, and the size of the whole. See https://huggingface.co/docs/safetensors#format."""
    entries: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for key, tensor in tensors.items():
        start, end = end, end + kind.itemsize * tensor.numel()
        entries[key] = {"dtype": name, "shape": list(tensor.shape), "data_offsets": [start, end]}
    header = json.dumps(entries, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header, 8 + len(header) + end


def _mapped(path: Path, size: int) -> mmap.mmap:
    """The pages of a file of this size, with room for all of them: other writes would end the process."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(file, size)
        os.posix_fallocate(file, 0, size)
        return mmap.mmap(file, size)
    finally:
        os.close(file)


def _fill(pages: mmap.mmap, at: int, tensors: Mapping[str, Tensor], kind: torch.dtype) -> None:
    for tensor in tensors.values():
        whole = full(tensor)
        if whole.numel() > 0:
            target = torch.frombuffer(pages, dtype=kind, count=whole.numel(), offset=at).view(whole.shape)
            target.copy_(whole)
            del target  # which holds on to the pages
        at += kind.itemsize * whole.numel()

"""Frames: `u32 header length | u64 body length | JSON header | tensors`, little-endian.

The header's `tensors` lists name, dtype, shape and offset of each tensor in the body, offsets 8-byte aligned. The twin
is `shared/engine-frames.ts`; `test/golden/frames.json` binds both.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from oneshot_engine.errors import EngineError

Array = NDArray[Any]

PREFIX = struct.Struct("<IQ")
MAX_HEADER_BYTES = 2**24
MAX_BODY_BYTES = 2**34
ALIGNMENT = 8
DTYPES = {"i32": np.dtype("<i4"), "f32": np.dtype("<f4"), "f64": np.dtype("<f8"), "u8": np.dtype("u1")}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


@dataclass(frozen=True)
class Frame:
    """A header, less its `tensors`, and the tensors by name."""

    header: dict[str, Any]
    tensors: Mapping[str, Array] = field(default_factory=dict[str, Array])


def encode_frame(frame: Frame) -> bytes:
    """One frame as bytes.

    Raises:
        KeyError: for an array whose dtype has no name in the protocol.
    """
    entries: list[dict[str, Any]] = []
    body = bytearray()
    for name, array in frame.tensors.items():
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        body.extend(b"\0" * (-len(body) % ALIGNMENT))
        shape = list(array.shape)
        entries.append({"name": name, "dtype": NAMES[little.dtype], "shape": shape, "offset": len(body)})
        body.extend(little.tobytes())
    header = json.dumps({**frame.header, "tensors": entries}, ensure_ascii=False, separators=(",", ":")).encode()
    return PREFIX.pack(len(header), len(body)) + header + bytes(body)


def read_frame(read: Callable[[int], bytes]) -> Frame:
    """The next frame.

    Args:
        read: gives exactly so many bytes, or raises `EOFError`.

    Raises:
        EngineError: `BAD_REQUEST` for a frame that breaks the format, before anything of its size is allocated.
        EOFError: when the stream ends.
    """
    header_bytes, body_bytes = PREFIX.unpack(read(PREFIX.size))
    if header_bytes > MAX_HEADER_BYTES or body_bytes > MAX_BODY_BYTES:
        raise EngineError("BAD_REQUEST", f"a frame of {header_bytes} + {body_bytes} bytes is over the limits")
    raw = read(header_bytes)
    body = read(body_bytes)
    try:
        header = json.loads(raw)
    except ValueError as error:
        raise EngineError("BAD_REQUEST", f"the frame's header is no JSON: {error}") from error
    if not isinstance(header, dict):
        raise EngineError("BAD_REQUEST", "the frame's header is no JSON object")
    fields = cast(dict[str, Any], header)
    entries = fields.pop("tensors", [])
    return Frame(fields, {entry["name"]: _tensor(entry, body) for entry in _checked(entries)})


def _checked(entries: object) -> list[dict[str, Any]]:
    if not isinstance(entries, list):
        raise EngineError("BAD_REQUEST", "the frame's tensors are no list")
    for entry in cast(list[object], entries):
        fits = isinstance(entry, dict) and entry.keys() >= {"name", "dtype", "shape", "offset"}
        if not fits:
            raise EngineError("BAD_REQUEST", f"a tensor lacks name, dtype, shape or offset: {entry}")
    return cast(list[dict[str, Any]], entries)


def _tensor(entry: dict[str, Any], body: bytes) -> Array:
    dtype = DTYPES.get(entry["dtype"])
    shape, offset = entry["shape"], entry["offset"]
    sound = (
        dtype is not None
        and isinstance(offset, int)
        and offset >= 0
        and offset % ALIGNMENT == 0
        and isinstance(shape, list)
        and all(isinstance(size, int) and size >= 0 for size in cast(list[object], shape))
    )
    if not sound or dtype is None:
        raise EngineError("BAD_REQUEST", f"the tensor {entry['name']} is malformed: {entry}")
    count = int(np.prod(shape, dtype=np.int64)) if shape else 1
    if offset + count * dtype.itemsize > len(body):
        raise EngineError("BAD_REQUEST", f"the tensor {entry['name']} reaches beyond its frame")
    return np.frombuffer(body, dtype, count, offset).reshape(shape)

"""Frames: `u32 header length | u64 body length | JSON header | tensors`, little-endian.

The header's `tensors` lists name, dtype, shape and offset of each tensor in the body, offsets 8-byte
aligned. The twin is `trainer/engine-client/engine-frames.ts`; `test/golden/frames.json` binds both.
"""

from __future__ import annotations

import json
import math
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
    """A header, less its `tensors`, and the tensors by name, each flat."""

    header: dict[str, Any]
    tensors: Mapping[str, Array] = field(default_factory=dict[str, Array])


def encode_frame(frame: Frame) -> bytes:
    """One frame as bytes.

    Raises:
        KeyError: for an array whose dtype has no name in the protocol.
        ValueError: for a number that JSON does not know.
    """
    entries: list[dict[str, Any]] = []
    body = bytearray()
    for name, array in frame.tensors.items():
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        body.extend(b"\0" * (-len(body) % ALIGNMENT))
        shape = list(array.shape)
        entries.append({"name": name, "dtype": NAMES[little.dtype], "shape": shape, "offset": len(body)})
        body.extend(little.tobytes())
    fields = {**frame.header, "tensors": entries}
    header = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    raw = header.encode(errors="backslashreplace")  # half a surrogate pair becomes its JSON escape
    return PREFIX.pack(len(raw), len(body)) + raw + bytes(body)


def read_frame(read: Callable[[int], bytes]) -> Frame:
    """The next frame.

    Args:
        read: gives exactly so many bytes, or raises `EOFError`.

    Raises:
        EngineError: `BAD_REQUEST` for a frame that breaks the format, before its sizes are believed.
        EOFError: when the stream ends.
    """
    header_bytes, body_bytes = PREFIX.unpack(read(PREFIX.size))
    if header_bytes > MAX_HEADER_BYTES or body_bytes > MAX_BODY_BYTES:
        raise _malformed(f"a frame of {header_bytes} + {body_bytes} bytes is over the limits")
    raw = read(header_bytes)
    body = read(body_bytes)
    try:
        header: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _malformed(f"the frame's header is no JSON: {error}") from error
    if not isinstance(header, dict):
        raise _malformed("the frame's header is no JSON object")
    fields = cast(dict[str, Any], header)
    entries: object = fields.pop("tensors", [])
    if not isinstance(entries, list):
        raise _malformed("the frame's tensors are no list")
    return Frame(fields, dict(_tensor(entry, body) for entry in cast(list[object], entries)))


def _tensor(entry: object, body: bytes) -> tuple[str, Array]:
    if not isinstance(entry, dict):
        raise _malformed(f"a tensor is described by {entry!r}")
    fields = cast(dict[str, object], entry)
    name, kind, shape, offset = (fields.get(key) for key in ("name", "dtype", "shape", "offset"))
    dtype = DTYPES.get(kind) if isinstance(kind, str) else None
    if not isinstance(name, str) or dtype is None or not isinstance(shape, list):
        raise _malformed(f"a tensor lacks name, dtype or shape: {fields}")
    sizes = [_count(size, name) for size in cast(list[object], shape)]
    start, count = _count(offset, name), math.prod(sizes)
    if start % ALIGNMENT != 0:
        raise _malformed(f"the tensor {name} starts at {start}, which is not aligned")
    if start + count * dtype.itemsize > len(body):
        raise _malformed(f"the tensor {name} reaches beyond its frame")
    return name, np.frombuffer(body, dtype, count, start)


def _count(value: object, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _malformed(f"the tensor {name} has the size or offset {value!r}")
    return value


def _malformed(message: str) -> EngineError:
    return EngineError("BAD_REQUEST", message)

"""Reads exported curves back by the tools' own packages.

Prints {tag: [[step, seconds, value], …]} as JSON.
"""

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BLOCK = 32768
HEADER = 7
Curves = dict[str, list[list[float]]]


def tensorboard_curves(folder: str) -> Curves:
    from tensorboard.backend.event_processing.event_accumulator import (  # pyright: ignore[reportMissingImports]
        EventAccumulator,
    )

    events: Any = EventAccumulator(folder, size_guidance={"scalars": 0})
    events.Reload()
    return {
        tag: [[event.step, event.wall_time, event.value] for event in events.Scalars(tag)]
        for tag in events.Tags()["scalars"]
    }


def wandb_curves(folder: str) -> Curves:
    from wandb.proto import wandb_internal_pb2  # pyright: ignore[reportMissingImports]

    curves: Curves = {}
    (file,) = Path(folder).glob("*.wandb")
    for data in records(file.read_bytes()):
        record: Any = wandb_internal_pb2.Record()  # pyright: ignore[reportAttributeAccessIssue]
        record.ParseFromString(data)
        if record.WhichOneof("record_type") != "history":
            continue
        row = {
            item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in record.history.item
        }
        for tag, value in row.items():
            if not tag.startswith("_"):
                curves.setdefault(tag, []).append([row["_step"], row["_timestamp"], value])
    return curves


def records(file: bytes) -> Iterator[bytes]:
    """The records of a LevelDB log after W&B's own header of 7 bytes."""
    offset, pieces = HEADER, b""
    while offset + HEADER <= len(file):
        if BLOCK - offset % BLOCK < HEADER:
            offset += BLOCK - offset % BLOCK
            continue
        length, kind = struct.unpack_from("<HB", file, offset + 4)
        pieces += file[offset + HEADER : offset + HEADER + length]
        offset += HEADER + length
        if kind in (1, 4):  # whole, or the last piece
            yield pieces
            pieces = b""


if __name__ == "__main__":
    read = {"tensorboard": tensorboard_curves, "wandb": wandb_curves}[sys.argv[1]]
    print(json.dumps(read(sys.argv[2])))

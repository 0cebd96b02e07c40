"""What this machine can do at most: read memory, and multiply matrices in fp32 (torch) and int8 (ORT).

The argument is a number of threads. Prints one JSON line; each figure is the best of many trials.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto, helper

SECONDS = 2.0
BYTES = 1 << 28
SIDE = 1536


def best(work: Callable[[], object]) -> float:
    """Seconds of the shortest of many trials."""
    work()
    least, ending = float("inf"), time.perf_counter() + SECONDS
    while (started := time.perf_counter()) < ending:
        work()
        least = min(least, time.perf_counter() - started)
    return least


def integer_product(threads: int) -> Callable[[], object]:
    """A product of bytes by a constant matrix, as in a decoder of 8 bits."""
    square = np.full((SIDE, SIDE), 3, dtype=np.uint8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [SIDE, SIDE])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [SIDE, SIDE])],
        [helper.make_tensor("b", TensorProto.UINT8, square.shape, square.tobytes(), raw=True)],
    )
    model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 17)])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return lambda: session.run(None, {"a": square})


def main(threads: str) -> None:
    """Measures."""
    torch.set_num_threads(int(threads))
    numbers = torch.ones(BYTES // 4)
    square = torch.randn(SIDE, SIDE)
    operations = 2 * SIDE**3
    speeds = {
        "read_gigabytes_per_second": BYTES / best(numbers.sum) / 1e9,
        "fp32_gflops": operations / best(lambda: square @ square) / 1e9,
        "int8_gops": operations / best(integer_product(int(threads))) / 1e9,
    }
    print(json.dumps(speeds))


main(*sys.argv[1:])

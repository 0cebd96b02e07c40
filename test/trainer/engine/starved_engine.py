"""An engine whose second rank has no memory for passes of more than 64 tokens: it ends at a place in them."""

import argparse
import os
from typing import Any

import torch
from oneshot_engine.server import serve
from transformers.models.qwen2.modeling_qwen2 import Qwen2MLP

MOST_TOKENS = 64

parser = argparse.ArgumentParser()
parser.add_argument("--socket")
parser.add_argument("--place", choices=["forward", "backward", "head"])
args = parser.parse_args()
whole = Qwen2MLP.forward
calls = 0


def starve(*_: Any) -> None:
    raise torch.OutOfMemoryError("out of memory, for a test")


def forward(self: Qwen2MLP, x: torch.Tensor) -> torch.Tensor:
    global calls
    calls += 1
    layer = (calls - 1) % 2  # the model has two
    large = x.shape[0] * x.shape[1] > MOST_TOKENS
    if large and layer == 1 and args.place == "forward":
        calls = 0
        starve()
    out = whole(self, x)
    # A gradient reaches layer 0 last, and the head's is the first.
    reached = {"backward": 0, "head": 1}.get(args.place)
    if large and layer == reached and out.requires_grad:
        out.register_hook(starve)
    return out


if os.environ["RANK"] == "1":
    Qwen2MLP.forward = forward
serve(args.socket, os.getppid())
os._exit(0)

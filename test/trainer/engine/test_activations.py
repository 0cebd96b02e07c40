"""What a pass keeps for its backward pass: held to the golden file, as `activation-bytes.ts` is."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
import torch
from oneshot_engine.model import Compute, Model, make_recomputed
from tiny import GOLDEN
from torch import Tensor
from transformers import Qwen2Config, Qwen2ForCausalLM

CASES = json.loads((GOLDEN / "activations.json").read_text())
ROWS, COLUMNS = 2, 300  # no weight has so many rows


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bytes_of_a_layer_are_those_of_the_golden_file(case: dict[str, Any]) -> None:
    one, three = (kept_bytes(case, layers) for layers in (1, 3))
    assert (three - one) / 2 / (ROWS * COLUMNS) == case["bytesPerToken"]


def kept_bytes(case: dict[str, Any], layers: int) -> int:
    """Of all tensors that autograd keeps, weights and their copies excepted."""
    torch.manual_seed(0)
    network = Qwen2ForCausalLM(
        Qwen2Config(
            hidden_size=case["hidden"],
            intermediate_size=case["intermediate"],
            num_attention_heads=case["heads"],
            num_key_value_heads=case["kvHeads"],
            num_hidden_layers=layers,
            vocab_size=517,
            tie_word_embeddings=True,
        )
    ).float()
    if case["gradientCheckpointing"]:
        make_recomputed(network)
    model = Model(network.eval(), 517, 4096, Compute(precision=case["precision"]))
    weights = {parameter.untyped_storage().data_ptr() for parameter in network.parameters()}
    shapes = {tuple(parameter.shape) for parameter in network.parameters()}
    kept: dict[int, Tensor] = {}

    def keep(tensor: Tensor) -> Tensor:
        place = tensor.untyped_storage().data_ptr()
        shape = tuple(tensor.shape)
        if place not in weights and shape not in shapes and shape[::-1] not in shapes:
            kept[place] = tensor
        return tensor

    ids = torch.randint(0, 517, (ROWS, COLUMNS))
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: cast(Tensor, tensor)):
        model.hidden_states(ids)
    return sum(tensor.untyped_storage().nbytes() for tensor in kept.values())

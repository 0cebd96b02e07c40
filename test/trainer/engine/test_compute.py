"""Where and how the engine computes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from oneshot_engine import matmul
from oneshot_engine.batching import Sequences
from oneshot_engine.errors import EngineError
from oneshot_engine.model import CPU, Compute, load_model
from oneshot_engine.objective import forward
from tiny import LLAMA, LOSS, QWEN2, created, joined, sequences, streams, trajectory


@pytest.mark.parametrize("model", [QWEN2, LLAMA])
def test_gradient_checkpointing_changes_no_bit(model: str) -> None:
    plain, checkpointed = (created(model, gradientCheckpointing=on) for on in (False, True))
    assert trajectory(checkpointed, 1, 3) == trajectory(plain, 1, 3)


def test_gradient_checkpointing_keeps_less_for_the_backward_pass() -> None:
    kept = {on: _bytes_kept(load_model(QWEN2, Compute(gradient_checkpointing=on))) for on in (False, True)}
    assert kept[True] < 0.5 * kept[False]


def _bytes_kept(model: Any) -> int:
    total = 0

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        nonlocal total
        total += tensor.nbytes
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        model.hidden_states(torch.arange(40)[None] % model.vocabulary)
    return total


@pytest.mark.parametrize("folder", [QWEN2, LLAMA])
def test_bf16_keeps_parameters_states_and_gradients_in_fp32(folder: str) -> None:
    model = load_model(folder, Compute(precision="bf16"))
    hidden = model.hidden_states(torch.arange(20)[None])
    logits = model.head(hidden)
    logits.logsumexp(-1).sum().backward()
    parameters = model.parameters().values()
    gradients = [value.grad for value in parameters if value.grad is not None]
    assert len(gradients) == len(parameters)
    assert {value.dtype for value in (hidden, logits, *parameters, *gradients)} == {torch.float32}


@pytest.mark.parametrize("model", [QWEN2, LLAMA])
def test_bf16_is_near_fp32(model: str) -> None:
    batch = sequences(3)
    exact, rounded = created(model), created(model, precision="bf16")
    read = {"slot": "policy", "temperature": 0.6}
    logprobs = [call("forward", read, batch)["logprobs"] for call in (exact, rounded)]
    assert 0 < np.abs(logprobs[1] - logprobs[0]).mean() < 0.05
    norms: list[float] = []
    for call in (exact, rounded):
        call("forward_backward", {"temperature": 0.6, "loss": LOSS}, {**batch, **streams(batch)})
        step = {"slot": "policy", "learningRate": 1e-3, "clipNorm": 0}
        norms.append(call("optim_step", step)["gradNorm"])
    assert norms[1] == pytest.approx(norms[0], rel=0.05)


@pytest.mark.parametrize("model", [QWEN2, LLAMA])
def test_the_sampler_computes_in_bf16_too(model: str) -> None:
    call = created(model, precision="bf16")
    prompts = {
        "tokens": np.array([1, 2, 3, 4, 5], np.int32),
        "lengths": np.array([3, 2], np.int32),
        "rows": np.arange(2, dtype=np.int32),
    }
    sampling = {
        "samples": 8,
        "temperature": 0.6,
        "topP": 1,
        "maxTokens": 12,
        "stop": [0],
        "seed": 5,
        "step": 1,
    }
    drawn = call("sample", sampling, prompts)
    read = call("forward", {"slot": "policy", "temperature": 0.6}, joined(prompts, drawn, samples=8))
    np.testing.assert_allclose(drawn["logprobs"], read["logprobs"], atol=0.1)


def test_fast_products_are_as_exact_as_fp32_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        created(matmul="fast")
        assert torch.get_float32_matmul_precision() == "medium"
        assert matmul.matmul_error(CPU) <= matmul.LARGEST_ERROR
    except EngineError as error:
        assert "engine.matmul=exact" in error.message

    # a CPU that multiplies in bf16
    def rounding(_device: torch.device) -> float:
        return 3e-3

    monkeypatch.setattr(matmul, "matmul_error", rounding)
    with pytest.raises(EngineError, match=r"engine\.matmul=exact"):
        created(matmul="fast")
    assert torch.get_float32_matmul_precision() == "highest"


def test_bf16_is_what_the_check_would_catch() -> None:
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(256, 512, generator=generator) for _ in range(2))
    exact = a.double() @ b.double().t()
    rounded = torch.nn.functional.linear(a.bfloat16(), b.bfloat16()).double()
    assert float((rounded - exact).abs().max() / exact.abs().max()) > 100 * matmul.LARGEST_ERROR


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_says_so_where_there_is_no_cuda_device() -> None:
    with pytest.raises(EngineError, match=r"engine\.device=cpu") as caught:
        created(device="cuda")
    assert caught.value.code == "BAD_REQUEST"


@pytest.mark.parametrize("folder", [QWEN2, LLAMA])
def test_a_sequence_has_the_same_logprobs_alone_and_among_64(folder: str) -> None:
    model = load_model(folder)
    every = _as_sequences(sequences(9, rows=64))
    together, _ = _logprobs(model, every)
    ends = np.cumsum(every.lengths - every.prompt_lengths)
    starts = np.cumsum(every.lengths) - every.lengths
    for b in range(0, 64, 7):
        length, prompt = every.lengths[b : b + 1], every.prompt_lengths[b : b + 1]
        tokens = every.tokens[starts[b] : starts[b] + length[0]]
        alone, _ = _logprobs(model, Sequences(tokens, length, prompt))
        np.testing.assert_allclose(alone, together[ends[b] - len(alone) : ends[b]], rtol=2e-6, atol=2e-6)


def _as_sequences(batch: dict[str, Any]) -> Sequences:
    return Sequences(batch["tokens"], batch["lengths"], batch["promptLengths"])


def _logprobs(model: Any, batch: Sequences) -> Any:
    return forward(
        model, batch, temperature=0.6, token_budget=10_000, between_passes=lambda _done, _total: None
    )


@pytest.mark.parametrize("padding", range(8))
def test_no_bit_depends_on_where_a_file_has_its_weights(padding: int, tmp_path: Path) -> None:
    shutil.copytree(QWEN2, tmp_path, dirs_exist_ok=True)
    weights = tmp_path / "model.safetensors"
    whole = weights.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    longer = (header - 8 + 8 * padding).to_bytes(8, "little") + whole[8:header] + b" " * 8 * padding
    weights.write_bytes(longer + whole[header:])
    model, moved = load_model(QWEN2), load_model(str(tmp_path))
    assert all(parameter.data_ptr() % 64 == 0 for parameter in moved.network.parameters())
    ids = torch.arange(1, 41).view(2, 20)
    with torch.no_grad():
        assert torch.equal(moved.hidden_states(ids), model.hidden_states(ids))

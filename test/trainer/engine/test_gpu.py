"""What needs a CUDA device; every test says why it is skipped where there is none."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from oneshot_engine.errors import EngineError
from oneshot_engine.model import Compute, load_model
from safetensors.numpy import load_file
from test_ranks import create, stored, train, two_ranks
from tiny import LLAMA, LOSS, QWEN2, Caller, created, joined, sequences, streams, trajectory
from torch.nn.attention import SDPBackend, sdpa_kernel

DEVICES = torch.cuda.device_count()
MICROCOSM = "trainer/microcosm/bases/habit-62-46"
VLLM = os.environ.get("ONESHOT_VLLM")
needs_cuda = pytest.mark.skipif(DEVICES == 0, reason="torch finds no CUDA device")
pytestmark = [pytest.mark.gpu, needs_cuda]


@pytest.mark.parametrize("model", [QWEN2, LLAMA])
def test_a_gpu_computes_what_the_cpu_does_in_fp32(model: str) -> None:
    batch = sequences(3)
    read = {"slot": "policy", "temperature": 0.6}
    here, there = (created(model, device=device)("forward", read, batch) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(there["logprobs"], here["logprobs"], atol=1e-4)
    np.testing.assert_allclose(there["entropy"], here["entropy"], atol=1e-4)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_gpu_repeats_a_trajectory_to_the_bit(precision: str) -> None:
    runs = [trajectory(created(device="cuda", precision=precision), 1, 3) for _ in range(2)]
    assert runs[0] == runs[1]


def test_bf16_samples_what_it_trains_on() -> None:
    call = created(device="cuda", precision="bf16")
    prompts = {
        "tokens": np.array([1, 2, 3, 4, 5], np.int32),
        "lengths": np.array([3, 2], np.int32),
        "rows": np.arange(2, dtype=np.int32),
    }
    sampling = {"samples": 8, "temperature": 0.6, "topP": 1, "maxTokens": 12, "stop": [0], "seed": 5}
    drawn = call("sample", {**sampling, "step": 1}, prompts)
    read = call("forward", {"slot": "policy", "temperature": 0.6}, joined(prompts, drawn, samples=8))
    assert np.abs(drawn["logprobs"] - read["logprobs"]).mean() < 0.05


@pytest.mark.parametrize("top_p", [1, 0.9])
@pytest.mark.parametrize("model", [QWEN2, LLAMA])
def test_a_gpu_draws_what_the_cpu_does_in_fp32(model: str, top_p: float) -> None:
    prompts = {
        "tokens": np.array([1, 2, 3, 4, 5], np.int32),
        "lengths": np.array([3, 2], np.int32),
        "rows": np.arange(2, dtype=np.int32),
    }
    sampling = {"samples": 32, "temperature": 0.6, "topP": top_p, "maxTokens": 70, "stop": [0], "seed": 5}
    here, there = (
        created(model, device=on)("sample", {**sampling, "step": 1}, prompts) for on in ("cpu", "cuda")
    )
    np.testing.assert_array_equal(there["tokens"], here["tokens"])
    np.testing.assert_allclose(there["logprobs"], here["logprobs"], atol=1e-4)


@pytest.mark.parametrize("checkpointing", [False, True])
def test_a_gpu_trains_as_a_cpu_does_in_fp32(checkpointing: bool) -> None:
    here, there = Caller(), Caller()
    here("create", create(QWEN2))
    there("create", create(QWEN2, device="cuda", gradientCheckpointing=checkpointing))
    for step in range(3):
        for slot in ("policy", "critic"):
            one, two = train(here, step, slot), train(there, step, slot)
            assert two["loss"] == pytest.approx(one["loss"], rel=1e-4)
            assert two["gradNorm"] == pytest.approx(one["gradNorm"], rel=1e-4)


def test_a_pass_too_large_for_the_gpu_goes_in_smaller_ones() -> None:
    batch = sequences(rows=4000)
    per_token = streams(batch)
    arguments = {"temperature": 0.6, "loss": LOSS}
    meant = created()("forward_backward", arguments, {**batch, **per_token})
    call = created(device="cuda", tokenBudget=2**20)
    refused = 0
    with memory_left(2**27):
        while True:
            try:
                report = call("forward_backward", arguments, {**batch, **per_token})
                break
            except EngineError as error:
                assert error.code == "OOM"
                refused += 1
                call("set_token_budget", error.detail)
    assert refused > 0
    assert report["loss"] == pytest.approx(meant["loss"], rel=1e-4)


def test_fast_products_that_are_not_exact_are_refused() -> None:
    with pytest.raises(EngineError, match=r"set engine\.matmul=exact"):
        created(device="cuda", matmul="fast")


def test_state_goes_from_a_gpu_to_the_cpu_and_back(tmp_path: Path) -> None:
    there = created(device="cuda")
    trajectory(there, 1, 2)
    first = stored(there, tmp_path / "there")
    folder = str(tmp_path / "there")
    for device in ("cpu", "cuda"):
        call = created(device=device)
        call("load_state", {"model": folder, "directory": folder})
        again = stored(call, tmp_path / device)
        assert {name: value.tobytes() for name, value in again.items()} == {
            name: value.tobytes() for name, value in first.items()
        }


def test_bf16_runs_on_flash_attention_alone() -> None:
    model = load_model(QWEN2, Compute(torch.device("cuda"), "bf16"))
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION):
        model.hidden_states(torch.arange(40, device="cuda")[None]).sum().backward()


@pytest.mark.skipif(DEVICES < 2, reason="NCCL needs two CUDA devices")
def test_two_gpus_train_as_one_cpu_does(tmp_path: Path) -> None:
    alone = Caller()
    alone("create", create(QWEN2))
    with two_ranks() as both:
        both("create", create(QWEN2, device="cuda"))
        for step in range(3):
            for slot in ("policy", "critic"):
                one, two = train(alone, step, slot), train(both, step, slot)
                assert two["loss"] == pytest.approx(one["loss"], rel=1e-4)
                assert two["gradNorm"] == pytest.approx(one["gradNorm"], rel=1e-4)


def test_the_engine_leaves_a_sampler_its_share_of_the_memory(tmp_path: Path) -> None:
    """A vLLM server on the same GPU takes a fixed share; what torch holds after a step must fit beside it."""
    torch.cuda.empty_cache()
    free, total = torch.cuda.mem_get_info()
    before = torch.cuda.memory_reserved()
    call = created(device="cuda", precision="bf16", gradientCheckpointing=True)
    trajectory(call, 1, 2)
    call("save_state", {"model": str(tmp_path), "directory": str(tmp_path)})
    assert load_file(tmp_path / "optimizer.safetensors")
    held = call("status", {})["peakBytes"]["gpu"]
    assert free - torch.cuda.mem_get_info()[0] == torch.cuda.memory_reserved() - before
    assert held < 0.5 * total


@pytest.mark.skipif(VLLM is None, reason="ONESHOT_VLLM names no vllm program that was built for CUDA")
def test_trains_beside_a_vllm_server_on_the_same_gpu() -> None:
    with vllm_server(memory_share=0.3) as healthy:
        free_beside, total = torch.cuda.mem_get_info()
        assert free_beside > 0.6 * total
        call = created(MICROCOSM, device="cuda", precision="bf16")
        assert trajectory(call, 1, 3)
        assert healthy()


@contextmanager
def memory_left(size: int) -> Generator[None]:
    """Lets torch take no more than so many bytes of the GPU besides those it has."""
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + size) / total)
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


@contextmanager
def vllm_server(*, memory_share: float) -> Generator[Callable[[], bool]]:
    """A server on this GPU; gives a function that says whether it is well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    limits = ["--max-model-len", "128", "--gpu-memory-utilization", str(memory_share)]
    server = subprocess.Popen([str(VLLM), "serve", MICROCOSM, "--host", "127.0.0.1", "--port", port, *limits])

    def healthy() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    try:
        deadline = time.monotonic() + 600
        while not healthy():
            assert server.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(1)
        yield healthy
    finally:
        server.terminate()
        server.wait(60)

"""Seconds of the engine's verbs at the shape of Qwen2.5-1.5B with random weights, a line for each.

    python scripts/time-engine.py [--device cuda] [--precision bf16] [--prompts 32] [--tokens 512]

It runs with the engine's interpreter, for which it takes package and settings of this clone.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import Qwen2Config, Qwen2ForCausalLM

sys.path.insert(0, str(Path(__file__).parents[1] / "trainer/engine"))
sys.path.insert(0, str(Path(__file__).parents[1] / "test/trainer/engine"))
from tiny import CREATE, LOSS, Caller

SHAPE = Qwen2Config(
    hidden_size=1536,
    num_hidden_layers=28,
    num_attention_heads=12,
    num_key_value_heads=2,
    intermediate_size=8960,
    vocab_size=151_936,
    tie_word_embeddings=True,
    max_position_embeddings=4096,
)
SAMPLES, PROMPT_TOKENS, TEMPERATURE = 8, 128, 0.6
SAMPLING = {"samples": SAMPLES, "temperature": TEMPERATURE, "topP": 1, "stop": [], "seed": 5, "step": 1}


def main() -> None:
    """Draws completions, reads and learns them, and stores everything."""
    options = parse_options()
    engine = Caller()

    def call(verb: str, args: dict[str, Any], tensors: dict[str, Any] | None = None) -> dict[str, Any]:
        begun = time.perf_counter()
        answer = engine(verb, args, tensors)
        print(f"{verb}: {time.perf_counter() - begun:.2f} s", flush=True)
        return answer

    with TemporaryDirectory() as scratch:
        model, state = (str(Path(scratch) / name) for name in ("model", "state"))
        make_model(model, options.device)
        Path(state).mkdir()
        call("create", {**create_args(options), "model": model})
        prompts = np.random.default_rng(0).integers(
            0, SHAPE.vocab_size, (options.prompts, PROMPT_TOKENS), np.int32
        )
        drawn = call("sample", {**SAMPLING, "maxTokens": options.tokens}, prompt_tensors(prompts))
        sequences = joined(prompts, drawn["tokens"].reshape(-1, options.tokens))
        read = call("forward", {"slot": "policy", "temperature": TEMPERATURE}, sequences)
        differences = np.abs(read["logprobs"] - drawn["logprobs"])
        print(f"log-probabilities differ by {differences.mean():.4f} on average between drawing and reading")
        for _ in range(2):
            streams = streams_of(read["logprobs"])
            call("forward_backward", {"temperature": TEMPERATURE, "loss": LOSS}, {**sequences, **streams})
            call("optim_step", {"slot": "policy", "learningRate": 1e-6, "clipNorm": 1.0})
        call("save_state", {"model": state, "directory": state})
        print(f"{differences.size} completion tokens; peak bytes {call('status', {})['peakBytes']}")


def make_model(folder: str, device: str) -> None:
    """Random weights in fp32."""
    torch.manual_seed(0)
    with torch.device(device):
        network: Any = Qwen2ForCausalLM(SHAPE)
    network.float().save_pretrained(folder)


def prompt_tensors(prompts: NDArray[np.int32]) -> dict[str, Any]:
    """What `sample` takes, of prompts [P, t]."""
    count, length = prompts.shape
    return {
        "tokens": prompts.ravel(),
        "lengths": np.full(count, length, np.int32),
        "rows": np.arange(count, dtype=np.int32),
    }


def joined(prompts: NDArray[np.int32], completions: NDArray[np.int32]) -> dict[str, Any]:
    """What `forward` takes, of prompts [P, t] and their completions [P·K, n]."""
    whole = np.concatenate([np.repeat(prompts, SAMPLES, 0), completions], 1)
    return {
        "tokens": whole.ravel(),
        "lengths": np.full(len(whole), whole.shape[1], np.int32),
        "promptLengths": np.full(len(whole), prompts.shape[1], np.int32),
    }


def streams_of(reference: NDArray[np.float32]) -> dict[str, Any]:
    """What `forward_backward` takes besides, for log-probabilities [N] of the reference."""
    return {
        "weights": np.full(len(reference), 1 / len(reference), np.float32),
        "advantages": np.random.default_rng(1).standard_normal(len(reference)).astype(np.float32),
        "referenceLogprobs": reference,
    }


def parse_options() -> argparse.Namespace:
    """Of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="bf16")
    parser.add_argument("--prompts", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=512)
    return parser.parse_args()


def create_args(options: argparse.Namespace) -> dict[str, Any]:
    """Everything but the model."""
    return {
        **CREATE,
        "reference": None,
        "threads": torch.get_num_threads(),
        "device": options.device,
        "precision": options.precision,
        "gradientCheckpointing": True,
        "tokenBudget": 32768,
    }


if __name__ == "__main__":
    main()

"""Writes test/golden/inference/: tiny Hugging Face folders and the logits that torch computes with them.

Run it as `.venv/bin/python scripts/make-inference-golden.py`; weights are keyed by name and seed, so the files are
the same every time (logits up to the rounding of the CPU's kernels).
"""

import hashlib
import json
import shutil
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel, Qwen2Config, Qwen2ForCausalLM

GOLDEN = Path(__file__).parent.parent / "test" / "golden" / "inference"

# Odd sizes on purpose: none of the widths is a multiple of a vector register.
QWEN2 = {
    "vocab_size": 43,
    "hidden_size": 24,
    "intermediate_size": 44,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "rope_theta": 10000.0,
}
LLAMA = {
    "vocab_size": 37,
    "hidden_size": 21,
    "intermediate_size": 36,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "num_key_value_heads": 1,
    "head_dim": 10,
    "max_position_embeddings": 96,
}
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 500.0,
    "factor": 4.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}
# (folder, model, dtype of the stored weights, largest shard, sequence lengths)
MODELS: list[tuple[str, PreTrainedModel, torch.dtype, str, tuple[int, ...]]] = [
    (
        "qwen2-tied",
        Qwen2ForCausalLM(Qwen2Config(**QWEN2, tie_word_embeddings=True)),
        torch.float32,
        "1GB",
        (1, 7, 300),
    ),
    (
        "qwen2-untied-sharded-bf16",
        Qwen2ForCausalLM(Qwen2Config(**QWEN2, tie_word_embeddings=False)),
        torch.bfloat16,
        "10KB",
        (5, 70),
    ),
    (
        "llama-untied",
        LlamaForCausalLM(LlamaConfig(**LLAMA, rope_parameters=LLAMA3_ROPE, tie_word_embeddings=False)),
        torch.float32,
        "1GB",
        (2, 90),
    ),
    (
        "llama-tied-biased-f16",
        LlamaForCausalLM(
            LlamaConfig(
                **{**LLAMA, "num_key_value_heads": 3},
                rope_theta=1000.0,
                attention_bias=True,
                tie_word_embeddings=True,
            )
        ),
        torch.float16,
        "1GB",
        (3, 66),
    ),
]


def main() -> None:
    """Writes a folder per model."""
    torch.set_num_threads(1)
    for name, model, dtype, shard, lengths in MODELS:
        folder = GOLDEN / name
        shutil.rmtree(folder, ignore_errors=True)
        fill(model, seed=7)
        model.to(dtype).save_pretrained(folder, max_shard_size=shard)
        for file in folder.glob("*.safetensors"):
            file.chmod(0o644)
        # Loaded again, since `to(dtype)` has rounded the rotary frequencies too, which no fp32 model does.
        model = type(model).from_pretrained(folder, dtype=torch.float32).eval()
        sequences = [
            torch.randint(0, model.config.vocab_size, (1, length), generator=keyed(11, f"{name}/{length}"))
            for length in lengths
        ]
        with torch.no_grad():
            logits = [model(tokens).logits[0, -1] for tokens in sequences]
        record = [
            {"tokens": tokens[0].tolist(), "logits": [round(x, 7) for x in row.double().tolist()]}
            for tokens, row in zip(sequences, logits, strict=True)
        ]
        (folder / "logits.json").write_text(json.dumps(record, separators=(",", ":")) + "\n")
        print(name, sum(file.stat().st_size for file in folder.iterdir()), "bytes", float(logits[0].std()))


def fill(model: PreTrainedModel, seed: int) -> None:
    """Random weights large enough that every part of the model moves the logits."""
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=keyed(seed, name))
            parameter.copy_(1 + 0.2 * noise if "norm" in name else noise * 0.3)


def keyed(seed: int, name: str) -> torch.Generator:
    """A generator that depends on the seed and the name alone."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "little"))


if __name__ == "__main__":
    main()

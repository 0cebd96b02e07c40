"""Writes random weights in the shape of Qwen2.5-Math-1.5B, in fp16: what they say is noise.

Arguments: the Hugging Face folder (without a tokenizer) and the GGUF file to make, both of the same
numbers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

CONFIG = {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "vocab_size": 151936,
    "hidden_size": 1536,
    "intermediate_size": 8960,
    "num_hidden_layers": 28,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000.0,
    "hidden_act": "silu",
    "tie_word_embeddings": True,
    "torch_dtype": "float16",
}


def tensors() -> dict[str, tuple[str, NDArray[np.float16] | NDArray[np.float32]]]:
    """By the names of Hugging Face: the name in a GGUF file, and the numbers."""
    generator = np.random.default_rng(0)
    hidden, inner = CONFIG["hidden_size"], CONFIG["intermediate_size"]
    width = hidden // CONFIG["num_attention_heads"] * CONFIG["num_key_value_heads"]

    def random(*shape: int) -> NDArray[np.float16]:
        return (generator.standard_normal(shape, dtype=np.float32) * 0.02).astype(np.float16)

    def ones() -> NDArray[np.float32]:
        return np.ones(hidden, dtype=np.float32)

    found = {
        "model.embed_tokens.weight": ("token_embd.weight", random(CONFIG["vocab_size"], hidden)),
        "model.norm.weight": ("output_norm.weight", ones()),
    }
    for layer in range(CONFIG["num_hidden_layers"]):
        ours, theirs = f"model.layers.{layer}.", f"blk.{layer}."
        found[f"{ours}input_layernorm.weight"] = (f"{theirs}attn_norm.weight", ones())
        found[f"{ours}post_attention_layernorm.weight"] = (f"{theirs}ffn_norm.weight", ones())
        for name, rows in (("q", hidden), ("k", width), ("v", width)):
            projection = f"{ours}self_attn.{name}_proj"
            found[f"{projection}.weight"] = (f"{theirs}attn_{name}.weight", random(rows, hidden))
            found[f"{projection}.bias"] = (f"{theirs}attn_{name}.bias", np.zeros(rows, dtype=np.float32))
        found[f"{ours}self_attn.o_proj.weight"] = (f"{theirs}attn_output.weight", random(hidden, hidden))
        found[f"{ours}mlp.gate_proj.weight"] = (f"{theirs}ffn_gate.weight", random(inner, hidden))
        found[f"{ours}mlp.up_proj.weight"] = (f"{theirs}ffn_up.weight", random(inner, hidden))
        found[f"{ours}mlp.down_proj.weight"] = (f"{theirs}ffn_down.weight", random(hidden, inner))
    return found


def write_gguf(path: str, found: dict[str, tuple[str, NDArray[np.float16] | NDArray[np.float32]]]) -> None:
    """In F16, with a tokenizer of no words."""
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_block_count(CONFIG["num_hidden_layers"])
    writer.add_context_length(CONFIG["max_position_embeddings"])
    writer.add_embedding_length(CONFIG["hidden_size"])
    writer.add_feed_forward_length(CONFIG["intermediate_size"])
    writer.add_head_count(CONFIG["num_attention_heads"])
    writer.add_head_count_kv(CONFIG["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(CONFIG["rms_norm_eps"])
    writer.add_rope_freq_base(CONFIG["rope_theta"])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_vocab_size(CONFIG["vocab_size"])
    writer.add_tokenizer_model("none")
    for name, numbers in found.values():
        writer.add_tensor(name, numbers)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(folder: str, file: str) -> None:
    """Writes both."""
    found = tensors()
    target = Path(folder)
    target.mkdir(parents=True)
    (target / "config.json").write_text(json.dumps(CONFIG, indent=1))
    save_file({name: numbers for name, (_, numbers) in found.items()}, target / "model.safetensors")
    write_gguf(file, found)


main(*sys.argv[1:])

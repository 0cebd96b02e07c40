"""Writes test/golden/inference/: what torch and tokenizers make of tiny Hugging Face folders.

Run it as `.venv/bin/python scripts/make-inference-golden.py`. Weights are keyed by name and seed, so the
files are the same every time (logits up to the rounding of the CPU's kernels).
"""

import hashlib
import json
import shutil
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

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
        "qwen3-tied",
        Qwen3ForCausalLM(Qwen3Config(**QWEN2, head_dim=10, tie_word_embeddings=True)),
        torch.float32,
        "1GB",
        (1, 7, 300),
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


TRAINING_TEXT = [
    "the quick brown fox jumps over the lazy dog and then over another dog",
    "let x be the sum of 12 and 345 , then \\boxed{357} is the answer and x^2 = 127449",
    "naïve café, it's don't we'll they've 日本語 日本 ½¼ ½¼ ½¼ ²³ ²³ Ⅷ ٣٤ ٣٤ 🙂 🙂",
]
TEXTS = [
    *TRAINING_TEXT,
    "",
    " ",
    "1234567890",
    "a½b",
    "½¼ of ²³ and Ⅷ",
    "٣٤٥ items",
    "<|im_start|>user\nHow much is 1+1?<|im_end|>\n",
    "unknown<|im_end|>tail <|endoftext|>",
    "tabs\tand\r\nnewlines\n\n\n  spaces   ",
    "emoji 👩‍👩‍👧 joined, zero\u200bwidth, e\u0301 combined",
    "\\frac{1}{2}\\cdot x_{10}",
]


def main() -> None:
    """Writes a folder per model, and one with a tokenizer."""
    write_tokenizer()
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


def write_tokenizer() -> None:
    """A byte-level tokenizer that cuts numbers into digits, and what the Rust library encodes with it."""
    folder = GOLDEN / "tokenizer"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.BPE())
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = byte_level
    tokenizer.decoder = decoders.ByteLevel()
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=[AddedToken(token, special=True) for token in specials],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TRAINING_TEXT, trainer)
    # Set after training, so that there are merges which only a cut between digits prevents.
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, byte_level])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", 0)]
    )
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    record = [
        {
            "text": text,
            "tokens": tokenizer.encode(text, add_special_tokens=False).ids,
            "withSpecialTokens": tokenizer.encode(text).ids,
            "decoded": tokenizer.decode(tokenizer.encode(text).ids),
        }
        for text in TEXTS
    ]
    (folder / "encodings.json").write_text(json.dumps(record, separators=(",", ":")) + "\n")


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

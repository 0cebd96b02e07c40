"""Writes test/golden/inference/gguf/: what llama.cpp, gguf-py, torch and tokenizers make of tiny models.

Run it as `PYTHONPATH=SENTENCEPIECE .venv/bin/python scripts/make-gguf-golden.py LLAMA_CPP`. LLAMA_CPP is a
checkout of llama.cpp (the files were made with the one in the source package of llama-cpp-python 0.3.36),
SENTENCEPIECE a folder with that package, which the converter imports and does not use here.

Models are random and their tokenizer is that of make-inference-golden.py: nothing in the files comes from
anybody else. `NAME.gguf` is what llama.cpp's own converter makes of a model, `NAME.json` what the model was;
`blocks.json` holds random blocks of each quantised type and the fp32 that gguf-py reads from them;
`encodings.json` what the tokenizers library encodes with each way to cut text.
"""

import base64
import hashlib
import importlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

SCRIPTS = Path(__file__).parent
GOLDEN = SCRIPTS.parent / "test" / "golden" / "inference"
OUT = GOLDEN / "gguf"
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant\n"
)

SHAPE = {
    "vocab_size": 340,  # some rows more than the tokenizer has tokens
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 96,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 500.0,
    "factor": 4.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}
# name → model, how llama.cpp calls its way to cut text, what llama.cpp writes matrices in
MODELS: dict[str, tuple[PreTrainedModel, str, str]] = {
    "llama": (
        LlamaForCausalLM(LlamaConfig(**SHAPE, rope_parameters=LLAMA3_ROPE, tie_word_embeddings=False)),
        "llama-bpe",
        "q8_0",
    ),
    "llama-biased": (
        LlamaForCausalLM(LlamaConfig(**SHAPE, attention_bias=True, tie_word_embeddings=True)),
        "smollm",
        "f32",
    ),
    "qwen2": (
        Qwen2ForCausalLM(Qwen2Config(**{**SHAPE, "head_dim": 8}, tie_word_embeddings=False)),
        "qwen2",
        "bf16",
    ),
    "qwen3": (
        Qwen3ForCausalLM(Qwen3Config(**SHAPE, tie_word_embeddings=True)),
        "qwen2",
        "f16",
    ),
}
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|"
    r"\s*[\r\n]+|\s+(?!\S)|\s+"
)
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"
BLOCKS = {"Q4_0": (32, 18), "Q4_1": (32, 20), "Q8_0": (32, 34), "Q4_K": (256, 144), "Q6_K": (256, 210)}
# Where a block of each type has its fp16 scales, which are kept finite.
SCALES = {"Q4_0": [0], "Q4_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2], "Q6_K": [208]}


def main(llama_cpp: Path) -> None:
    """Fills the folder."""
    sys.path[:0] = [str(llama_cpp / "gguf-py"), str(llama_cpp), str(SCRIPTS)]
    OUT.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    write_blocks()
    write_encodings()
    for name, (model, pre, outtype) in MODELS.items():
        write_model(name, model, pre, outtype)


def write_blocks() -> None:
    """Random bits of each type, scales of all sizes among them, and what gguf-py makes of them."""
    gguf = importlib.import_module("gguf")
    random = np.random.default_rng(19)
    record: dict[str, dict[str, str]] = {}
    for name, (_, size) in BLOCKS.items():
        blocks = random.integers(0, 256, (8, size), dtype=np.uint8)
        for at in SCALES[name]:
            halves = blocks[:, at : at + 2].copy().view(np.uint16)
            halves &= np.uint16(0xFBFF)  # an exponent of all ones would be no number
            blocks[:, at : at + 2] = halves.view(np.uint8)
        values = gguf.dequantize(blocks, gguf.GGMLQuantizationType[name])
        record[name] = {"blocks": encoded(blocks), "values": encoded(values.astype("<f4"))}
    write_json("blocks.json", record)


def write_encodings() -> None:
    """What each way to cut text makes of the texts and merges of make-inference-golden.py."""
    texts = importlib.import_module("make-inference-golden").TEXTS
    record: dict[str, list[list[int]]] = {}
    for pre in ("default", "gpt-2", "smollm", "qwen2", "llama-bpe"):
        tokenizer = tokenizer_of(pre)
        record[pre] = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    write_json("encodings.json", {"texts": texts, "tokens": record})


def tokenizer_of(pre: str) -> Tokenizer:
    """The golden tokenizer, cutting text as models of this kind do."""
    definition = json.loads((GOLDEN / "tokenizer" / "tokenizer.json").read_text())
    definition["post_processor"] = None
    definition["model"]["ignore_merges"] = pre == "llama-bpe"
    tokenizer = Tokenizer.from_str(json.dumps(definition))
    bytes_only = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    with_words = pre_tokenizers.ByteLevel(add_prefix_space=False)
    steps = {
        "gpt-2": [with_words],
        "smollm": [pre_tokenizers.Digits(individual_digits=True), with_words],
        "qwen2": [split(WORDS % ""), bytes_only],
        "llama-bpe": [split(WORDS % "{1,3}"), bytes_only],
        "default": [
            *(split(part) for part in (r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", "[0-9][0-9][0-9]")),
            bytes_only,
        ],
    }
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps[pre])
    if pre == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
    return tokenizer


def split(pattern: str) -> pre_tokenizers.PreTokenizer:
    """Pieces that match, and what lies between them."""
    return pre_tokenizers.Split(Regex(pattern), behavior="isolated")


def write_model(name: str, model: PreTrainedModel, pre: str, outtype: str) -> None:
    """Fills a model, has llama.cpp convert it, and records what it was."""
    golden = importlib.import_module("make-inference-golden")
    golden.fill(model, seed=19)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / name
        if outtype in {"bf16", "f16"}:
            model.to({"bf16": torch.bfloat16, "f16": torch.float16}[outtype])
        model.save_pretrained(folder)
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer_of(pre),
            bos_token="<|endoftext|>",
            eos_token="<|im_end|>",
            pad_token="<|endoftext|>",
            chat_template=CHAT,
        ).save_pretrained(folder)
        convert(folder, OUT / f"{name}.gguf", pre, outtype)
        model = type(model).from_pretrained(folder, dtype=torch.float32).eval()
    if outtype == "q8_0":
        quantise(model)
    tokens = torch.randint(0, 330, (1, 60), generator=golden.keyed(19, name))
    with torch.no_grad():
        logits = model(tokens).logits[0, -1]
    tensors = {
        key: [
            list(value.shape),
            hashlib.sha256(value.contiguous().numpy().astype("<f4").tobytes()).hexdigest(),
        ]
        for key, value in sorted(model.state_dict().items())
        if not (key == "lm_head.weight" and model.config.tie_word_embeddings)
    }
    write_json(
        f"{name}.json",
        {
            "tensors": tensors,
            "tokens": tokens[0].tolist(),
            "logits": [round(x, 7) for x in logits.double().tolist()],
        },
    )


def convert(folder: Path, out: Path, pre: str, outtype: str) -> None:
    """Runs llama.cpp's converter, which knows published tokenizers alone: it is told the kind of this one."""
    base = importlib.import_module("conversion.base")
    base.TextModel.get_vocab_base_pre = lambda self, tokenizer: pre
    converter = importlib.import_module("convert_hf_to_gguf")
    sys.argv = ["convert", str(folder), "--outfile", str(out), "--outtype", outtype]
    converter.main()


def quantise(model: PreTrainedModel) -> None:
    """Rounds matrices as a file in Q8_0 has them."""
    gguf = importlib.import_module("gguf")
    kind = gguf.GGMLQuantizationType.Q8_0
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                rounded = gguf.dequantize(gguf.quantize(parameter.numpy(), kind), kind)
                parameter.copy_(torch.from_numpy(rounded))


def encoded(array: np.ndarray[Any, Any]) -> str:
    """Its bytes as text."""
    return base64.b64encode(array.tobytes()).decode()


def write_json(name: str, value: object) -> None:
    """A file of the folder."""
    (OUT / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Times `publish_hf` of a model of SmolLM2-135M's shape against copies of its bytes, in turns.

Arguments: folder of the engine, folder to work in. Prints one JSON line: least seconds of all turns by name.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TURNS = 7


def main(engine: str, place: str) -> None:
    """Measures, and leaves nothing."""
    sys.path.insert(0, engine)
    import torch
    from oneshot_engine.export_hf import export_hf
    from oneshot_engine.model import Compute, load_model
    from oneshot_engine.publish_hf import publish_hf
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)
    shape = LlamaConfig(
        hidden_size=576,
        intermediate_size=1536,
        num_hidden_layers=30,
        num_attention_heads=9,
        num_key_value_heads=3,
        vocab_size=49152,
        tie_word_embeddings=True,
    )
    with tempfile.TemporaryDirectory(dir=place) as text:
        folder = Path(text)
        made = folder / "made"
        LlamaForCausalLM(shape).save_pretrained(made)
        model = load_model(str(made), Compute(torch.device("cpu"), "fp32", False))
        shutil.rmtree(made)
        work: dict[str, Callable[[], object]] = {}
        for dtype in ("fp32", "bf16"):
            target = folder / dtype
            target.mkdir()
            weights = target / "model.safetensors"
            publish_hf(model, target, dtype)
            work[f"publish {dtype}"] = lambda target=target, dtype=dtype: publish_hf(model, target, dtype)
            work[f"copy {dtype}"] = lambda weights=weights: shutil.copyfile(weights, folder / "copy")
        exported = folder / "exported"
        exported.mkdir()
        work["export fp32"] = lambda: export_hf(model, exported)
        seconds = dict.fromkeys(work, float("inf"))
        for _ in range(TURNS):
            for name, do in work.items():
                started = time.perf_counter()
                do()
                seconds[name] = min(seconds[name], time.perf_counter() - started)
    print(json.dumps(seconds))


main(*sys.argv[1:])

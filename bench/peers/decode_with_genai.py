"""Decodes with onnxruntime-genai and says how long it took. The last argument is a JSON request."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import onnxruntime_genai as genai
from decode_request import Case, answer, read_request


def measure(model: genai.Model, case: Case, vocabulary: int) -> dict[str, float]:
    """Runs the prompts, then the steps; every row runs its prompt, since they cannot share one."""
    tokens = np.array(case.tokens(vocabulary) * (case.rows // case.prompts), dtype=np.int32)
    length = case.prompt + case.steps + 1
    params = genai.GeneratorParams(model)
    params.set_search_options(
        batch_size=case.rows, min_length=length, max_length=length, do_sample=False, num_beams=1
    )
    started = time.perf_counter()
    generator = genai.Generator(model, params)
    generator.append_tokens(tokens if case.rows > 1 else tokens[0])
    generator.generate_next_token()
    prompted = time.perf_counter()
    for _ in range(case.steps):
        generator.generate_next_token()
    ended = time.perf_counter()
    if len(generator.get_sequence(0)) != length:
        raise RuntimeError("a sequence ended early")
    return {
        "prompt_tokens": case.rows * case.prompt,
        "prompt_seconds": prompted - started,
        "step_seconds": ended - prompted,
    }


def main() -> None:
    """Loads the model once for all cases."""
    request = read_request()
    started = time.perf_counter()
    config = genai.Config(request.model)
    threads = {"intra_op_num_threads": request.threads}
    config.overlay(json.dumps({"model": {"decoder": {"session_options": threads}}}))
    model = genai.Model(config)
    loaded = time.perf_counter() - started
    settings = json.loads((Path(request.model) / "genai_config.json").read_text())
    vocabulary = settings["model"]["vocab_size"]
    answer(loaded, [measure(model, case, vocabulary) for case in request.cases])


main()

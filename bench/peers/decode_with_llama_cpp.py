"""Decodes with llama.cpp's library and says how long it took.

`llama_decode` is called through llama-cpp-python's bindings, without the class `Llama`. The last argument
is a JSON request.
"""

from __future__ import annotations

import time
from typing import Any

import llama_cpp as llama
import numpy as np
from decode_request import Case, answer, read_request

BATCH_TOKENS = 2048


class Batch:
    """Tokens of several sequences for one `llama_decode`."""

    def __init__(self, size: int) -> None:
        self.batch = llama.llama_batch_init(size, 0, 1)

    def fill(self, tokens: list[tuple[int, int, int, bool]]) -> Any:
        """Each a token, its position, its sequence and whether logits are wanted."""
        self.batch.n_tokens = len(tokens)
        for i, (token, position, sequence, wanted) in enumerate(tokens):
            self.batch.token[i] = token
            self.batch.pos[i] = position
            self.batch.n_seq_id[i] = 1
            self.batch.seq_id[i][0] = sequence
            self.batch.logits[i] = wanted
        return self.batch


def measure(model: Any, case: Case, threads: int) -> dict[str, float]:
    """Runs the prompts, then the steps."""
    vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
    room = -(-(case.prompt + case.steps + 1) // 256) * 256
    settings = llama.llama_context_default_params()
    settings.n_ctx, settings.n_seq_max = case.rows * room, case.rows
    settings.n_batch = BATCH_TOKENS
    settings.n_threads = settings.n_threads_batch = threads
    context = llama.llama_init_from_model(model, settings)
    if not context:
        raise MemoryError("llama.cpp made no context")

    def decode(batch: Any) -> None:
        status = llama.llama_decode(context, batch)
        if status != 0:
            raise RuntimeError(f"llama_decode answered {status}")

    def choose(wanted: int) -> list[int]:
        logits = np.ctypeslib.as_array(llama.llama_get_logits(context), (wanted, vocabulary))
        return logits.argmax(1).tolist()

    prompts, large, small = case.tokens(vocabulary), Batch(BATCH_TOKENS), Batch(case.rows)
    started = time.perf_counter()
    chosen: list[int] = []
    together = max(1, BATCH_TOKENS // case.prompt)
    for first in range(0, case.prompts, together):
        rows = range(first, min(case.prompts, first + together))
        last = case.prompt - 1
        decode(large.fill([(t, i, row, i == last) for row in rows for i, t in enumerate(prompts[row])]))
        chosen += choose(len(rows))
    if case.prompts < case.rows:
        for row in range(1, case.rows):
            llama.llama_memory_seq_cp(llama.llama_get_memory(context), 0, row, -1, -1)
        chosen *= case.rows
    prompted = time.perf_counter()
    for step in range(case.steps):
        decode(small.fill([(token, case.prompt + step, row, True) for row, token in enumerate(chosen)]))
        chosen = choose(case.rows)
    ended = time.perf_counter()
    llama.llama_batch_free(large.batch)
    llama.llama_batch_free(small.batch)
    llama.llama_free(context)
    return {
        "prompt_tokens": case.prompts * case.prompt,
        "prompt_seconds": prompted - started,
        "step_seconds": ended - prompted,
    }


def main() -> None:
    """Loads the model once for all cases."""
    request = read_request()
    llama.llama_backend_init()
    started = time.perf_counter()
    settings = llama.llama_model_default_params()
    settings.n_gpu_layers = 0
    model = llama.llama_model_load_from_file(request.model.encode(), settings)
    if not model:
        raise FileNotFoundError(request.model)
    loaded = time.perf_counter() - started
    answer(loaded, [measure(model, case, request.threads) for case in request.cases])


main()

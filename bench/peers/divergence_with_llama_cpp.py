"""KL divergence of a model's GGUF files from the first of them, over all positions of some prompts.

Arguments: a JSON file of prompts (lists of tokens), a number of threads, then the files. Prints one JSON
line: a list of `mean` (nats) and `same_token` for each but the first.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import llama_cpp as llama
import numpy as np
from numpy.typing import NDArray

ANSWER_FILE = 9  # standard output as it was


class Reader:
    """A model that says what it thinks of each token of a prompt."""

    def __init__(self, path: str, longest: int, threads: int) -> None:
        model_settings = llama.llama_model_default_params()
        model_settings.n_gpu_layers = 0
        model = llama.llama_model_load_from_file(path.encode(), model_settings)
        settings = llama.llama_context_default_params()
        settings.n_ctx = settings.n_batch = longest
        settings.n_threads = settings.n_threads_batch = threads
        self.context: Any = llama.llama_init_from_model(model, settings)
        self.vocabulary: int = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
        self.batch = llama.llama_batch_init(longest, 0, 1)

    def log_probs(self, tokens: list[int]) -> NDArray[np.float64]:
        """Of every token after each position, [len(tokens), V]."""
        llama.llama_memory_clear(llama.llama_get_memory(self.context), True)
        self.batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            self.batch.token[i] = token
            self.batch.pos[i] = i
            self.batch.n_seq_id[i] = 1
            self.batch.seq_id[i][0] = 0
            self.batch.logits[i] = True
        status = llama.llama_decode(self.context, self.batch)
        if status != 0:
            raise RuntimeError(f"llama_decode answered {status}")
        shape = (len(tokens), self.vocabulary)
        logits = np.ctypeslib.as_array(llama.llama_get_logits(self.context), shape).astype(np.float64)
        logits -= logits.max(1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(1, keepdims=True))


def main(file: str, threads: str, *paths: str) -> None:
    """Reads every prompt with every model."""
    os.dup2(1, ANSWER_FILE)
    os.dup2(2, 1)
    prompts: list[list[int]] = json.loads(Path(file).read_text())
    readers = [Reader(path, max(map(len, prompts)), int(threads)) for path in paths]
    sums = np.zeros((len(paths) - 1, 2))
    for tokens in prompts:
        exact, *rounded = (reader.log_probs(tokens) for reader in readers)
        for total, other in zip(sums, rounded, strict=True):
            total[0] += (np.exp(exact) * (exact - other)).sum()
            total[1] += (exact.argmax(1) == other.argmax(1)).sum()
    count = sum(map(len, prompts))
    answer = [{"mean": mean, "same_token": same} for mean, same in (sums / count).tolist()]
    os.write(ANSWER_FILE, f"{json.dumps(answer)}\n".encode())


main(*sys.argv[1:])

"""Completes prompts with llama.cpp's library, some sequences side by side, as its server does in its slots.

A sequence that ends makes room for the next at once; new prompts and running sequences share a
`llama_decode`. Samples of one prompt share its prefill. The argument is a JSON file; prints one JSON line.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp as llama
import numpy as np
from numpy.typing import NDArray

ANSWER_FILE = 9  # standard output as it was
BATCH_TOKENS = 2048


@dataclass
class Sequence:
    """One completion in its slot.

    Attributes:
        position: tokens of prompt and completion that the cache holds.
        token: the last one, not yet in the cache.
        made: tokens of the completion.
    """

    position: int
    token: int
    made: int = 1


class Completer:
    """The model, its slots and what was made."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request
        self.prompts: list[list[int]] = request["prompts"]
        self.slots: int = request["slots"]
        self.stop = set(request["stop"])
        self.random = np.random.default_rng(0)
        room = -(-(max(map(len, self.prompts)) + request["maxTokens"]) // 256) * 256
        model_settings = llama.llama_model_default_params()
        model_settings.n_gpu_layers = 0
        model = llama.llama_model_load_from_file(request["model"].encode(), model_settings)
        settings = llama.llama_context_default_params()
        settings.n_ctx, settings.n_seq_max = self.slots * room, self.slots
        settings.n_batch = BATCH_TOKENS
        settings.n_threads = settings.n_threads_batch = request["threads"]
        self.context: Any = llama.llama_init_from_model(model, settings)
        if not self.context:
            raise MemoryError("llama.cpp made no context")
        self.memory = llama.llama_get_memory(self.context)
        self.vocabulary: int = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
        self.batch = llama.llama_batch_init(BATCH_TOKENS, 0, 1)
        self.running: dict[int, Sequence] = {}
        self.completions = self.tokens = self.truncated = 0

    def add(self, token: int, position: int, slot: int, wanted: bool) -> None:
        """Puts a token into the next `llama_decode`."""
        i = self.batch.n_tokens
        self.batch.token[i], self.batch.pos[i] = token, position
        self.batch.n_seq_id[i], self.batch.seq_id[i][0] = 1, slot
        self.batch.logits[i] = wanted
        self.batch.n_tokens = i + 1

    def draw(self, logits: NDArray[np.float32]) -> int:
        """A token by the temperature, or the likeliest."""
        temperature = self.request["temperature"]
        if temperature == 0:
            return int(logits.argmax())
        weights = np.exp((logits - logits.max()) / temperature).cumsum()
        return min(int(np.searchsorted(weights, self.random.random() * weights[-1])), len(weights) - 1)

    def keep(self, slot: int, sequence: Sequence) -> None:
        """Goes on with a sequence that has a new token, unless that ends it."""
        ended = sequence.token in self.stop
        if not ended and sequence.made < self.request["maxTokens"]:
            self.running[slot] = sequence
            return
        self.running.pop(slot, None)
        llama.llama_memory_seq_rm(self.memory, slot, -1, -1)
        self.completions += 1
        self.tokens += sequence.made
        self.truncated += not ended

    def run(self) -> None:
        """Completes everything."""
        waiting = [(prompt, self.request["samples"]) for prompt in self.prompts]
        while waiting or self.running:
            self.batch.n_tokens = 0
            stepped = list(self.running.items())
            for slot, sequence in stepped:
                self.add(sequence.token, sequence.position, slot, True)
            free = [slot for slot in range(self.slots) if slot not in self.running]
            started: list[tuple[list[int], list[int]]] = []
            while waiting and free and self.batch.n_tokens + len(waiting[0][0]) <= BATCH_TOKENS:
                prompt, samples = waiting.pop(0)
                taken = free[:samples]
                free = free[samples:]
                if len(taken) < samples:
                    waiting.insert(0, (prompt, samples - len(taken)))
                for i, token in enumerate(prompt):
                    self.add(token, i, taken[0], i == len(prompt) - 1)
                started.append((prompt, taken))
            status = llama.llama_decode(self.context, self.batch)
            if status != 0:
                raise RuntimeError(f"llama_decode answered {status}")
            rows = len(stepped) + len(started)
            logits = np.ctypeslib.as_array(llama.llama_get_logits(self.context), (rows, self.vocabulary))
            for row, (slot, sequence) in enumerate(stepped):
                sequence.position += 1
                sequence.token = self.draw(logits[row])
                sequence.made += 1
                self.keep(slot, sequence)
            for row, (prompt, taken) in enumerate(started, len(stepped)):
                for slot in taken[1:]:
                    llama.llama_memory_seq_cp(self.memory, taken[0], slot, -1, -1)
                for slot in taken:
                    self.keep(slot, Sequence(len(prompt), self.draw(logits[row])))


def main(file: str) -> None:
    """Reads the request and says how much was made."""
    os.dup2(1, ANSWER_FILE)
    os.dup2(2, 1)
    completer = Completer(json.loads(Path(file).read_text()))
    completer.run()
    answer = {name: getattr(completer, name) for name in ("completions", "tokens", "truncated")}
    os.write(ANSWER_FILE, f"{json.dumps(answer)}\n".encode())


main(*sys.argv[1:])

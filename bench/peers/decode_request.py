"""What the benchmarks ask of a program that decodes: see `bench/inference/decode-request.ts`."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from typing import Any

ANSWER_FILE = 9  # standard output as it was


@dataclass(frozen=True)
class Case:
    """Rows that are decoded together, greedily and past their ends.

    Attributes:
        rows: sequences.
        prompt: tokens of each one's prompt.
        prompts: different prompts, 1 or as many as rows.
        steps: steps after the prompts, each of one token a row.
    """

    rows: int
    prompt: int
    prompts: int
    steps: int

    def tokens(self, vocabulary: int) -> list[list[int]]:
        """The prompts, the same in every program."""
        return [
            [(i * 7919 + row * 104_729 + 17) % vocabulary for i in range(self.prompt)]
            for row in range(self.prompts)
        ]


@dataclass(frozen=True)
class Request:
    """What the last argument of the command line says."""

    model: str
    threads: int
    cases: list[Case]


def read_request() -> Request:
    """Reads it, and sends what libraries print on standard output to standard error."""
    said = json.loads(sys.argv[-1])
    os.dup2(1, ANSWER_FILE)
    os.dup2(2, 1)
    return Request(said["model"], said["threads"], [Case(**case) for case in said["cases"]])


def answer(load_seconds: float, cases: list[dict[str, Any]]) -> None:
    """Writes the last line."""
    used = time.process_time()
    line = json.dumps({"load_seconds": load_seconds, "cpu_seconds": used, "cases": cases})
    os.write(ANSWER_FILE, f"{line}\n".encode())

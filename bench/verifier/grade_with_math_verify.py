"""Grades files of labelled cases with Math-Verify: for each path on standard input one pass and a JSON line.

A child grades; the parent only watches it and replaces it when a case takes longer than the deadline, because
the library's own timeout cannot interrupt big-integer powers. Times are CPU seconds of the child, without its
start.
"""

import json
import logging
import multiprocessing as mp
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from typing import Any

DEADLINE_SECONDS = 15.0


@dataclass
class Pass:
    """One pass over a file.

    Attributes:
        pairs: cases graded.
        cpu_seconds: spent on them; a killed case counts with the deadline.
        given_up: cases that were killed or ended the child.
        right: verdicts that equal the label.
        labelled: cases that have a label.
    """

    pairs: int = 0
    cpu_seconds: float = 0.0
    given_up: int = 0
    right: int = 0
    labelled: int = 0

    def add(self, case: dict[str, Any], correct: bool | None, seconds: float) -> None:
        """Counts one case; `None` is one that was given up."""
        self.pairs += 1
        self.cpu_seconds += seconds
        self.given_up += correct is None
        if case["ours"] is not None:
            self.labelled += 1
            self.right += bool(correct) == case["ours"]


def as_latex(text: str) -> str:
    """Bare answers need math delimiters, or the library looks for plain numbers alone."""
    return text if any(mark in text for mark in ("$", "\\boxed", "\\[", "\\(")) else f"${text}$"


def grade(connection: Connection) -> None:
    """Answers each case with `(correct, CPU seconds)`; what the library cannot grade is not correct."""
    logging.disable(logging.CRITICAL)
    from math_verify import (
        ExprExtractionConfig,
        LatexExtractionConfig,
        StringExtractionConfig,
        parse,
        verify,
    )
    from math_verify.errors import TimeoutException

    configs = {
        "latex": LatexExtractionConfig(),
        "expr": ExprExtractionConfig(),
        "string": StringExtractionConfig(),
    }

    def correct(case: dict[str, Any]) -> bool:
        # The library's own test cases say what they were written for.
        options = case.get("opts") or {}
        config = [configs[name] for name in options.get("match_types") or ["latex", "expr"]]
        known = {"float_rounding", "strict", "allow_set_relation_comp"}
        settings = {name: value for name, value in options.items() if name in known}
        prediction = case["prediction"] if case.get("response") else as_latex(case["prediction"])
        answer = parse(prediction, extraction_config=config, raise_on_error=True)
        golds = case.get("gold_raw", case["gold"])
        for gold in golds if isinstance(golds, list) else [golds]:
            text = gold if case.get("gold_response") else as_latex(gold)
            reference = parse(text, extraction_config=config, raise_on_error=True)
            if verify(reference, answer, raise_on_error=True, **settings):
                return True
        return False

    while (case := connection.recv()) is not None:
        start = time.process_time()
        try:
            verdict = correct(case)
        except (Exception, TimeoutException):  # the latter is none of the former
            verdict = False
        connection.send((verdict, time.process_time() - start))


class Grader:
    """The child process, started anew whenever a case has to be given up."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Starts a child and lets it build its grammars, which is not timed."""
        context = mp.get_context("spawn")
        self.connection, far_end = context.Pipe()
        self.process = context.Process(target=grade, args=(far_end,), daemon=True)
        self.process.start()
        far_end.close()
        self.connection.send({"gold": "1", "prediction": "1"})
        self.connection.recv()

    def judge(self, case: dict[str, Any]) -> tuple[bool | None, float]:
        """Correct or not, `None` if given up, and the CPU seconds it took."""
        self.connection.send(case)
        if self.connection.poll(DEADLINE_SECONDS):
            with suppress(EOFError):
                return self.connection.recv()
        self.process.kill()
        self.process.join()
        self.start()
        return None, DEADLINE_SECONDS

    def end(self) -> None:
        """Lets the child end."""
        self.connection.send(None)


def main() -> None:
    """Serves passes until standard input ends."""
    grader = Grader()
    for path in sys.stdin:
        done = Pass()
        with open(path.rstrip("\n"), encoding="utf-8") as lines:
            for case in map(json.loads, filter(str.strip, lines)):
                done.add(case, *grader.judge(case))
        print(json.dumps(asdict(done)), flush=True)
    grader.end()


if __name__ == "__main__":
    main()

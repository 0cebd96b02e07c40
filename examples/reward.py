"""A reward of your own in Python: `oneshot train micro-pi1 --reward examples/reward.py`.

One file; it may import what the engine's environment has installed. It is stored with the run, so that a run which goes
on later uses the same one. It runs in processes of its own: keep no state between calls. It is called with those of
`prompt`, `completion`, `answer` and `example` that it names.
"""

import re


def reward(completion: str, answer: str) -> float:
    """1 for the right answer in a box, less 0.01 a word beyond twenty: right and brief beats right and long."""
    is_right = f"\\boxed{{{answer}}}" in completion.replace(" ", "")
    words = len(re.split(r"\s+", completion))
    return 1 - 0.01 * max(0, words - 20) if is_right else 0

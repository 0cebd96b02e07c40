"""A process that holds a user's reward module: says whether it loaded, then answers each line in turn."""

import importlib.util
import inspect
import json
import math
import numbers
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

NAMES = ("prompt", "completion", "answer", "example")


def main() -> None:
    """Answers until standard input ends, which it does when the driver does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's to hear
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the module prints is no reply

    def answer(**reply: object) -> None:
        replies.write(json.dumps(reply) + "\n")
        replies.flush()

    try:
        reward = load(sys.argv[1])
    except BaseException as error:
        answer(kind="unloadable", why=explained(error))
        return
    inputs: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=read, args=(inputs,), daemon=True).start()
    answer(kind="ready")
    while True:
        answer(**judge(reward, json.loads(inputs.get())))


def read(inputs: "queue.SimpleQueue[str]") -> None:
    """Hands on lines; ends the process with its input, whatever the module is at."""
    for line in sys.stdin.buffer:
        inputs.put(line.decode())
    os._exit(0)


def load(path: str) -> Callable[[dict[str, Any]], object]:
    """The module's `reward`, as a function of all that it may ask for."""
    sys.path.append(os.path.dirname(path))  # files beside it, after all that is installed
    spec = importlib.util.spec_from_file_location("reward_module", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules["reward_module"] = module
    spec.loader.exec_module(module)
    reward = getattr(module, "reward", None)
    if not callable(reward):
        raise TypeError('it defines no function "reward"')
    parameters = inspect.signature(reward).parameters.values()
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    named = [parameter.name for parameter in parameters]
    unknown = [
        parameter.name
        for parameter in parameters
        if parameter.name not in NAMES
        and parameter.default is parameter.empty
        and parameter.kind
        in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY, parameter.POSITIONAL_ONLY)
    ]
    if unknown:
        raise TypeError(f"reward() asks for {', '.join(unknown)}; there are {', '.join(NAMES)}")
    asked = NAMES if takes_all else tuple(name for name in NAMES if name in named)
    return lambda given: reward(**{name: given[name] for name in asked})


def judge(reward: Callable[[dict[str, Any]], object], given: dict[str, Any]) -> dict[str, object]:
    """What became of one input."""
    try:
        value = reward(given)
        if isinstance(value, numbers.Real) and math.isfinite(value):
            return {"kind": "reward", "value": float(value)}
        return {"kind": "no-number", "shown": repr(value)[:200]}
    except Exception:
        return {"kind": "threw", "why": traceback.format_exc(limit=-5).rstrip()}


def explained(error: BaseException) -> str:
    """The error, with file and line where it is one of the module's text or of what it runs on loading."""
    return "".join(traceback.format_exception(error, limit=-1)).rstrip()


if __name__ == "__main__":
    main()

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from engine_process import Process
from oneshot_engine.protocol import PROTOCOL_VERSION
from oneshot_engine.ranks import Ranks
from safetensors.numpy import load_file
from tiny import ADAMW, CREATE, LOSS, MODELS, QWEN2, Caller, Tensors, created, sequences, streams

# Without momentum the first moment is the gradient itself.
BARE = {**ADAMW, "betas": [0, 0.999]}


@pytest.mark.parametrize(("passes", "world"), [(1, 2), (4, 2), (5, 2), (7, 3)])
def test_passes_are_dealt_once_and_every_rank_runs_equally_many(passes: int, world: int):
    dealt = [Ranks(rank, world).deal(range(passes)) for rank in range(world)]
    assert len({len(hand) for hand in dealt}) == 1
    assert sorted(one for hand in dealt for one, mine in hand if mine) == list(range(passes))


class TwoRanks(Process):
    """An engine of two ranks under torchrun."""

    def __init__(self, folder: str, *program: str):
        super().__init__(folder, 2, program or ("-m", "oneshot_engine"))

    def __call__(self, verb: str, args: Mapping[str, Any], tensors: Tensors | None = None) -> Any:
        """Result and tensors of a verb in one mapping, or the error's code."""
        self.send(verb, args, tensors)
        while "event" in (frame := self.read()).header:
            pass
        if not frame.header["ok"]:
            return frame.header["error"]["code"]
        return {**frame.header["result"], **frame.tensors}


@contextlib.contextmanager
def two_ranks(*program: str) -> Generator[TwoRanks]:
    with tempfile.TemporaryDirectory() as folder:
        engine = TwoRanks(folder, *program)
        try:
            yield engine
        finally:
            engine.leave()
            engine.child.terminate()
            engine.child.wait()


def create(model: str, **changes: Any) -> dict[str, Any]:
    critic = {"seed": 1, "optimizer": BARE}
    small = {"critic": critic, "tokenBudget": 128, "optimizer": BARE}
    return {**CREATE, "model": model, "reference": model, **small, **changes}


def train(call: Caller | TwoRanks, step: int, slot: str) -> Any:
    """One teacher-forced update; gives back what the engine said of it."""
    batch = sequences(step, rows=13)
    if slot == "policy":
        per_token = streams(batch, step)
        del per_token["oldLogprobs"]
        report = call("forward_backward", {"temperature": 0.6, "loss": LOSS}, {**batch, **per_token})
    else:
        count = int((batch["lengths"] - batch["promptLengths"] + 1).sum())
        random = np.random.default_rng(step)
        names = ("weights", "returns", "oldValues")
        values = {name: random.uniform(0, 1, count).astype(np.float32) for name in names}
        report = call("critic_forward_backward", {"clip": 0.5}, {**batch, **values})
    norm = call("optim_step", {"slot": slot, "learningRate": 1e-3, "clipNorm": 0})["gradNorm"]
    return {**report, "gradNorm": norm}


def stored(call: Caller | TwoRanks, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    call("save_state", {"model": str(folder), "directory": str(folder)})
    return {
        f"{file.stem} {name}": array
        for file in folder.glob("*.safetensors")
        for name, array in load_file(file).items()
    }


def assert_close(one: dict[str, Any], other: dict[str, Any], bound: float) -> None:
    assert one.keys() == other.keys()
    for name, expected in one.items():
        size = np.linalg.norm(expected)
        assert np.linalg.norm(expected - other[name]) <= bound * size, name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "checkpointing"), [("qwen2-tied", False), ("qwen2-untied-sharded-bf16", True)]
)
def test_two_ranks_train_as_one_does(tmp_path: Path, name: str, checkpointing: bool):
    model = str(MODELS / name)
    alone = Caller()
    alone("create", create(model))
    with two_ranks() as both:
        both("create", create(model, gradientCheckpointing=checkpointing))
        for step in range(5):
            for slot in ("policy", "critic"):
                one, two = train(alone, step, slot), train(both, step, slot)
                assert two["loss"] == pytest.approx(one["loss"], rel=2e-6)
                assert two["gradNorm"] == pytest.approx(one["gradNorm"], rel=2e-6)
            one = stored(alone, tmp_path / f"alone-{step}")
            two = stored(both, tmp_path / f"both-{step}")
            gradients = {key: value for key, value in one.items() if " exp_avg." in key}
            assert len(gradients) > 40
            assert_close(gradients, {key: two[key] for key in gradients}, 2e-6)
            assert_close(one, two, 1e-5)
            # Any number of ranks goes on from what another has stored; each step compares equal weights.
            folder = str(tmp_path / f"{'both' if step % 2 else 'alone'}-{step}")
            for call in (alone, both):
                call("load_state", {"model": folder, "directory": folder})


@pytest.mark.slow
def test_what_two_ranks_refuse_leaves_them_in_step():
    with two_ranks() as both:
        assert both("forward", {"slot": "policy", "temperature": 1}, sequences()) == "NOT_CREATED"
        both("create", create(QWEN2))
        assert both("sample", {"samples": 1}) == "BAD_REQUEST"
        batch = sequences()
        alone = created()("forward", {"slot": "policy", "temperature": 0.6}, batch)
        got = both("forward", {"slot": "policy", "temperature": 0.6}, batch)
        np.testing.assert_allclose(got["logprobs"], alone["logprobs"], atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["forward", "backward", "head"])
def test_memory_that_one_rank_lacks_makes_the_passes_of_all_smaller(place: str):
    alone, batch = Caller(), sequences(rows=13)
    alone("create", create(QWEN2, critic=None))
    rest = {**batch, **streams(batch)}
    args = {"temperature": 0.6, "loss": LOSS}
    step = {"slot": "policy", "learningRate": 1e-3, "clipNorm": 0}
    with two_ranks(str(Path(__file__).with_name("starved_engine.py")), "--place", place) as both:
        both("create", create(QWEN2, critic=None))
        for _ in range(2):
            both("set_token_budget", {"tokenBudget": 64})
            both("forward_backward", args, rest)  # gone with the memory
            both("set_token_budget", {"tokenBudget": 128})
            if place == "forward":
                assert both("forward", FORWARD, batch) == "OOM"
            assert both("forward_backward", args, rest) == "OOM"
            both("set_token_budget", {"tokenBudget": 64})
            one, two = alone("forward_backward", args, rest), both("forward_backward", args, rest)
            np.testing.assert_allclose(two["logprobs"], one["logprobs"], atol=1e-5)
            assert two["loss"] == pytest.approx(one["loss"], rel=2e-6)
            assert both("optim_step", step)["gradNorm"] == pytest.approx(
                alone("optim_step", step)["gradNorm"], rel=5e-6
            )


LIMIT_SECONDS = 4
IMPATIENT = (str(Path(__file__).with_name("impatient_engine.py")), "--seconds", str(LIMIT_SECONDS))
FORWARD = {"slot": "policy", "temperature": 0.6}


@pytest.mark.slow
def test_ranks_wait_for_a_verb_without_a_deadline():
    with two_ranks(*IMPATIENT) as both:
        both("create", create(QWEN2))
        time.sleep(LIMIT_SECONDS * 2.5)
        assert len(both("forward", FORWARD, sequences())["logprobs"]) > 0
        time.sleep(LIMIT_SECONDS * 1.5)
        assert both("status", {})["peakBytes"]


@pytest.mark.slow
@pytest.mark.parametrize("first", [True, False], ids=["the first", "another"])
@pytest.mark.parametrize("busy", [True, False], ids=["in a verb", "while idle"])
def test_when_one_rank_dies_the_engine_ends(first: bool, busy: bool):
    with two_ranks() as both:
        both("create", create(QWEN2))
        pid, other = pids(both)
        dying, waiting = (pid, other) if first else (other, pid)
        if busy:
            os.kill(dying, signal.SIGSTOP)
            with contextlib.suppress(OSError):
                both.send("forward", FORWARD, sequences())
        os.kill(dying, signal.SIGKILL)
        assert_ends(both, waiting)


@pytest.mark.slow
def test_a_rank_that_stands_still_in_a_verb_ends_the_engine():
    with two_ranks(*IMPATIENT) as both:
        both("create", create(QWEN2))
        pid, other = pids(both)
        os.kill(other, signal.SIGSTOP)
        both.send("forward", FORWARD, sequences())
        assert_ends(both, pid, stopped=other)


@pytest.mark.slow
def test_a_rank_that_stands_still_before_a_verb_ends_the_engine():
    with two_ranks(*IMPATIENT, "--stands-before", "1") as both:
        pid, other = pids(both)
        both.send("create", create(QWEN2))
        assert_ends(both, pid, stopped=other)


def pids(both: TwoRanks) -> tuple[int, int]:
    """Of the first rank and of the other."""
    pid = both("hello", {"protocolVersion": PROTOCOL_VERSION})["pid"]
    (other,) = [child for child in children(both.child.pid) if child != pid]
    return pid, other


def assert_ends(both: TwoRanks, waiting: int, stopped: int | None = None) -> None:
    """The connection ends, and then every process, in much less time than a verb may take."""
    both.socket.settimeout(30)
    deadline = time.monotonic() + 30
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            both.read()  # a heartbeat a second, if nothing else
            assert time.monotonic() < deadline, "the engine goes on"
    if stopped is not None:
        os.kill(stopped, signal.SIGCONT)
    assert both.child.wait(40) != 0
    with pytest.raises(ProcessLookupError):
        os.kill(waiting, 0)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from engine_process import Process
from oneshot_engine import server
from oneshot_engine.engine import POLICY_OPTIMIZER
from oneshot_engine.frames import Frame, encode_frame
from oneshot_engine.tensor_file import PARTIAL
from tiny import CREATE, QWEN2, Tensors

STEP = {"slot": "policy", "learningRate": 0.1, "clipNorm": 1}


@contextlib.contextmanager
def started() -> Generator[Process]:
    with tempfile.TemporaryDirectory() as folder:
        process = Process(folder)
        try:
            yield process
        finally:
            process.leave()
            process.child.kill()
            process.child.wait()


@pytest.fixture(scope="module")
def engine() -> Iterator[Process]:
    with started() as process:
        assert process.call("create", create(QWEN2))["ok"]
        yield process


def create(model: str) -> dict[str, Any]:
    return {**CREATE, "model": model, "reference": None}


def long_sample(samples: int) -> tuple[dict[str, Any], Tensors]:
    args = {
        "temperature": 1,
        "topP": 1,
        "maxTokens": 500,
        "stop": [],
        "seed": 0,
        "step": 0,
        "samples": samples,
    }
    tensors = {
        "tokens": np.array([1], np.int32),
        "lengths": np.array([1], np.int32),
        "rows": np.array([0], np.int32),
    }
    return args, tensors


def test_a_failed_verb_leaves_the_engine_as_it_is(engine: Process):
    assert engine.call("create", create("/nowhere"))["error"]["code"] == "MODEL_INVALID"
    assert engine.call("sample", *long_sample(1))["ok"]


@pytest.mark.parametrize("header", [{"id": -1}, {"id": "1"}, {"verb": 3}, {}])
def test_a_request_without_id_or_verb_is_a_bad_request(engine: Process, header: dict[str, Any]):
    engine.socket.sendall(encode_frame(Frame(header)))
    while "event" in (frame := engine.read()).header:
        pass
    assert frame.header["error"]["code"] == "BAD_REQUEST"
    assert engine.call("status", {})["ok"]


def test_heartbeats_and_progress_come_while_torch_computes(engine: Process):
    samples = 64
    while True:  # long enough on any machine
        begun = time.monotonic()
        assert engine.call("sample", *long_sample(samples))["ok"]
        if time.monotonic() - begun > 1.5:
            break
        samples *= 2
    assert "heartbeat" in engine.events
    assert "progress" in engine.events


def test_a_cancelled_verb_ends_at_once_and_the_engine_lives_on(engine: Process):
    number = engine.send("sample", *long_sample(4096))
    while engine.read().header.get("event") != "progress":
        pass
    begun = time.monotonic()
    assert engine.call("cancel", {})["ok"]
    while "event" in (frame := engine.read()).header:
        pass
    assert (frame.header["id"], frame.header["error"]["code"]) == (number, "CANCELLED")
    assert time.monotonic() - begun < 5
    assert engine.call("cancel", {})["ok"]  # idle: nothing to give up
    assert engine.call("sample", *long_sample(1))["ok"]


def test_a_request_that_is_no_cancel_waits_for_its_turn(engine: Process):
    first = engine.send("sample", *long_sample(64))
    second = engine.send("status", {})
    assert answers(engine, 2) == [(first, True), (second, True)]


def answers(engine: Process, count: int) -> list[tuple[int, bool]]:
    """Number and success of the next so many requests that are answered, in that order."""
    found: list[tuple[int, bool]] = []
    while len(found) < count:
        header = engine.read().header
        if "event" not in header:
            found.append((header["id"], header["ok"]))
    return found


def drain(pipe: Path) -> None:
    """Reads what a writer puts into it, until it closes."""

    def read() -> None:
        while not pipe.read_bytes():
            pass  # a pipe cannot be opened for direct writes, which the writer tries first

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(20)
    assert not reader.is_alive()


class TestStateThatIsWrittenSlowly:
    """Its file is a pipe, in which the writer waits until somebody reads."""

    def begin(self, engine: Process, folder: Path) -> tuple[int, Path]:
        folder.mkdir()
        pipe = folder / (POLICY_OPTIMIZER + PARTIAL)
        os.mkfifo(pipe)
        return engine.send("save_state", {"model": str(folder), "directory": str(folder)}), pipe

    def test_the_engine_goes_on_meanwhile(self, engine: Process, tmp_path: Path):
        saving, pipe = self.begin(engine, tmp_path / "state")
        assert engine.call("sample", *long_sample(1))["ok"]
        assert engine.call("status", {})["ok"]
        drain(pipe)
        assert answers(engine, 1) == [(saving, True)]

    def test_what_would_change_it_waits(self, engine: Process, tmp_path: Path):
        saving, pipe = self.begin(engine, tmp_path / "state")
        stepping = engine.send("optim_step", STEP)
        again = engine.send("status", {})
        assert engine.read().header == {"event": "heartbeat"}
        drain(pipe)
        assert answers(engine, 3) == [(saving, True), (stepping, True), (again, True)]

    def test_a_second_one_waits_for_the_first(self, engine: Process, tmp_path: Path):
        first, slow = self.begin(engine, tmp_path / "first")
        second, other = self.begin(engine, tmp_path / "second")
        drain(slow)
        assert answers(engine, 1) == [(first, True)]
        drain(other)
        assert answers(engine, 1) == [(second, True)]

    def test_a_failure_is_told_and_the_engine_lives_on(self, engine: Process, tmp_path: Path):
        (tmp_path / POLICY_OPTIMIZER).mkdir()
        args = {"model": str(tmp_path), "directory": str(tmp_path)}
        assert engine.call("save_state", args)["error"]["code"] == "DISK"
        assert engine.call("sample", *long_sample(1))["ok"]


def test_without_driver_the_process_ends_within_5_s_even_while_computing(engine: Process):
    number = engine.send("sample", *long_sample(4096))
    while (header := engine.read().header).get("event") != "progress":
        assert header.get("id") != number
    engine.leave()
    assert engine.child.wait(5) == server.DRIVER_GONE


def test_shutdown_is_answered_before_the_process_ends():
    with started() as process:
        process.child.send_signal(signal.SIGTERM)  # of its process group, and the next
        process.child.send_signal(signal.SIGINT)  # of the driver's terminal: not the engine's to obey
        assert process.call("shutdown", {})["ok"]
        assert process.child.wait(5) == 0


def test_a_driver_that_ends_before_it_connects_is_not_waited_for(tmp_path: Path):
    begun = time.monotonic()
    server.serve(str(tmp_path / "socket"), parent=-1)
    assert time.monotonic() - begun < 1

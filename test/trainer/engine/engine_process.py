"""An engine as its driver meets it: a process and a socket."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from oneshot_engine import server
from oneshot_engine.frames import Frame, encode_frame, read_frame
from tiny import Tensors

ENGINE = Path(server.__file__).parents[1]
# However slow a machine is: no test asks for more.
ANSWER_SECONDS = 120


class Process:
    """An engine process and the driver's end of its socket."""

    def __init__(self, folder: str, ranks: int = 1, program: Sequence[str] = ("-m", "oneshot_engine")):
        path = f"{folder}/socket"
        torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}"]
        self.child = subprocess.Popen(
            [sys.executable, *(torchrun if ranks > 1 else []), *program, "--socket", path],
            env={**os.environ, "PYTHONPATH": str(ENGINE)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.child.stdout is not None
        assert self.child.stdout.readline() == b"ready\n"
        self.child.stdout.close()
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.stream = self.socket.makefile("rb")
        self.events: list[str] = []
        self._id = 0

    def send(self, verb: str, args: Any, tensors: Tensors | None = None) -> int:
        self._id += 1
        request = {"id": self._id, "verb": verb, "args": args}
        self.socket.sendall(encode_frame(Frame(request, tensors or {})))
        return self._id

    def read(self) -> Frame:
        def exactly(size: int) -> bytes:
            piece = self.stream.read(size)
            if len(piece) < size:
                raise EOFError
            return piece

        return read_frame(exactly)

    def call(self, verb: str, args: Any, tensors: Tensors | None = None) -> dict[str, Any]:
        """The header that answers a request; events before it are kept."""
        number = self.send(verb, args, tensors)
        self.events = []
        deadline = time.monotonic() + ANSWER_SECONDS
        while "event" in (frame := self.read()).header:
            assert time.monotonic() < deadline, f"no answer to {verb}"
            self.events.append(frame.header["event"])
        assert frame.header["id"] == number
        return frame.header

    def leave(self) -> None:
        self.stream.close()
        self.socket.close()

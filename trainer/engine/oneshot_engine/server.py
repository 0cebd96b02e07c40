"""One driver on one Unix socket: requests in, answers and events out."""

from __future__ import annotations

import os
import socket
import threading
import time
import traceback
from typing import Any, cast

from oneshot_engine.engine import MUTATING, Engine
from oneshot_engine.errors import EngineError
from oneshot_engine.frames import Array, Frame, encode_frame, read_frame

HEARTBEAT_SECONDS = 1.0
ACCEPT_SECONDS = 60.0
DRIVER_GONE = 3


def serve(path: str) -> None:
    """Listens on a Unix socket until the driver says `shutdown` or is gone. Prints `ready` when it listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen(1)
        listener.settimeout(ACCEPT_SECONDS)
        print("ready", flush=True)
        connection, _ = listener.accept()
    connection.settimeout(None)
    with connection:
        _Session(connection).run()


class _Session:
    """The conversation with the driver."""

    def __init__(self, connection: socket.socket):
        self._connection = connection
        self._writing = threading.Lock()
        self._engine = Engine(self._progress)
        self._sequence = 0  # of the last mutating verb
        self._cached: Frame | None = None  # its answer
        self._last_progress = 0.0

    def run(self) -> None:
        threading.Thread(target=self._heartbeat, daemon=True).start()
        while True:
            try:
                request = read_frame(self._read)
            except EOFError:
                return
            answer = self._answer(request)
            self._send(answer)
            if request.header.get("verb") == "shutdown" and answer.header["ok"]:
                return

    def _answer(self, request: Frame) -> Frame:
        header = request.header
        verb, sequence = str(header.get("verb")), header.get("sequence")
        if verb not in MUTATING:
            return self._attempt(request)
        if sequence == self._sequence and self._cached is not None:
            return Frame({**self._cached.header, "id": header.get("id", 0)}, self._cached.tensors)
        if sequence != self._sequence + 1:
            message = f"{verb} has sequence {sequence}, expected {self._sequence + 1}"
            return _failure(header, EngineError("SEQUENCE_GAP", message))
        self._cached = self._attempt(request)
        self._sequence += 1
        return self._cached

    def _attempt(self, request: Frame) -> Frame:
        header = request.header
        try:
            args = header.get("args", {})
            if not isinstance(args, dict):
                raise EngineError("BAD_REQUEST", "args are no object")
            verb = str(header.get("verb"))
            result, tensors = self._engine.answer(verb, cast(dict[str, Any], args), request.tensors)
            if verb == "status":
                result["sequence"] = self._sequence
            return Frame({"id": header.get("id", 0), "ok": True, "result": result}, cast(dict[str, Array], tensors))
        except EngineError as error:
            return _failure(header, error)
        except Exception as error:
            detail = {"traceback": traceback.format_exc()}
            return _failure(header, EngineError("INTERNAL", f"{type(error).__name__}: {error}", detail=detail))

    def _progress(self, verb: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last_progress >= HEARTBEAT_SECONDS / 4:
            self._last_progress = now
            self._send(Frame({"event": "progress", "verb": verb, "done": done, "total": total}))

    def _heartbeat(self) -> None:
        while True:
            time.sleep(HEARTBEAT_SECONDS)
            self._send(Frame({"event": "heartbeat"}))

    def _send(self, frame: Frame) -> None:
        data = encode_frame(frame)
        try:
            with self._writing:
                self._connection.sendall(data)
        except OSError:
            # Nobody is left to work for; torch may be in the middle of something long.
            os._exit(DRIVER_GONE)

    def _read(self, size: int) -> bytes:
        buffer = bytearray()
        while len(buffer) < size:
            piece = self._connection.recv(min(size - len(buffer), 2**20))
            if not piece:
                raise EOFError
            buffer += piece
        return bytes(buffer)


def _failure(header: dict[str, Any], error: EngineError) -> Frame:
    fields = {
        "code": error.code,
        "message": error.message,
        "retryable": error.retryable,
        "detail": error.detail,
    }
    return Frame({"id": header.get("id", 0), "ok": False, "error": fields})

"""One driver on one Unix socket: requests in, answers and events out; other ranks follow the first."""

from __future__ import annotations

import contextlib
import io
import os
import select
import socket
import threading
import time
import traceback
from datetime import timedelta
from typing import Any

from oneshot_engine.engine import Engine
from oneshot_engine.errors import EngineError
from oneshot_engine.frames import Array, Frame, encode_frame, read_frame
from oneshot_engine.protocol import AFTER_SAVING
from oneshot_engine.ranks import TIMEOUT, Ranks, join

HEARTBEAT_SECONDS = 1.0
PROGRESS_SECONDS = 0.25
READ_BYTES = 2**20
DRIVER_GONE = 3
RANKS_APART = 4


def serve(path: str, parent: int, timeout: timedelta = TIMEOUT) -> None:
    """Listens on a Unix socket until the driver says `shutdown` or is gone. Prints `ready` when it listens.

    Where torchrun has started several ranks, the first one listens, and the others do what it is asked.

    Args:
        path: of the socket, which must not exist.
        parent: process id of the driver; without it nobody will ever connect.
        timeout: longest wait of one rank for another, but for the wait for a verb.
    """
    ranks = join(timeout)
    if ranks.rank > 0:
        _follow(ranks)
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen(1)
        listener.settimeout(HEARTBEAT_SECONDS)
        print("ready", flush=True)
        connection = _accept(listener, parent)
    if connection is None:
        return
    connection.settimeout(None)
    with connection:
        _Session(connection, ranks).run()


def _follow(ranks: Ranks) -> None:
    """Computes with the first rank until it shuts down. Whatever that one refuses, this one refuses too."""
    engine = Engine(lambda _verb, _done, _total: None, ranks)
    while True:
        stream = io.BytesIO(ranks.share(None))
        request = read_frame(stream.read)
        verb = request.header["verb"]
        with contextlib.suppress(EngineError):
            engine.answer(verb, request.header.get("args"), request.tensors)
        if verb == "shutdown":
            return


def _accept(listener: socket.socket, parent: int) -> socket.socket | None:
    while os.getppid() == parent:
        try:
            return listener.accept()[0]
        except TimeoutError:
            continue
    return None


class _Session:
    """The conversation with the driver."""

    def __init__(self, connection: socket.socket, ranks: Ranks):
        self._connection = connection
        self._writing = threading.Lock()
        self._ranks = ranks
        self._engine = Engine(self._between_passes, ranks)
        self._last_progress = 0.0
        self._early: Frame | None = None  # a request that came while another was at work
        self._saving: threading.Thread | None = None  # answers `save_state`

    def run(self) -> None:
        """Answers requests, one at a time, and `save_state` besides."""
        threading.Thread(target=self._heartbeat, daemon=True).start()
        while True:
            try:
                request, self._early = self._early or read_frame(self._read), None
            except EngineError as error:
                # What follows a frame that cannot be read has no beginning.
                self._send(_failure(0, error))
                return
            verb = request.header.get("verb")
            if self._saving is not None and verb in AFTER_SAVING:
                self._saving.join()
            if verb == "save_state" and self._ranks.world == 1:
                self._saving = threading.Thread(target=self._reply, args=(request,))
                self._saving.start()
            elif self._reply(request) and verb == "shutdown":
                return

    def _reply(self, request: Frame) -> bool:
        """Sends the answer, and says whether it is no failure."""
        answer = self._answer(request)
        self._send(answer)
        return answer.header["ok"]

    def _answer(self, request: Frame) -> Frame:
        try:
            number, verb = _parse_header(request.header)
        except EngineError as error:
            return _failure(0, error)
        try:
            if self._ranks.world > 1:
                self._ranks.share(encode_frame(request))
            result, tensors = self._engine.answer(verb, request.header.get("args"), request.tensors)
        except EngineError as error:
            return _failure(number, error)
        except Exception as error:
            if self._ranks.world > 1:
                # The others may wait for this one for ever; torchrun ends them.
                traceback.print_exc()
                os._exit(RANKS_APART)
            detail = {"traceback": traceback.format_exc()}
            return _failure(
                number, EngineError("INTERNAL", f"{type(error).__name__}: {error}", detail=detail)
            )
        return _success(number, result, tensors)

    def _between_passes(self, verb: str, done: int, total: int) -> None:
        if self._cancelled():
            raise EngineError("CANCELLED", f"the driver gave up {verb}")
        now = time.monotonic()
        if now - self._last_progress >= PROGRESS_SECONDS:
            self._last_progress = now
            self._send(Frame({"event": "progress", "verb": verb, "done": done, "total": total}))

    def _cancelled(self) -> bool:
        """Whether `cancel` has come, the one request that need not wait for its turn. Answers it."""
        if self._ranks.world > 1:
            return False  # the others would wait for this one for ever
        if self._early is not None or not select.select([self._connection], [], [], 0)[0]:
            return False
        request = read_frame(self._read)
        if request.header.get("verb") != "cancel":
            self._early = request
            return False
        self._send(self._answer(request))
        return True

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
            _leave()

    def _read(self, size: int) -> bytes:
        buffer = bytearray()
        while len(buffer) < size:
            try:
                piece = self._connection.recv(min(size - len(buffer), READ_BYTES))
            except OSError:
                piece = b""
            if not piece:
                _leave()
            buffer += piece
        return bytes(buffer)


def _leave() -> None:
    """Ends the process at once: nobody is left to work for, and another thread may be computing."""
    os._exit(DRIVER_GONE)


def _parse_header(header: dict[str, Any]) -> tuple[int, str]:
    number, verb = header.get("id"), header.get("verb")
    if not isinstance(number, int) or number < 0:
        raise EngineError("BAD_REQUEST", f"a request has the id {number!r}", detail={"where": "id"})
    if not isinstance(verb, str):
        raise EngineError("BAD_REQUEST", f"a request has the verb {verb!r}", detail={"where": "verb"})
    return number, verb


def _success(number: int, result: dict[str, Any], tensors: dict[str, Array]) -> Frame:
    return Frame({"id": number, "ok": True, "result": result}, tensors)


def _failure(number: int, error: EngineError) -> Frame:
    fields = {"code": error.code, "message": error.message, "detail": error.detail}
    return Frame({"id": number, "ok": False, "error": fields})

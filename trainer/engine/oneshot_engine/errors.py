"""What may go wrong with a request, as the driver sees it."""

from __future__ import annotations

from typing import Any, Literal

ErrorCode = Literal[
    "BAD_REQUEST",
    "NOT_CREATED",
    "MODEL_INVALID",
    "STATE_INVALID",
    "OOM",
    "NONFINITE",
    "CANCELLED",
    "DISK",
    "INTERNAL",
]


class EngineError(Exception):
    """A request that failed; codes and their meaning are in `trainer/engine-client/engine-protocol.ts`."""

    def __init__(self, code: ErrorCode, message: str, *, detail: dict[str, Any] | None = None):
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message
        self.detail = detail or {}

"""Writes a GGUF file in another type, all matrices alike: `quantise_gguf.py SOURCE TYPE TARGET`."""

from __future__ import annotations

import ctypes
import os
import sys

import llama_cpp as llama

TYPES = {
    "F32": llama.LLAMA_FTYPE_ALL_F32,
    "Q8_0": llama.LLAMA_FTYPE_MOSTLY_Q8_0,
    "Q4_0": llama.LLAMA_FTYPE_MOSTLY_Q4_0,
}


def main(source: str, kind: str, target: str) -> None:
    """Fails where llama.cpp does."""
    settings = llama.llama_model_quantize_default_params()
    settings.ftype = TYPES[kind]
    settings.allow_requantize = True
    settings.pure = kind != "F32"
    settings.nthread = os.cpu_count() or 1
    status = llama.llama_model_quantize(source.encode(), target.encode(), ctypes.byref(settings))
    if status != 0:
        raise SystemExit(f"llama_model_quantize answered {status}")


main(*sys.argv[1:])

"""Uniforms as a function of where a token stands; the twin of `shared/sampling/philox.ts`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def philox4x32(counter: tuple[Words, Words, Words, Words], key: tuple[int, int]) -> tuple[Words, ...]:
    """Philox4x32 with 10 rounds over a batch of counters.

    Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".

    Args:
        counter: four arrays [B] of 32-bit words.
        key: two 32-bit words.

    Returns:
        Four arrays [B] of 32-bit words.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = np.uint64(key[0]), np.uint64(key[1])
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2  # 64-bit products of 32-bit words
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _MASK, (p0 >> _HALF) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return c0, c1, c2, c3


def uniforms(*, seed: int, position: Words, sample: Words, row: Words, step: Words) -> NDArray[np.float64]:
    """Uniforms in [0, 1) with 53 bits: key = seed, counter = (position, sample, row, step).

    Args:
        seed: 0 ≤ seed < 2^53.
        position: [B] index of the token in its completion.
        sample: [B].
        row: [B].
        step: [B].

    Returns:
        [B] multiples of 2^-53.
    """
    words = philox4x32((position, sample, row, step), (seed & 0xFFFFFFFF, seed >> 32))
    high, low = words[0] >> np.uint64(5), words[1] >> np.uint64(6)
    return (high * np.uint64(2**26) + low).astype(np.float64) / 2.0**53

"""Writes test/golden/inverse-cdf.json: what both samplers must draw from recorded logits.

Independent of both: exact sums (math.fsum) of fp64 masses, no code shared with `inverse-cdf.ts` or
`inverse_cdf.py`. Run it as `.venv/bin/python scripts/make-sampling-golden.py`; the file is deterministic.
"""

import json
import math
from pathlib import Path

import numpy as np

# Cases nearer to a boundary than this (share of the mass) are left out unless every sum is exact: two
# correct implementations may disagree there about the last bit of an exponential.
MARGIN = 1e-12


def draw(logits: np.ndarray, temperature: float, top_p: float, u: float) -> tuple[int, float, float]:
    """Token, log-probability at the temperature before top-p, and distance to the next boundary."""
    scaled = logits.astype(np.float64) / (temperature or 1.0)
    masses = np.exp(scaled - scaled.max())
    total = math.fsum(masses)

    def logprob(token: int) -> float:
        return float(scaled[token] - scaled.max() - math.log(total))

    if temperature == 0:
        token = int(np.argmax(logits))
        return token, logprob(token), 1.0
    margin = 1.0
    kept = masses
    if top_p < 1:
        order = sorted(range(len(masses)), key=lambda i: (-masses[i], i))
        size = next(
            n
            for n in range(1, len(order) + 1)
            if math.fsum(masses[order[:n]]) >= top_p * total or n == len(order)
        )
        for n in range(1, size + 1):
            margin = min(margin, abs(math.fsum(masses[order[:n]]) / total - top_p))
        kept = np.zeros_like(masses)
        kept[order[:size]] = masses[order[:size]]
    kept_total = math.fsum(kept)
    cumulated = [math.fsum(kept[: i + 1]) for i in range(len(kept))]
    token = next(i for i, mass in enumerate(cumulated) if mass > u * kept_total)
    margin = min([margin] + [abs(mass / kept_total - u) for mass in cumulated if mass < kept_total])
    return token, logprob(token), margin


def near_boundaries(logits: np.ndarray, temperature: float, rng: np.random.Generator) -> list[float]:
    """Values of u a little below and above the end of a randomly chosen token's mass (top-p 1)."""
    scaled = logits.astype(np.float64) / temperature
    masses = np.exp(scaled - scaled.max())
    ends = np.cumsum(masses) / math.fsum(masses)
    token = int(rng.integers(0, len(logits) - 1))
    return [float(np.clip(ends[token] + delta, 0, 1 - 2**-53)) for delta in (-1e-6, -1e-10, 1e-10, 1e-6)]


def main() -> None:
    """Collects the cases and writes the file."""
    rng = np.random.default_rng(20504571)
    cases: list[dict[str, object]] = []

    def add(logits: np.ndarray, temperature: float, top_p: float, u: float, exact: bool = False) -> None:
        token, logprob, margin = draw(logits, temperature, top_p, u)
        if not exact and margin < MARGIN:
            return
        cases.append(
            {
                "logits": [float(x) for x in logits],
                "temperature": temperature,
                "topP": top_p,
                "u": u,
                "token": token,
                "logprob": logprob,
            }
        )

    def random_logits(size: int, spread: float) -> np.ndarray:
        # Multiples of 1/256 are short in decimal and exact in fp32.
        return (np.round(rng.normal(0, spread, size) * 256) / 256).astype(np.float32)

    for size, spread in ((2, 1.0), (7, 2.0), (33, 3.0), (64, 8.0), (166, 3.0), (200, 5.0)):
        logits = random_logits(size, spread)
        add(logits, 0, 1, 0.5)
        for temperature in (0.6, 1.0):
            for u in near_boundaries(logits, temperature, rng):
                add(logits, temperature, 1, u)
        for temperature, top_p in ((0.6, 1), (0.6, 0.95), (1.0, 0.8), (0.05, 0.95), (2.5, 0.5), (1.0, 1e-6)):
            add(logits, temperature, top_p, float(rng.random()))
        for u in (0.0, 1 - 2**-53):
            add(logits, 0.6, 1, u)
            add(logits, 1.0, 0.9, u)

    # Exact ties: four equal masses end at 1/4, 1/2, 3/4, and the boundary belongs to the token after it.
    equal = np.zeros(4, dtype=np.float32)
    for u in (0.0, 0.25, 0.25 - 2**-54, 0.5, 0.75, 1 - 2**-53):
        add(equal, 1.0, 1, u, exact=True)
    # A nucleus of equals takes them in vocabulary order and stops at the one that brings the mass to topP.
    for top_p in (0.25, 0.5, 0.75):
        for u in (0.0, 0.5, 0.75, 1 - 2**-53):
            add(equal, 1.0, top_p, u, exact=True)
    # Greedy takes the first of equals; its uniform does not matter.
    for u in (0.0, 0.999):
        add(np.array([1, 3, 3, -2], dtype=np.float32), 0, 0.5, u)
    # Masses that underflow to 0 are never drawn, first, last or between.
    hollow = np.array([-20000, 0, -20000, 0, -20000], dtype=np.float32)
    for u in (0.0, 0.25, 0.5, 0.75, 1 - 2**-53):
        add(hollow, 1.0, 1, u, exact=True)
    # Large logits must not overflow.
    add(np.array([30000, 29999, 0], dtype=np.float32), 1.0, 1, 0.9)
    # One token is a vocabulary too.
    add(np.array([1.5], dtype=np.float32), 0.7, 0.9, 0.3)

    path = Path(__file__).parent.parent / "test" / "golden" / "inverse-cdf.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
    print(f"{len(cases)} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

from __future__ import annotations

import json
from typing import Any

import numpy as np
from oneshot_engine.philox import uniforms
from tiny import GOLDEN

golden: list[Any] = json.loads((GOLDEN / "philox.json").read_text())


def test_uniforms_equal_those_of_the_other_language():
    for case in golden:
        counter = {name: np.array([case[name]], np.uint64) for name in ("position", "sample", "row", "step")}
        assert uniforms(seed=case["seed"], **counter)[0] == case["uniform"]


def test_a_batch_of_counters_gives_what_each_gives_alone():
    position, sample, row, step = (
        np.random.default_rng(i).integers(0, 2**32, 50).astype(np.uint64) for i in range(4)
    )
    together = uniforms(seed=9, position=position, sample=sample, row=row, step=step)
    alone = [
        uniforms(
            seed=9,
            position=position[i : i + 1],
            sample=sample[i : i + 1],
            row=row[i : i + 1],
            step=step[i : i + 1],
        )[0]
        for i in range(50)
    ]
    assert together.tolist() == alone

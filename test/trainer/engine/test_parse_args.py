from __future__ import annotations

from typing import Any

import pytest
from oneshot_engine.errors import EngineError
from oneshot_engine.parse_args import parse_args
from oneshot_engine.protocol import Create, Sampling
from tiny import ADAMW, CREATE

SAMPLING = {"samples": 2, "temperature": 0.6, "topP": 1, "maxTokens": 9, "stop": [0, 1], "seed": 0, "step": 3}
NAMED = {**CREATE, "model": "a", "reference": None}


def test_arguments_become_a_dataclass():
    assert parse_args(Sampling, SAMPLING, "args") == Sampling(2, 0.6, 1.0, 9, (0, 1), 0, 3)
    assert parse_args(Create, {**NAMED, "reference": "b"}, "args").reference == "b"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"samples": 0}, "args.samples"),
        ({"samples": 1.5}, "args.samples"),
        ({"samples": 10**400}, "args.samples"),
        ({"samples": True}, "args.samples"),
        ({"temperature": 0}, "args.temperature"),
        ({"temperature": float("nan")}, "args.temperature"),
        ({"topP": 1.01}, "args.topP"),
        ({"stop": 3}, "args.stop"),
        ({"stop": [0, -1]}, "args.stop[1]"),
        ({"seed": "1"}, "args.seed"),
    ],
)
def test_a_fault_names_its_place(changes: dict[str, Any], where: str):
    with pytest.raises(EngineError) as caught:
        parse_args(Sampling, {**SAMPLING, **changes}, "args")
    assert (caught.value.code, caught.value.detail["where"]) == ("BAD_REQUEST", where)


@pytest.mark.parametrize(
    ("args", "where"),
    [
        ([], "args"),
        ({}, "args.model"),
        ({**NAMED, "model": ""}, "args.model"),
        ({**NAMED, "reference": 7}, "args.reference"),
        ({**NAMED, "gradientCheckpointing": 1}, "args.gradientCheckpointing"),
        ({**NAMED, "optimizer": {**ADAMW, "betas": [0.9]}}, "args.optimizer.betas"),
        ({**NAMED, "optimizer": {**ADAMW, "decay": "none"}}, "args.optimizer.decay"),
    ],
)
def test_nested_faults_name_their_place(args: object, where: str):
    with pytest.raises(EngineError) as caught:
        parse_args(Create, args, "args")
    assert caught.value.detail["where"] == where

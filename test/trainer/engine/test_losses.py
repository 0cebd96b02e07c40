from __future__ import annotations

from typing import Literal

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oneshot_engine.losses import kl_penalty, policy_gradient


def pg(ratio: float, advantage: float, low: float = 0.2, high: float = 0.2) -> float:
    return float(
        policy_gradient(torch.tensor([ratio]), torch.tensor([advantage]), clip_low=low, clip_high=high)[0]
    )


@pytest.mark.parametrize(
    ("ratio", "gain", "cost"),
    [(0.5, -0.5, 0.8), (0.79, -0.79, 0.8), (1, -1, 1), (1.21, -1.2, 1.21), (2, -1.2, 2)],
)
def test_the_policy_gradient_loss_is_clipped_where_the_method_says(ratio: float, gain: float, cost: float):
    assert pg(ratio, 1.0) == pytest.approx(gain)
    assert pg(ratio, -1.0) == pytest.approx(cost)


def test_the_two_clips_are_separate():
    assert pg(2.0, 1.0, low=0.2, high=0.5) == pytest.approx(-1.5)
    assert pg(0.1, -1.0, low=0.4, high=0.2) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("log_ratio", "kl"),
    [
        (-3, 2.049787),
        (-1, 0.367879),
        (-0.1, 0.004837),
        (0, 0),
        (0.1, 0.005171),
        (1, 0.718282),
        (2, 4.389056),
        (3, 10),
    ],
)
def test_k3_has_the_golden_values_of_the_method(log_ratio: float, kl: float):
    estimate = kl_penalty(torch.tensor([float(log_ratio)]), kind="k3", bound=10.0)
    assert float(estimate[0]) == pytest.approx(kl, abs=1e-6)


def test_k1_and_k2_are_the_negative_log_ratio_and_half_its_square():
    log_ratio = torch.tensor([-3.0, 0.5, 20.0])
    assert kl_penalty(log_ratio, kind="k1", bound=10.0).tolist() == [3.0, -0.5, -10.0]
    assert kl_penalty(log_ratio, kind="k2", bound=10.0).tolist() == [4.5, 0.125, 10.0]


@pytest.mark.parametrize("kind", ["k1", "k2", "k3"])
def test_the_gradient_is_0_where_the_clamp_binds(kind: Literal["k1", "k2", "k3"]):
    log_ratio = torch.tensor([20.0, 0.5], requires_grad=True)
    kl_penalty(log_ratio, kind=kind, bound=10.0).sum().backward()
    assert log_ratio.grad is not None
    assert log_ratio.grad[0] == 0
    assert log_ratio.grad[1] != 0


@given(st.floats(-5, 5))
def test_k3_is_never_negative(log_ratio: float):
    assert kl_penalty(torch.tensor([log_ratio]), kind="k3", bound=10.0)[0] >= -1e-6

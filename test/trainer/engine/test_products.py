from __future__ import annotations

import pytest
import torch
from oneshot_engine.model import ON_CPU, Compute
from oneshot_engine.products import packs, product
from torch import nn


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("rows", [1, 3, 16, 70])
def test_layers_stand_side_by_side(packed: bool, bias: bool, rows: int):
    torch.manual_seed(0)
    linears = [nn.Linear(48, width, bias=bias) for width in (64, 1, 17)]
    x = torch.randn(rows, 48)
    with torch.no_grad():
        exact = torch.cat([linear.double()(x.double()) for linear in linears], -1)
        for linear in linears:
            linear.float()
        got = product(linears, packed=packed)(x)
    assert (got - exact).abs().max() <= 2e-6 * exact.abs().max()


def test_only_fp32_on_a_cpu_is_packed():
    assert packs(ON_CPU) == torch.backends.mkldnn.is_available()
    assert not packs(Compute(precision="bf16"))
    assert not packs(Compute(device=torch.device("cuda")))

from __future__ import annotations

import numpy as np
import torch
from oneshot_engine.optimizer import make_optimizer
from oneshot_engine.protocol import OptimizerSettings

SETTINGS = OptimizerSettings(betas=(0.9, 0.99), eps=1e-8, weight_decay=0.1, decay="matrices")


def trained(threads: int) -> dict[str, torch.nn.Parameter]:
    torch.set_num_threads(threads)
    random = torch.Generator().manual_seed(1)
    parameters = {
        "matrix": torch.nn.Parameter(torch.randn(300, 70, generator=random)),
        "vector": torch.nn.Parameter(torch.randn(70, generator=random)),
    }
    optimizer = make_optimizer(parameters, SETTINGS)
    for group in optimizer.param_groups:
        group["lr"] = 0.01
    for _ in range(3):
        for parameter in parameters.values():
            parameter.grad = torch.randn(parameter.shape, generator=random)
        optimizer.step()
    torch.set_num_threads(1)
    return parameters


def test_three_steps_equal_the_closed_form_in_fp64():
    random = torch.Generator().manual_seed(1)
    shapes = {"matrix": (300, 70), "vector": (70,)}
    values = {name: torch.randn(shape, generator=random).double() for name, shape in shapes.items()}
    m, v = ({name: torch.zeros(shape).double() for name, shape in shapes.items()} for _ in range(2))
    for t in range(1, 4):
        for name, shape in shapes.items():
            gradient = torch.randn(shape, generator=random).double()
            m[name] = 0.9 * m[name] + 0.1 * gradient
            v[name] = 0.99 * v[name] + 0.01 * gradient**2
            decay = 0.1 if name == "matrix" else 0.0
            change = (m[name] / (1 - 0.9**t)) / ((v[name] / (1 - 0.99**t)).sqrt() + 1e-8)
            values[name] = values[name] * (1 - 0.01 * decay) - 0.01 * change
    for name, parameter in trained(1).items():
        np.testing.assert_allclose(parameter.detach(), values[name], atol=1e-6)


def test_steps_are_bitwise_the_same_with_any_number_of_threads():
    for one, other in zip(trained(1).values(), trained(2).values(), strict=True):
        assert torch.equal(one, other)

from __future__ import annotations

import numpy as np
import pytest
import torch
from oneshot_engine import logprobs
from oneshot_engine.logprobs import token_statistics
from torch import Tensor


def statistics(logits: Tensor, targets: Tensor, temperature: float = 1.0) -> tuple[Tensor, Tensor]:
    return token_statistics(
        logits,
        lambda states: states,
        targets,
        vocabulary=logits.shape[1],
        temperature=temperature,
        entropy_gradient=True,
    )


@pytest.mark.parametrize(
    ("temperature", "logprob", "entropy"), [(1.0, -0.407606, 0.832396), (0.6, -0.202573, 0.556749)]
)
def test_golden_values_of_the_method(temperature: float, logprob: float, entropy: float):
    got = statistics(torch.tensor([[2.0, 1.0, 0.0]]), torch.tensor([0]), temperature)
    assert float(got[0][0]) == pytest.approx(logprob, abs=1e-6)
    assert float(got[1][0]) == pytest.approx(entropy, abs=1e-6)


def test_values_and_gradients_equal_an_oracle_in_fp64():
    random = np.random.default_rng(3)
    logits, targets = random.normal(0, 3, (20, 11)), random.integers(0, 11, 20)
    z = logits / 0.6
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    log_p = np.log(p)
    entropy = -(p * log_p).sum(1)
    leaf = torch.tensor(logits, dtype=torch.float32, requires_grad=True)
    got = statistics(leaf, torch.from_numpy(targets), 0.6)
    (2 * got[0] + 3 * got[1]).sum().backward()
    np.testing.assert_allclose(got[0].detach(), log_p[np.arange(20), targets], atol=2e-6)
    np.testing.assert_allclose(got[1].detach(), entropy, atol=2e-6)
    by_logit = 2 * (np.eye(11)[targets] - p) - 3 * p * (log_p + entropy[:, None])
    assert leaf.grad is not None
    np.testing.assert_allclose(leaf.grad, by_logit / 0.6, atol=1e-5)


def test_chunks_change_neither_values_nor_gradients(monkeypatch: pytest.MonkeyPatch):
    logits, targets = torch.randn(23, 7, generator=torch.Generator().manual_seed(1)), torch.arange(23) % 7

    def run() -> list[Tensor]:
        leaf = logits.clone().requires_grad_()
        logprob, entropy = statistics(leaf, targets)
        (logprob - entropy).sum().backward()
        assert leaf.grad is not None
        return [logprob.detach(), entropy.detach(), leaf.grad]

    whole = run()
    monkeypatch.setattr(logprobs, "CHUNK_LOGITS", 5 * 7)
    for expected, got in zip(whole, run(), strict=True):
        torch.testing.assert_close(got, expected, rtol=0, atol=1e-7)


def test_an_entropy_without_gradient_has_the_same_value():
    logits = torch.randn(5, 7, requires_grad=True)
    _, entropy = token_statistics(
        logits,
        lambda states: states,
        torch.zeros(5, dtype=torch.int64),
        vocabulary=7,
        temperature=1.0,
        entropy_gradient=False,
    )
    assert not entropy.requires_grad
    torch.testing.assert_close(entropy, statistics(logits, torch.zeros(5, dtype=torch.int64))[1].detach())

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
        torch.eye(logits.shape[1]),
        None,
        targets,
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
    monkeypatch.setitem(logprobs.CHUNK_LOGITS, "cpu", 5 * 7)
    chunked = run()
    monkeypatch.setattr(logprobs, "KEPT_LOGITS", 0)
    for changed in (chunked, run()):
        for expected, got in zip(whole, changed, strict=True):
            torch.testing.assert_close(got, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kept", [0, 2**20])
def test_gradients_reach_states_weight_and_bias_as_by_autograd(kept: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(logprobs.CHUNK_LOGITS, "cpu", 4 * 13)
    monkeypatch.setattr(logprobs, "KEPT_LOGITS", kept)
    random = torch.Generator().manual_seed(2)
    shapes = [(10, 6), (13, 6), (13,)]
    hidden, weight, bias = (torch.randn(shape, generator=random, requires_grad=True) for shape in shapes)
    targets = torch.arange(10)
    by_logprob, by_entropy = torch.randn(2, 10, generator=random)

    def gradients(logprob: Tensor, entropy: Tensor) -> tuple[Tensor, ...]:
        total = (by_logprob * logprob + by_entropy * entropy).sum()
        return torch.autograd.grad(total, (hidden, weight, bias))

    got = gradients(*token_statistics(hidden, weight, bias, targets, temperature=0.6, entropy_gradient=True))
    log_p = ((hidden @ weight.t() + bias) / 0.6).log_softmax(-1)
    meant = gradients(log_p[targets, targets], -(log_p.exp() * log_p).sum(-1))
    for one, other in zip(got, meant, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=2e-5)


def test_an_entropy_without_gradient_has_the_same_value():
    logits = torch.randn(5, 7, requires_grad=True)
    _, entropy = token_statistics(
        logits,
        torch.eye(7),
        None,
        torch.zeros(5, dtype=torch.int64),
        temperature=1.0,
        entropy_gradient=False,
    )
    assert not entropy.requires_grad
    torch.testing.assert_close(entropy, statistics(logits, torch.zeros(5, dtype=torch.int64))[1].detach())

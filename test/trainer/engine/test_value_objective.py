from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from oneshot_engine.batching import Sequences
from oneshot_engine.critic import Critic, make_critic
from oneshot_engine.errors import EngineError
from oneshot_engine.losses import value_loss
from oneshot_engine.value_objective import ValueStreams, critic_forward_backward, values
from tiny import ADAMW, LLAMA, QWEN2, Caller, created, sequences

CRITIC = {"seed": 3, "optimizer": ADAMW}


@pytest.mark.parametrize(
    ("value", "old", "returns", "loss"), [(0.9, 0.2, 1, 0.045), (0.5, 0.2, 1, 0.125), (1.5, 0.2, 1, 0.125)]
)
def test_the_value_loss_has_the_golden_values_of_the_method(
    value: float, old: float, returns: float, loss: float
):
    got = value_loss(*(torch.tensor([float(x)]) for x in (value, old, returns)), clip=0.5)
    assert float(got[0]) == pytest.approx(loss, abs=1e-6)


def test_a_value_that_moved_too_far_has_no_gradient_away_from_its_old_one():
    value = torch.tensor([0.9, 0.1], requires_grad=True)  # old 0.2: beyond the clip, and within
    value_loss(value, torch.full((2,), 0.2), torch.ones(2), clip=0.5).sum().backward()
    assert value.grad is not None
    assert value.grad.tolist() == pytest.approx([0, -0.9])


@pytest.fixture(scope="module")
def critic() -> Critic:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    return make_critic(QWEN2, seed=3)


def packed(batch: dict[str, Any]) -> Sequences:
    return Sequences(batch["tokens"], batch["lengths"], batch["promptLengths"])


def read(critic: Critic, batch: dict[str, Any], token_budget: int = 10_000) -> NDArray[np.float32]:
    return values(critic, packed(batch), token_budget=token_budget, between_passes=lambda _done, _total: None)


def run(critic: Critic, batch: dict[str, Any], streams: ValueStreams, token_budget: int = 10_000) -> Any:
    for parameter in critic.parameters().values():
        parameter.grad = None
    got, loss = critic_forward_backward(
        critic,
        packed(batch),
        streams,
        clip=0.5,
        token_budget=token_budget,
        between_passes=lambda _done, _total: None,
    )
    grads = [p.grad.flatten() for p in critic.parameters().values() if p.grad is not None]
    return got, loss, torch.cat(grads).numpy()


def value_streams(count: int) -> ValueStreams:
    random = np.random.default_rng(4)
    floats = (random.normal(0, 1, count).astype(np.float32) for _ in range(2))
    return ValueStreams((random.uniform(0.5, 1.5, count) / count).astype(np.float32), *floats)


def test_values_are_read_before_each_token_and_after_the_last(critic: Critic):
    batch = sequences(rows=5)
    got = read(critic, batch, token_budget=64)
    expected: list[float] = []
    start = 0
    for length, prompt in zip(batch["lengths"], batch["promptLengths"], strict=True):
        row = torch.tensor(batch["tokens"][None, start : start + length].astype(np.int64))
        start += length
        with torch.no_grad():
            hidden = critic.body.hidden_states(row)[0]
            expected += critic.score(hidden)[prompt - 1 : length, 0].tolist()
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_the_loss_is_the_weighted_sum_and_its_gradient_that_of_finite_differences(critic: Critic):
    batch = sequences(rows=4)
    now = read(critic, batch)
    streams = value_streams(len(now))
    _, loss, _ = run(critic, batch, streams)

    def oracle(v: NDArray[np.float32]) -> float:
        value, old, returns = (x.astype(np.float64) for x in (v, streams.old_values, streams.returns))
        moved = old + np.clip(value - old, -0.5, 0.5)
        worst = np.maximum((value - returns) ** 2, (moved - returns) ** 2)
        return float((streams.weights.astype(np.float64) * worst / 2).sum())

    assert loss == pytest.approx(oracle(now), rel=1e-6)
    bias = critic.score.bias
    assert bias.grad is not None
    h = 1e-3
    slope = (oracle(now + np.float32(h)) - oracle(now - np.float32(h))) / (2 * h)
    assert float(bias.grad[0]) == pytest.approx(slope, rel=1e-3)


def test_the_split_into_passes_changes_nothing_beyond_rounding(critic: Critic):
    batch = sequences(rows=16)
    streams = value_streams(len(read(critic, batch)))
    _, whole, expected = run(critic, batch, streams)
    for token_budget in (1, 100):
        _, loss, got = run(critic, batch, streams, token_budget)
        assert loss == pytest.approx(whole, rel=2e-6)
        assert np.linalg.norm(expected - got) / np.linalg.norm(expected) < 2e-6


def backward(call: Caller, batch: dict[str, Any]) -> Any:
    count = int((batch["lengths"] - batch["promptLengths"] + 1).sum())
    streams = value_streams(count)
    return call(
        "critic_forward_backward",
        {"clip": 0.5},
        {**batch, "weights": streams.weights, "returns": streams.returns, "oldValues": streams.old_values},
    )


def train(call: Caller, steps: int) -> list[tuple[float, float]]:
    record: list[tuple[float, float]] = []
    for step in range(steps):
        loss = backward(call, sequences(seed=step))["loss"]
        optim = {"slot": "critic", "learningRate": 1e-3, "clipNorm": 1.0}
        record.append((loss, call("optim_step", optim)["gradNorm"]))
    return record


@pytest.mark.parametrize("model", [QWEN2, LLAMA])
def test_a_critic_goes_on_bit_for_bit_from_stored_state(tmp_path: Path, model: str):
    whole, half, resumed = (created(model, critic=CRITIC) for _ in range(3))
    train(whole, 2)
    train(half, 2)
    half("save_state", {"model": str(tmp_path), "directory": str(tmp_path)})
    resumed("load_state", {"model": str(tmp_path), "directory": str(tmp_path)})
    assert train(resumed, 3) == train(whole, 3)


def test_training_the_critic_leaves_the_policy_alone():
    call = created(critic=CRITIC)
    batch = sequences()
    before = call("forward", {"slot": "policy", "temperature": 1.0}, batch)["logprobs"]
    first = call("critic_forward", {}, batch)["values"]
    train(call, 1)
    np.testing.assert_array_equal(
        call("forward", {"slot": "policy", "temperature": 1.0}, batch)["logprobs"], before
    )
    assert (call("critic_forward", {}, batch)["values"] != first).any()


def test_a_fresh_critic_is_the_same_for_the_same_seed_and_another_for_another():
    batch = sequences()
    heads = [created(critic={**CRITIC, "seed": seed}) for seed in (3, 3, 4)]
    one, same, other = (call("critic_forward", {}, batch)["values"] for call in heads)
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_a_critic_that_was_not_asked_for_and_a_loss_that_is_not_finite_are_errors():
    batch = sequences()
    with pytest.raises(EngineError) as missing:
        backward(created(), batch)
    assert missing.value.code == "BAD_REQUEST"
    call = created(critic=CRITIC)
    count = int((batch["lengths"] - batch["promptLengths"] + 1).sum())
    infinite = np.full(count, np.inf, np.float32)
    streams = {"weights": np.ones(count, np.float32), "returns": infinite, "oldValues": infinite}
    with pytest.raises(EngineError) as caught:
        call("critic_forward_backward", {"clip": 0.5}, {**batch, **streams})
    assert caught.value.code == "NONFINITE"

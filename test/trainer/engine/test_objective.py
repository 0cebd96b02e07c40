from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from oneshot_engine.batching import Sequences
from oneshot_engine.errors import EngineError
from oneshot_engine.model import ON_CPU, Model, load_model
from oneshot_engine.objective import Streams, Sums, Terms, forward, forward_backward
from oneshot_engine.parse_args import parse_args
from oneshot_engine.protocol import LossSpec
from tiny import LOSS, QWEN2, sequences, streams
from torch import Tensor

Doubles = NDArray[np.float64]

VOCABULARY = 6
TEMPERATURE = 0.6


class TableModel(Model):
    """A model whose logits after a token are a row of a table."""

    table: torch.nn.Parameter

    def hidden_states(self, input_ids: Tensor) -> Tensor:
        return self.table[input_ids]

    def head_parameters(self) -> tuple[Tensor, Tensor | None]:
        return torch.eye(VOCABULARY), None

    def parameters(self) -> dict[str, torch.nn.Parameter]:
        return {"table": self.table}


def table_model(values: Doubles) -> TableModel:
    model = TableModel(None, VOCABULARY, 100, ON_CPU)
    object.__setattr__(model, "table", torch.nn.Parameter(torch.tensor(values, dtype=torch.float32)))
    return model


def spec(**changes: Any) -> LossSpec:
    return parse_args(LossSpec, {**LOSS, **changes}, "loss")


def run(
    model: Model, batch: dict[str, Any], tensors: dict[str, Any], loss: LossSpec, token_budget: int = 10_000
) -> tuple[Terms, Sums, NDArray[np.float32]]:
    """Terms, sums, and the gradient of all parameters as one vector."""
    for parameter in model.parameters().values():
        parameter.grad = None
    terms, sums = add(model, batch, tensors, loss, token_budget)
    return terms, sums, gradient(model)


def add(
    model: Model, batch: dict[str, Any], tensors: dict[str, Any], loss: LossSpec, token_budget: int = 10_000
) -> tuple[Terms, Sums]:
    return forward_backward(
        model,
        Sequences(batch["tokens"], batch["lengths"], batch["promptLengths"]),
        Streams(
            weights=tensors["weights"],
            advantages=tensors["advantages"],
            old_logprobs=tensors.get("oldLogprobs"),
            reference_logprobs=tensors.get("referenceLogprobs"),
        ),
        loss=loss,
        temperature=TEMPERATURE,
        token_budget=token_budget,
        between_passes=lambda _done, _total: None,
    )


def gradient(model: Model) -> NDArray[np.float32]:
    grads = [p.grad.flatten() for p in model.parameters().values() if p.grad is not None]
    return torch.cat(grads).numpy() if grads else np.zeros(0, np.float32)


def oracle(table: Doubles, batch: dict[str, Any], tensors: dict[str, Any], loss: LossSpec) -> float:
    """The loss in fp64, one token after another."""
    total, n, start = 0.0, 0, 0
    for length, prompt in zip(batch["lengths"], batch["promptLengths"], strict=True):
        row = batch["tokens"][start : start + length]
        start += length
        pairs = list(zip(row[prompt - 1 : -1], row[prompt:], strict=True))
        distributions = [log_softmax(table[before] / TEMPERATURE) for before, _ in pairs]
        moved = [
            log_p[token] - tensors["oldLogprobs"][n + t]
            for t, (log_p, (_, token)) in enumerate(zip(distributions, pairs, strict=True))
        ]
        for t, (log_p, (_, token)) in enumerate(zip(distributions, pairs, strict=True)):
            ratio = np.exp(moved[t] if loss.ratio == "token" else sum(moved))
            gain = tensors["advantages"][n]
            pg = max(-gain * ratio, -gain * np.clip(ratio, 1 - loss.clip_low, 1 + loss.clip_high))
            d = tensors["referenceLogprobs"][n] - log_p[token]
            kl = {"k1": -d, "k2": d * d / 2, "k3": np.exp(d) - d - 1}[loss.kl_kind]
            entropy = -(np.exp(log_p) * log_p).sum()
            total += tensors["weights"][n] * loss.policy_coefficient * pg
            clamped = np.clip(kl, -loss.kl_clamp, loss.kl_clamp)
            total += tensors["weights"][n] * loss.kl_coefficient * clamped
            total -= tensors["weights"][n] * loss.entropy_coefficient * entropy
            n += 1
    return total


def log_softmax(z: Doubles) -> Doubles:
    return z - z.max() - np.log(np.exp(z - z.max()).sum())


def differences(function: Callable[[Doubles], float], at: Doubles, h: float = 1e-5) -> Doubles:
    """Central differences."""
    slopes = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[place] += h
        down[place] -= h
        slopes[place] = (function(up) - function(down)) / (2 * h)
    return slopes


@pytest.mark.parametrize("kind", ["k1", "k2", "k3"])
@pytest.mark.parametrize("clamp", [10.0, 0.5])
@pytest.mark.parametrize("ratio", ["token", "sequence"])
@pytest.mark.parametrize("sign", [1, -1])
def test_loss_and_gradient_equal_an_oracle_in_fp64(kind: str, clamp: float, ratio: str, sign: int):
    random = np.random.default_rng(2)
    table = random.normal(0, 1, (VOCABULARY, VOCABULARY))
    batch = sequences(vocabulary=VOCABULARY, rows=5)
    tensors = streams(batch)
    # Around the current values, so that some ratios are clipped and others not.
    current, _ = forward(
        table_model(table),
        Sequences(batch["tokens"], batch["lengths"], batch["promptLengths"]),
        temperature=TEMPERATURE,
        token_budget=100,
        between_passes=lambda _done, _total: None,
    )
    tensors["advantages"] = sign * np.abs(tensors["advantages"])
    spread = 0.3 if ratio == "token" else 0.05
    noise = random.normal(0, spread, (2, len(current))).astype(np.float32)
    tensors["oldLogprobs"], tensors["referenceLogprobs"] = (
        current + noise[0],
        current + 1.2 / spread * noise[1],
    )
    loss = spec(
        klCoefficient=0.3,
        entropyCoefficient=0.2,
        klKind=kind,
        klClamp=clamp,
        clipHigh=0.28,
        ratio=ratio,
    )
    _, sums, got = run(table_model(table), batch, tensors, loss, token_budget=60)
    assert sums.loss == pytest.approx(oracle(table, batch, tensors, loss), rel=1e-6, abs=1e-6)
    slopes = differences(lambda values: oracle(values, batch, tensors, loss), table)
    # The ratio of a whole completion multiplies the rounding of its tokens.
    bound = 1e-6 if ratio == "token" else 3e-6
    assert distance(slopes.astype(np.float32), got.reshape(table.shape)) < bound
    np.testing.assert_allclose(got.reshape(table.shape), slopes, atol=1e-5)


@pytest.fixture(scope="module")
def qwen2() -> Model:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    return load_model(QWEN2)


def distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(a - b) / np.linalg.norm(a))


def test_the_split_into_passes_changes_nothing_beyond_rounding(qwen2: Model):
    batch = sequences(rows=24)
    tensors = streams(batch)
    _, whole, expected = run(qwen2, batch, tensors, spec())
    for token_budget in (1, 64, 200):
        _, sums, got = run(qwen2, batch, tensors, spec(), token_budget)
        assert sums.loss == pytest.approx(whole.loss, rel=2e-6)
        assert distance(expected, got) < 2e-6


def test_calls_add_up_to_the_gradient_of_the_whole_batch(qwen2: Model):
    batch = sequences(rows=24)
    tensors = streams(batch)
    _, whole, expected = run(qwen2, batch, tensors, spec())
    for parameter in qwen2.parameters().values():
        parameter.grad = None
    tokens, completion = int(batch["lengths"][:10].sum()), batch["lengths"] - batch["promptLengths"]
    cut = int(completion[:10].sum())
    losses: list[float] = []
    for rows, words, terms in (
        (slice(10), slice(tokens), slice(cut)),
        (slice(10, None), slice(tokens, None), slice(cut, None)),
    ):
        part = {
            "tokens": batch["tokens"][words],
            "lengths": batch["lengths"][rows],
            "promptLengths": batch["promptLengths"][rows],
        }
        _, sums = add(qwen2, part, {name: stream[terms] for name, stream in tensors.items()}, spec())
        losses.append(sums.loss)
    assert sum(losses) == pytest.approx(whole.loss, rel=2e-6)
    assert distance(expected, gradient(qwen2)) < 2e-6


@pytest.mark.parametrize("ratio", ["token", "sequence"])
def test_neither_the_order_of_completions_nor_padding_matters(qwen2: Model, ratio: str):
    batch = sequences(rows=8)
    tensors = streams(batch)
    tensors["oldLogprobs"], _ = forward_qwen2(qwen2, batch)
    _, whole, expected = run(qwen2, batch, tensors, spec(ratio=ratio))
    order = np.random.default_rng(3).permutation(8)
    pieces = np.split(batch["tokens"], np.cumsum(batch["lengths"])[:-1])
    counts = batch["lengths"] - batch["promptLengths"]
    shuffled = {
        "tokens": np.concatenate([pieces[b] for b in order]),
        "lengths": batch["lengths"][order],
        "promptLengths": batch["promptLengths"][order],
    }
    moved = {
        name: np.concatenate([np.split(stream, np.cumsum(counts)[:-1])[b] for b in order])
        for name, stream in tensors.items()
    }
    # One sequence a pass: nothing is padded.
    _, sums, got = run(qwen2, shuffled, moved, spec(ratio=ratio), token_budget=1)
    bound = 2e-6 if ratio == "token" else 5e-6
    assert sums.loss == pytest.approx(whole.loss, rel=bound)
    assert distance(expected, got) < bound


def forward_qwen2(model: Model, batch: dict[str, Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return forward(
        model,
        Sequences(batch["tokens"], batch["lengths"], batch["promptLengths"]),
        temperature=TEMPERATURE,
        token_budget=10_000,
        between_passes=lambda _done, _total: None,
    )


def test_terms_add_up_to_the_whole_gradient(qwen2: Model):
    batch = sequences()
    tensors = streams(batch)
    tensors["oldLogprobs"], _ = forward_qwen2(qwen2, batch)
    coefficients = {"policyCoefficient": 1.0, "klCoefficient": 0.3, "entropyCoefficient": 0.2}
    _, _, whole = run(qwen2, batch, tensors, spec(**coefficients))
    alone = dict.fromkeys(coefficients, 0)
    parts = [
        run(qwen2, batch, tensors, spec(**{**alone, name: value}))[2] for name, value in coefficients.items()
    ]
    assert distance(whole, np.sum(parts, 0)) < 2e-6


def test_the_divergence_from_itself_is_0_and_has_no_gradient(qwen2: Model):
    batch = sequences()
    tensors = streams(batch)
    tensors["referenceLogprobs"], _ = forward_qwen2(qwen2, batch)
    loss = spec(policyCoefficient=0, entropyCoefficient=0, klCoefficient=1)
    terms, sums, got = run(qwen2, batch, tensors, loss)
    assert not terms.kl.any()
    assert sums.loss == 0
    assert not got.any()


def test_without_old_logprobs_the_ratio_is_1_and_its_gradient_flows(qwen2: Model):
    batch = sequences()
    tensors = streams(batch)
    terms, _, detached = run(qwen2, batch, {**tensors, "oldLogprobs": None}, spec())
    np.testing.assert_array_equal(terms.pg, -tensors["advantages"])
    _, _, given = run(qwen2, batch, {**tensors, "oldLogprobs": terms.logprobs}, spec())
    assert distance(given, detached) < 1e-5


def test_a_term_with_coefficient_0_leaves_the_gradient_bitwise_as_if_absent(qwen2: Model):
    batch = sequences()
    tensors = streams(batch)
    absent = {name: stream for name, stream in tensors.items() if name != "referenceLogprobs"}
    tensors["referenceLogprobs"] += 500  # exp overflows: a gradient of 0 times it would be no number
    _, _, without = run(qwen2, batch, absent, spec(klCoefficient=0))
    terms, sums, zero = run(qwen2, batch, tensors, spec(klCoefficient=0))
    assert without.tobytes() == zero.tobytes()
    assert sums.kl > 0
    assert terms.kl.any()


def test_entropy_alone_does_not_see_the_advantages(qwen2: Model):
    batch = sequences()
    tensors = streams(batch)
    loss = spec(policyCoefficient=0, klCoefficient=0)
    _, _, one = run(qwen2, batch, tensors, loss)
    _, _, other = run(qwen2, batch, {**tensors, "advantages": -tensors["advantages"]}, loss)
    assert one.any()
    assert one.tobytes() == other.tobytes()


def test_a_loss_that_is_not_finite_is_an_error(qwen2: Model):
    batch = sequences()
    tensors = streams(batch)
    tensors["advantages"][3] = np.inf
    with pytest.raises(EngineError) as caught:
        run(qwen2, batch, tensors, spec())
    assert caught.value.code == "NONFINITE"


def test_the_stop_token_is_trained_on_and_the_prompt_is_not():
    table = np.random.default_rng(0).normal(0, 1, (VOCABULARY, VOCABULARY))
    batch = {
        "tokens": np.array([1, 2, 3, 4, 5], np.int32),
        "lengths": np.array([5], np.int32),
        "promptLengths": np.array([3], np.int32),
    }
    ones = np.ones(2, np.float32)
    tensors = {"weights": ones, "advantages": ones}
    _, _, got = run(table_model(table), batch, tensors, spec(klCoefficient=0, entropyCoefficient=0))
    trained = np.flatnonzero(got.reshape(table.shape).any(1)).tolist()
    assert trained == [3, 4]  # the states that predict 4 and the stop token 5

from __future__ import annotations

import json
import math
from random import Random
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oneshot_engine import inverse_cdf as module
from oneshot_engine.errors import EngineError
from oneshot_engine.inverse_cdf import fixed_point_sums, inverse_cdf
from tiny import GOLDEN

golden: list[Any] = json.loads((GOLDEN / "inverse-cdf.json").read_text())
drawn = [case for case in golden if case["temperature"] > 0]  # training never takes the greedy token


def draw(logits: list[float], u: float, *, temperature: float = 1.0, top_p: float = 1.0) -> tuple[int, float]:
    token, logprob = inverse_cdf(
        torch.tensor([logits]),
        temperature=temperature,
        top_p=top_p,
        u=torch.tensor([u], dtype=torch.float64),
    )
    return int(token[0]), float(logprob[0])


def test_tokens_equal_those_of_the_other_language():
    assert len(drawn) > 20
    for case in drawn:
        token, logprob = draw(case["logits"], case["u"], temperature=case["temperature"], top_p=case["topP"])
        assert token == case["token"]
        assert logprob == pytest.approx(case["logprob"], abs=1e-12)


@pytest.mark.parametrize("top_p", [1.0, 0.9])
def test_logits_that_are_not_finite_are_refused_as_in_the_other_language(top_p: float):
    cases: list[Any] = json.loads((GOLDEN / "nonfinite-logits.json").read_text())
    assert len(cases) == 10
    for case in cases:
        with pytest.raises(EngineError, match="not finite") as refusal:
            draw([float(x) for x in case["logits"]], 0.5, temperature=case["temperature"], top_p=top_p)
        assert refusal.value.code == "NONFINITE"


def test_one_row_that_is_not_finite_is_not_hidden_by_others():
    logits = torch.tensor([[0.0, 1.0], [math.nan, 1.0], [0.0, 1.0]])
    with pytest.raises(EngineError):
        inverse_cdf(logits, temperature=1, top_p=1, u=torch.zeros(3, dtype=torch.float64))


def test_a_token_without_mass_is_never_drawn():
    highest = 1 - 2.0**-53
    assert draw([0.0, 0.0, -1e9], highest)[0] == 1
    assert draw([-1e9, 0.0], 0.0)[0] == 1


def test_top_p_counts_equal_tokens_in_vocabulary_order():
    assert {draw([0.0] * 4, u / 100, top_p=0.5)[0] for u in range(100)} == {0, 1}


@given(
    st.lists(st.floats(-20, 20, width=32), min_size=2, max_size=12),
    st.floats(0, 1, exclude_max=True),
    st.floats(0.1, 1),
)
def test_a_row_is_drawn_alike_beside_any_other(logits: list[float], u: float, top_p: float):
    rows = torch.tensor([logits[::-1], logits])
    uniform = torch.tensor([0.5, u], dtype=torch.float64)
    token, logprob = inverse_cdf(rows, temperature=0.6, top_p=top_p, u=uniform)
    assert (int(token[1]), float(logprob[1])) == draw(logits, u, temperature=0.6, top_p=top_p)


@given(st.lists(st.one_of(st.just(0.0), st.floats(2.0**-60, 1)), min_size=1, max_size=40), st.randoms())
def test_fixed_point_sums_are_running_sums_in_any_order(masses: list[float], random: Random):
    row = torch.tensor([[1.0, *masses]], dtype=torch.float64)
    sums, total = fixed_point_sums(row)[0], float(row.sum())
    assert (sums - row[0].cumsum(0)).abs().max() <= len(masses) * 2.0**-51 * total
    assert (sums.diff() >= 0).all()
    assert (sums.diff()[row[0, 1:] == 0] == 0).all()
    shuffled = torch.tensor([[1.0, *random.sample(masses, len(masses))]], dtype=torch.float64)
    if torch.frexp(shuffled.sum()).exponent == torch.frexp(row.sum()).exponent:
        assert fixed_point_sums(shuffled)[0, -1] == sums[-1]


def test_fixed_point_sums_draw_what_running_sums_do(monkeypatch: pytest.MonkeyPatch):
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(64, 5000, generator=generator) * 4
    u = torch.rand(64, generator=generator, dtype=torch.float64)
    for top_p in (1.0, 0.9):
        token, logprob = inverse_cdf(logits, temperature=0.6, top_p=top_p, u=u)
        with monkeypatch.context() as patch:
            patch.setattr(module, "_running_sums", fixed_point_sums)
            other, same = inverse_cdf(logits, temperature=0.6, top_p=top_p, u=u)
        assert other.equal(token)
        torch.testing.assert_close(same, logprob, rtol=0, atol=1e-10)

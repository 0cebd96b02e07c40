from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from oneshot_engine import decoder, sampler
from oneshot_engine.batching import Sequences
from oneshot_engine.inverse_cdf import inverse_cdf
from oneshot_engine.model import Model, load_model
from oneshot_engine.objective import forward
from oneshot_engine.philox import uniforms
from oneshot_engine.protocol import Sampling
from oneshot_engine.sampler import Completions, sample
from tiny import LLAMA, MODELS, QWEN2, joined

# The forward pass itself is off by as much from fp64 (1.6e-5), the sampler by a third of it.
FORWARD_ERROR = 2e-5
PROMPTS = [[1, 2, 3], [1, 2, 3], [4], [5, 6, 7, 8, 9, 10]]


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    torch.set_num_threads(1)
    biased = str(MODELS / "llama-tied-biased-f16")
    return {folder: load_model(folder) for folder in (QWEN2, LLAMA, biased)}


def _no(_: object) -> bool:
    return False


def settings(**changes: Any) -> Sampling:
    fields: dict[str, Any] = {
        "samples": 3,
        "temperature": 0.6,
        "top_p": 1.0,
        "max_tokens": 70,
        "stop": (0, 1),
        "seed": 11,
        "step": 4,
    }
    return Sampling(**{**fields, **changes})


def draw(
    model: Model,
    prompts: list[list[int]],
    rows: Iterable[int] | None = None,
    token_budget: int = 1000,
    **changes: Any,
) -> Completions:
    numbers = range(len(prompts)) if rows is None else rows
    return sample(
        model,
        [np.array(prompt, np.int32) for prompt in prompts],
        np.array([*numbers], np.int32),
        settings(**changes),
        token_budget=token_budget,
        between_passes=lambda _done, _total: None,
    )


def pieces(completions: Completions) -> list[list[int]]:
    return [piece.tolist() for piece in np.split(completions.tokens, np.cumsum(completions.lengths)[:-1])]


def forward_logprobs(model: Model, prompts: list[list[int]], drawn: Completions) -> NDArray[np.float32]:
    flat = {
        "tokens": np.array([token for prompt in prompts for token in prompt], np.int32),
        "lengths": np.array([len(prompt) for prompt in prompts], np.int32),
    }
    batch = joined(flat, {"tokens": drawn.tokens, "lengths": drawn.lengths}, samples=3)
    sequences = Sequences(batch["tokens"], batch["lengths"], batch["promptLengths"])
    logprobs, _ = forward(
        model, sequences, temperature=0.6, token_budget=256, between_passes=lambda _done, _total: None
    )
    return logprobs


@pytest.mark.parametrize("own", [True, False], ids=["own decoder", "transformers' decoder"])
def test_log_probabilities_are_those_of_the_forward_pass(
    models: dict[str, Model], own: bool, monkeypatch: pytest.MonkeyPatch
):
    if not own:
        monkeypatch.setattr(decoder, "is_plain_llama", _no)
    for model in models.values():
        drawn = draw(model, PROMPTS)
        np.testing.assert_allclose(
            drawn.logprobs, forward_logprobs(model, PROMPTS, drawn), atol=FORWARD_ERROR
        )


def test_log_probabilities_are_those_of_fp64(models: dict[str, Model]):
    for folder, model in models.items():
        drawn = draw(model, PROMPTS)
        exact = load_model(folder).network.double()
        repeated = [prompt for prompt in PROMPTS for _ in range(3)]
        expected: list[float] = []
        for prompt, piece in zip(repeated, pieces(drawn), strict=True):
            with torch.no_grad():
                logits = exact(torch.tensor([prompt + piece])).logits[0, len(prompt) - 1 : -1] / 0.6
            chosen = torch.tensor(piece)[:, None]
            expected += logits.log_softmax(-1).gather(1, chosen)[:, 0].tolist()
        np.testing.assert_allclose(drawn.logprobs, expected, atol=1e-5)


def test_both_decoders_draw_the_same_tokens(models: dict[str, Model], monkeypatch: pytest.MonkeyPatch):
    own = [pieces(draw(model, PROMPTS)) for model in models.values()]
    monkeypatch.setattr(decoder, "is_plain_llama", _no)
    assert [pieces(draw(model, PROMPTS)) for model in models.values()] == own


def test_a_completion_does_not_depend_on_its_batch(models: dict[str, Model], monkeypatch: pytest.MonkeyPatch):
    model = models[QWEN2]
    together = draw(model, PROMPTS)
    alone = [piece for row in range(4) for piece in pieces(draw(model, PROMPTS[row : row + 1], rows=[row]))]
    assert pieces(together) == alone
    monkeypatch.setattr(sampler, "CPU_CACHE_BYTES", 5 * 76 * model.cache_bytes_per_token)
    assert pieces(draw(model, PROMPTS)) == alone  # in turns of five


@pytest.mark.parametrize("own", [True, False], ids=["own decoder", "transformers' decoder"])
def test_prompts_read_in_several_passes_give_the_same(
    models: dict[str, Model], own: bool, monkeypatch: pytest.MonkeyPatch
):
    if not own:
        monkeypatch.setattr(decoder, "is_plain_llama", _no)
    model = models[QWEN2]
    assert pieces(draw(model, PROMPTS, token_budget=6)) == pieces(draw(model, PROMPTS))


def test_a_completion_depends_on_seed_step_row_and_sample(models: dict[str, Model]):
    model = models[QWEN2]
    first = pieces(draw(model, [[1, 2, 3]]))
    assert pieces(draw(model, [[1, 2, 3]])) == first
    assert first[0] != first[1]
    assert pieces(draw(model, [[1, 2, 3]], rows=[1])) != first
    assert pieces(draw(model, [[1, 2, 3]], seed=12)) != first
    assert pieces(draw(model, [[1, 2, 3]], step=5)) != first


def test_equal_rows_draw_independently_as_philox_and_inverse_cdf_say(models: dict[str, Model]):
    model = models[QWEN2]
    drawn = draw(model, [[1, 2, 3]] * 128, samples=8, max_tokens=1, temperature=1.0)
    with torch.no_grad():
        logits = model.network(torch.tensor([[1, 2, 3]])).logits[0, -1:].repeat(1024, 1)
    count = np.arange(1024, dtype=np.uint64)
    zero = np.zeros(1024, np.uint64)
    u = uniforms(seed=11, position=zero, sample=count % 8, row=count // 8, step=zero + 4)
    assert len(set(u.tolist())) == 1024
    token, _ = inverse_cdf(logits, temperature=1.0, top_p=1.0, u=torch.from_numpy(u))
    assert drawn.tokens.tolist() == token.tolist()
    p = logits[0].softmax(-1).numpy()
    spread = np.sqrt(1024 * p * (1 - p)) + 1
    assert (np.abs(np.bincount(drawn.tokens, minlength=len(p)) - 1024 * p) < 5 * spread).all()


def test_a_stop_token_ends_its_completion_and_belongs_to_it(models: dict[str, Model]):
    drawn = draw(models[QWEN2], PROMPTS, max_tokens=40)
    stopped = drawn.stopped.astype(bool)
    assert stopped.any()
    assert not stopped.all()
    for piece, ended in zip(pieces(drawn), stopped, strict=True):
        assert all(token not in (0, 1) for token in piece[:-1])
        assert (piece[-1] in (0, 1)) == ended
        assert ended or len(piece) == 40
    assert len(drawn.logprobs) == len(drawn.tokens)
    assert (drawn.logprobs < 0).all()


def test_the_context_limits_each_row_by_its_own_prompt(models: dict[str, Model]):
    drawn = draw(models[LLAMA], [[1] * 90, [2]], samples=1, max_tokens=200, stop=())
    assert drawn.lengths.tolist() == [6, 95]
    assert drawn.stopped.tolist() == [0, 0]


def test_top_p_restricts_tokens_but_not_log_probabilities(models: dict[str, Model]):
    model = models[QWEN2]
    free, greedy = draw(model, PROMPTS, max_tokens=20), draw(model, PROMPTS, max_tokens=20, top_p=1e-6)
    np.testing.assert_allclose(greedy.logprobs, forward_logprobs(model, PROMPTS, greedy), atol=FORWARD_ERROR)
    assert pieces(greedy)[0] == pieces(greedy)[1]  # one token is left, whatever the uniform
    assert pieces(free)[0] != pieces(free)[1]

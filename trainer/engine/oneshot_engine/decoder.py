"""One step of a model over its KV cache, as the sampler needs it.

`CacheDecoder` is transformers' own, for every architecture; `LlamaDecoder` computes the same for Qwen2 and
Llama in a fraction of the time.
"""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from oneshot_engine.llama_decoder import LlamaDecoder, is_plain_llama
from oneshot_engine.model import Model


class Decoder(Protocol):
    """Rows that decode in step."""

    def select(self, index: Tensor) -> None:
        """Keeps the rows of `index` [b'], in its order; a row may be taken several times."""
        ...

    def step(self, tokens: Tensor, positions: Tensor) -> Tensor:
        """Takes the next token of every row, [b] at positions [b], and gives the logits [b, V] after it."""
        ...


def prefill(
    model: Model, ids: Tensor, mask: Tensor | None, positions: Tensor, *, token_budget: int
) -> tuple[Decoder, Tensor]:
    """Reads left-padded prompts.

    Args:
        model: the policy.
        ids: [b, t].
        mask: [b, t] 0 where padded; `None` where nothing is.
        positions: [b, t].
        token_budget: padded tokens in one pass.

    Returns:
        A decoder that goes on from there, and the logits [b, V] after each prompt.
    """
    from transformers import DynamicCache

    caches: list[Any] = []
    logits: list[Tensor] = []
    for rows in torch.arange(len(ids)).split(max(1, token_budget // ids.shape[1])):
        caches.append(DynamicCache(config=model.network.config))
        output = model.network.base_model(
            input_ids=ids[rows],
            position_ids=positions[rows],
            attention_mask=None if mask is None else mask[rows],
            past_key_values=caches[-1],
            use_cache=True,
        )
        logits.append(model.head(output.last_hidden_state[:, -1]))
    kind = LlamaDecoder if is_plain_llama(model.network) else CacheDecoder
    return kind(model, _joined(caches), mask), torch.cat(logits)


class CacheDecoder:
    """Any architecture, by transformers' forward pass."""

    def __init__(self, model: Model, cache: Any, mask: Tensor | None):
        self._model = model
        self._cache = cache
        self._mask = mask

    def select(self, index: Tensor) -> None:
        """See `Decoder`."""
        self._cache.batch_select_indices(index)
        self._mask = None if self._mask is None else self._mask[index]

    def step(self, tokens: Tensor, positions: Tensor) -> Tensor:
        """See `Decoder`."""
        if self._mask is not None:
            self._mask = functional.pad(self._mask, (0, 1), value=1)
        output = self._model.network.base_model(
            input_ids=tokens[:, None],
            position_ids=positions[:, None],
            attention_mask=self._mask,
            past_key_values=self._cache,
            use_cache=True,
        )
        return self._model.head(output.last_hidden_state[:, -1])


def _joined(caches: list[Any]) -> Any:
    """One cache of the rows of all, which have equally many columns."""
    first = caches[0]
    if len(caches) > 1:
        for i, layer in enumerate(first.layers):
            layer.keys = torch.cat([cache.layers[i].keys for cache in caches])
            layer.values = torch.cat([cache.layers[i].values for cache in caches])
    return first

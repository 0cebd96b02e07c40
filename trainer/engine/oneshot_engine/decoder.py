"""One step of a model over its KV cache, as the sampler needs it.

`CacheDecoder` is transformers' own, for every architecture; `LlamaDecoder` computes the same for Qwen2 and
Llama with a third of the calls, which is what a step of a small model costs.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

import torch
from torch import Tensor
from torch.nn import functional

from oneshot_engine.model import Model

# The cache grows by so many columns at a time; each growth copies it.
ROOM = 64


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
    kind = LlamaDecoder if _is_plain_llama(model.network) else CacheDecoder
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


class LlamaDecoder:
    """Qwen2 and Llama: pre-norm blocks of grouped-query attention with rotary positions and a gated MLP."""

    def __init__(self, model: Model, cache: Any, mask: Tensor | None):
        self._model = model
        self._keys: list[Tensor] = [layer.keys for layer in cache.layers]  # each [b, h_kv, room, d]
        self._values: list[Tensor] = [layer.values for layer in cache.layers]
        self._filled = self._keys[0].shape[2]
        self._mask = None if mask is None else mask[:, None, None].bool()  # [b, 1, 1, room]
        self._cos, self._sin = _rotation(model, self._filled)  # [room, 1, d]

    def select(self, index: Tensor) -> None:
        """See `Decoder`."""
        self._keys = [keys[index] for keys in self._keys]
        self._values = [values[index] for values in self._values]
        self._mask = None if self._mask is None else self._mask[index]

    def step(self, tokens: Tensor, positions: Tensor) -> Tensor:
        """See `Decoder`."""
        if self._filled == self._keys[0].shape[2]:
            self._grow()
        base = self._model.network.base_model
        cos, sin = self._cos[positions], self._sin[positions]  # [b, 1, d]
        x = functional.embedding(tokens, base.embed_tokens.weight)  # [b, D]
        for i, layer in enumerate(base.layers):
            x = x + self._attention(layer.self_attn, i, _norm(layer.input_layernorm, x), cos, sin)
            x = x + _mlp(layer.mlp, _norm(layer.post_attention_layernorm, x))
        self._filled += 1
        return self._model.head(_norm(base.norm, x))

    def _attention(self, block: Any, i: int, h: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        keys, values = self._keys[i], self._values[i]
        b, kv_heads, _, d = keys.shape
        now = self._filled
        query = _rotate(_linear(block.q_proj, h).view(b, -1, d), cos, sin)  # [b, h, d]
        keys[:, :, now] = _rotate(_linear(block.k_proj, h).view(b, kv_heads, d), cos, sin)
        values[:, :, now] = _linear(block.v_proj, h).view(b, kv_heads, d)
        # The queries that share a key head stand where a sequence of queries would: [b, h_kv, h / h_kv, d].
        mixed = functional.scaled_dot_product_attention(
            query.view(b, kv_heads, -1, d),
            keys[:, :, : now + 1],
            values[:, :, : now + 1],
            attn_mask=None if self._mask is None else self._mask[..., : now + 1],
            scale=block.scaling,
        )
        return _linear(block.o_proj, mixed.reshape(b, -1))

    def _grow(self) -> None:
        self._keys = [functional.pad(keys, (0, 0, 0, ROOM)) for keys in self._keys]
        self._values = [functional.pad(values, (0, 0, 0, ROOM)) for values in self._values]
        self._mask = None if self._mask is None else functional.pad(self._mask, (0, ROOM), value=True)
        self._cos, self._sin = _rotation(self._model, self._filled + ROOM)


def _joined(caches: list[Any]) -> Any:
    """One cache of the rows of all, which have equally many columns."""
    first = caches[0]
    if len(caches) > 1:
        for i, layer in enumerate(first.layers):
            layer.keys = torch.cat([cache.layers[i].keys for cache in caches])
            layer.values = torch.cat([cache.layers[i].values for cache in caches])
    return first


def _is_plain_llama(network: Any) -> bool:
    config = network.config
    return (
        type(network).__name__ in {"Qwen2ForCausalLM", "LlamaForCausalLM"}
        and set(getattr(config, "layer_types", None) or ["full_attention"]) == {"full_attention"}
        # Other rotary frequencies change with the length of the sequence.
        and config.rope_parameters.get("rope_type", "default") in {"default", "linear", "llama3"}
    )


def _rotation(model: Model, room: int) -> tuple[Tensor, Tensor]:
    """Cosines and signed sines of positions below `room`; padded on the left, none exceeds its column."""
    base = model.network.base_model
    cos, sin = base.rotary_emb(
        base.embed_tokens.weight, torch.arange(room, device=model.compute.device)[None]
    )
    half = cos.shape[-1] // 2
    signed = torch.cat([-sin[..., :half], sin[..., half:]], -1)
    return cast(Tensor, cos)[0, :, None], signed[0, :, None]


def _rotate(x: Tensor, cos: Tensor, signed_sin: Tensor) -> Tensor:
    """Rotary position embedding of [b, h, d]; the halves of d are the two coordinates."""
    return x * cos + x.roll(x.shape[-1] // 2, -1) * signed_sin


def _norm(norm: Any, x: Tensor) -> Tensor:
    return functional.rms_norm(x, (x.shape[-1],), norm.weight, norm.variance_epsilon)


def _linear(linear: Any, x: Tensor) -> Tensor:
    return functional.linear(x, linear.weight, linear.bias)


def _mlp(mlp: Any, x: Tensor) -> Tensor:
    return _linear(mlp.down_proj, mlp.act_fn(_linear(mlp.gate_proj, x)) * _linear(mlp.up_proj, x))

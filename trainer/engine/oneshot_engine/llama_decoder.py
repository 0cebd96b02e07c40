"""A decoding step of Qwen2 and Llama with few calls, on weights as its products want them."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor
from torch.nn import functional

from oneshot_engine.model import Model
from oneshot_engine.products import packs, product

# The cache grows by so many columns at a time; each growth copies it.
ROOM = 64


def is_plain_llama(network: Any) -> bool:
    """Whether `LlamaDecoder` computes what transformers' model does."""
    config = network.config
    return (
        type(network).__name__ in {"Qwen2ForCausalLM", "LlamaForCausalLM"}
        and set(getattr(config, "layer_types", None) or ["full_attention"]) == {"full_attention"}
        # Other rotary frequencies change with the length of the sequence.
        and config.rope_parameters.get("rope_type", "default") in {"default", "linear", "llama3"}
    )


class LlamaDecoder:
    """Pre-norm blocks of grouped-query attention with rotary positions and a gated MLP; see `Decoder`.

    The weights must not change while it is in use.
    """

    def __init__(self, model: Model, cache: Any, mask: Tensor | None):
        packed = packs(model.compute)
        base = model.network.base_model
        self._model = model
        self._blocks = [_Block(layer, packed=packed) for layer in base.layers]
        self._head = product([model.network.get_output_embeddings()], packed=True) if packed else model.head
        self._values: list[Tensor] = [layer.values for layer in cache.layers]  # each [b, h_kv, room, d]
        # In bf16, transformers' rotation leaves keys in fp32, which every step would cast again.
        self._keys: list[Tensor] = [layer.keys.to(layer.values.dtype) for layer in cache.layers]
        self._filled = self._keys[0].shape[2]
        self._mask = None if mask is None else mask[:, None, None].bool()  # [b, 1, 1, room]
        self._cos, self._sin = _rotation(model, self._filled)  # [room, 1, d]

    def select(self, index: Tensor) -> None:
        """See `Decoder`."""
        for caches in (self._keys, self._values):
            for i, cache in enumerate(caches):
                caches[i] = cache[index]
        self._mask = None if self._mask is None else self._mask[index]

    def step(self, tokens: Tensor, positions: Tensor) -> Tensor:
        """See `Decoder`."""
        if self._filled == self._keys[0].shape[2]:
            self._grow()
        base = self._model.network.base_model
        cos, sin = self._cos[positions], self._sin[positions]  # [b, 1, d]
        x = functional.embedding(tokens, base.embed_tokens.weight)  # [b, D]
        for i, block in enumerate(self._blocks):
            x = x + block.out(self._mixed(i, block.query_key_value(x), cos, sin))
            x = x + block.mlp(x)
        self._filled += 1
        return self._head(_norm(base.norm, x))

    def _mixed(self, i: int, qkv: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Values mixed by attention, [b, h·d], of queries, keys and values [b, (h + 2·h_kv)·d]."""
        b, kv_heads, _, d = self._keys[i].shape
        now = self._filled
        heads = qkv.view(b, -1, d)
        turned = _rotate(heads[:, :-kv_heads], cos, sin)  # [b, h + h_kv, d]
        self._keys[i][:, :, now] = turned[:, -kv_heads:]
        self._values[i][:, :, now] = heads[:, -kv_heads:]
        # The queries that share a key head stand where a sequence of queries would: [b, h_kv, h / h_kv, d].
        mixed = functional.scaled_dot_product_attention(
            turned[:, :-kv_heads].reshape(b, kv_heads, -1, d),
            self._keys[i][:, :, : now + 1],
            self._values[i][:, :, : now + 1],
            attn_mask=None if self._mask is None else self._mask[..., : now + 1],
            scale=self._blocks[i].scale,
        )
        return mixed.reshape(b, -1)

    def _grow(self) -> None:
        for caches in (self._keys, self._values):
            for i, cache in enumerate(caches):  # one after another: at most one of them is there twice
                caches[i] = functional.pad(cache, (0, 0, 0, ROOM))
        self._mask = None if self._mask is None else functional.pad(self._mask, (0, ROOM), value=True)
        self._cos, self._sin = _rotation(self._model, self._filled + ROOM)


class _Block:
    """What one layer computes beside attention itself, each from [b, D]."""

    def __init__(self, layer: Any, *, packed: bool):
        attention, mlp = layer.self_attn, layer.mlp
        self.scale: float = attention.scaling
        self.out = product([attention.o_proj], packed=packed)
        self._qkv = product([attention.q_proj, attention.k_proj, attention.v_proj], packed=packed)
        self._gate_up = product([mlp.gate_proj, mlp.up_proj], packed=packed)
        self._down = product([mlp.down_proj], packed=packed)
        self._act = mlp.act_fn
        self._before_attention, self._before_mlp = layer.input_layernorm, layer.post_attention_layernorm

    def query_key_value(self, x: Tensor) -> Tensor:
        return self._qkv(_norm(self._before_attention, x))

    def mlp(self, x: Tensor) -> Tensor:
        gate, up = self._gate_up(_norm(self._before_mlp, x)).chunk(2, -1)
        return self._down(self._act(gate) * up)


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

"""Hugging Face causal language models, as the engine uses them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from torch import Tensor, nn

from oneshot_engine.errors import EngineError
from oneshot_engine.ranks import shard

Result = TypeVar("Result")


class Whole(nn.Module):
    """Modules whose parameters are there while `forward` computes something with them."""

    def __init__(self, *parts: nn.Module):
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, compute: Callable[[], Result]) -> Result:
        """Computes it."""
        return compute()


def run_within(whole: Whole | None, compute: Callable[[], Result]) -> Result:
    """Computes something with parameters that may be sharded, as those of `whole` are."""
    return compute() if whole is None else cast(Result, whole(compute))


@dataclass(frozen=True)
class Model:
    """A model in fp32 on CPU, dropout off.

    Attributes:
        network: transformers' `PreTrainedModel`, whose members have no useful types.
        vocabulary: V, the number of logits.
        context: the longest sequence it was made for.
        whole: of the network, where its parameters are spread over ranks.
    """

    network: Any
    vocabulary: int
    context: int
    whole: Whole | None = None

    def run(self, compute: Callable[[], Result]) -> Result:
        """Computes something with the model's parameters; wherever they may be sharded, do it in here."""
        return run_within(self.whole, compute)

    @property
    def cache_bytes_per_token(self) -> int:
        """Bytes of keys and values that one token of a sequence takes while decoding."""
        config = self.network.config
        heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
        width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        return 2 * 4 * config.num_hidden_layers * heads * width

    def hidden_states(self, input_ids: Tensor) -> Tensor:
        """Last hidden states [b, t, d] of right-padded sequences [b, t]."""
        # With a cache or a mask, transformers would build masks of its own; causal attention alone is meant.
        output = self.network.base_model(input_ids=input_ids, attention_mask=None, use_cache=False)
        return cast(Tensor, output.last_hidden_state)

    def head(self, hidden: Tensor) -> Tensor:
        """Logits [n, V] of hidden states [n, d]."""
        return cast(Tensor, self.network.get_output_embeddings()(hidden))

    def head_parameters(self) -> tuple[Tensor, Tensor | None]:
        """Weight [V, d] and bias [V] of the head."""
        head = self.network.get_output_embeddings()
        return head.weight, head.bias

    def parameters(self) -> dict[str, nn.Parameter]:
        """Trainable tensors by name, in the model's order; tied weights once."""
        return dict(cast(nn.Module, self.network).named_parameters())


def sharded(model: Model) -> Model:
    """Spreads a model over the ranks, which must all call this; the model itself is no longer to be used."""
    whole = Whole(model.network)
    shard(whole, list(model.network.base_model.layers))
    return replace(model, whole=whole)


def load_model(folder: str) -> Model:
    """Loads a Hugging Face folder: safetensors only, nothing from the network, no code of its own.

    Raises:
        EngineError: `MODEL_INVALID` where the folder holds no complete model of a known architecture.
    """
    if not (Path(folder) / "config.json").is_file():
        raise EngineError("MODEL_INVALID", f"{folder} holds no config.json; name a Hugging Face model folder")
    try:
        network, info = _from_pretrained(folder)
        model = Model(network.eval(), *_sizes(network))
    except MemoryError:
        raise
    except Exception as error:  # transformers raises whatever the damage leads to
        raise EngineError("MODEL_INVALID", f"{folder} holds no model that can be loaded: {error}") from error
    damaged = sorted(map(str, [*info["missing_keys"], *info["mismatched_keys"]]))
    if damaged:
        raise EngineError(
            "MODEL_INVALID", f"the weights in {folder} lack or misshape {', '.join(damaged[:4])}"
        )
    _check_head(model, folder)
    return model


def _from_pretrained(folder: str) -> tuple[Any, dict[str, Any]]:
    from transformers import AutoModelForCausalLM, logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    loaded: Any = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=torch.float32,
        attn_implementation="sdpa",
        local_files_only=True,
        use_safetensors=True,
        trust_remote_code=False,
        output_loading_info=True,
    )
    return loaded


def _sizes(network: Any) -> tuple[int, int]:
    return int(network.get_output_embeddings().weight.shape[0]), int(network.config.max_position_embeddings)


@torch.no_grad()
def _check_head(model: Model, folder: str) -> None:
    """Refuses architectures that cap or scale logits after the head: the engine would train another model."""
    ids = torch.arange(min(8, model.vocabulary, model.context))[None]
    meant = cast(Tensor, model.network(input_ids=ids, use_cache=False).logits)
    if (model.head(model.hidden_states(ids)) - meant).abs().max() > 1e-3 * meant.abs().max():
        kind = type(model.network).__name__
        raise EngineError(
            "MODEL_INVALID", f"{kind} in {folder} changes its logits after the head, which is not known"
        )

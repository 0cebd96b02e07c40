"""Hugging Face causal language models, as the engine uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from oneshot_engine.errors import EngineError
from oneshot_engine.finite import all_finite
from oneshot_engine.protocol import Precision
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


CPU = torch.device("cpu")


@dataclass(frozen=True)
class Compute:
    """Where and how a model computes; its parameters are in fp32 everywhere.

    Attributes:
        device: of parameters and passes.
        precision: `bf16`: the layers multiply in bf16; residual stream, norms, head and loss stay in fp32.
        gradient_checkpointing: a backward pass computes each layer again instead of keeping what is inside.
    """

    device: torch.device = CPU
    precision: Precision = "fp32"
    gradient_checkpointing: bool = False

    def layers(self) -> torch.autocast:
        """A context for the layers of a model; weights are cast once in it."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bf16")

    def tensor(self, values: NDArray[Any]) -> Tensor:
        """The values on the device."""
        return torch.from_numpy(values).to(self.device)


ON_CPU = Compute()


@dataclass(frozen=True)
class Model:
    """A causal language model, dropout off.

    Attributes:
        network: transformers' `PreTrainedModel`, whose members have no useful types.
        vocabulary: V, the number of logits.
        context: the longest sequence it was made for.
        compute: where and how.
        whole: of the network, where its parameters are spread over ranks.
    """

    network: Any
    vocabulary: int
    context: int
    compute: Compute
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
        """Last hidden states [b, t, d], fp32, of right-padded sequences [b, t]."""
        with self.compute.layers():
            # With a cache or a mask, transformers would build masks of its own; causal attention is meant.
            output = self.network.base_model(input_ids=input_ids, attention_mask=None, use_cache=False)
        return cast(Tensor, output.last_hidden_state).float()

    def head(self, hidden: Tensor) -> Tensor:
        """Logits [n, V], fp32, of hidden states [n, d]."""
        with torch.autocast(self.compute.device.type, enabled=False):
            return cast(Tensor, self.network.get_output_embeddings()(hidden.float()))

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
    shard(whole, list(model.network.base_model.layers), model.compute.device)
    return replace(model, whole=whole)


def load_model(folder: str, compute: Compute = ON_CPU) -> Model:
    """Loads a Hugging Face folder: safetensors only, nothing from the network, no code of its own.

    Raises:
        EngineError: `MODEL_INVALID` where the folder holds no complete model of a known architecture.
    """
    if not (Path(folder) / "config.json").is_file():
        raise EngineError("MODEL_INVALID", f"{folder} holds no config.json; name a Hugging Face model folder")
    try:
        network, info = _from_pretrained(folder)
        _take_from_file(network, compute.device)
        model = Model(network.eval().to(compute.device), *_sizes(network), compute)
    except (MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:  # transformers raises whatever the damage leads to
        raise EngineError("MODEL_INVALID", f"{folder} holds no model that can be loaded: {error}") from error
    _check_weights(network, info, folder)
    _check_head(model, folder)
    if compute.gradient_checkpointing:
        make_recomputed(network)
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


def _check_weights(network: Any, info: Mapping[str, Iterable[Any]], folder: str) -> None:
    """Refuses weights that are not, all and alone, those of the config: programs differ over the rest."""
    for fault, keys in (
        ("lack or misshape", [*info["missing_keys"], *info["mismatched_keys"]]),
        ("hold what the model has no place for:", info["unexpected_keys"]),
    ):
        names = sorted(map(str, keys))
        if names:
            raise EngineError("MODEL_INVALID", f"the weights in {folder} {fault} {', '.join(names[:4])}")
    head, embeddings = network.get_output_embeddings().weight, network.get_input_embeddings().weight
    if network.config.tie_word_embeddings and head is not embeddings:
        message = f"{folder} says tie_word_embeddings: true, but its lm_head.weight is another matrix"
        raise EngineError("MODEL_INVALID", message)
    for name, parameter in network.named_parameters():
        if not all_finite([parameter]):
            message = f"{name} in {folder} holds a number that is not finite; take an earlier model"
            raise EngineError("MODEL_INVALID", message)


def _take_from_file(network: nn.Module, device: torch.device) -> None:
    """Copies parameters out of the mapped file into memory that is aligned as that of other tensors is.

    Products round by alignment, and in a file it varies with the length of the header.
    """
    for parameter in network.parameters():
        parameter.data = parameter.data.to(device, copy=True)


def make_recomputed(network: Any) -> None:
    """Has a backward pass compute each layer again, of which only the input is kept."""
    for layer in network.base_model.layers:
        layer.forward = _recomputing(layer.forward)


def _recomputing(forward: Callable[..., Any]) -> Callable[..., Any]:
    """A layer that keeps its input alone. With transformers' own the sampler would lose its cache."""

    def computed(*args: Any, **kwargs: Any) -> Any:
        if not torch.is_grad_enabled():
            return forward(*args, **kwargs)
        return checkpoint(forward, *args, use_reentrant=False, preserve_rng_state=False, **kwargs)

    return computed


def _sizes(network: Any) -> tuple[int, int]:
    return int(network.get_output_embeddings().weight.shape[0]), int(network.config.max_position_embeddings)


@torch.no_grad()
def _check_head(model: Model, folder: str) -> None:
    """Refuses architectures that cap or scale logits after the head: the engine would train another model."""
    ids = torch.arange(min(8, model.vocabulary, model.context), device=model.compute.device)[None]
    meant = cast(Tensor, model.network(input_ids=ids, use_cache=False).logits)
    exact = replace(model, compute=replace(model.compute, precision="fp32"))
    if (exact.head(exact.hidden_states(ids)) - meant).abs().max() > 1e-3 * meant.abs().max():
        kind = type(model.network).__name__
        raise EngineError(
            "MODEL_INVALID", f"{kind} in {folder} changes its logits after the head, which is not known"
        )

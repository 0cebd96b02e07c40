"""Hugging Face causal language models, as the engine uses them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from oneshot_engine.errors import EngineError


@dataclass(frozen=True)
class Model:
    """A model in fp32 on CPU, dropout off."""

    network: Any  # transformers' PreTrainedModel, whose forward has no useful type

    @property
    def vocabulary(self) -> int:
        """V, the number of logits."""
        return int(self.network.config.vocab_size)

    @property
    def context(self) -> int:
        """The longest sequence it was made for."""
        return int(self.network.config.max_position_embeddings)

    def hidden_states(self, input_ids: Tensor) -> Tensor:
        """Last hidden states [b, t, d] of right-padded sequences [b, t]."""
        # Without use_cache=False and a mask of None, transformers may take restarting positions for packed ones.
        output = self.network.base_model(input_ids=input_ids, attention_mask=None, use_cache=False)
        return cast(Tensor, output.last_hidden_state)

    def head(self, hidden: Tensor) -> Tensor:
        """Logits [n, V] of hidden states [n, d]."""
        return cast(Tensor, self.network.get_output_embeddings()(hidden))

    def parameters(self) -> list[tuple[str, nn.Parameter]]:
        """Trainable tensors by name, in the model's order; tied weights once."""
        return list(cast(nn.Module, self.network).named_parameters())


def load_model(folder: str) -> Model:
    """Loads a Hugging Face folder: safetensors only, nothing from the network, no code of its own.

    Raises:
        EngineError: `MODEL_INVALID` where the folder holds no complete model of a known architecture.
    """
    from transformers import AutoModelForCausalLM, logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if not (Path(folder) / "config.json").is_file():
        raise EngineError("MODEL_INVALID", f"{folder} holds no config.json; name a Hugging Face model folder")
    try:
        network, info = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=torch.float32,
            attn_implementation="sdpa",
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except Exception as error:
        raise EngineError("MODEL_INVALID", f"{folder} holds no model that can be loaded: {error}") from error
    damaged = sorted(info["missing_keys"]) + sorted(str(key) for key in info["mismatched_keys"])
    if damaged:
        raise EngineError("MODEL_INVALID", f"the weights in {folder} lack or misshape {', '.join(damaged[:4])}")
    return Model(network.eval())


def export_hf(model: Model, folder: str) -> list[str]:
    """Writes config.json and model.safetensors in fp32; tied weights once. Gives back the names."""
    network = model.network
    network.config.save_pretrained(folder)
    tensors = {name: parameter.detach().contiguous() for name, parameter in model.parameters()}
    save_file(tensors, str(Path(folder) / "model.safetensors"), metadata={"format": "pt"})
    return ["config.json", "model.safetensors"]

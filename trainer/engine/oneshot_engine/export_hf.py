"""Writing the policy as a Hugging Face folder."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import save_file

from oneshot_engine.errors import EngineError
from oneshot_engine.model import Model
from oneshot_engine.ranks import first_rank, full

CONFIG = "config.json"
WEIGHTS = "model.safetensors"


def export_hf(model: Model, folder: str) -> list[str]:
    """Writes config and weights, in fp32 and tied weights once, into an existing folder; gives back names.

    Raises:
        EngineError: `DISK`.
    """
    tensors = {name: full(parameter).contiguous() for name, parameter in model.parameters().items()}
    if not first_rank():
        return [CONFIG, WEIGHTS]
    try:
        model.network.config.save_pretrained(folder)
        save_file(tensors, str(Path(folder) / WEIGHTS), metadata={"format": "pt"})
    except (OSError, SafetensorError) as error:
        raise EngineError("DISK", f"the model cannot be written to {folder}: {error}") from error
    return [CONFIG, WEIGHTS]

"""Writing the policy as a Hugging Face folder."""

from __future__ import annotations

from pathlib import Path

from oneshot_engine.errors import EngineError
from oneshot_engine.model import Model
from oneshot_engine.ranks import first_rank
from oneshot_engine.tensor_file import save_tensors

CONFIG = "config.json"
WEIGHTS = "model.safetensors"


def export_hf(model: Model, folder: str) -> list[str]:
    """Writes config and weights, in fp32 and tied weights once, into an existing folder; gives back names.

    Raises:
        EngineError: `DISK`.
    """
    save_tensors(model.parameters(), Path(folder) / WEIGHTS, {"format": "pt"})
    if first_rank():
        try:
            model.network.config.save_pretrained(folder)
        except OSError as error:
            raise EngineError("DISK", f"the model cannot be written to {folder}: {error}") from error
    return [CONFIG, WEIGHTS]

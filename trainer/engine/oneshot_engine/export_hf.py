"""Writing the policy as a Hugging Face folder."""

from __future__ import annotations

from pathlib import Path

from oneshot_engine.direct_file import FileRef
from oneshot_engine.errors import EngineError
from oneshot_engine.model import Model
from oneshot_engine.ranks import first_rank
from oneshot_engine.tensor_file import save_tensors

CONFIG = "config.json"
WEIGHTS = "model.safetensors"


def export_hf(model: Model, folder: Path) -> dict[str, FileRef | None]:
    """Writes config and weights, in fp32 and tied weights once, into an existing folder, and says what.

    Raises:
        EngineError: `DISK`.
    """
    weights = save_tensors(model.parameters(), folder / WEIGHTS, {"format": "pt"})
    return {CONFIG: _save_config(model, folder) if first_rank() else None, WEIGHTS: weights}


def _save_config(model: Model, folder: Path) -> FileRef:
    try:
        model.network.config.save_pretrained(folder)
        return FileRef.of((folder / CONFIG).read_bytes())
    except OSError as error:
        raise EngineError("DISK", f"the model cannot be written to {folder}: {error}") from error

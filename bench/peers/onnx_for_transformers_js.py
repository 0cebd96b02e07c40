"""Lays a model of onnxruntime-genai's builder out as transformers.js reads it.

Arguments: its folder, the Hugging Face folder that it was made of, and the folder to make.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import onnx

NAME = "model_q4.onnx"


def main(source: str, config: str, target: str) -> None:
    """Writes the graph with its weights beside it, and copies what describes the model."""
    folder = Path(target) / "onnx"
    folder.mkdir(parents=True)
    model = onnx.load(Path(source) / "model.onnx")
    settings = json.loads((Path(source) / "genai_config.json").read_text())
    for value in [*model.graph.input, *model.graph.output]:
        dim = value.type.tensor_type.shape.dim[-1]
        if dim.dim_param == "kv_cache_dim":  # transformers.js takes dimensions without a number for empty
            dim.dim_value = settings["model"]["decoder"]["head_size"]
    onnx.save_model(
        model,
        folder / NAME,
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=f"{NAME}_data",
    )
    for file in Path(config).glob("*.json"):
        shutil.copyfile(file, Path(target) / file.name)


main(*sys.argv[1:])

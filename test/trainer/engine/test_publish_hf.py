from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest
import torch
from oneshot_engine.errors import EngineError
from safetensors.torch import load_file
from tiny import LLAMA, MODELS, QWEN2, created, sequences


@pytest.mark.parametrize("name", ["qwen2-tied", "qwen2-untied-sharded-bf16", "llama-tied-biased-f16"])
def test_in_fp32_it_is_what_an_export_holds(tmp_path: Path, name: str):
    call = created(str(MODELS / name))
    for verb in ("published", "exported"):
        (tmp_path / verb).mkdir()
    size = call("publish_hf", {"directory": str(tmp_path / "published"), "dtype": "fp32"})["sizeBytes"]
    call("export_hf", {"directory": str(tmp_path / "exported")})
    published, exported = (tmp_path / verb / "model.safetensors" for verb in ("published", "exported"))
    assert published.read_bytes() == exported.read_bytes()
    assert published.stat().st_size == size
    assert (tmp_path / "published/config.json").read_text() == (tmp_path / "exported/config.json").read_text()


def test_in_bf16_every_weight_is_the_nearest(tmp_path: Path):
    call = created()
    call("publish_hf", {"directory": str(tmp_path), "dtype": "bf16"})
    rounded = load_file(tmp_path / "model.safetensors")
    (tmp_path / "exported").mkdir()
    call("export_hf", {"directory": str(tmp_path / "exported")})
    exact = load_file(tmp_path / "exported/model.safetensors")
    assert rounded.keys() == exact.keys()
    for key, weight in exact.items():
        assert torch.equal(rounded[key], weight.bfloat16()), key


def test_the_next_publication_takes_the_place_of_the_last_whatever_their_sizes(tmp_path: Path):
    call, other = created(QWEN2), created(LLAMA)
    args = {"directory": str(tmp_path), "dtype": "fp32"}
    call("publish_hf", args)
    first = (tmp_path / "model.safetensors").read_bytes()
    other("publish_hf", {**args, "dtype": "bf16"})
    call("publish_hf", args)
    assert (tmp_path / "model.safetensors").read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.json", "model.safetensors"]


def test_a_published_model_computes_as_the_policy(tmp_path: Path):
    call = created()
    call("publish_hf", {"directory": str(tmp_path), "dtype": "fp32"})
    forward = ("forward", {"slot": "policy", "temperature": 1.0}, sequences())
    np.testing.assert_array_equal(created(str(tmp_path))(*forward)["logprobs"], call(*forward)["logprobs"])


def test_no_room_for_the_whole_is_a_disk_error_that_leaves_no_part(tmp_path: Path):
    call = created()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, limits[1]))
    try:
        with pytest.raises(EngineError) as caught:
            call("publish_hf", {"directory": str(tmp_path), "dtype": "fp32"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.code == "DISK"
    assert "model.safetensors cannot be written" in caught.value.message
    assert not (tmp_path / "model.safetensors").exists()


@pytest.mark.parametrize("changes", [{"directory": "/nowhere"}, {"dtype": "fp16"}])
def test_another_folder_or_type_is_refused(tmp_path: Path, changes: dict[str, str]):
    with pytest.raises(EngineError) as caught:
        created()("publish_hf", {"directory": str(tmp_path), "dtype": "fp32", **changes})
    assert caught.value.code == "BAD_REQUEST"

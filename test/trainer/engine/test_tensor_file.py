from __future__ import annotations

from pathlib import Path

import pytest
import torch
from oneshot_engine.errors import EngineError
from oneshot_engine.tensor_file import load_tensors, save_tensors
from safetensors import safe_open
from torch import Tensor


def some_tensors() -> dict[str, Tensor]:
    torch.manual_seed(0)
    return {
        "b.weight": torch.randn(3, 5),
        'a "quoted" — name': torch.randn(2, 3, 4).transpose(0, 2),
        "step": torch.tensor(7.0),
        "parameter": torch.nn.Parameter(torch.randn(1)),
    }


def test_the_library_reads_what_is_written(tmp_path: Path):
    path, tensors = tmp_path / "x.safetensors", some_tensors()
    save_tensors(tensors, path, {"format": "pt"})
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"format": "pt"}
    read = load_tensors(path)
    assert read.keys() == tensors.keys()
    assert all(torch.equal(read[name], tensor) for name, tensor in tensors.items())
    assert all(tensor.data_ptr() % 64 == 0 for tensor in read.values())
    save_tensors({}, path)
    assert load_tensors(path) == {}


def test_a_full_disk_is_an_error_of_its_own_and_leaves_what_was_there(tmp_path: Path):
    path = tmp_path / "x.safetensors"
    save_tensors({"before": torch.ones(3)}, path)
    (tmp_path / "x.safetensors.partial").symlink_to("/dev/full")
    with pytest.raises(EngineError, match="No space left on device") as caught:
        save_tensors(some_tensors(), path)
    assert caught.value.code == "DISK"
    assert load_tensors(path).keys() == {"before"}
    assert [file.name for file in tmp_path.iterdir()] == ["x.safetensors"]


def test_tensors_may_lie_in_the_file_that_is_replaced(tmp_path: Path):
    path = tmp_path / "x.safetensors"
    written = {"a": torch.randn(1000, 1000)}
    save_tensors(written, path)
    with safe_open(path, "pt") as file:
        mapped = {"a": file.get_tensor("a")}
    save_tensors(mapped, path)
    assert torch.equal(load_tensors(path)["a"], written["a"])


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path):
    path = tmp_path / "x.safetensors"
    save_tensors(some_tensors(), path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(EngineError, match="cannot be read") as caught:
        load_tensors(path)
    assert caught.value.code == "STATE_INVALID"

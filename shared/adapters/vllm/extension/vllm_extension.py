"""A worker extension of vLLM: takes new weights from a folder, and ends with the process that started it.

Loaded by `--worker-extension-cls vllm_extension.Extension` with this folder on PYTHONPATH. The weights come by the same
HTTP calls as over NCCL; a folder that cannot be read leaves server, weights and weight version as they were.
"""

import glob
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from safetensors import safe_open
from torch import Tensor
from vllm.distributed.weight_transfer.base import (
    WeightTransferEngine,
    WeightTransferInitInfo,
    WeightTransferUpdateInfo,
)
from vllm.distributed.weight_transfer.factory import WeightTransferEngineFactory
from vllm.model_executor.model_loader.reload import (
    finalize_layerwise_reload,
    initialize_layerwise_reload,
)
from vllm.platforms import current_platform

OWNER_VARIABLE = "MODEL_SERVER_OWNER"
WATCH_SECONDS = 1.0


class Extension:
    """Named by the command line, so that vLLM imports this file in each worker."""


@dataclass
class DiskInit(WeightTransferInitInfo):
    """Nothing is settled before the first update."""


@dataclass
class DiskUpdate(WeightTransferUpdateInfo):
    """One update: a folder with the safetensors of a whole model of the same shape."""

    path: str


class DiskTransfer(WeightTransferEngine):
    """Reads weights from a folder that the server sees."""

    init_info_cls, update_info_cls = DiskInit, DiskUpdate

    def init_transfer_engine(self, init_info: DiskInit) -> None:
        """Does nothing."""

    def start_weight_update(self) -> None:
        """Does nothing."""

    def finish_weight_update(self) -> None:
        """Does nothing."""

    def shutdown(self) -> None:
        """Does nothing."""

    def update_weights(self, update_info: dict[str, str]) -> None:
        """Loads the folder; the base class would synchronize an accelerator that a CPU build lacks."""
        self.receive_weights(self.parse_update_info(update_info))
        if torch.cuda.is_available():
            torch.cuda.synchronize()

    def receive_weights(self, update_info: DiskUpdate) -> None:
        """Reads all headers before the model is touched, then loads tensor by tensor."""
        paths = weight_files(update_info.path)
        initialize_layerwise_reload(self.model)
        self.model.load_weights(tensors_of(paths))
        finalize_layerwise_reload(self.model, self.model_config)
        pack_tied_head(self.model)


def weight_files(folder: str) -> list[str]:
    """The safetensors of a folder, each with a readable header."""
    paths = sorted(glob.glob(os.path.join(folder, "*.safetensors")))
    if not paths:
        raise ValueError(f"no *.safetensors in {folder}")
    for path in paths:
        with safe_open(path, "pt") as file:
            file.keys()
    return paths


def tensors_of(paths: list[str]) -> Iterator[tuple[str, Tensor]]:
    """Every tensor by name, one at a time."""
    for path in paths:
        with safe_open(path, "pt") as file:
            for name in file.keys():  # noqa: SIM118  (safe_open is no mapping)
                yield name, file.get_tensor(name)


def pack_tied_head(model: torch.nn.Module) -> None:
    """On CPU the head is a packed copy of the embeddings, which a reload forgets."""
    head = getattr(model, "lm_head", None)
    if (
        current_platform.is_cpu()
        and head is not None
        and model.config.tie_word_embeddings
    ):
        head.quant_method.process_weights_after_loading(head)


def end_with(owner: int) -> None:
    """Kills this process group once the process that started the server is gone, however that ended."""
    while True:
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            os.killpg(0, signal.SIGKILL)
        time.sleep(WATCH_SECONDS)


if "disk" not in WeightTransferEngineFactory._registry:
    WeightTransferEngineFactory.register_engine("disk", DiskTransfer)
if OWNER_VARIABLE in os.environ:
    threading.Thread(
        target=end_with, args=(int(os.environ[OWNER_VARIABLE]),), daemon=True
    ).start()

"""The processes of one engine: torchrun starts them, rank 0 talks with the driver, all of them compute.

Parameters are sharded over the ranks (FSDP2), passes are dealt to them, and gradients are summed, not
averaged: weights of tokens are data, so the loss of the whole batch is the sum over its passes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor, nn

from oneshot_engine.memory import OutOfMemory, is_out_of_memory

Pass = TypeVar("Pass")
Result = TypeVar("Result")

# Between two collectives of a verb lies at most one pass of the model.
TIMEOUT = timedelta(minutes=10)
# Between two verbs lies whatever the driver does meanwhile, for those that wait for the next one. A rank
# that dies ends this wait too, at once.
IDLE = timedelta(days=3650)


@dataclass(frozen=True)
class Ranks:
    """This process among `world` of them.

    Attributes:
        rank: from 0.
        world: how many there are.
        idle: the group in which the others wait for a verb; their wait has no deadline.
        timeout: longest wait of one rank for another wherever both have something to do.
    """

    rank: int
    world: int
    idle: dist.ProcessGroup | None = None
    timeout: timedelta = TIMEOUT

    def deal(self, passes: Sequence[Pass]) -> list[tuple[Pass, bool]]:
        """The passes of this rank, on every rank equally many: what fills up is marked as not its own."""
        mine = [(one, True) for one in passes[self.rank :: self.world]]
        rounds = -(-len(passes) // self.world)
        return mine + [(passes[-1], False)] * (rounds - len(mine))

    def added(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Sums over the ranks of values that one rank has and the others leave at 0."""
        if self.world > 1:
            dist.all_reduce(torch.from_numpy(values))
        return values

    def agree(self, well: bool) -> bool:
        """Whether all is well on every rank; all ranks must ask."""
        return well if self.world == 1 else _agree(well)

    def together(self, work: Callable[[], Result]) -> Result:
        """Does work whose collectives are all FSDP's: memory that one rank lacks ends it on all of them.

        Raises:
            OutOfMemory: on every rank, where there are several.
        """
        if self.world == 1:
            return work()
        try:
            done = work()
        except OutOfMemory:
            raise
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            _agree(False)  # the others are at their next agreement, or come to it
            raise OutOfMemory from error
        _require_all()
        return done

    def share(self, message: bytes | None) -> bytes:
        """Gives every rank the bytes that rank 0 passes in; waits as long as rank 0 has none.

        Raises:
            RuntimeError: a rank is gone, or does not take the bytes of rank 0 in time.
        """
        size = torch.tensor([len(message or b"")])
        shared = dist.broadcast(size, 0, group=self.idle, async_op=True)
        assert shared is not None
        # gloo sends nothing before the other side asks for it, so rank 0 waits for whoever still works.
        shared.wait(IDLE if message is None else self.timeout)
        if message is None:
            body = torch.empty(int(size), dtype=torch.uint8)
        else:
            body = torch.frombuffer(bytearray(message), dtype=torch.uint8)
        dist.broadcast(body, 0)
        return body.numpy().tobytes()


ALONE = Ranks(0, 1)


def _agree(well: bool) -> bool:
    worst = torch.tensor([int(well)])
    dist.all_reduce(worst, dist.ReduceOp.MIN)
    return bool(worst)


def _require_all() -> None:
    if not _agree(True):
        raise OutOfMemory


def join(timeout: timedelta = TIMEOUT) -> Ranks:
    """Meets the other ranks that torchrun has started; alone where it has not.

    Args:
        timeout: longest wait of one rank for another, but for the wait for a verb.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return ALONE
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    # The first is for what comes from the driver and goes back to it.
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    dist.init_process_group(backend, timeout=timeout)
    idle = dist.new_group(backend="gloo", timeout=IDLE)
    return Ranks(dist.get_rank(), dist.get_world_size(), cast(dist.ProcessGroup, idle), timeout)


def shard(whole: nn.Module, layers: Sequence[nn.Module], device: torch.device) -> None:
    """Shards the parameters of a module over all ranks, those of each layer apart from the rest."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import FSDPModule, fully_shard  # a quarter of the engine's start

    from oneshot_engine.agreed_collectives import AgreedAllGather, AgreedReduceScatter

    mesh = init_device_mesh(device.type, (dist.get_world_size(),))
    for layer in layers:
        fully_shard(layer, mesh=mesh)
    fully_shard(whole, mesh=mesh)
    for module in whole.modules():
        if isinstance(module, FSDPModule):
            # gloo knows no sum with a factor, so there must be none.
            module.set_force_sum_reduction_for_comms(True)
            module.set_gradient_divide_factor(1.0)
            module.set_custom_all_gather(AgreedAllGather(_require_all))
            module.set_custom_reduce_scatter(AgreedReduceScatter(_require_all))


def give_up_pass(whole: nn.Module) -> None:
    """Makes a sharded module ready for its next pass, wherever one has ended; all gradients are lost."""
    root: Any = whole
    if root._get_fsdp_state()._is_root is None:
        return  # nothing has run in it, which the reset would need
    for parameter in whole.parameters():
        parameter.grad = None  # of layers that are whole at the moment too, which resharding would keep
    root.reset_iter_state()
    for parameter in whole.parameters():
        parameter.grad = None


def full(tensor: Tensor) -> Tensor:
    """The whole of a tensor that may be sharded; all ranks must ask."""
    whole: Any = tensor.detach()
    return whole.full_tensor() if _is_sharded(whole) else whole


def local(tensor: Tensor) -> Tensor:
    """The part of a tensor that lies on this rank: all of it unless it is sharded."""
    whole: Any = tensor.detach()
    return whole.to_local() if _is_sharded(whole) else whole


def first_rank() -> bool:
    """Whether this process writes files; of many that hold the same, one does."""
    return not dist.is_initialized() or dist.get_rank() == 0


def fill(parameter: Tensor, values: Tensor) -> Tensor:
    """The whole of a tensor where and how a parameter lies, which may be sharded; all ranks must ask."""
    values = values.to(parameter.device)
    if not _is_sharded(parameter):
        return values
    from torch.distributed.tensor import DTensor, distribute_tensor

    assert isinstance(parameter, DTensor)
    return distribute_tensor(values, parameter.device_mesh, parameter.placements)


def _is_sharded(tensor: Tensor) -> bool:
    """Whether it is a DTensor, told without its import."""
    return hasattr(tensor, "full_tensor")

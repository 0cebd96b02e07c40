"""The passes over the model that a batch is cut into, as one rank runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from oneshot_engine.batching import Batch, ValueBatch
from oneshot_engine.ranks import Ranks

AnyBatch = TypeVar("AnyBatch", Batch, ValueBatch)

# Told what is done and of how much, between two passes: the driver may say `cancel` there, which raises.
BetweenPasses = Callable[[int, int], None]


def dealt_passes(
    passes: Iterable[AnyBatch], total: int, ranks: Ranks, between_passes: BetweenPasses
) -> Iterator[tuple[AnyBatch, bool]]:
    """Each pass of this rank, and whether it is its own or only keeps step with other ranks.

    Args:
        passes: of the whole batch.
        total: how many values the whole batch has, as `stream` of the passes counts them.
        ranks: among which the passes are dealt.
        between_passes: told values done and the total.
    """
    done = 0
    for one, own in ranks.deal(list(passes)):
        yield one, own
        if own:
            done += len(one.stream)
            between_passes(done, total)

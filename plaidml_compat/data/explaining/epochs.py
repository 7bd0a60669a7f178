"""Warnings of steps that do something else than was probably meant, over several epochs: repeat, cache, take and shuffle."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Callable

from ... import wording
from .. import memory
from ..node import INFINITE
from ..transforms.batch import Batch
from ..transforms.cache import Cache
from ..transforms.map import Map
from ..transforms.options import WithOptions
from ..transforms.padded_batch import PaddedBatch
from ..transforms.prefetch import Prefetch
from ..transforms.repeat import Repeat
from ..transforms.shuffle import Shuffle
from ..transforms.take import Take
from .aside import anew
from .calls import as_called, call_of, place
from .proposals import Pipeline, Proposal, bytes_of, keeps_elements, line_of, moved_behind, rewritten, warning
from .steps import Step

_TINY, _SMALL_PART = 32, 10
"""A buffer of at most so many elements, and of one part in so many of all, is a tiny one."""
_HELD = 1 << 28
"""Bytes of a buffer that is proposed without a thought."""
_FREE = 8
"""Times that a cache may take what one buffer of elements may take: all of the memory that is free."""


def repeat_before_shuffle(pipeline: Pipeline) -> Iterator[Proposal]:
    """A shuffle whose buffer holds elements of several epochs."""
    for step in pipeline.steps(Shuffle):
        between, repeat = _up_to(step, _passes_on)
        if not isinstance(repeat, Repeat) or repeat._count in (0, 1):
            continue
        new = moved_behind(pipeline.last, step, repeat) if all(map(keeps_elements, between)) else None
        yield warning(
            "repeat before shuffle",
            f"{call_of(step.node)} stands behind {call_of(repeat)}: its buffer mixes the end of an epoch with the begin of the next, so "
            "that some elements come twice before others come once. Put shuffle() before repeat().",
            step,
            new,
            "each epoch has each element once",
        )


def _up_to(step: Step, passes: Callable[[Step], bool]) -> tuple[list[Step], Any]:
    """The steps directly before one that may be passed, and what is before these; `None`: nothing, or several."""
    line = list(line_of(step.parent))
    between = list(itertools.takewhile(passes, line))
    return between, line[len(between)].node if len(between) < len(line) else None


def _passes_on(step: Step) -> bool:
    return keeps_elements(step) or isinstance(step.node, (Batch, PaddedBatch))


def cache_without_end(pipeline: Pipeline) -> Iterator[Proposal]:
    """A cache of what has no end: it is never complete, and grows."""
    for step in pipeline.steps(Cache):
        if step.parent.node.cardinality() != INFINITE:
            continue
        between, repeat = _up_to(step, lambda s: not isinstance(s.node, Repeat))
        new = None
        if repeat is not None and all(map(keeps_elements, between)):
            new = moved_behind(pipeline.last, step, repeat)
        yield warning(
            "cache of what has no end",
            f"cache() at {place(step.node.site)} keeps elements until it has all, and there is no end to them: it grows, and none is ever "
            "read from it. " + ("Put cache() before repeat()." if repeat is not None else "Put take(n) before it, or leave it out."),
            step,
            new,
            "the same elements" if new is not None else "",
        )


def cache_of_what_cannot_fit(pipeline: Pipeline) -> Iterator[Proposal]:
    """A cache in memory of more than the memory that is free."""
    for step in pipeline.steps(Cache):
        node: Any = step.node
        count, each = step.parent.node.cardinality(), bytes_of(step.parent.node)
        free = memory.budget() * _FREE
        if node.place.identity or count < 0 or not free < count * each < float("inf") or node.place.kept() is not None:
            continue
        yield warning(
            "cache of what cannot fit",
            f"cache() at {place(node.site)} is to keep {count:,} elements, {wording.memory(count * each)} by their shapes; "
            f"{wording.memory(free)} of memory are free. Give it a file name, if the disk has room, or leave it out.",
            step,
            None,
            "",
        )


def cache_and_take(pipeline: Pipeline) -> Iterator[Proposal]:
    """A take behind a cache, which ends each pass before the cache is complete."""
    for step in pipeline.steps(Take):
        taken: Any = step.node
        if taken._count < 0:
            continue
        _, cached = _up_to(step, lambda s: isinstance(s.node, (Map, Prefetch, WithOptions)))
        if not isinstance(cached, Cache) or 0 <= cached.cardinality() <= taken._count or cached.place.kept() is not None:
            continue
        first = as_called(Take(cached.parent, taken._count), taken)
        new = rewritten(pipeline.last, taken, rewritten(step.parent, cached, anew(cached, (first,))))
        yield warning(
            "take behind cache",
            f"{call_of(taken)} ends each pass before cache() has all elements: nothing is ever read from it, and each epoch makes "
            "them anew.",
            step,
            new,
            "the same elements",
        )


def tiny_shuffle(pipeline: Pipeline) -> Iterator[Proposal]:
    """A shuffle whose buffer is so small that elements stay near their places."""
    for step in pipeline.steps(Shuffle):
        node: Any = step.node
        if node._size is None or node._size > _TINY:
            continue
        count = node.parent.cardinality()
        if count < node._size * _SMALL_PART:
            continue
        numbers_only = node.parent.indexed() is not None
        each = 8 if numbers_only else bytes_of(node.parent)
        size = count if count * each <= _HELD else int(_HELD / each)
        if size <= node._size:  # large elements, of which the buffer cannot hold more
            continue
        new = as_called(Shuffle(node.parent, size, node._seeds), node, buffer_size=size)
        yield warning(
            "tiny shuffle",
            f"a buffer of {node._size} of {count:,} elements hardly changes their order: an element comes at most "
            f"{wording.counted(node._size - 1, 'place')} early. A buffer as large as the dataset shuffles perfectly"
            + (" (here it holds numbers, not elements)." if numbers_only else f"; {size:,} elements take {wording.memory(size * each)}."),
            step,
            rewritten(pipeline.last, node, new),
            "another order",
        )

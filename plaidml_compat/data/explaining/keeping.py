"""Advice on cache: before what is random, behind what is costly; and warnings of what a cache makes the same in every epoch."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from ... import wording
from .. import memory
from ..items import Items
from ..nested import Held
from ..node import INFINITE, Node
from ..running import run_of
from ..transforms.cache import Cache, cache
from ..transforms.repeat import Repeat
from ..transforms.shuffle import Shuffle, shuffle
from .aside import anew, aside
from .calls import as_new, call_of, place
from .proposals import OTHER, Pipeline, Proposal, bytes_of, is_costly, keeps_elements, line_of, moved_behind, rewritten, warning
from .rates import separated
from .steps import Step, loads_images, spec_or_none
from .trying import Speeds, speeds

_MOST_HELD = 256 << 20
"""Bytes of elements that are held to try a cache."""


def cache_before_random(pipeline: Pipeline) -> Iterator[Proposal]:
    """Costly steps that give the same in every epoch, before the first random one, and no cache."""
    if any(pipeline.steps(Cache)):
        return
    line = list(line_of(pipeline.last))
    at = next((i for i in reversed(range(len(line))) if line[i].draws), None)
    if at is None or at + 1 >= len(line):
        return
    first, point = line[at], line[at + 1]
    same = list(point.above())
    costly = [s for s in same if is_costly(s)]
    if not costly or any(s.draws for s in same) or point.node.cardinality() == INFINITE:
        return
    if pipeline.measured and sum(map(pipeline.share, costly)) < 0.1:
        return
    anew_each = [s for s in same if s.node.draws_anew]
    shuffles = [s for s in anew_each if isinstance(s.node, Shuffle) and s in line]
    files: Any = anew_each[0].node if len(anew_each) == 1 and _gives_single_files(anew_each[0].node) else None
    moved_over = line[at + 1 : max((line.index(s) for s in (shuffles or anew_each) if s in line), default=at + 1)]
    if (len(shuffles) != len(anew_each) and files is None) or not all(keeps_elements(s) or s in shuffles for s in moved_over):
        return  # what a cache keeps would be drawn once for all epochs: which elements are in a batch, say
    node = point.node
    for s in shuffles:
        node = _without(node, s.node)
    size = point.node.cardinality() * bytes_of(point.node) if point.node.cardinality() >= 0 else math.inf
    in_file = size > memory.budget() * 4
    cached = as_new(Cache(node), cache, first.node, **({"filename": "cache_file"} if in_file and size < math.inf else {}))
    new: Node = cached
    for s in reversed(shuffles):
        new = anew(s.node, (new,))
    much = f"{wording.memory(size)} by their shapes" if size < math.inf else "an amount of memory that cannot be told from their shapes"
    if files is not None:
        new = _shuffled_again(new, files)
    why = (
        f"{', '.join(call_of(s.node) for s in reversed(costly))} makes the same in every epoch, before the first random step "
        f"({call_of(first.node)}). Kept, the elements take {much}"
        + (", too much for this machine's memory: give cache() a file name." if in_file and size < math.inf else ".")
    )
    results = "each epoch draws anew, as before; the first pass takes as long as now"
    if shuffles:
        results += "; shuffle goes behind cache, which would keep the order of the first epoch"
    elif files is not None:
        results += "; shuffle behind cache gives another order in each epoch"

    def standing(seconds: float) -> Speeds | None:
        held = _held(node, seconds / 2)
        if held is None:
            return None
        after: Node = held
        for s in reversed(shuffles):
            after = anew(s.node, (after,))
        return speeds(pipeline.last.node, rewritten(pipeline.last, point.node, after), seconds / 2)

    yield Proposal("cache before random steps", why, first, rewritten(pipeline.last, point.node, new), OTHER, results, standing=standing)


def _gives_single_files(node: Any) -> bool:
    """Whether it is a source of images in random order, one by one."""
    return loads_images(node) and node._size is None


def _shuffled_again(cached: Node, files: Any) -> Node:
    size = max(1, files.cardinality())
    return as_new(Shuffle(cached, size, files._seeds), shuffle, files, buffer_size=size)


def _without(node: Node, left_out: Node) -> Node:
    if node is left_out:
        return node.parent
    return anew(node, tuple(_without(p, left_out) for p in node.parents)) if left_out in set(node.above()) else node


def _held(node: Node, seconds: float) -> Node | None:
    """The first elements of a step, again and again, as a cache gives them; `None`: there are none."""
    kept: list[Any] = []
    until, size = time.perf_counter() + seconds, 0
    with aside(), closing(separated(node).begin(run_of(node))) as elements:
        for element in elements:
            kept.append(element)
            size += memory.bytes_of(element)
            if time.perf_counter() > until or size > _MOST_HELD:
                break
    return Repeat(Held(Items(kept), spec_or_none(node), node.site), -1) if kept else None


def random_before_cache(pipeline: Pipeline) -> Iterator[Proposal]:
    """Random steps before a cache: every epoch has the numbers of the first."""
    for step in pipeline.steps(Cache):
        drawing = [s for s in step.parent.above() if s.draws]
        if not drawing:
            continue
        first = drawing[-1]
        new: Node | None = None
        if first in list(line_of(step.parent)):
            cached = anew(step.node, (first.parent.node,))
            moved = rewritten(step.parent, first.parent.node, cached)
            new = rewritten(pipeline.last, step.node, moved)
        yield warning(
            "random before cache",
            f"{call_of(first.node)} at {place(first.node.site)} draws random numbers, and cache() keeps what comes of it: "
            "every epoch repeats the draws of the first.",
            step,
            new,
            "each epoch draws anew",
        )


def shuffle_before_cache(pipeline: Pipeline) -> Iterator[Proposal]:
    """A shuffle before a cache, and none behind it: every epoch has the order of the first."""
    behind: list[Step] = []
    for step in line_of(pipeline.last):
        if isinstance(step.node, Cache):
            if any(isinstance(s.node, Shuffle) for s in behind):
                return
            for s in step.parent.above():
                if not s.node.draws_anew:
                    continue
                new: Node | None = None
                line = list(line_of(step.parent))
                if isinstance(s.node, Shuffle) and s in line and all(map(keeps_elements, line[: line.index(s)])):
                    new = moved_behind(pipeline.last, step, s.node)
                yield warning(
                    "shuffle before cache",
                    f"{call_of(s.node)} at {place(s.node.site)} is before cache(), which keeps what the first epoch drew for all others"
                    + ("." if new is not None else ": put cache() before what draws, and what makes batches behind both."),
                    step,
                    new,
                    "another order in each epoch",
                )
                return
        behind.append(step)

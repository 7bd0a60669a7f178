"""Advice on threads, and on shapes that change: map in threads, prefetch at the end, batches of one size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..dataset import AUTOTUNE
from ..nest import leaves
from ..node import Node
from ..spec import TensorSpec
from ..transforms.batch import Batch
from ..transforms.map import Map
from ..transforms.options import WithOptions
from ..transforms.padded_batch import PaddedBatch
from ..transforms.prefetch import Prefetch, prefetch
from ..transforms.take import Take, take
from ..tuning import WORTH_A_THREAD
from .aside import anew
from .proposals import OTHER, SAME, Pipeline, Proposal, changes_size_at_random, is_costly, line_of, mapped, resizes, rewritten
from .steps import Step, cores, hands_over, spec_or_none

_BOTTLENECK = 0.4
"""Part of all work from which a step is where the time goes."""


def map_in_threads(pipeline: Pipeline) -> Iterator[Proposal]:
    """Maps that take most of the time in the consumer's thread, where there are other cores."""
    n = cores(pipeline.run)
    found = [s for s in pipeline.last.above() if _could_have_threads(s, pipeline)]
    if n < 2 or not found or (pipeline.measured and sum(map(pipeline.share, found)) < _BOTTLENECK):
        return
    new: Node = pipeline.last.node
    for step in found:  # the last one first: those before it stay where they are in the tree
        new = _in_threads(new, step)
    names = ", ".join(_name(s) + (f" ({pipeline.share(s):.0%} of all work)" if pipeline.measured else "") for s in reversed(found))
    why = f"{names} {'runs' if len(found) == 1 else 'run'} for one element after the other in the consumer's thread; there are {n} cores."
    yield Proposal("map in threads", why, found[-1], new, SAME)


def _could_have_threads(step: Step, pipeline: Pipeline) -> bool:
    node: Any = step.node
    if not isinstance(node, Map) or node._workers or node._function.is_vectorized:
        return False
    if pipeline.measured is None:
        return is_costly(step)
    stage = pipeline.measured.stages.get(step.path)
    return stage is not None and (stage.each or 0) >= WORTH_A_THREAD


def _in_threads(last: Node, step: Step) -> Node:
    """The pipeline with threads for a step's map."""

    def at(node: Node, path: tuple) -> Node:
        if not path:
            return mapped(step, node.parent, AUTOTUNE)
        parents = tuple(at(p, path[1:]) if i == path[0] else p for i, p in enumerate(node.parents))
        return anew(node, parents)

    return at(last, step.path)


def prefetch_at_the_end(pipeline: Pipeline) -> Iterator[Proposal]:
    """Work in the consumer's thread that could be done while the consumer works."""
    last = pipeline.last
    while isinstance(last.node, WithOptions):
        last = last.parent
    if isinstance(last.node, Prefetch) and last.node._size:
        return
    own = list(_in_consumers_thread(last))
    if not any(is_costly(s) for s in own):
        return
    names = [_name(s) for s in reversed(own) if is_costly(s)]
    why = f"{', '.join(names)} {'runs' if len(names) == 1 else 'run'} in the consumer's thread, when it asks: prefetch does it before."
    if pipeline.measured and pipeline.measured.elements:
        seconds = sum(pipeline.measured.stages[s.path].work for s in own if s.path in pipeline.measured.stages) / pipeline.measured.elements
        if seconds < WORTH_A_THREAD:
            return
        why += f" Of each element {seconds * 1e3:.2g} ms can be hidden, where the consumer takes as long."
    new: Any = Prefetch(pipeline.last.node, AUTOTUNE)
    new.site, new.made_by = pipeline.last.node.site, (prefetch.__code__,)
    yield Proposal(
        "prefetch at the end", why, last, new, SAME, is_for_speed=False, gain="not measured: it depends on what the consumer does meanwhile"
    )


def _in_consumers_thread(last: Step) -> Iterator[Step]:
    """The steps whose work is in the consumer's thread: those of a step with threads pull there, its function does not run there."""
    todo = [last]
    while todo:
        step = todo.pop()
        if isinstance(step.node, Prefetch) and step.node._size:
            continue
        if not hands_over(step.node):
            yield step
        todo += step.parents


def _name(step: Step) -> str:
    return step.content.name if step.content else type(step.node).__name__


def _makes_batches(step: Step) -> bool:
    node = step.node
    return isinstance(node, (Batch, PaddedBatch)) or (hasattr(node, "_recipe") and bool(getattr(node, "_size", None)))


def shapes_that_change(pipeline: Pipeline) -> Iterator[Proposal]:
    """Batches of different sizes, for each of which a device compiles."""
    line = list(line_of(pipeline.last))
    batch = next(filter(_makes_batches, line), None)
    if batch is not None:
        node: Any = batch.node
        n = node.parent.cardinality() if node.parents else len(node._paths)
        if not getattr(node, "_drop", False) and n > 0 and n % node._size and n > node._size:
            new: Node | None = None
            if not isinstance(node, PaddedBatch):
                whole: Any = Batch(node.parent, node._size, True) if node.parents else Take(node, n // node._size)
                whole.site, whole.made_by = node.site, node.made_by if node.parents else (take.__code__,)
                new = rewritten(pipeline.last, node, whole)
            yield Proposal(
                "batches of one size",
                f"{n:,} elements in batches of {node._size} leave a last one of {n % node._size}: a model's functions are compiled "
                "once more for it.",
                batch,
                new,
                OTHER,
                f"the last {n % node._size} elements are left out of an epoch",
                is_for_speed=False,
                gain="a compilation for each function; not measured",
            )
    seen = pipeline.measured.shapes if pipeline.measured else set()
    rest = {tuple(shape[1:] for shape in shapes) for shapes in seen} if batch is not None else seen
    spec = spec_or_none(pipeline.last.node)
    is_open = any(isinstance(s, TensorSpec) and s.shape.rank and None in tuple(s.shape)[1:] for s in leaves(spec))
    layer = _sizing_layer(line)
    if batch is not None and (len(rest) > 1 or (not seen and (is_open or layer))):
        what = f"{layer} gives images of another size each time" if layer else "sizes change from batch to batch"
        how = f"{len(rest)} different sizes were seen" if seen else "by what is known without measuring"
        yield Proposal(
            "images of one size",
            f"{what} ({how}): a model's functions are compiled anew for every size. Resize to one size before batch.",
            batch,
            None,
            OTHER,
            "images of another size",
            is_for_speed=False,
            gain="a compilation for each size and function; not measured",
        )


def _sizing_layer(line: list[Step]) -> str:
    """The layer that decides on the size of images, if it does so at random."""
    for step in line:  # the last step first
        for content in step.contents.values():
            for name in reversed(content.names):
                if changes_size_at_random(name):
                    return name
                if resizes(name):
                    return ""
    return ""

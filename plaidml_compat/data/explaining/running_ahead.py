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
from .calls import as_called, as_new
from .proposals import OTHER, SAME, Pipeline, Proposal, changes_size_at_random, is_costly, line_of, mapped, resizes, rewritten
from .steps import Step, cores, hands_over, loads_images, spec_or_none

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
    why = f"{names} {'runs' if len(found) == 1 else 'run'} for one element after the other, in one thread; there are {n} cores."
    yield Proposal("map in threads", why, found[-1], new, SAME)


def _could_have_threads(step: Step, pipeline: Pipeline) -> bool:
    node: Any = step.node
    if not isinstance(node, Map) or node._workers or step.function.is_vectorized:
        return False
    if pipeline.measured is None:
        return is_costly(step)
    stage = pipeline.stage(step)
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
    if pipeline.measured and pipeline.measured.timed:
        seconds = sum(stage.work for stage in map(pipeline.stage, own) if stage) / pipeline.measured.timed
        if seconds < WORTH_A_THREAD:
            return
        why += f" Of each element {seconds * 1e3:.2g} ms can be hidden, where the consumer takes as long."
    new = as_new(Prefetch(pipeline.last.node, AUTOTUNE), prefetch, pipeline.last.node, buffer_size=AUTOTUNE)
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
    return isinstance(node, (Batch, PaddedBatch)) or (loads_images(node) and bool(getattr(node, "_size", None)))


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
                if node.parents:
                    whole: Node = as_called(Batch(node.parent, node._size, True), node, drop_remainder=True)
                else:
                    whole = as_new(Take(node, n // node._size), take, node, count=n // node._size)
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
    specs = leaves(spec_or_none(pipeline.last.node))
    images = [i for i, s in enumerate(specs) if _are_images(s)]
    rest = {tuple(shapes[i][1:] for i in images if i < len(shapes)) for shapes in seen}
    is_open = any(None in tuple(specs[i].shape)[1:3] for i in images)
    layer = _sizing_layer(line)
    if batch is not None and images and (len(rest) > 1 or (not seen and (is_open or layer))):
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


def _are_images(spec: Any) -> bool:
    """Whether it is a batch of images, as far as shape and dtype tell."""
    if not isinstance(spec, TensorSpec) or spec.shape.rank != 4 or spec.dtype.name not in ("uint8", "float16", "float32", "float64"):
        return False
    return spec.shape[-1] in (None, 1, 3, 4)


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

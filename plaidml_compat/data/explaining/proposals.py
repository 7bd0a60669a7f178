"""What may be changed in a pipeline, before it is tried, and pipelines with a step changed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Callable

from ... import observe
from ...registry import OPS, LayerEntry, Op
from ..nest import leaves
from ..node import Node, Run
from ..spec import TensorSpec
from ..transforms.filter import Filter
from ..transforms.map import Map
from ..transforms.options import WithOptions
from ..transforms.prefetch import Prefetch
from .aside import anew
from .calls import as_called
from .measuring import Measurement
from .steps import Step, loads_images, spec_or_none
from .stopwatch import Stage

SAME, ROUNDED, DRAWS, OTHER = "same", "rounded", "draws", "other"
"""What a rewrite does to results: nothing; rounding; other random numbers of the same kind; what the proposal says."""


@dataclass(frozen=True)
class Pipeline:
    """What the rules look at.

    Attributes:
        last: the last step.
        run: of a pass of the user's: its threads.
        measured: what was measured; `None`: nothing was.
    """

    last: Step
    run: Run
    measured: Measurement | None = None

    def steps(self, kind: type[Node]) -> Iterator[Step]:
        """The steps of a class, the last one first; not those within functions."""
        return (step for step in self.last.above() if isinstance(step.node, kind))

    def stage(self, step: Step) -> Stage | None:
        """What was measured of a step; `None`: nothing was."""
        return self.measured.stages.get(step.path) if self.measured else None

    def share(self, step: Step) -> float:
        """The part of all work that is a step's; 0 where nothing was measured."""
        stage = self.stage(step)
        return stage.work / self.measured.work if stage and self.measured and self.measured.work else 0.0

    def given(self, step: Step) -> list[Any]:
        """The first elements that a step's only function got when it was measured."""
        stage = self.stage(step)
        return next(iter(stage.given.values()), []) if stage else []


@dataclass(frozen=True)
class Proposal:
    """Something to change.

    Attributes:
        what: in a few words.
        why: the reason.
        step: what it is about.
        after: the pipeline's last step, rewritten; `None`: it is not a matter of other steps.
        effect: on results: `SAME`, `ROUNDED`, `DRAWS` or `OTHER`.
        results: the same in words, for `OTHER`.
        is_for_speed: whether it is to be tried, and withdrawn where there is no gain.
        standing: two pipelines to try in place of the whole one and of `after`, and what they stand for.
        gain: what is said of the gain where it is not tried.
        is_warning: whether results are probably not what was meant.
    """

    what: str
    why: str
    step: Step
    after: Node | None = None
    effect: str = SAME
    results: str = ""
    is_for_speed: bool = True
    standing: Callable[[float], Any] | None = None
    gain: str = ""
    is_warning: bool = False


def warning(what: str, why: str, step: Step, after: Node | None, results: str) -> Proposal:
    """A proposal where results are probably not what was meant."""
    return Proposal(what, why, step, after, OTHER, results, is_for_speed=False, is_warning=True)


def rewritten(last: Step, old: Node, new: Node) -> Node:
    """The pipeline with another step at the place of one."""
    if last.node is old:
        return new
    parents = tuple(rewritten(p, old, new) for p in last.parents)
    return last.node if all(a is b for a, b in zip(parents, last.node.parents)) else anew(last.node, parents)


def moved_behind(last: Step, step: Step, earlier: Node) -> Node:
    """The pipeline with a step from before another one, of which it is in the line, directly behind that one."""
    return rewritten(last, step.node, anew(earlier, (anew(step.node, (rewritten(step.parent, earlier, earlier.parent),)),)))


def mapped(step: Step, parent: Node, workers: int | None = None) -> Map:
    """A step's map over another step, tried anew."""
    node: Any = step.node
    with observe.at_site(node.site):
        made = Map(parent, step.function.function, node._workers if workers is None else workers)
    return as_called(made, node, **({} if workers is None else {"num_parallel_calls": workers}))


def line_of(last: Step) -> Iterator[Step]:
    """The steps from the last one up to the source, or to the first that reads from several."""
    yield last
    while len(last.parents) == 1:
        last = last.parent
        yield last


def keeps_elements(step: Step) -> bool:
    """Whether each element that it gives is made of one that it gets, in their order: steps that draw may change places with it."""
    return isinstance(step.node, (Map, Prefetch, WithOptions, Filter))


def bytes_of(node: Node) -> float:
    """Bytes of an element of a step, by its shapes; infinite where they are not known. A batch is taken to be a whole one."""
    spec, size, total = spec_or_none(node), getattr(node, "_size", None), 0.0
    for s in leaves(spec) if spec is not None else [None]:
        if not isinstance(s, TensorSpec) or s.shape.rank is None:
            return math.inf
        shape = list(s.shape)
        if shape and shape[0] is None and isinstance(size, int) and size > 0:
            shape[0] = size
        if None in shape:
            return math.inf
        total += math.prod(shape) * (_TEXT if s.dtype == "string" else s.dtype.size)
    return total


def pixels_of(node: Node) -> tuple[int, int] | None:
    """Height and width of the images of a step, where there are images of one known size."""
    spec = spec_or_none(node)
    for s in leaves(spec) if spec is not None else []:
        if isinstance(s, TensorSpec) and s.shape.rank in (3, 4) and s.shape[-1] in (1, 3, 4):
            height, width = s.shape[-3], s.shape[-2]
            return (height, width) if height and width else None
    return None


# ------------------------------------------------------------------------------------------------- what names stand for
def has(name: str, trait: str) -> bool:
    """Whether something is declared of the entry of a name (`registry.TRAITS`)."""
    entry = OPS.get(name)
    return entry is not None and trait in entry.traits


def is_random(name: str) -> bool:
    """Whether it draws random numbers."""
    return bool(getattr(OPS.get(name), "draws", False))


def is_random_layer(name: str) -> bool:
    """Whether it is a layer that draws: numbers of its own for each image of a batch."""
    return isinstance(OPS.get(name), LayerEntry) and is_random(name)


def resizes(name: str) -> bool:
    """Whether it is an op or a layer that resizes images to a given size."""
    return has(name, "resizes") and not is_random(name)


def changes_size_at_random(name: str) -> bool:
    """Whether it is a layer that gives images of another size each time."""
    return has(name, "resizes") and is_random(name)


def is_elementwise(name: str) -> bool:
    """Whether it is an op, or a layer of ops, that does the same to each number."""
    entry = OPS.get(name)
    ops = entry.ops if isinstance(entry, LayerEntry) else (entry,)
    return bool(ops) and all(isinstance(op, Op) and op.elementwise is not False for op in ops)


def is_costly(step: Step) -> bool:
    """Whether an element of a step is expected to cost much, as far as that can be told without measuring: files, pixels."""
    if loads_images(step.node):
        return True
    content = step.content
    return content is not None and content.how == "per element" and any(has(n, trait) for n in content.names for trait in _COSTLY)


_COSTLY = ("keeps_size", "resizes", "reads")
_TEXT = 100
"""Bytes that a text, a file's name, is taken to have."""

Rule = Callable[[Pipeline], Iterator[Proposal]]

"""The steps of a dataset as a tree: what is known of each without making an element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ... import threads
from ...wording import counted
from .. import engine
from ..dataset import AUTOTUNE
from ..function import UserFunction
from ..nest import is_nest
from ..node import INFINITE, UNKNOWN, Node, Run, SpecUnknown
from ..spec import DatasetSpec, NoneSpec, TensorSpec
from .calls import functions_of
from .contents import Content, content_of

Path = tuple
"""Where a step is in a pipeline: the numbers of the parents on the way from the last step, and names of functions that make datasets."""


@dataclass
class Step:
    """A step of a pipeline.

    Attributes:
        node: the step.
        path: where it is.
        parents: the steps that it reads from.
        contents: its functions, by attribute.
        inner: the last steps of datasets that its functions make.
    """

    node: Node
    path: Path
    parents: list[Step] = field(default_factory=list)
    contents: dict[str, Content] = field(default_factory=dict)
    inner: list[Step] = field(default_factory=list)

    def above(self) -> Iterator[Step]:
        """It and the steps that it reads from, the last one first; not those within functions."""
        yield self
        for parent in self.parents:
            yield from parent.above()

    def every(self) -> Iterator[Step]:
        """These, and those within functions."""
        yield self
        for step in (*self.parents, *self.inner):
            yield from step.every()

    @property
    def parent(self) -> Step:
        """The only step that it reads from."""
        (parent,) = self.parents
        return parent

    @property
    def function(self) -> UserFunction:
        """Its only function, as a map or a filter has one."""
        ((_, function),) = functions_of(self.node)
        return function

    @property
    def content(self) -> Content | None:
        """What is in its only function; `None`: it has none, or several."""
        return next(iter(self.contents.values())) if len(self.contents) == 1 else None

    @property
    def draws(self) -> bool:
        """Whether a function of its own draws random numbers."""
        return any(c.draws for c in self.contents.values()) or any(s.draws for step in self.inner for s in step.every())


def steps_of(node: Node, path: Path = (), known: dict[Any, Content] | None = None) -> Step:
    """The tree of a pipeline whose last step is `node`; functions are looked into on made-up elements, each once."""
    known = {} if known is None else known
    step = Step(node, path, [steps_of(p, (*path, i), known) for i, p in enumerate(node.parents)])
    for name, function in functions_of(node):
        if function not in known:
            known[function] = content_of(function)
        step.contents[name] = content = known[function]
        if content.inner is not None:
            step.inner.append(steps_of(content.inner, (*path, name), known))
    return step


def spec_or_none(node: Node) -> Any:
    """The specs of a step's elements, `None` where they are not known without making one."""
    try:
        return node.spec
    except SpecUnknown:
        return None


def spec_text(spec: Any) -> str:
    """The specs of an element in few characters: `"(32x224x224x3 float32, 32 int32)"`; `?` is a size that is not known."""
    if spec is None:
        return "?"
    if isinstance(spec, Mapping):
        return "{" + ", ".join(f"{k}: {spec_text(spec[k])}" for k in spec) + "}"
    if is_nest(spec):
        return "(" + ", ".join(spec_text(s) for s in spec) + ")"
    if isinstance(spec, TensorSpec):
        if spec.shape.rank is None:
            return f"?? {spec.dtype.name}"
        return ("x".join("?" if s is None else str(s) for s in spec.shape) + f" {spec.dtype.name}").strip()
    if isinstance(spec, DatasetSpec):
        return f"dataset of {spec_text(spec.element_spec)}"
    return "nothing" if isinstance(spec, NoneSpec) else repr(spec)


def spec_json(spec: Any) -> Any:
    """The same, JSON-ready: nests of `{"shape": [...], "dtype": ...}`."""
    if isinstance(spec, Mapping):
        return {str(k): spec_json(spec[k]) for k in spec}
    if spec is not None and is_nest(spec):
        return [spec_json(s) for s in spec]
    if isinstance(spec, TensorSpec):
        return {"shape": None if spec.shape.rank is None else list(spec.shape), "dtype": spec.dtype.name}
    return None if spec is None else spec_text(spec)


def count_of(node: Node) -> int:
    """How many elements there are; a step made of a made-up element does not tell how many others have."""
    n = node.cardinality()
    return UNKNOWN if node.is_made_up and n != INFINITE else n


def loads_images(node: Node) -> bool:
    """Whether it is a source of images in files, which has threads of its own."""
    return hasattr(node, "_recipe")


def hands_over(node: Node) -> int:
    """Whether other threads than the consumer's make its elements: as many as it was asked for, -1 as many as are worth it; else 0.

    What a vectorized map was asked for has no effect: it is no work for threads.
    """
    if loads_images(node):
        return AUTOTUNE
    if any(f.is_vectorized for _, f in functions_of(node)):
        return 0
    return getattr(node, "_workers", 0)


def threads_of(node: Node, run: Run) -> int:
    """The most threads that make its elements; 0: the consumer's."""
    asked = hands_over(node)
    return engine.workers_for(asked, run.threads) if asked else 0


def where_text(step: Step, run: Run) -> str:
    """Where its elements are made."""
    node = step.node
    asked = [r for c in step.contents.values() for r in c.ran]
    place = "device" if any(r.where == "device" for r in asked) else "host"
    if place == "host" and any(r.where != "host" for r in asked):
        place = "device asked"
    n = threads_of(node, run)
    if n:
        most = "up to " if hands_over(node) == AUTOTUNE and not loads_images(node) else ""
        return f"{place}, {most}{counted(n, 'thread')}"
    size = getattr(node, "_size", 0) if type(node).__name__ == "Prefetch" else 0
    if size:
        return f"{place}, a thread, " + ("as many ahead as needed" if size == AUTOTUNE else f"{size} ahead")
    return place


def cores(run: Run) -> int:
    """Threads that can run at once."""
    return run.threads or threads.cores()

"""Advice: batch before map, where the function does the same to a batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import dispatch
from ..function import Calls, UserFunction
from ..nest import leaves, map_nest, same_structure
from ..node import Node, SpecUnknown
from ..spec import TensorSpec
from ..transforms.batch import Batch, stack
from ..transforms.map import Map
from .aside import aside, separate_function
from .contents import Content
from .proposals import DRAWS, ROUNDED, Pipeline, Proposal, draws_otherwise, is_random_layer, mapped, rewritten
from .steps import Step

_COPIES = 8
_MOST_BYTES = 1 << 26
_TOLERANCE = 1e-5


def batch_before_map(pipeline: Pipeline) -> Iterator[Proposal]:
    """Maps directly before a batch whose functions do the same to a whole batch."""
    for step in pipeline.last.above():
        if type(step.node) is not Batch:
            continue
        moved = []
        at = step.parent
        while isinstance(at.node, Map) and (_is_vectorized(at) or _takes_batches(at.node._function, at.content)):
            moved.append(at)
            at = at.parent
        while moved and _is_vectorized(moved[-1]):  # those before the others gain nothing
            at = moved.pop()
        if not moved:
            continue
        node: Any = step.node
        new: Node = Batch(at.node, node._size, node._drop)
        new.site, new.made_by = node.site, node.made_by
        for m in reversed(moved):
            new = mapped(m, new)
        gaining = [m for m in moved if not _is_vectorized(m)]
        draws = any(m.draws for m in gaining)
        names = " and ".join(m.content.name for m in reversed(gaining) if m.content)
        why = (
            f"{names} {'does' if len(gaining) == 1 else 'do'} the same to a batch as to each element"
            + (", but for the order in which random numbers are drawn" if draws else "")
            + f" (tried on made-up elements): one call serves {node._size} elements."
        )
        yield Proposal("batch before map", why, gaining[-1], rewritten(pipeline.last, node, new), DRAWS if draws else ROUNDED)


def _is_vectorized(step: Step) -> bool:
    return step.content is not None and step.content.how == "whole batches"


def _takes_batches(function: UserFunction, content: Content | None) -> bool:
    """Whether a function does the same to a batch, seen by doing it."""
    if content is None or content.how != "per element" or not content.ran or function.traced.trace.sees_state:
        return False
    if content.draws and (any(map(draws_otherwise, content.names)) or not any(map(is_random_layer, content.names))):
        return False  # one number may be drawn for the whole batch
    try:
        spec = function.given()
    except SpecUnknown:
        return False
    parts = leaves(spec)
    if not all(isinstance(s, TensorSpec) and s.shape.is_fully_defined() and s.dtype != "string" for s in parts):
        return False
    if sum(int(np.prod(s.shape)) * s.dtype.size for s in parts) * _COPIES > _MOST_BYTES:
        return False
    numbers = np.random.RandomState(0)
    try:
        with aside(), dispatch.only_on_host(), np.errstate(all="ignore"):
            return _same_image_differs(function, spec, numbers) if content.draws else _same_for_each(function, spec, numbers)
    except Exception:  # it refuses batches
        return False


def _run(function: UserFunction, element: Any) -> Any:
    return separate_function(function).run(element, Calls())


def _made_up(spec: Any, numbers: np.random.RandomState) -> Any:
    def leaf(s: TensorSpec) -> np.ndarray:
        most = 256 if s.dtype.name in ("uint8", "float16", "float32", "float64") else 2
        return np.asarray(numbers.uniform(0, most, tuple(s.shape))).astype(s.dtype.np_type)

    return map_nest(leaf, spec)


def _same_for_each(function: UserFunction, spec: Any, numbers: np.random.RandomState) -> bool:
    elements = [_made_up(spec, numbers) for _ in range(3)]
    wanted = stack([_run(function, map_nest(np.copy, e)) for e in elements])
    got = _run(function, stack(elements))
    return same_structure(wanted, got) and all(_alike(a, b) for a, b in zip(leaves(wanted), leaves(got)))


def _alike(a: Any, b: Any) -> bool:
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or a.shape != b.shape or a.dtype != b.dtype:
        return False
    return a.dtype.kind in "biuf" and np.allclose(a, b, rtol=_TOLERANCE, atol=_TOLERANCE * float(np.abs(a).max(initial=1.0)))


def _same_image_differs(function: UserFunction, spec: Any, numbers: np.random.RandomState) -> bool:
    """Whether each image of a batch gets random numbers of its own: equal images differ afterwards."""
    one = _made_up(spec, numbers)
    alone, got = _run(function, map_nest(np.copy, one)), _run(function, stack([one] * _COPIES))
    if not same_structure(alone, got):
        return False
    pairs = list(zip(leaves(alone), leaves(got)))
    if any(b.shape != (_COPIES, *a.shape) or a.dtype != b.dtype for a, b in pairs):
        return False
    return any(len({image.tobytes() for image in b}) > 1 for _, b in pairs)

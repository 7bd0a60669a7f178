"""Advice: batch before map, where the function does the same to a batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import dispatch
from ..function import UserFunction
from ..nest import leaves, map_nest, same_structure
from ..node import Node
from ..transforms.batch import Batch, stack
from ..transforms.map import Map
from .calls import as_called
from .proposals import DRAWS, ROUNDED, Pipeline, Proposal, has, is_random, is_random_layer, mapped, rewritten
from .steps import Step
from .trials import ELEMENTS, elements_of, is_quick, result_of

_TOLERANCE = 1e-5


def batch_before_map(pipeline: Pipeline) -> Iterator[Proposal]:
    """Maps directly before a batch whose functions do the same to a whole batch."""
    for step in pipeline.last.above():
        if type(step.node) is not Batch:
            continue
        moved = []
        at = step.parent
        while isinstance(at.node, Map) and (_is_vectorized(at) or _takes_batches(at, pipeline)):
            moved.append(at)
            at = at.parent
        while moved and _is_vectorized(moved[-1]):  # those before the others gain nothing
            at = moved.pop()
        if not moved:
            continue
        node: Any = step.node
        new: Node = as_called(Batch(at.node, node._size, node._drop), node)
        for m in reversed(moved):
            new = mapped(m, new)
        gaining = [m for m in moved if not _is_vectorized(m)]
        draws = any(m.draws for m in gaining)
        names = " and ".join(m.content.name for m in reversed(gaining) if m.content)
        why = (
            f"{names} {'does' if len(gaining) == 1 else 'do'} the same to a batch as to each element"
            + (", but for the order in which random numbers are drawn" if draws else "")
            + f" (tried on {'its first' if pipeline.given(gaining[0]) else 'made-up'} elements): one call serves {node._size} elements."
        )
        yield Proposal("batch before map", why, gaining[-1], rewritten(pipeline.last, node, new), DRAWS if draws else ROUNDED)


def _is_vectorized(step: Step) -> bool:
    return step.content is not None and step.content.how == "whole batches"


def _takes_batches(step: Step, pipeline: Pipeline) -> bool:
    """Whether a function does the same to a batch, seen by doing it."""
    content, function = step.content, step.function
    if content is None or content.how != "per element" or not content.ran or function.traced.trace.sees_state:
        return False
    if any(has(n, "calls_python") for n in content.names):
        return False  # what that does to others than those tried cannot be seen
    if content.draws and not all(map(is_random_layer, filter(is_random, content.names))):
        return False  # one number may be drawn for the whole batch
    if content.draws and not any(map(is_random_layer, content.names)):
        return False  # it draws from others' generators
    elements = elements_of(function, pipeline.given(step))
    try:
        with dispatch.only_on_host(), np.errstate(all="ignore"):
            if not elements or not is_quick(function, elements[0]):
                return False
            return _draws_for_each(function, elements) if content.draws else _same_for_each(function, elements)
    except Exception:  # it refuses batches
        return False


def _same_for_each(function: UserFunction, elements: list[Any]) -> bool:
    some = elements[:: ELEMENTS // 3]
    wanted = stack([result_of(function, e) for e in some])
    got = result_of(function, stack(some))
    return same_structure(wanted, got) and all(_alike(a, b) for a, b in zip(leaves(wanted), leaves(got)))


def _alike(a: Any, b: Any) -> bool:
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or a.shape != b.shape or a.dtype != b.dtype:
        return False
    return a.dtype.kind in "biuf" and np.allclose(a, b, rtol=_TOLERANCE, atol=_TOLERANCE * float(np.abs(a).max(initial=1.0)))


def _draws_for_each(function: UserFunction, elements: list[Any]) -> bool:
    """Whether each element of a batch gets random numbers of its own, and nothing of another element.

    The first shows where equal elements differ afterwards.
    """
    alone, got = result_of(function, elements[-1]), result_of(function, stack([elements[-1]] * ELEMENTS))
    if not same_structure(alone, got):
        return False
    pairs = list(zip(leaves(alone), leaves(got)))
    if any(b.shape != (ELEMENTS, *a.shape) or a.dtype != b.dtype for a, b in pairs):
        return False
    return any(len({image.tobytes() for image in b}) > 1 for _, b in pairs) and not _mixes(function, elements)


def _mixes(function: UserFunction, elements: list[Any]) -> bool:
    """Whether elements of a batch get something of others: with the same draws, they change where others are replaced.

    Those are replaced whose number has a bit set, for each bit: elements that changed places, or were mixed with others, do not all
    stay on their side each time.
    """
    before = leaves(result_of(function, stack(elements)))
    for bit in range(ELEMENTS.bit_length() - 1):
        kept = [not i >> bit & 1 for i in range(ELEMENTS)]
        others = [e if keeps else map_nest(np.zeros_like, e) for e, keeps in zip(elements, kept)]
        after = leaves(result_of(function, stack(others)))
        if any(a.shape != b.shape or a[kept].tobytes() != b[kept].tobytes() for a, b in zip(before, after)):
            return True
    return False

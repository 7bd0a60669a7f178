"""Advice: filter before a costly map, where the predicate looks at nothing that the map makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import dispatch
from ..nest import leaves, rebuild, same_structure
from ..node import Node
from ..transforms.filter import Filter
from ..transforms.map import Map
from .calls import as_called
from .proposals import OTHER, SAME, Pipeline, Proposal, is_costly, mapped, rewritten
from .steps import Step
from .trials import ELEMENTS, elements_of, is_quick, result_of

_COSTLY = 0.2
"""Part of all work from which a map that was measured is a costly one."""


def filter_before_map(pipeline: Pipeline) -> Iterator[Proposal]:
    """Filters directly behind a costly map."""
    for step in pipeline.steps(Filter):
        if not isinstance(step.parent.node, Map):
            continue
        costly = step.parent
        is_worth_it = pipeline.share(costly) >= _COSTLY if pipeline.measured else is_costly(costly)
        if not is_worth_it or step.draws or not _needs_nothing_of(step, costly, pipeline):
            continue
        wanted: Node = as_called(Filter(costly.parent.node, step.function.function), step.node)
        yield Proposal(
            "filter before map",
            f"{_name(costly)} is called for every element, and {_name(step)} leaves some out without a look at what it makes (tried on "
            f"{'the first' if pipeline.given(costly) else 'made-up'} elements).",
            costly,
            rewritten(pipeline.last, step.node, mapped(costly, wanted)),
            OTHER if costly.draws else SAME,
            "the same elements; random numbers fall to others" if costly.draws else "",
        )


def _name(step: Step) -> str:
    return step.content.name if step.content else "the function"


def _needs_nothing_of(step: Step, costly: Step, pipeline: Pipeline) -> bool:
    """Whether the predicate tells the same, whatever stands where the map changes something; seen for elements of both kinds."""
    function, predicate = costly.function, step.function
    if function.traced.trace.sees_state or predicate.traced.trace.sees_state:
        return False
    given = elements_of(function, pipeline.given(costly))
    try:
        with dispatch.only_on_host(), np.errstate(all="ignore"):
            if not given or not is_quick(function, given[0]):
                return False
            made = [result_of(function, e) for e in given]
            if not all(same_structure(a, b) for a, b in zip(given, made)):
                return False
            told = set()
            for i, (before, after) in enumerate(zip(given, made)):
                wanted = bool(result_of(predicate, after))
                told.add(wanted)
                others = (made[(i + k) % ELEMENTS] for k in (1, 3))
                if any(bool(result_of(predicate, _instead(before, after, other))) != wanted for other in (before, *others)):
                    return False
    except Exception:  # it cannot have an element as it was before the map
        return False
    return len(told) == 2


def _instead(before: Any, after: Any, other: Any) -> Any:
    """What a map made of an element, with all that it changed taken from another one."""
    parts = zip(leaves(before), leaves(after), leaves(other))
    return rebuild(after, [a if _is_same(b, a) else c for b, a, c in parts])


def _is_same(a: Any, b: Any) -> bool:
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.dtype == b.dtype and np.array_equal(a, b)

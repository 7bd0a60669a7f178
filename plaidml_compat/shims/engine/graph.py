"""Asks questions about all that a value of PlaidML's graph is computed from, each operation once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

_KNOWN = "_plaidml_compat_known"


def any_source(value: Any, question: Hashable, answer: Callable[[Any], bool | None]) -> bool:
    """Whether the answer is yes for `value` or for anything it is computed from.

    Answers are kept on the operations, so a graph that grows is walked once. A deep graph takes no deep stack.

    Args:
        value: A value of a graph, or a Python number.
        question: What is asked, as a key for the answers kept.
        answer: Answers for one value; `None`: as for the inputs of its operation.
    """

    def known(v: Any) -> bool | None:
        found = answer(v)
        return found if found is not None else getattr(v.source.op, _KNOWN, {}).get(question)

    stack = [value]
    while stack:
        v = stack[-1]
        if known(v) is not None:
            stack.pop()
            continue
        operation = v.source.op
        unknown = None
        found = False
        for source in operation.inputs.values():
            here = known(source)
            if here:
                found = True
                break
            if here is None:
                unknown = source
        if unknown is not None and not found:
            stack.append(unknown)
        else:
            operation.__dict__.setdefault(_KNOWN, {})[question] = found
    return bool(known(value))


def same_expression(x: Any, y: Any, numbers: tuple[type, ...]) -> bool:
    """Whether the engine may take two values for one expression: it merges equal ones.

    Args:
        x: A value of a graph.
        y: Another one.
        numbers: PlaidML's classes of numbers, which do not tell their value: any two of one class count as equal.
    """
    compared = set()
    stack = [(x, y)]
    while stack:
        x, y = stack.pop()
        if x.var is not None or y.var is not None:
            if x.var is not y.var and not (isinstance(x.var, numbers) and type(x.var) is type(y.var)):
                return False
            continue
        if x.source.output_name != y.source.output_name:
            return False
        a, b = x.source.op, y.source.op
        if a is b or (id(a), id(b)) in compared:
            continue
        if a.code is None or a.code != b.code or a.inputs.keys() != b.inputs.keys():
            return False
        compared.add((id(a), id(b)))
        stack.extend((a.inputs[name], b.inputs[name]) for name in a.inputs)
    return True

"""Steps of a dataset as the user wrote them: method, arguments, functions."""

from __future__ import annotations

import functools
import inspect
import itertools
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Any, Callable

from ...registry import OPS, Export
from ..dataset import AUTOTUNE
from ..function import UserFunction
from ..nested import Held, StandIn
from ..node import Node
from .lambdas import source_of


def exported() -> Mapping[CodeType, str]:
    """The functions and classes that are served under a TensorFlow name, by their code."""
    return _exported(len(OPS))


@functools.lru_cache(1)
def _exported(count: int) -> Mapping[CodeType, str]:
    found: dict[CodeType, str] = {}
    several: set[CodeType] = set()  # what one function makes many of
    for entry in OPS.values():
        if isinstance(entry, Export):
            obj = entry.obj
            makers = (
                [getattr(vars(obj).get(n), "__func__", vars(obj).get(n)) for n in ("__new__", "__init__")]
                if isinstance(obj, type)
                else [obj]
            )
            for maker in makers:
                code = getattr(inspect.unwrap(maker), "__code__", None) if callable(maker) else None
                if code is None or code.co_flags & inspect.CO_GENERATOR:  # a context manager
                    continue
                if found.setdefault(code, entry.name) != entry.name:
                    several.add(code)
    return {code: name for code, name in found.items() if code not in several}


def method_of(node: Node) -> str:
    """The method that makes such a step, e.g. `"map"`."""
    names = _names(node)
    return names[0] if names else _of_class(node)


def title_of(node: Node) -> str:
    """The method and, where another one that the user called makes the step, that: `"list_files: shuffle"`."""
    names = _names(node)
    if not names:
        return _of_class(node)
    return names[0] if names[-1] == names[0] else f"{names[-1]}: {names[0]}"


def _names(node: Node) -> list[str]:
    return [name.rpartition(".")[2] for name in _full_names(node)]


def _full_names(node: Node) -> list[str]:
    known = exported()
    return [known[code] for code in node.made_by if code in known]


def _of_class(node: Node) -> str:
    return type(node).__name__.lstrip("_").lower()


def is_given(node: Node) -> bool:
    """Whether it is what a function gets that makes a dataset of one: a window, a group."""
    return isinstance(node, (Held, StandIn))


def functions_of(node: Node) -> Iterator[tuple[str, UserFunction]]:
    """The user's functions of a step, by attribute."""
    for name, value in vars(node).items():
        if isinstance(value, UserFunction):
            yield name, value


def function_name(function: Callable[..., Any]) -> str:
    """What to call a function; `"lambda"` where it has no name."""
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__name__", None) or getattr(function, "name", None) or type(function).__name__
    return "lambda" if name == "<lambda>" else str(name)


def _in_code(function: Callable[..., Any]) -> str:
    name = function_name(function)
    return (source_of(function) or name) if name == "lambda" else name


def number(n: int) -> str:
    """A number that may stand for AUTOTUNE."""
    return "tf.data.AUTOTUNE" if n == AUTOTUNE else str(n)


def _batch(node: Any) -> list[str]:
    return [str(node._size), *(["drop_remainder=True"] if node._drop else [])]


def _files(node: Any) -> list[str]:
    return [] if node._size is None else [f"batch_size={node._size}"]


_ARGUMENTS: Mapping[str, Callable[[Any], list[str]]] = {
    "Batch": _batch,
    "PaddedBatch": _batch,
    "RaggedBatches": _batch,
    "Shuffle": lambda n: ["all" if n._size is None else str(n._size)],
    "Prefetch": lambda n: [number(n._size)],
    "Repeat": lambda n: [] if n._count < 0 else [str(n._count)],
    "Take": lambda n: [str(n._count)],
    "Skip": lambda n: [str(n._count)],
    "Shard": lambda n: [str(n._shards), str(n._index)],
    "Cache": lambda n: [repr(n.place.identity)] if n.place.identity else [],
    "Window": lambda n: [str(n.size), *([f"shift={n.shift}"] if n.shift != n.size else [])],
    "Interleave": lambda n: [f"cycle_length={n._length}"],
    "ImageFiles": _files,
    "Range": lambda n: [str(i) for i in ((n._numbers.stop,) if not n._numbers.start else (n._numbers.start, n._numbers.stop))],
}
"""What is worth showing of steps, beside their functions and threads."""


def arguments_of(node: Node) -> str:
    """The arguments worth showing, as code."""
    parts = [_in_code(f.function) for _, f in functions_of(node)]
    parts += _ARGUMENTS.get(type(node).__name__, lambda n: [])(node)
    workers = getattr(node, "_workers", 0)
    if workers:
        parts.append(f"num_parallel_calls={number(workers)}")
    if not parts and not node.parents:
        return "..."
    return ", ".join(parts)


def call_of(node: Node) -> str:
    """The step as a call, e.g. `"batch(32, drop_remainder=True)"`."""
    if is_given(node):
        return "(the dataset it gets)"
    return f"{title_of(node)}({arguments_of(node)})"


def chain_of(node: Node, most: int = 84) -> str:
    """`dataset = ...` with the steps from the source to this one, in lines of at most so many characters."""
    nodes: list[Node] = [node]
    while len(nodes[-1].parents) == 1:
        nodes.append(nodes[-1].parents[0])
    nodes.reverse()
    groups = [(key, list(part)) for key, part in itertools.groupby(nodes, _caller)]
    whole = Counter(key for key, _ in groups)
    steps: list[str] = []
    for key, part in groups:
        if key is not None and whole[key] == 1 and len(part) > 1:  # several steps of one call
            name = _full_names(part[0])[-1]
            steps.append(f"{name if not steps else name.rpartition('.')[2]}(...)")
            continue
        for step in part:
            names = _full_names(step)
            steps.append(f"{names[0] if names and not steps else method_of(step)}({_arguments_in_code(step)})")
    lines = [steps[0]]
    for call in steps[1:]:
        if len(lines[-1]) + len(call) + 1 > most:
            lines.append("." + call)
        else:
            lines[-1] += "." + call
    return f"dataset = {lines[0]}" if len(lines) == 1 else "\n".join(["dataset = (", *(f"    {line}" for line in lines), ")"])


def _caller(node: Node) -> Any:
    """The user's call that made a step, where it makes several."""
    names = _names(node)
    return (names[-1], node.site) if names and names[-1] != names[0] else None


def _arguments_in_code(node: Node) -> str:
    return "..." if len(node.parents) > 1 else arguments_of(node)


def place(site: tuple) -> str:
    """A call site in a few characters."""
    return f"{os.path.basename(site[0])}:{site[1]}"

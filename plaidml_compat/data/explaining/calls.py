"""Steps of a dataset as the user wrote them: method, arguments, functions."""

from __future__ import annotations

import functools
import inspect
import itertools
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType
from typing import Any, Callable, TypeVar

from ...call_sites import is_ours
from ...registry import OPS, Entry, Export
from ..function import UserFunction
from ..nested import Held, StandIn
from ..node import Node
from ..user_calls import Opaque, UserCall, kept
from .code import UNWRITTEN, arguments, is_method

_N = TypeVar("_N", bound=Node)


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
            if entry.is_counted:  # what is around it is what a program calls, it itself is what makes a step
                makers.append(inspect.unwrap(obj))
            for maker in makers:
                function = maker if entry.is_counted else inspect.unwrap(maker) if callable(maker) else None
                code = getattr(function, "__code__", None)
                if code is None or code.co_flags & inspect.CO_GENERATOR:  # a context manager
                    continue
                if found.setdefault(code, entry.name) != entry.name:
                    several.add(code)
    return {code: name for code, name in found.items() if code not in several}


def entry_of(node: Node) -> Entry | None:
    """What the user called to make a step."""
    return None if node.call is None or is_given(node) else OPS.get(exported().get(node.call.code, ""))


def title_of(node: Node) -> str:
    """What the user called; where that made other steps behind this one, what this one is too: `"list_files: from_tensor_slices"`."""
    entry = entry_of(node)
    if entry is None:
        return _inner_name(node)
    name = entry.name.rpartition(".")[2]
    return f"{name}: {_inner_name(node)}" if node.is_inner else name


def _inner_name(node: Node) -> str:
    """The innermost function with a name of TensorFlow's that made a step."""
    known, call = exported(), node.call.code if node.call is not None else None
    names = (known[code] for code in node.made_by if code in known and code is not call)
    return next(names, "").rpartition(".")[2] or (node.tf_name or type(node).__name__).lstrip("_")


def is_given(node: Node) -> bool:
    """Whether it is what a function gets that makes a dataset of one: a window, a group."""
    return isinstance(node, (Held, StandIn))


def functions_of(node: Node) -> Iterator[tuple[str, UserFunction]]:
    """The user's functions of a step, by attribute."""
    for name, value in vars(node).items():
        if isinstance(value, UserFunction):
            yield name, value


def function_name(function: Callable[..., Any]) -> str:
    """What to call a function of the user's; `"lambda"` where it has no name."""
    function = _users(function)
    code = getattr(function, "__code__", None)
    if code is not None and is_ours(code.co_filename):
        return "a function of the step's own"
    name = getattr(function, "__name__", None) or getattr(function, "name", None) or type(function).__name__
    return "lambda" if name == "<lambda>" else str(name)


def _users(function: Any) -> Any:
    """The user's function within a partial one, or within one of this package's that calls it."""
    while isinstance(function, functools.partial):
        function = function.func
    code = getattr(function, "__code__", None)
    if code is None or not is_ours(code.co_filename):
        return function
    inside = [c.cell_contents for c in function.__closure__ or () if callable(c.cell_contents)]
    return _users(inside[0]) if len(inside) == 1 else function


def call_of(node: Node) -> str:
    """The step as a call, e.g. `"batch(32, drop_remainder=True)"`; a function that cannot be written as it is called."""
    if is_given(node):
        return "(the dataset it gets)"
    entry = entry_of(node)
    if entry is None or node.call is None or node.is_inner:
        return title_of(node) if node.is_inner else f"{title_of(node)}(...)"

    def named(value: Opaque, text: str) -> str:
        function = value.ref() if value.ref is not None else None
        return function_name(function) if text == UNWRITTEN and callable(function) else text

    return f"{title_of(node)}({', '.join(arguments(node.call, entry, named))})"


def chain_of(node: Node, most: int = 84) -> str:
    """`dataset = ...` with the steps from the source to this one, in lines of at most so many characters.

    It is Python that makes this pipeline, but for each `...`, which stands for what cannot be written here.
    """
    nodes: list[Node] = [node]
    while len(nodes[-1].parents) == 1:
        nodes.append(nodes[-1].parents[0])
    nodes.reverse()
    groups = [(call, list(part)) for call, part in itertools.groupby(nodes, lambda n: n.call)]
    times, several = Counter(id(call) for call, _ in groups), _ambiguous([call for call, _ in groups if call is not None])
    parts: list[str] = []
    for call, made in groups:
        entry = entry_of(made[0])
        if entry is None or call is None:
            parts = ["dataset" if is_given(made[0]) else UNWRITTEN]
            continue
        before = "".join([parts[0], *(f".{p}" for p in parts[1:])]) if parts else UNWRITTEN

        def written(value: Opaque, text: str) -> str:
            return UNWRITTEN if text in several else text

        whole = call.steps == len(made) and times[id(call)] == 1
        given = ", ".join(arguments(call, entry, written, before)) if whole else UNWRITTEN
        if is_method(entry) and parts:
            parts.append(f"{entry.name.rpartition('.')[2]}({given})")
        else:
            start = [UNWRITTEN] if is_method(entry) and whole else []
            parts = [f"{entry.name}({', '.join([*start, *([given] if given else [])])})"]
    return _in_lines(parts, most)


def _ambiguous(calls: Sequence[UserCall]) -> set[str]:
    """The texts that stand for several things in a pipeline, as a loop's variable and closures do: they would make another one."""
    meant: dict[str, set[int]] = {}

    def note(value: Opaque, text: str) -> str:
        meant.setdefault(text, set()).add(value.id if _depends(value) else 0)
        return text

    for call in calls:
        entry = OPS.get(exported().get(call.code, ""))
        if entry is not None:
            arguments(call, entry, note)
    return {text for text, ids in meant.items() if len(ids) > 1}


def _depends(value: Opaque) -> bool:
    """Whether a text may mean other things elsewhere: not so a lambda that takes nothing from the function around it."""
    code = getattr(value.ref() if value.ref is not None else None, "__code__", None)
    return code is None or code.co_name != "<lambda>" or bool(code.co_freevars)


def _in_lines(parts: Sequence[str], most: int) -> str:
    lines = [parts[0]]
    for call in parts[1:]:
        if len(lines[-1]) + len(call) + 1 > most:
            lines.append("." + call)
        else:
            lines[-1] += "." + call
    return f"dataset = {lines[0]}" if len(lines) == 1 else "\n".join(["dataset = (", *(f"    {line}" for line in lines), ")"])


def as_called(node: _N, like: Node, **given: Any) -> _N:
    """A step that was made here, as if the user had made it where `like` was made, with the same call but for these arguments."""
    node.site, node.made_by, node.is_inner = like.site, like.made_by, False
    node.call = None if like.call is None else like.call.with_given(**given) if given or like.call.steps > 1 else like.call
    return node


def as_new(node: _N, function: Any, like: Node, **given: Any) -> _N:
    """A step that was made here, as if the user had called a method for it at the line of `like`.

    Args:
        node: the step.
        function: the method.
        like: a step of the user's.
        **given: its arguments; the others have their defaults.
    """
    code = inspect.unwrap(function).__code__
    defaults = {n: kept(p.default) for n, p in inspect.signature(function).parameters.items() if p.default is not p.empty}
    node.site, node.made_by, node.is_inner = like.site, (code,), False
    node.call = UserCall(code, {**defaults, **{n: kept(v) for n, v in given.items()}}, None, -1, 0)
    return node


def place(site: tuple) -> str:
    """A call site in a few characters."""
    return f"{os.path.basename(site[0])}:{site[1]}"

"""Arguments of the user's calls as Python code: what is small is written, functions as the user's line has them, the rest is `...`."""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from ...dtypes import DType
from ...registry import Entry
from ...tensor_shape import TensorShape
from ..dataset import AUTOTUNE
from ..spec import TensorSpec
from ..user_calls import GivenDataset, Opaque, Typed, UserCall, kept
from .lambdas import nodes_of, source_of

_MOST = 60
"""Characters of an argument that is shown as the user wrote it."""
UNWRITTEN = "..."
Written = Callable[[Opaque, str], str]


def is_method(entry: Entry) -> bool:
    """Whether it is a method of datasets, whose first parameter is the dataset before it."""
    return entry.name.startswith("tf.data.Dataset.") and not getattr(entry.obj, "makes_dataset", False)


def arguments(call: UserCall, entry: Entry, unwritten: Written, dataset: str = UNWRITTEN) -> list[str]:
    """The arguments of a call that are not the defaults, each as code.

    Args:
        call: the call.
        entry: what was called.
        unwritten: of a value that is not kept and its code (`"..."` where there is none), what to write.
        dataset: what to write for a dataset, where it is given one alone.
    """
    parameters = list(inspect.signature(entry.obj).parameters.values())
    if is_method(entry):
        parameters = parameters[1:]
    written = _as_written(call, entry)
    only = sum(isinstance(v, GivenDataset) for p in parameters for v in _flat(call.given.get(p.name))) == 1
    values = _Values(unwritten, dataset if only else UNWRITTEN)
    parts: list[str] = []
    positional = True
    for i, p in enumerate(parameters):
        value = call.given.get(p.name)
        if p.kind is p.VAR_POSITIONAL:
            parts += [values.code(v, "", p.name) for v in value or ()]
        elif p.kind is p.VAR_KEYWORD:
            parts += [f"{k}={values.code(v, '', k)}" for k, v in (value or {}).items()]
        elif p.default is not p.empty and _is_default(value, p.default):
            positional = False
        else:
            text = values.code(value, written.get(p.name, ""), p.name)
            plain = positional and p.kind is not p.KEYWORD_ONLY and (p.default is p.empty or i == 0)
            parts.append(text if plain else f"{p.name}={text}")
    return parts


def _flat(value: Any) -> Iterator[Any]:
    if type(value) in (tuple, list):
        for v in value:
            yield from _flat(v)
    elif isinstance(value, dict):
        yield from _flat(list(value.values()))
    else:
        yield value


def _is_default(value: Any, default: Any) -> bool:
    default = kept(default)
    return type(value) is type(default) and bool(value == default)


class _Values:
    """Values as code."""

    def __init__(self, unwritten: Written, dataset: str) -> None:
        self._unwritten, self._dataset = unwritten, dataset

    def code(self, value: Any, written: str, parameter: str) -> str:
        """A value as code.

        Args:
            value: as it was kept.
            written: what the user wrote; empty: not known.
            parameter: whose it is.
        """
        if isinstance(value, GivenDataset):
            return self._dataset
        if isinstance(value, Opaque):
            return self._unwritten(value, self._opaque(value, written))
        if isinstance(value, Typed):
            return f"tf.constant({value.number!r}, tf.{value.dtype})"
        if isinstance(value, DType):
            return f"tf.{value.name}"
        if isinstance(value, TensorShape):
            return f"tf.TensorShape({None if value.rank is None else list(value)})"
        if isinstance(value, TensorSpec):
            name = f", name={value.name!r}" if value.name else ""
            return f"tf.TensorSpec({None if value.shape.rank is None else list(value.shape)}, tf.{value.dtype.name}{name})"
        if type(value) is int and value == AUTOTUNE and is_tuned(parameter):
            return "tf.data.AUTOTUNE"
        if type(value) in (tuple, list):
            inner = ", ".join(self.code(v, "", "") for v in value)
            return f"[{inner}]" if type(value) is list else f"({inner}{',' * (len(value) == 1)})"
        if type(value) is dict:
            return "{" + ", ".join(f"{k!r}: {self.code(v, '', '')}" for k, v in value.items()) + "}"
        if isinstance(value, float) and repr(value).lstrip("-") in ("inf", "nan"):
            return f'float("{value!r}")'
        return repr(value)

    @staticmethod
    def _opaque(value: Opaque, written: str) -> str:
        if value.is_data:
            return UNWRITTEN
        return value.name or source_of(value.ref and value.ref()) or written or UNWRITTEN


def is_tuned(parameter: str) -> bool:
    """Whether -1 stands for AUTOTUNE in a parameter of this name; elsewhere it means all, or is a number."""
    return parameter.endswith(("parallel_calls", "parallel_reads", "buffer_size", "cycle_length"))


# ------------------------------------------------------------------------------------------------- the user's own text
def _as_written(call: UserCall, entry: Entry) -> Mapping[str, str]:
    """The arguments as they stand in the user's file, where the call is found in it."""
    node = _found(call, {name.rpartition(".")[2] for name in entry.names})
    if node is None or any(isinstance(a, ast.Starred) for a in node.args):
        return {}
    names = [p.name for p in inspect.signature(entry.obj).parameters.values() if p.kind is not p.VAR_POSITIONAL]
    if is_method(entry):
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value).endswith("Dataset"):
            return {}  # Dataset.map(dataset, function)
        names = names[1:]
    given = dict(zip(names, node.args))
    given.update({k.arg: k.value for k in node.keywords if k.arg is not None})
    texts = {name: ast.unparse(value) for name, value in given.items()}
    return {name: text for name, text in texts.items() if len(text) <= _MOST}


def _found(call: UserCall, names: set[str]) -> ast.Call | None:
    if call.caller is None:
        return None
    nodes = nodes_of("".join(linecache.getlines(call.caller.co_filename)))
    calls = [c for c in nodes if isinstance(c, ast.Call) and _last_name(c) in names]
    if sys.version_info >= (3, 11):
        _, line, _, column = next(islice(call.caller.co_positions(), call.instruction // 2, None), (None,) * 4)
        found = [c for c in calls if (c.end_lineno, c.end_col_offset) == (line, column)]
    else:  # only the line is known
        found = [c for c in calls if c.lineno <= call.line <= (c.end_lineno or c.lineno)]
    return found[0] if len(found) == 1 else None


def _last_name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""

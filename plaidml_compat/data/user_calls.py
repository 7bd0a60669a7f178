"""The user's call that made a step of a dataset, with its arguments: noted when the step is made, so that it can be told later."""

from __future__ import annotations

import functools
import inspect
import sys
import weakref
from collections.abc import Iterable, Mapping
from types import CodeType, FrameType, FunctionType
from typing import Any, NamedTuple, Optional

import numpy as np

from .. import call_sites, served
from ..dtypes import DType
from ..tensor import Tensor
from ..tensor_shape import TensorShape
from ..trial_flag import in_trial
from .spec import TensorSpec

_MOST, _LONG = 32, 240
"""Parts of a nest, and characters of a text, from which on a value is not kept."""


_PLAIN = frozenset((bool, int, float, complex))
_OF_NUMBERS = {bool: ("bool",), int: ("int32",), float: ("float32",)}


class Opaque(NamedTuple):
    """A value that is not kept: what is told of it holds nothing alive.

    Attributes:
        id: tells it from others of the same call.
        name: under which the user's line knows it, where that is certain: a function's or a class's.
        ref: leads to it while somebody else has it; `None`: it is data.
    """

    id: int
    name: str = ""
    ref: Optional[weakref.ref] = None
    is_data: bool = False


class Typed(NamedTuple):
    """A number of another dtype than TensorFlow gives it by itself."""

    number: Any
    dtype: str


class GivenDataset(NamedTuple):
    """Stands for a dataset among the arguments."""


class UserCall:
    """A call of a function of this package that made one or several steps.

    Attributes:
        code: the function's, or of the `__init__` of the class.
        given: its parameters and what they were: as they are where small and immutable, else `Opaque`.
        caller: the user's code with the call; `instruction` is where in it, `line` its line.
        steps: how many steps it made.
    """

    __slots__ = ("caller", "code", "given", "instruction", "line", "steps")

    def __init__(self, code: CodeType, given: Mapping[str, Any], caller: CodeType | None, instruction: int, line: int) -> None:
        self.code = code
        self.given = given
        self.caller = caller
        self.instruction = instruction
        self.line = line
        self.steps = 1

    def is_there(self, code: CodeType, user: FrameType) -> bool:
        """Whether it is a call of this function at the place where the user's code is."""
        return self.code is code and self.caller is user.f_code and self.instruction == user.f_lasti

    def with_given(self, **given: Any) -> UserCall:
        """The same call with other arguments, which makes one step."""
        return UserCall(self.code, {**self.given, **given}, self.caller, self.instruction, self.line)


def noted(node: Any) -> tuple[tuple[CodeType, ...], UserCall | None]:
    """The functions of this package that are making a step, from its class outwards, and the user's call of the last one.

    Args:
        node: the step, whose `__init__` this is called by; it has its parents.
    """
    codes = []
    ours: FrameType | None = None
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and call_sites.is_ours(frame.f_code.co_filename):
        if not served.is_around(frame.f_code):  # else its arguments are those of the function within
            codes.append(frame.f_code)
            ours = frame
        frame = frame.f_back
    if ours is None or frame is None:
        return tuple(codes), None
    datasets: list[Any] = []
    given = _arguments(ours, frame, datasets)
    call = UserCall(ours.f_code, given, frame.f_code, frame.f_lasti, frame.f_lineno)
    for parent in node.parents:
        if parent.call is not None and parent.call.code is ours.f_code:
            _claim(node.parents, call, ours.f_code, frame, datasets)
            break
    return tuple(codes), call


def _claim(nodes: Iterable[Any], call: UserCall, code: CodeType, user: FrameType, given: list[Any]) -> None:
    """The steps before one that the same call made, and not an earlier one whose result it was given, belong to this call."""
    for node in nodes:
        before = node.call
        if before is not None and before is not call and before.is_there(code, user) and not any(node is g for g in given):
            node.call, node.is_inner = call, True
            call.steps += 1
            _claim(node.parents, call, code, user, given)


def _arguments(ours: FrameType, user: FrameType, datasets: list[Any]) -> dict[str, Any]:
    names, values = _parameters(ours.f_code), ours.f_locals
    # Most arguments are small, and a step is made in microseconds, perhaps for each element: no call for these.
    return {n: v if (v := values.get(n)) is None or type(v) in _PLAIN else _kept(v, user, datasets) for n in names}


@functools.lru_cache(512)
def _parameters(code: CodeType) -> tuple[str, ...]:
    n = code.co_argcount + code.co_kwonlyargcount
    n += bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return tuple(name for name in code.co_varnames[:n] if name != "self")


def _kept(value: Any, user: FrameType | None, datasets: list[Any]) -> Any:
    kind = type(value)
    if value is None or kind in _PLAIN or (kind in (str, bytes) and len(value) <= _LONG):
        return value
    node = getattr(value, "_node", None)
    if node is not None and kind is not Tensor:
        datasets.append(node)
        return GivenDataset()
    if isinstance(value, (DType, TensorShape, TensorSpec)):
        return value
    if kind in (tuple, list) and len(value) <= _MOST:
        return kind(_kept(v, user, datasets) for v in value)
    if kind is dict and len(value) <= _MOST and all(type(k) is str for k in value):
        return {k: _kept(v, user, datasets) for k, v in value.items()}
    array = value._payload if kind is Tensor else value
    if isinstance(array, (np.generic, np.ndarray)):
        # In a trial run a tensor's number is a made-up one.
        is_number = array.ndim == 0 and array.dtype.kind in "biuf" and not in_trial()
        if not is_number:
            return Opaque(id(value), is_data=True)
        number = array.item()
        return number if array.dtype in _OF_NUMBERS.get(type(number), ()) else Typed(number, array.dtype.name)
    if kind in (tuple, list, dict, str, bytes):
        return Opaque(id(value), is_data=True)
    try:
        ref: Optional[weakref.ref] = weakref.ref(value)
    except TypeError:
        ref = None
    is_named = user is not None and isinstance(value, (FunctionType, type))
    return Opaque(id(value), _name_at(value, user) if is_named else "", ref)  # type: ignore[arg-type]


def _name_at(value: Any, user: FrameType) -> str:
    """The name of a function or class, if it means the same in the user's code there."""
    name, whole, code = value.__name__, value.__qualname__, user.f_code
    if user.f_globals.get(name) is value or user.f_builtins.get(name) is value:
        return str(name)
    own = whole.endswith(f"{code.co_name}.<locals>.{name}") and name in (*code.co_varnames, *code.co_cellvars)
    outer = whole.endswith(f"<locals>.{name}") and name in code.co_freevars
    return str(name) if own or outer else ""


def kept(value: Any) -> Any:
    """What would be noted of a value, without the name that it has anywhere."""
    return _kept(value, None, [])

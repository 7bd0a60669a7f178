"""An op's arguments: bound to its parameters, tensors among them made arrays, and their dtypes checked."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import call_limits, errors
from .call_binding import Binder
from .dtypes import DTYPES, DType, as_dtype
from .registry import Op
from .tensor import Tensor, as_array, is_symbolic


@dataclass(frozen=True)
class Spec:
    """What a limit sees of a tensor: its shape (sizes may be `None`) and the name of its dtype."""

    shape: tuple
    dtype: str

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)


def spec(value: Any) -> Spec:
    """Shape and dtype of an array, a Tensor or a PlaidML value."""
    if not isinstance(value, (np.ndarray, Tensor)):
        value = Tensor(value)
    if isinstance(value, Tensor):
        return Spec(tuple(value.shape), value.dtype.name)
    return Spec(value.shape, value.dtype.name)


def specs(op: Op, values: dict[str, Any]) -> dict[str, Any]:
    """A call's arguments, with a `Spec` (of a sequence of tensors a list of them) for each tensor."""
    hint = common_dtype(op, values)
    seen = {}
    for name, value in values.items():
        if name in op.tensor_args and value is not None:
            several = isinstance(value, (list, tuple)) and (name in sequences(op) or any_symbolic(value))
            value = [_spec(v) for v in value] if several else _spec(value, hint if name in op.agree else None)
        seen[name] = value
    return seen


def _spec(value: Any, hint: DType | None = None) -> Spec:
    return spec(value if is_symbolic(value) else as_array(value, hint=hint))


class _Plan:
    """What binding a call of an op needs to know, looked up once.

    Attributes:
        names: the parameters that may be given by position or name, or `None` where there are others: those go the long way.
        defaults: of all of them.
        required: how many of the first ones have no default.
        binder: where TensorFlow's parameters are others, or limits look at some; else `None`.
    """

    def __init__(self, op: Op) -> None:
        parameters = op.signature.parameters
        plain = all(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters.values())
        self.names = tuple(parameters) if plain else None
        self.defaults = tuple(p.default for p in parameters.values())
        self.required = sum(p.default is p.empty for p in parameters.values())
        declared = call_limits.declared(op.name)
        self.binder = None if declared is None else Binder(op.name, declared, op.signature)


@functools.lru_cache(None)
def _plan(op: Op) -> _Plan:
    return _Plan(op)


call_limits.on_change(lambda names: _plan.cache_clear())


def bind(op: Op, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
    """A call's arguments by parameter, defaults included, in the order in which the parameters are declared.

    Raises:
        TypeError: as Python does for a call that does not fit.
        UnsupportedArgumentError: it meets a limit of the op's calls.
    """
    __tracebackhide__ = True
    plan = _plan(op)
    if plan.binder is not None:
        args, kwargs = plan.binder.bind(args, kwargs)
    names, given = plan.names, len(args)
    if names is not None and given <= len(names):
        fits = given >= plan.required or all(name in kwargs for name in names[given : plan.required])
        if fits and all(name in names[given:] for name in kwargs):
            values = dict(zip(names, plan.defaults))
            values.update(zip(names, args))
            values.update(kwargs)
            return values
    # inspect's own way is slow, and raises what Python does.
    bound = op.signature.bind(*args, **kwargs)
    bound.apply_defaults()
    return bound.arguments


def by_position(op: Op) -> bool:
    """True when every argument of an op can be given by position."""
    return _plan(op).names is not None


def split(op: Op, values: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """A call's arguments as the op's parameters are declared: positional ones with `*args`, and keyword ones."""
    if _plan(op).names is not None:
        return list(values.values()), {}
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for name, p in op.signature.parameters.items():
        if p.kind is p.VAR_POSITIONAL:
            args.extend(values[name])
        elif p.kind is p.VAR_KEYWORD:
            kwargs.update(values[name])
        elif p.kind is p.KEYWORD_ONLY:
            kwargs[name] = values[name]
        else:
            args.append(values[name])
    return args, kwargs


def any_symbolic(value: Any) -> bool:
    """True for a symbolic value, or a sequence with one in it."""
    if type(value) is Tensor:
        return type(value._payload) is not np.ndarray and not value.is_eager
    return any(is_symbolic(v) for v in value) if isinstance(value, (list, tuple)) else is_symbolic(value)


def to_arrays(op: Op, values: dict[str, Any]) -> None:
    """Tensor arguments become arrays; those that must agree in dtype take each other's, as TensorFlow has it.

    Raises:
        TypeError, ValueError: one cannot be converted.
        InvalidArgumentError: those that must agree do not.
    """
    hint: Any = ...
    for name in op.tensor_args:
        v = values[name]
        if isinstance(v, Tensor):
            values[name] = v._payload
        elif v is None and op.signature.parameters[name].default is None:
            continue
        elif name in sequences(op) and isinstance(v, (list, tuple)):
            values[name] = _to_one_dtype(v)
        elif op.accepts.get(name) in DTYPES:
            values[name] = as_array(v, op.accepts[name])
        elif name not in op.agree:
            values[name] = as_array(v)
        elif op.agreement.in_turn:
            values[name] = as_array(v) if name == op.agree[0] else as_array(v, hint=as_dtype(values[op.agree[0]].dtype))
        else:
            if hint is ...:
                hint = common_dtype(op, values)
            values[name] = as_array(v, hint)
    _check_agreement(op, values)


def _to_one_dtype(values: Sequence[Any]) -> list[np.ndarray]:
    """Arrays of a sequence: numbers take the dtype of the first tensor or array, without one that of the floats among them."""
    hint = next((v.dtype for v in values if isinstance(v, (Tensor, np.ndarray))), None)
    arrays = [as_array(v, hint=hint) for v in values]
    if hint is None and {a.dtype.name for a in arrays} == {"int32", "float32"}:
        return [a.astype(np.float32) for a in arrays]
    return arrays


@functools.lru_cache(None)
def sequences(op: Op) -> frozenset[str]:
    """The arguments that are sequences of tensors."""
    return frozenset(n for n in op.tensor_args if "Sequence" in str(op.signature.parameters[n].annotation))


def common_dtype(op: Op, values: dict[str, Any]) -> DType | None:
    """The dtype that numbers and arrays take: that of the first tensor they must agree with, else of the first argument."""
    among = [values[n] for n in op.agree if values[n] is not None]
    found = next((v for v in among if isinstance(v, Tensor) or is_symbolic(v)), among[0] if among else None)
    return None if found is None else as_dtype(spec(found).dtype if is_symbolic(found) else as_array(found).dtype)


def _check_agreement(op: Op, values: dict[str, Any]) -> None:
    names = op.agree
    if not names:
        return
    kinds = [values[n].dtype for n in names if values[n] is not None]
    for kind in kinds:
        if kind != kinds[0]:
            raise _refused(op, f"{op.name}: {' and '.join(names)} must have one dtype, use tf.cast; received {', '.join(map(str, kinds))}")


def _refused(op: Op, what: str) -> Exception:
    return op.agreement.error(what) if op.agreement.error else errors.InvalidArgumentError(None, None, what)


_KINDS = {
    "float": ("float16", "float32", "float64", "bfloat16"),
    "int": ("int8", "int16", "int32", "int64"),
    "uint": ("uint8", "uint16", "uint32", "uint64"),
    "complex": ("complex64", "complex128"),
}


@functools.lru_cache(None)
def _accepted(words: str) -> frozenset[str]:
    """The names of the dtypes that `accepts` words stand for, as NumPy has them."""
    names = {name for word in words.split() for name in _KINDS.get(word, (word,))}
    return frozenset(names | ({"object"} if "string" in names else set()))


@functools.lru_cache(None)
def _accepted_types(words: str) -> frozenset[np.dtype]:
    """The same as NumPy types: their names take long to find."""
    return frozenset(np.dtype(n) for n in _accepted(words) if n not in ("bfloat16", "string"))


def check_dtypes(op: Op, values: dict[str, Any]) -> None:
    """Refuse arguments of dtypes that an op does not take; values may be arrays or `Spec`s.

    Raises:
        InvalidArgumentError: (or what the op's agreement raises).
    """
    for name, words in op.accepts.items():
        value = values[name]
        if value is None:
            continue
        if value.dtype not in (_accepted(words) if isinstance(value, Spec) else _accepted_types(words)):
            allowed, received = " or ".join(words.split()), as_dtype(value.dtype).name
            raise _refused(op, f"{op.name}: `{name}` may be {allowed}, use tf.cast; received {received}")

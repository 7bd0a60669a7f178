"""Makes gradients right where a tensor is broadcast."""

from __future__ import annotations

import itertools
from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.engine.values import is_constant
from plaidml_compat.shims.registry import replace, shim

Dims = tuple[Any, ...]

_serials = itertools.count()
# For the dims of a tensor, a number for each set of dims that tensors like it were broadcast to.
_targets: dict[Dims, dict[Dims, int]] = {}


def isolate(tile: ModuleType, value: Any, target: Dims) -> Any:
    """Returns `value` as a graph node that is only used for broadcasting to `target`.

    The node is an alias made of reshapes and costs nothing on the device. PlaidML merges equal expressions, therefore
    each target gets reshapes of its own: its number, in base 4, as numbers of leading ones.

    Args:
        tile: The module `plaidml.tile`.
        value: The tensor about to be broadcast; anything else is returned as it is.
        target: The dims of the result.
    """
    if not isinstance(value, tile.Value) or value.shape.dtype not in _float_types(tile):
        return value
    dims = value.shape.dims
    if _equal(dims, target) or (not dims and (is_constant(tile, value) or _is_placeholder(tile, value))):
        return value
    targets = _targets.setdefault(_signature(dims), {})
    number = targets.setdefault(_signature(target), len(targets))
    code = []
    names = ", ".join(f"N{i}" for i in range(len(dims)))
    source = "I"
    for step in itertools.count():
        number, digit = divmod(number, 4)
        # At least two axes more, so that no reshape of the caller's, as for BatchNormalization, is the same.
        ones = ", ".join("1" * (2 + digit))
        code.append(f"T{step} = reshape({source}, {ones}{', ' + names if dims else ''});")
        source = f"T{step}"
        if not number:
            break
    signature = f"I[{names}]" if dims else "I"
    body = f"function ({signature}) -> (O) {{ {' '.join(code)} O = reshape({source}, {names if dims else '1'}); }}"
    shape = value.shape if dims else tile.Shape(value.shape.dtype, (1,))
    alias = tile.Operation(body, [("I", value)], [("O", shape)], name="BroadcastAlias").sole_output()
    alias._uses_learning_phase = value._uses_learning_phase
    return alias


def _float_types(tile: ModuleType) -> tuple[Any, ...]:
    types = tile.plaidml.DType
    return types.FLOAT16, types.FLOAT32, types.FLOAT64, types.BFLOAT16


def _is_placeholder(tile: ModuleType, value: Any) -> bool:
    return isinstance(value.var, tile.plaidml.Placeholder)  # may be fed with a number, which has no shape


def _equal(dims: Dims, other: Dims) -> bool:
    if len(dims) != len(other):
        return False
    return all(a is b or (isinstance(a, int) and isinstance(b, int) and a == b) for a, b in zip(dims, other))


def _signature(dims: Dims) -> Dims:
    """The dims as a dictionary key; symbolic sizes are told apart without being kept alive."""
    key = []
    for dim in dims:
        if not isinstance(dim, int) and not hasattr(dim, "_broadcast_serial"):
            dim._broadcast_serial = next(_serials)
        key.append(dim if isinstance(dim, int) else (dim._broadcast_serial,))
    return tuple(key)


@shim("S11", "plaidml.tile")
def elementwise_gradients(tile: ModuleType) -> None:
    """Symptom: wrong gradient of a tensor that one use broadcasts and another does not (any version).

    For instance `b` in `sum(x * b) + sum(b * b)`, BatchNormalization's gamma, a regularised bias.

    Cause: the engine adds the partial derivatives of all uses before it reduces the sum to the tensor's shape, so the
    unbroadcast part is counted once per broadcast element. A node of its own for each broadcast use keeps them apart.
    """
    binary_op = tile.binary_op
    broadcast_dims = tile.broadcast_dims

    def isolating_binary_op(lhs: Any, rhs: Any, op_str: str, dtype: Any = None, name: str | None = None) -> Any:
        if dtype != tile.plaidml.DType.BOOLEAN:  # comparisons have no gradient
            target = tile.broadcast_dims(dims_of(lhs), dims_of(rhs))
            lhs = isolate(tile, lhs, target)
            rhs = isolate(tile, rhs, target)
        return binary_op(lhs, rhs, op_str, dtype=dtype, name=name)

    def dims_of(operand: Any) -> Dims:
        return operand.shape.dims if isinstance(operand, tile.Value) else tuple(getattr(operand, "shape", ()))

    def stable_broadcast_dims(*args: Dims) -> Dims:
        """Keeps one symbolic size as it is instead of making a new one, so that equal shapes are recognised."""
        if all(_equal(args[0], dims) for dims in args):
            return args[0]
        result = list(broadcast_dims(*args))
        for axis in range(-len(result), 0):
            sizes = [dims[axis] for dims in args if len(dims) >= -axis and not (isinstance(dims[axis], int) and dims[axis] == 1)]
            if sizes and all(size is sizes[0] for size in sizes):
                result[axis] = sizes[0]
        return tuple(result)

    replace(tile, "binary_op", isolating_binary_op)
    replace(tile, "broadcast_dims", stable_broadcast_dims)


@shim("S11", "plaidml.op")
def operation_gradients(op: ModuleType) -> None:
    """The same symptom in `clip`, `relu` and `pow` with tensors as bounds, and in `variance`.

    Cause: the code of these operations broadcasts by itself.
    """
    tile = op.tile
    for operation, names in ((op.ClipMin, ["min_val"]), (op.ClipMax, ["max_val"]), (op.Pow, ["p"])):
        _isolate_arguments(tile, operation, names)
    _isolate_arguments(tile, op.Relu, ["alpha", "max_value", "threshold"])

    def variance(x: Any, axes: Any = None, keepdims: bool = False, floatx: Any = tile.plaidml.DType.FLOAT32) -> Any:
        """The variance over some axes, from operations whose gradients are right."""
        if x.shape.dtype == tile.plaidml.DType.BOOLEAN:
            x = op.cast(x, floatx)
        if not x.shape.ndims:
            return x * 0.0
        axes = list(range(x.shape.ndims)) if axes is None else axes
        difference = x - op.mean(x, axes, True, floatx)
        return op.mean(difference * difference, axes, keepdims, floatx)

    replace(op, "variance", variance)


def _isolate_arguments(tile: ModuleType, operation: type, names: list[str]) -> None:
    original = operation.__init__  # type: ignore[misc]

    def __init__(self: Any, x: Any, *args: Any, **kwargs: Any) -> None:
        x = tile.Value.from_python_value(x)
        arguments = {**dict(zip(names, args)), **kwargs}
        for name, value in arguments.items():
            if isinstance(value, tile.Value):
                arguments[name] = isolate(tile, value, x.shape.dims)
        original(self, x, **arguments)

    replace(operation, "__init__", __init__)


@shim("S11", BACKEND)
def switch_gradients(backend: ModuleType) -> None:
    """The same symptom in `switch`. Also: its branches may be functions, its condition may have fewer axes."""
    tile = backend.ptile

    def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
        """`then_expression` where `condition` is true, else `else_expression`; either may be a function."""
        branches = [tile.Value.from_python_value(e() if callable(e) else e) for e in (then_expression, else_expression)]
        condition = tile.Value.from_python_value(condition)
        target = tile.broadcast_dims(*(b.shape.dims for b in branches))
        while 0 < condition.shape.ndims < len(target):
            condition = backend.expand_dims(condition, -1)
        dtype = tile.common_dtype(*(b.shape.dtype for b in branches))
        then_value, else_value = (isolate(tile, b, target) for b in branches)
        return tile.Operation(
            "function (C, T, E) -> (O) { O = (C ? T : E); }",
            [("C", condition), ("T", then_value), ("E", else_value)],
            [("O", tile.Shape(dtype, target))],
            name="Switch",
        ).sole_output()

    patch_backend("switch", switch)

"""Refuses tensors without numbers before the engine sees them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import replace, shim


class NoNumbersError(ValueError):
    """A tensor would have an axis of size 0, which TensorFlow can compute and PlaidML cannot.

    Attributes:
        shape: its sizes, `None` where not known.
    """

    def __init__(self, shape: Any) -> None:
        self.shape = _known(shape)
        super().__init__(f"a tensor of the shape {self.shape} would have no numbers, and PlaidML computes nothing without numbers")


def _known(shape: Any) -> tuple[int | None, ...]:
    return tuple(n if isinstance(n, int) else None for n in shape)


def check_sizes(shape: Any) -> None:
    """Let shapes with numbers through; sizes that are not known are left alone.

    Raises:
        NoNumbersError: an axis of size 0.
        ValueError: an axis of a size below 0.
    """
    least = min((n for n in shape if isinstance(n, int)), default=1)
    if least < 0:
        raise ValueError(f"Dimension {least} must be >= 0: the shape {_known(shape)} cannot be")
    if least == 0:
        raise NoNumbersError(shape)


@shim("S31", "plaidml.tile")
def results_with_numbers(tile: ModuleType) -> None:
    """Symptom: an operation whose result has an axis of size 0 ends the process, below 0 it is "Out of memory" (any version).

    Cause: the engine computes and allocates sizes without a look at them. Every operation's result is made by `for_op`.
    """
    for_op_unchecked = tile.Value.for_op

    def for_op(shape: Any, operation: Any, output: str, name: str | None = None) -> Any:
        check_sizes(shape.dims)
        return for_op_unchecked(shape, operation, output, name)

    replace(tile.Value, "for_op", staticmethod(for_op))


@shim("S31", BACKEND)
def variables_with_numbers(backend: ModuleType) -> None:
    """The same symptom in variables."""
    variable_unchecked = backend.variable

    def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Any:
        """A variable with the given initial value."""
        check_sizes(getattr(value, "shape", ()) if not isinstance(value, backend.ptile.Value) else ())
        return variable_unchecked(value, dtype=dtype, name=name, constraint=constraint)

    patch_backend("variable", variable)

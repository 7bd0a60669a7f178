"""The specs of elements as JSON, and whether those in a file fit those that a program expects."""

from __future__ import annotations

import collections
from collections.abc import Mapping
from typing import Any

from ...errors import InvalidArgumentError
from ...exceptions import UnsupportedArgumentError
from ..nest import is_nest, keys, leaves, same_structure
from ..spec import NoneSpec, TensorSpec


def check_storable(spec: Any, what: str) -> None:
    """Refuse elements whose components are no tensors.

    Args:
        spec: the nest of their specs.
        what: the method, for the message.

    Raises:
        UnsupportedArgumentError: a component is a dataset, a ragged batch or the like.
    """
    for s in leaves(spec):
        if not isinstance(s, (TensorSpec, NoneSpec)):
            raise UnsupportedArgumentError(
                what,
                f"only tensors can be written to files, and a component of the elements is {s!r}",
                "Turn the elements into tensors before, with batch() or padded_batch(); cache() without a file name takes any element",
            )


def to_json(spec: Any) -> Any:
    """A nest of specs, fit for JSON."""
    if isinstance(spec, Mapping):
        return {"dict": [[k, to_json(spec[k])] for k in keys(spec)]}
    if is_nest(spec):
        parts = [to_json(s) for s in spec]
        fields = getattr(spec, "_fields", None)
        return {"tuple": parts} if fields is None else {"named": type(spec).__name__, "fields": list(fields), "tuple": parts}
    if isinstance(spec, NoneSpec):
        return None
    return {"dtype": spec.dtype.name, "shape": None if spec.shape.rank is None else list(spec.shape), "name": spec.name}


def from_json(value: Any) -> Any:
    """The nest of specs again; a named tuple is one of a class made here."""
    if value is None:
        return NoneSpec()
    if "dict" in value:
        return {k: from_json(v) for k, v in value["dict"]}
    if "tuple" in value:
        parts = [from_json(v) for v in value["tuple"]]
        return collections.namedtuple(value["named"], value["fields"])(*parts) if "named" in value else tuple(parts)
    return TensorSpec(value["shape"], value["dtype"], value["name"])


def check_fits(found: Any, wanted: Any, path: str, advice: str, nested: bool) -> None:
    """Refuse a file whose elements are others than a program expects.

    Args:
        found: the specs in the file.
        wanted: the program's.
        path: the file, for the message.
        advice: what to do, for the message.
        nested: their structures must be the same, too; otherwise only the tensors in them, in order.

    Raises:
        InvalidArgumentError: they do not fit.
    """
    problem = _difference(found, wanted, nested)
    if problem:
        raise InvalidArgumentError(None, None, f"{path}: {problem}. {advice}; the file has {found!r}, the program wants {wanted!r}")


def _difference(found: Any, wanted: Any, nested: bool) -> str:
    mine = [s for s in leaves(wanted) if not isinstance(s, NoneSpec)]
    its = [s for s in leaves(found) if not isinstance(s, NoneSpec)]
    if len(mine) != len(its):
        return f"Number of components does not match: expected {len(mine)} types but got {len(its)}"
    for i, (m, f) in enumerate(zip(mine, its)):
        if not isinstance(m, TensorSpec) or m.dtype != f.dtype:
            kind = m.dtype.name if isinstance(m, TensorSpec) else repr(m)
            return f"Data type mismatch at component {i}: expected {kind} but got {f.dtype.name}"
        if not m.shape.is_compatible_with(f.shape):
            return f"Incompatible shapes at component {i}: expected {m.shape} but got {f.shape}"
    if nested and not same_structure(found, wanted):
        return "the elements have another structure"
    return ""

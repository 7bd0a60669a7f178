"""tf.TensorSpec: shape and dtype of a component of a dataset's elements."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import DType, as_dtype
from ..registry import export
from ..tensor import Tensor
from ..tensor_shape import TensorShape
from .nest import leaves, map_nest, same_structure


@export("tf.TensorSpec")
class TensorSpec:
    """A shape, whose sizes may be `None`, and a dtype."""

    __slots__ = ("_dtype", "_name", "_shape")

    def __init__(self, shape: Any, dtype: Any = "float32", name: str | None = None) -> None:
        self._shape, self._dtype, self._name = TensorShape(shape), as_dtype(dtype), name

    @property
    def shape(self) -> TensorShape:
        """The shape."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name, or `None`."""
        return self._name

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> TensorSpec:
        """A spec like another."""
        return cls(spec.shape, spec.dtype, name or getattr(spec, "name", None))

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The spec of a tensor."""
        return cls(tensor.shape, tensor.dtype, name)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """True when a tensor or spec has this dtype and a compatible shape."""
        if not hasattr(spec_or_value, "dtype"):
            spec_or_value = np.asarray(spec_or_value)
        return self._dtype == spec_or_value.dtype and self._shape.is_compatible_with(spec_or_value.shape)

    @property
    def value_type(self) -> type:
        """The class of what it describes."""
        return Tensor

    def is_subtype_of(self, other: Any) -> bool:
        """True when every tensor that fits this fits the other."""
        if not isinstance(other, TensorSpec) or self._dtype != other._dtype or self._name != other._name:
            return False
        mine, its = self._shape, other._shape
        return its.rank is None or (mine.rank is not None and len(mine) == len(its) and all(b is None or a == b for a, b in zip(mine, its)))

    def most_specific_compatible_type(self, other: TensorSpec) -> TensorSpec:
        """The narrowest spec that holds this and the other.

        Raises:
            ValueError: their dtypes differ.
        """
        both = self.most_specific_common_supertype([other])
        if both is None:
            raise ValueError(f"tf.TensorSpec: no TypeSpec is compatible with both {self!r} and {other!r}")
        return both

    def most_specific_common_supertype(self, others: Any) -> TensorSpec | None:
        """The narrowest spec that holds this and the others, or `None` when their dtypes differ."""
        out = self
        for other in others:
            if not isinstance(other, TensorSpec) or out._dtype != other.dtype or out._name != other.name:
                return None
            out = TensorSpec(common_shape(out._shape, other.shape), out._dtype, out._name)
        return out

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and self._shape == other._shape and self._dtype == other._dtype and self._name == other._name

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self._shape, self._dtype))

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"

    def __reduce__(self) -> tuple:
        return TensorSpec, (self._shape, self._dtype, self._name)


INT64 = TensorSpec((), "int64")
"""What keys and numbers of elements are."""


def common_shape(a: TensorShape, b: TensorShape) -> TensorShape:
    """Sizes on which two shapes agree; `None` elsewhere."""
    if a.rank is None or b.rank is None or a.rank != b.rank:
        return TensorShape(None)
    return TensorShape([x if x == y else None for x, y in zip(a, b)])


def common_spec(a: Any, b: Any) -> Any:
    """The narrowest nest of specs that holds what two hold.

    Raises:
        TypeError: they differ in structure, or a component in kind or dtype.
    """
    if not same_structure(a, b):
        raise TypeError(f"elements differ in structure: {a!r:.300} and {b!r:.300}")
    return map_nest(_common, a, b)


def _common(a: Any, b: Any) -> Any:
    if isinstance(a, TensorSpec) and isinstance(b, TensorSpec) and a.dtype == b.dtype:
        return a if a.shape == b.shape else TensorSpec(common_shape(a.shape, b.shape), a.dtype)
    if isinstance(a, DatasetSpec) and isinstance(b, DatasetSpec):
        return DatasetSpec(common_spec(a.element_spec, b.element_spec), a.dataset_shape)
    if a != b:
        raise TypeError(f"a component must be of one kind and dtype in all elements; received {a!r:.300} and {b!r:.300}")
    return a


def alike(new: Any, old: Any) -> bool:
    """Whether two nests of specs, or of arrays, agree in structure and dtypes."""
    if not same_structure(new, old):
        return False
    return all(getattr(a, "dtype", None) == getattr(b, "dtype", None) for a, b in zip(leaves(new), leaves(old)))


def with_leading(spec: TensorSpec, size: int | None) -> TensorSpec:
    """The spec of a batch of such components."""
    return TensorSpec(TensorShape([size]).concatenate(spec.shape), spec.dtype)


def batched(spec: Any, size: int | None) -> Any:
    """The spec of a batch of a component; one that cannot be batched stays as it is."""
    if isinstance(spec, TensorSpec):
        return with_leading(spec, size)
    return spec.with_leading(size) if hasattr(spec, "with_leading") else spec


def without_leading(spec: TensorSpec) -> TensorSpec:
    """The spec of one component of such a batch."""
    return TensorSpec(spec.shape if spec.shape.rank is None else spec.shape[1:], spec.dtype)


def spec_of(nest: Any) -> Any:
    """The specs of a nest of arrays."""
    return map_nest(_leaf_spec, nest)


def _leaf_spec(leaf: Any) -> Any:
    if leaf is None:
        return NoneSpec()
    if hasattr(type(leaf), "component_spec"):
        return leaf.component_spec
    return DatasetSpec(leaf.element_spec) if hasattr(type(leaf), "element_spec") else array_spec(leaf)


def array_spec(a: Any) -> TensorSpec:
    """The spec of an array or eager tensor."""
    return TensorSpec(a.shape, a.dtype if isinstance(a, Tensor) else as_dtype(a.dtype))


@export("tf.data.DatasetSpec")
class DatasetSpec:
    """The spec of a component that is a dataset itself."""

    def __init__(self, element_spec: Any, dataset_shape: Any = ()) -> None:
        self.element_spec, self.dataset_shape = element_spec, TensorShape(dataset_shape)

    @property
    def value_type(self) -> type:
        """The class of what it describes."""
        from .dataset import Dataset  # it needs this module

        return Dataset

    @staticmethod
    def from_value(value: Any) -> DatasetSpec:
        """The spec of a dataset."""
        return DatasetSpec(value.element_spec)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """True for a dataset, or the spec of one, whose elements have the same structure and compatible specs."""
        if not hasattr(spec_or_value, "element_spec"):
            return False
        mine, its = self.element_spec, spec_or_value.element_spec
        return same_structure(mine, its) and all(a.is_compatible_with(b) for a, b in zip(leaves(mine), leaves(its)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatasetSpec) and self.element_spec == other.element_spec

    def __hash__(self) -> int:
        return hash(str(self.element_spec))

    def __repr__(self) -> str:
        return f"DatasetSpec({self.element_spec!r}, {self.dataset_shape!r})"


@export("tf.data.IteratorSpec")
class IteratorSpec:
    """The spec of an iterator over a dataset."""

    def __init__(self, element_spec: Any) -> None:
        self.element_spec = element_spec

    @property
    def value_type(self) -> type:
        """The class of what it describes."""
        from .dataset import DatasetIterator  # it needs this module

        return DatasetIterator

    @staticmethod
    def from_value(value: Any) -> IteratorSpec:
        """The spec of an iterator."""
        return IteratorSpec(value.element_spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IteratorSpec) and self.element_spec == other.element_spec

    def __hash__(self) -> int:
        return hash(str(self.element_spec))

    def __repr__(self) -> str:
        return f"IteratorSpec({self.element_spec!r},)"


class NoneSpec:
    """The spec of a component that is `None`."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoneSpec)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "NoneTensorSpec()"


def bytes_of(spec: Any) -> float:
    """Bytes of an element; infinite where they cannot be told."""
    total = 0.0
    for s in leaves(spec):
        if not isinstance(s, TensorSpec) or not s.shape.is_fully_defined():
            return math.inf
        total += math.prod(s.shape) * s.dtype.size
    return total

"""Features that are made of several: sparse tensors from indices and values, vectors cut into rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..data.ragged import RaggedBatch, RaggedTensorSpec
from ..errors import InvalidArgumentError
from ..exceptions import UnsupportedArgumentError
from ..sparse_tensor import SparseTensor, reorder
from ..tensor import Tensor
from .features import RaggedFeature, SparseFeature
from .plans import Plan


def joined(plan: Plan, made: dict[str, Any]) -> dict[str, Any]:
    """The results that the user asked for, from those of single features.

    Raises:
        ValueError, TypeError: indices and values do not fit each other.
        InvalidArgumentError: a vector cannot be cut into such rows.
    """
    results: dict[str, Any] = {}
    for key in sorted(plan.features):
        feature = plan.features[key]
        if isinstance(feature, SparseFeature):
            results[key] = _merged(plan.what, feature, made)
        elif isinstance(feature, RaggedFeature):
            results[key] = _cut(plan.what, key, feature, made)
    return {k: v for k, v in {**made, **results}.items() if k in plan.features}


def _merged(what: str, feature: SparseFeature, made: dict[str, Any]) -> SparseTensor:
    held = made[feature.value_key]
    several = not isinstance(feature.index_key, str)
    if several != isinstance(feature.size, Iterable):
        raise TypeError(f"{what}: SparseFeature's size must be a list if and only if its index_key is one; received {feature!r}")
    indices = [made[k] for k in feature.index_key] if several else [made[feature.index_key]]
    sizes = list(feature.size) if several else [feature.size]
    if len(sizes) != len(indices):
        raise ValueError(f"{what}: SparseFeature needs one size for each index_key; received {feature!r}")
    values = held.values._payload
    columns = [i.values._payload for i in indices]
    if any(len(c) != len(values) for c in columns):
        raise ValueError(
            f"{what}: SparseFeature needs as many indices as values; received {[len(c) for c in columns]} and {len(values)} for {feature!r}"
        )
    first = indices[0]
    where = np.column_stack([first.indices._payload[:, :-1], *columns])
    known = None if first._known is None else [*first._known[:-1], *sizes]
    merged = SparseTensor._of(where, values, [*first.dense_shape._payload[:-1].tolist(), *sizes], known)
    return merged if feature.already_sorted else reorder(merged)


def _cut(what: str, key: str, feature: RaggedFeature, made: dict[str, Any]) -> Tensor | RaggedBatch:
    held = made[key if feature.value_key is None else feature.value_key]
    partitions = feature.partitions
    if all(isinstance(p, RaggedFeature.UniformRowLength) for p in partitions):
        lengths = [p.length for p in partitions]
        if isinstance(held, Tensor):
            return Tensor(_rows_of_one_length(what, key, held._payload, lengths))
        rows = [_rows_of_one_length(what, key, row, lengths) for row in held.rows]
        return RaggedBatch(rows, RaggedTensorSpec([None, None, *lengths], held.dtype, 1, feature.row_splits_dtype))
    if len(partitions) > 1 or not isinstance(held, Tensor):
        raise UnsupportedArgumentError(
            what,
            f"rows of different lengths within a batch, or within others, need tf.RaggedTensor; received {list(partitions)} for {key!r}",
            "Parse the values and the partition as two features, with tf.io.parse_single_example",
        )
    (partition,) = partitions
    where = made[partition.key]._payload
    splits = _splits(partition, where, len(held._payload))
    if len(splits) < 1 or splits[0] != 0 or splits[-1] != len(held._payload) or (np.diff(splits) < 0).any():
        raise InvalidArgumentError(
            None, None, f"{what}: {len(held._payload)} values of {key!r} cannot be cut by {partition!r} into rows; received {where!r:.200}"
        )
    rows = [held._payload[a:b] for a, b in zip(splits[:-1], splits[1:])]
    return RaggedBatch(rows, RaggedTensorSpec([None, None], held.dtype, 1, feature.row_splits_dtype))


def _splits(partition: Any, where: np.ndarray, count: int) -> np.ndarray:
    """Where rows begin and the last one ends."""
    kinds = RaggedFeature
    if isinstance(partition, kinds.RowSplits):
        return where
    if isinstance(partition, kinds.RowLengths):
        return np.concatenate([[0], np.cumsum(where)])
    if isinstance(partition, kinds.RowStarts):
        return np.append(where, count)
    if isinstance(partition, kinds.RowLimits):
        return np.concatenate([[0], where])
    return np.concatenate([[0], np.cumsum(np.bincount(where))]) if len(where) else np.zeros(1, np.int64)


def _rows_of_one_length(what: str, key: str, values: np.ndarray, lengths: list[int]) -> np.ndarray:
    for length in reversed(lengths):
        if length < 1 or len(values) % length:
            raise InvalidArgumentError(None, None, f"{what}: {len(values)} values of {key!r} cannot be cut into rows of {length}")
        values = values.reshape((-1, length, *values.shape[1:]))
    return values

"""tf.io.parse_single_sequence_example and parse_sequence_example: serialized SequenceExample messages as tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import InvalidArgumentError
from ..exceptions import UnsupportedArgumentError
from ..registry import export
from ..sparse_tensor import SparseTensor
from ..tensor import Tensor
from ..trial_flag import in_trial
from . import examples
from .features import FixedLenFeature, FixedLenSequenceFeature, RaggedFeature, VarLenFeature
from .messages import SequenceExample
from .plans import Dense, Plan, plan_of

_IN_CONTEXT = (VarLenFeature, FixedLenFeature, RaggedFeature)
_IN_LISTS = (VarLenFeature, FixedLenSequenceFeature, RaggedFeature)


def _plans(context: Any, lists: Any, what: str) -> tuple[Plan, Plan]:
    if not context and not lists:
        raise ValueError(f"{what}: at least one of `context_features` and `sequence_features` should have values; received neither")
    of_context = plan_of(context or {}, _IN_CONTEXT, what)
    of_lists = plan_of(lists or {}, _IN_LISTS, f"{what}, sequence_features", blocks=False)
    for key, feature in of_lists.features.items():
        if isinstance(feature, FixedLenSequenceFeature) and feature.default_value is not None:
            raise ValueError(
                f"{what}: FixedLenSequenceFeature of a list of features takes no default_value; received {feature!r} for {key!r}"
            )
    return of_context, of_lists


def _steps(plan: Plan, dense: Dense, feature_list: Any, about: str) -> np.ndarray:
    """The values of a list of features: a first axis of time, then each feature's shape."""
    if feature_list is None:
        if plan.features[dense.key].allow_missing:
            return dense.empty(0)
        raise InvalidArgumentError(
            None,
            None,
            f"{about}, Feature list '{dense.key}' is required but could not be found. "
            "Did you mean to include it with FixedLenSequenceFeature(allow_missing=True)?",
        )
    features = feature_list.feature
    out = dense.empty(len(features))
    for i, feature in enumerate(features):
        where = f"{about}, Time: {i}"
        found = examples.vector(feature, dense.key, dense.dtype, where)
        if found is None or len(found) != dense.size:
            raise InvalidArgumentError(
                None,
                None,
                f"{where}, Key: {dense.key}.  Number of {dense.dtype} values != expected.  "
                f"Values size: {0 if found is None else len(found)} but output shape: {list(dense.shape)}",
            )
        out[i] = found.reshape(dense.shape) if dense.shape else found[0]
    return out


def _rows(feature_list: Any, key: str, dtype: str, about: str) -> list[np.ndarray | None]:
    return (
        [] if feature_list is None else [examples.vector(f, key, dtype, f"{about}, Time: {i}") for i, f in enumerate(feature_list.feature)]
    )


def _lists_of_one(plan: Plan, lists: Any, about: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, dtype in plan.sparse:
        made[key] = examples.sparse_rows(_rows(lists.get(key), key, dtype, about), dtype)
    for dense in plan.dense:
        made[dense.key] = Tensor(_steps(plan, dense, lists.get(dense.key), about))
    for key, dtype, splits in plan.ragged:
        made[key] = examples.ragged_rows(_rows(lists.get(key), key, dtype, about), dtype, splits)
    _check_ragged(plan)
    return examples.whole(plan, made)


def _check_ragged(plan: Plan, batch: bool = False) -> None:
    for key, feature in plan.features.items():
        if isinstance(feature, RaggedFeature) and (feature.partitions or batch):
            raise UnsupportedArgumentError(
                plan.what,
                f"rows of rows of different lengths need tf.RaggedTensor, which is not there; received {feature!r} for {key!r}",
                "Use tf.io.VarLenFeature, or tf.io.parse_single_sequence_example with a RaggedFeature without partitions",
            )


def _made_up(plan: Plan, lead: tuple[int, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a trial run gets for lists, and for their lengths."""
    count = examples.trial_count() if plan.features else 0
    made: dict[str, Any] = {}
    for key, dtype in plan.sparse:
        where = np.argwhere(np.ones((*lead, count, 1), bool))
        made[key] = SparseTensor._of(where, examples.blank(dtype, (len(where),)), [*lead, count, 1], [None] * (len(lead) + 2))
    for dense in plan.dense:
        made[dense.key] = Tensor(examples.blank(dense.dtype, (*lead, count, *dense.shape)))
    for key, dtype, splits in plan.ragged:
        made[key] = examples.unknown_rows([examples.blank(dtype, (1,))] * count, dtype, splits)
    _check_ragged(plan, bool(lead))
    lengths = {d.key: Tensor(np.zeros(lead, np.int64)) for d in plan.dense}
    return examples.whole(plan, made), lengths


@export("tf.io.parse_single_sequence_example")
def parse_single_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The features of one serialized `tf.train.SequenceExample`.

    Args:
        serialized: scalar string.
        context_features: key -> `tf.io.FixedLenFeature`, `VarLenFeature` or `RaggedFeature`, for the context.
        sequence_features: key -> `tf.io.FixedLenSequenceFeature` (gives a tensor whose first axis is time), `VarLenFeature` (a
            `tf.SparseTensor` with indices [time, number]) or `RaggedFeature`, for the lists of features.
        example_name: scalar string that errors show.
        name: ignored.

    Returns:
        The context's tensors by key, and the lists'.

    Raises:
        ValueError: a feature is not possible, or `serialized` no scalar string.
        InvalidArgumentError: the example is damaged, or a feature is missing or of another dtype or number of values.
    """
    what = "tf.io.parse_single_sequence_example"
    context, lists = _plans(context_features, sequence_features, what)
    data = examples.texts(serialized, what)
    if data.ndim:
        raise ValueError(
            f"{what}: `serialized` must be a scalar; received shape {data.shape}. Use tf.io.parse_sequence_example for a batch"
        )
    if in_trial():
        return examples.made_up(context, ()), _made_up(lists, ())[0]
    about = f"{what}: Name: {'<unknown>' if example_name is None else examples.name_of(example_name)}"
    message = examples.read(SequenceExample, data.item(), about)
    found = examples.one_example(context, message.context.feature, about)
    return found, _lists_of_one(lists, message.feature_lists.feature_list, about)


@export("tf.io.parse_sequence_example")
def parse_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_names: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The features of a batch of serialized `tf.train.SequenceExample`s.

    Args:
        serialized: vector of strings.
        context_features: as for `tf.io.parse_single_sequence_example`.
        sequence_features: the same; shorter lists are filled up with zeros or empty texts.
        example_names: vector of strings that errors show.
        name: ignored.

    Returns:
        The context's tensors by key, the lists', and the lengths of those that are tensors: int64 vectors.

    Raises:
        ValueError: a feature is not possible.
        InvalidArgumentError: an example is damaged, or a feature is missing or of another dtype or number of values.
    """
    what = "tf.io.parse_sequence_example"
    context, lists = _plans(context_features, sequence_features, what)
    batch, names = examples.batch_of(serialized, example_names, what)
    if in_trial():
        return examples.made_up(context, batch.shape), *_made_up(lists, batch.shape)
    _check_ragged(lists, True)
    if not batch.ndim:
        found, steps = parse_single_sequence_example(batch, context_features, sequence_features, names and names[0])
        return found, steps, {d.key: Tensor(np.array(len(steps[d.key]), np.int64)) for d in lists.dense}
    abouts = examples.abouts(what, len(batch), names)
    if not len(batch) and any(d.default is None for d in context.dense):
        raise InvalidArgumentError(None, None, f"{what}: a batch without examples lacks the features {[d.key for d in context.dense]}")
    messages = [examples.read(SequenceExample, data, about) for data, about in zip(batch.tolist(), abouts)]
    found = examples.several(context, [m.context.feature for m in messages], abouts)
    return (found, *_lists_of_several(lists, [m.feature_lists.feature_list for m in messages], abouts))


def _lists_of_several(plan: Plan, all_lists: list[Any], abouts: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    made: dict[str, Any] = {}
    lengths: dict[str, Any] = {}
    for key, dtype in plan.sparse:
        rows = [examples.sparse_rows(_rows(lists.get(key), key, dtype, about), dtype) for lists, about in zip(all_lists, abouts)]
        # Rows of an empty example tell the number of axes, whatever the number of examples.
        where, held, shape = (p._payload for p in SparseTensor.stacked([*rows, examples.sparse_rows([], dtype)])._parts)
        made[key] = SparseTensor._of(where, held, [len(rows), *shape[1:]], [None, None, None])
    for dense in plan.dense:
        steps = [_steps(plan, dense, lists.get(dense.key), about) for lists, about in zip(all_lists, abouts)]
        made[dense.key] = Tensor(examples.padded(steps, dense))
        lengths[dense.key] = Tensor(np.array([len(s) for s in steps], np.int64))
    return made, lengths

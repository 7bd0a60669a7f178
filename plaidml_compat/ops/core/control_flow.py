"""tf.cond, tf.case, tf.switch_case and tf.while_loop on tensors that have values: the branch that is chosen runs, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

import numpy as np

from ...exceptions import PlacementError
from ...nesting import map_structure
from ...random.branches import Graphs
from ...registry import export
from ...tensor import Tensor, as_array, is_symbolic
from ._checks import invalid


def _value(op: str, value: Any, kinds: str, what: str) -> Any:
    """A scalar's value.

    Raises:
        PlacementError: it has none: it is symbolic.
        TypeError, InvalidArgumentError: it is of another kind, or no scalar.
    """
    if is_symbolic(value):
        raise PlacementError(
            op,
            "a PlaidML graph cannot choose between branches when it runs",
            "Compute both and choose with tf.where, or decide in Dataset.map, before the batch reaches the model",
        )
    a = as_array(value)
    if a.dtype.kind not in kinds:
        raise TypeError(f"{op}: {what}; received {value!r:.200}")
    if a.size != 1:
        raise invalid(f"{op}: {what}; received a tensor of shape {a.shape}")
    return a.reshape(())[()]


def _tensors(result: Any) -> Any:
    """A branch's result, numbers and arrays in it as tensors."""
    return map_structure(lambda v: Tensor(as_array(v)) if isinstance(v, (bool, int, float, np.ndarray, np.generic)) else v, result)


@export("tf.cond")
def cond(pred: Any, true_fn: Callable[[], Any] | None = None, false_fn: Callable[[], Any] | None = None, name: str | None = None) -> Any:
    """`true_fn()` or `false_fn()`, by a scalar bool.

    Raises:
        TypeError: a branch cannot be called, or `pred` is no bool.
        InvalidArgumentError: `pred` is no scalar.
        PlacementError: `pred` is symbolic.
    """
    for word, branch in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(branch):
            raise TypeError(f"tf.cond: `{word}` must be callable; received {branch!r:.200}")
    is_true = _value("tf.cond", pred, "b", "`pred` must be a scalar bool")
    chosen = true_fn if is_true else false_fn
    assert chosen is not None
    return _tensors(Graphs().run(int(is_true), chosen))


@export("tf.case")
def case(
    pred_fn_pairs: Sequence[tuple[Any, Callable[[], Any]]],
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """The result of the first function whose predicate is true.

    Args:
        pred_fn_pairs: pairs of a scalar bool and a function.
        default: called when none is true.
        exclusive: has no effect, as in TensorFlow where it runs eagerly: the first one counts.
        strict: has no effect: results keep their structure.
        name: ignored.

    Raises:
        InvalidArgumentError: none is true and there is no default.
        TypeError: something else than such pairs.
    """
    if not isinstance(pred_fn_pairs, (list, tuple)):
        raise TypeError(f"tf.case: `pred_fn_pairs` must be a list or tuple of pairs; received {pred_fn_pairs!r:.200}")
    chosen, number = default, len(pred_fn_pairs)
    for i, (pred, function) in enumerate(pred_fn_pairs):
        if not callable(function):
            raise TypeError(f"tf.case: each function must be callable; received {function!r:.200}")
        if _value("tf.case", pred, "b", "each predicate must be a scalar bool"):
            chosen, number = function, i
            break
    if chosen is None:
        raise invalid("tf.case: no predicate is true, and there is no `default`")
    return _tensors(Graphs().run(number, chosen))


@export("tf.switch_case")
def switch_case(
    branch_index: Any,
    branch_fns: Any,
    default: Callable[[], Any] | None = None,
    name: str = "switch_case",
) -> Any:
    """The result of a function chosen by its number.

    Args:
        branch_index: a scalar int.
        branch_fns: functions, pairs of a number and a function, or a dictionary of these; the numbers are those from 0 on.
        default: called when there is no function of that number; the one with the largest number by default.
        name: ignored.

    Raises:
        TypeError: something else was given.
        ValueError: the numbers are not those from 0 on.
    """
    pairs = branch_fns.items() if isinstance(branch_fns, dict) else branch_fns
    functions = dict(pairs) if all(isinstance(p, tuple) for p in pairs) else dict(enumerate(pairs))
    if not functions or not all(callable(f) for f in functions.values()):
        raise TypeError(f"tf.switch_case: `branch_fns` must be functions; received {branch_fns!r:.200}")
    if sorted(functions) != list(range(len(functions))):
        raise ValueError(f"tf.switch_case: the branches must be numbered from 0 on, without a gap; received {sorted(functions)}")
    number = int(_value("tf.switch_case", branch_index, "iu", "`branch_index` must be a scalar integer"))
    if number not in functions:
        number = len(functions) - (default is None)
    chosen: Any = functions.get(number, default)
    return _tensors(Graphs().run(number, chosen))


@export("tf.while_loop")
def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """Call `body(*loop_vars)` for the next `loop_vars` as long as `cond(*loop_vars)` is true.

    Args:
        cond: returns a scalar bool.
        body: returns the variables anew, in the same structure.
        loop_vars: a list or tuple of structures of tensors.
        shape_invariants: has no effect: shapes may change.
        parallel_iterations: has no effect.
        back_prop: has no effect.
        swap_memory: has no effect.
        maximum_iterations: at most so many, or `None`.
        name: ignored.

    Raises:
        TypeError: `cond` or `body` cannot be called.
        ValueError: there are no variables.
    """
    if not callable(cond) or not callable(body):
        raise TypeError("tf.while_loop: `cond` and `body` must be callable")
    if not loop_vars:
        raise ValueError("tf.while_loop: no loop variables provided")
    most = maximum_iterations
    if most is not None:
        most = int(_value("tf.while_loop", most, "iu", "`maximum_iterations` must be an integer"))
    single = len(loop_vars) == 1
    values, done, graphs = _tensors(loop_vars), 0, Graphs()
    while (most is None or done < most) and _value("tf.while_loop", graphs.run(0, cond, *values), "b", "`cond` must return a scalar bool"):
        made = graphs.run(1, body, *values)
        if single and not (isinstance(made, (list, tuple)) and len(made) == 1):
            made = (made,)
        values = _tensors(type(loop_vars)(made) if type(loop_vars) in (list, tuple) else made)
        done += 1
    return values

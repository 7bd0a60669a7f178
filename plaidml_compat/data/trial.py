"""Trial runs of a dataset's function: what TensorFlow learns by tracing it, before any element exists.

TensorFlow calls a mapped function once when the dataset is made. That builds the layers in it, which take their seeds
then, and tells the shapes of the results. Here the function runs on zeros, with nothing drawn, nothing warned of and nothing
counted.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any, Callable

import numpy as np

from .. import dispatch, observe, random
from .nest import leaves, map_nest, same_structure, to_arrays
from .node import SpecUnknown
from .spec import TensorSpec, common_shape, spec_of

_SIZES = ((2, 3), (320, 352))
"""What unknown sizes are taken to be, in pairs; a size that differs between the two results is unknown as well."""

_TRIAL: contextvars.ContextVar[int] = contextvars.ContextVar("plaidml_compat_trial", default=0)


def trial_size() -> int:
    """In a trial run, what unknown sizes are taken to be: for functions that read or decode; 0 otherwise."""
    return _TRIAL.get()


@contextlib.contextmanager
def _running(size: int) -> Iterator[None]:
    token = _TRIAL.set(size)
    try:
        with observe.muted(), dispatch.device_scope("host"), random.discarded(), random.graph_calls().element():
            yield
    finally:
        _TRIAL.reset(token)


def _example(spec: Any, size: int) -> np.ndarray:
    if not isinstance(spec, TensorSpec) or spec.shape.rank is None:
        raise SpecUnknown
    shape = tuple(size if s is None else s for s in spec.shape)
    if spec.dtype == "string":
        return np.full(shape, b"", object)
    return np.zeros(shape, spec.dtype.np_type)


def call_once(function: Callable[[Any], Any], spec: Any) -> bool:
    """Call the function on zeros for what that leaves behind, such as built layers; true when it got to its end."""
    for size in _SIZES[0][0], _SIZES[1][0]:
        with contextlib.suppress(SpecUnknown):
            try_once(function, spec, size)
            return True
    return False


def try_once(function: Callable[[Any], Any], spec: Any, size: int) -> Any:
    """The function's result on zeros, as a nest of arrays; unknown sizes are `size`.

    Raises:
        SpecUnknown: there are no zeros of such a shape, or the function failed on them.
    """
    example = map_nest(lambda s: _example(s, size), spec)
    with _running(size):
        try:
            return to_arrays(function(example))
        except Exception as e:
            # It may be right to refuse zeros; real elements will show.
            observe.log.debug("trial run of %r with zeros failed: %s: %s", function, type(e).__name__, e)
            raise SpecUnknown from e


def result_spec(function: Callable[[Any], Any], spec: Any) -> Any:
    """The specs of the function's results.

    Raises:
        SpecUnknown: they cannot be told without a real element.
    """
    for first, second in _SIZES:
        with contextlib.suppress(SpecUnknown):
            a = spec_of(try_once(function, spec, first))
            b = spec_of(try_once(function, spec, second))
            if same_structure(a, b) and len(leaves(a)) == len(leaves(b)):
                return map_nest(_merge, a, b)
    raise SpecUnknown


def _merge(a: Any, b: Any) -> Any:
    if isinstance(a, TensorSpec) and isinstance(b, TensorSpec):
        return TensorSpec(common_shape(a.shape, b.shape), a.dtype)
    return a

"""The trial run of a dataset's function: what TensorFlow learns by tracing it, before any element exists.

TensorFlow calls a mapped function once when the dataset is made. That builds the layers in it, which take their seeds
then, and tells the shapes of the results. Here the function runs on zeros, on the host, with nothing drawn, nothing warned of
and nothing counted: once, unless it fails and other sizes may suit it better. It is never run for `element_spec`.

What a function prints, counts or appends it does once more than there are elements, as in TensorFlow; a loop that ends only when
its tensors are not zero would not end.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any, Callable, Optional

import numpy as np

from .. import dispatch, observe, random
from . import made_up
from .nest import leaves, map_nest, to_arrays
from .node import SpecUnknown
from .spec import spec_of


class _Trial:
    """The run that is going on."""

    def __init__(self, shapes: list[tuple[int, ...]], image: tuple[int, int]) -> None:
        self.shapes, self.image, self.image_asked = shapes, image, False

    def repeats(self, before: _Trial) -> bool:
        """True when it would be no other than one before."""
        return self.shapes == before.shapes and (self.image == before.image or not before.image_asked)


_TRIAL: contextvars.ContextVar[Optional[_Trial]] = contextvars.ContextVar("plaidml_compat_trial", default=None)


def in_trial() -> bool:
    """True in a trial run: there is no file to be read then."""
    return _TRIAL.get() is not None


def trial_image() -> tuple[int, int] | None:
    """In a trial run, the made-up height and width of an image to be decoded; `None` otherwise."""
    trial = _TRIAL.get()
    if trial is None:
        return None
    trial.image_asked = True
    return trial.image


@contextlib.contextmanager
def _running(trial: _Trial) -> Iterator[None]:
    token = _TRIAL.set(trial)
    try:
        with observe.muted(), dispatch.only_on_host(), random.discarded(), random.graph_calls().element(), np.errstate(all="ignore"):
            yield
    finally:
        _TRIAL.reset(token)


def result_spec(function: Callable[[Any], Any], spec: Any) -> Any:
    """The specs of a function's results, found by running it on zeros.

    Args:
        function: of a nest of arrays.
        spec: the specs of its argument.

    Raises:
        SpecUnknown: there are no zeros of such shapes, or the function failed on them.
    """
    tried: list[_Trial] = []
    for sizes in made_up.ATTEMPTS:
        if tried and not sizes.telling:
            break
        try:
            shapes = [sizes.shape(s) for s in leaves(spec)]
        except SpecUnknown:
            continue
        trial = _Trial(shapes, (sizes.tall, sizes.wide))
        if any(trial.repeats(before) for before in tried):
            continue
        tried.append(trial)
        try:
            with _running(trial):
                result = spec_of(to_arrays(function(map_nest(sizes.zeros, spec))))
        except (Exception, SystemExit) as e:
            # It may be right to refuse zeros, or sizes: real elements will show.
            observe.log.debug("trial run of %r on zeros failed: %s: %s", function, type(e).__name__, e)
        else:
            return sizes.told(spec, trial.image_asked, result)
    raise SpecUnknown

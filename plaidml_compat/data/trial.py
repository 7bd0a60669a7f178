"""The trial run of a dataset's function: what TensorFlow learns by tracing it, before any element exists.

TensorFlow calls a mapped function once when the dataset is made. That builds the layers in it, which take their seeds
then, and tells the shapes of the results. Here the function runs on zeros, on the host, with nothing drawn, nothing warned of
and nothing counted: once, and once more with other numbers if it looked at them; if it fails, other sizes may suit it better. It is
never run for `element_spec`.

What a function prints, counts or appends it does once or twice more than there are elements, in TensorFlow once; a loop that ends
only when its tensors are not zero would not end.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any, Callable, Optional

import numpy as np

from .. import dispatch, observe, random
from ..random.traces import undone
from ..trial_flag import bind_trial
from . import made_up
from .nest import map_nest, same_structure
from .node import SpecUnknown
from .spec import common_spec, spec_of


class _Trial:
    """The run that is going on."""

    def __init__(self, spec: Any, sizes: made_up.Sizes) -> None:
        self._spec, self._sizes = spec, sizes
        self.shapes, self.image, self.image_asked = sizes.shapes(spec), (sizes.tall, sizes.wide), False

    def repeats(self, before: _Trial) -> bool:
        """True when it would be no other than one before."""
        return self.shapes == before.shapes and (self.image == before.image or not before.image_asked)

    def told(self, result: Any) -> Any:
        """The specs of a result, without the sizes that may come from made-up ones."""
        return self._sizes.told(self._spec, self.image_asked, result)


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


def told(spec: Any) -> Any:
    """In a trial run, specs without the sizes that may come from made-up ones."""
    trial = _TRIAL.get()
    return spec if trial is None else trial.told(spec)


@contextlib.contextmanager
def _running(trial: _Trial) -> Iterator[None]:
    token = _TRIAL.set(trial)
    try:
        with (
            observe.muted(),
            dispatch.only_on_host(),
            random.discarded(),
            undone(),
            random.graph_calls().element(),
            np.errstate(all="ignore"),
        ):
            yield
    finally:
        _TRIAL.reset(token)


def result_spec(
    function: Callable[[Any], Any],
    spec: Any,
    makes_dataset: bool = False,
    again: Callable[[], Optional[Callable[[Any], Any]]] = lambda: None,
) -> Any:
    """The specs of a function's results, found by running it on zeros, and on other numbers too if it looks at them.

    Args:
        function: of a nest of arrays, which returns one.
        spec: the specs of its argument.
        makes_dataset: its result is a dataset.
        again: gives, after a run, the same function for a run with other numbers, if it has looked at them.

    Raises:
        SpecUnknown: there are no zeros of such shapes, or the function failed on them.
    """
    tried: list[_Trial] = []
    outer = _TRIAL.get()
    for sizes in (*made_up.FOR_DATASETS, *made_up.ATTEMPTS) if makes_dataset else made_up.ATTEMPTS:
        if tried and not sizes.telling:
            break
        try:
            trial = _Trial(spec, sizes)
        except SpecUnknown:
            continue
        if any(trial.repeats(before) for before in tried):
            continue
        tried.append(trial)
        try:
            result = _run(trial, sizes, function, spec, 0)
        except (Exception, SystemExit) as e:
            # It may be right to refuse zeros, or sizes: real elements will show.
            observe.log.debug("trial run of %r on zeros failed: %s: %s", function, type(e).__name__, e)
            continue
        other = again()
        if other is not None:
            # A size, or a branch, may hang on the numbers: others tell.
            with contextlib.suppress(Exception, SystemExit):
                result = _agreed(result, _run(trial, sizes, other, spec, _OTHER))
        # Within the trial of another function, sizes may come from those made up for that one.
        return trial.told(result) if outer is None else outer.told(trial.told(result))
    raise SpecUnknown


_OTHER = 3
"""What a second trial run is given instead of zeros: small enough for an index, and not 1, which is as special as 0."""


def _run(trial: _Trial, sizes: made_up.Sizes, function: Callable[[Any], Any], spec: Any, number: int) -> Any:
    with _running(trial):
        return spec_of(function(map_nest(lambda s: sizes.filled(s, number), spec)))


def _agreed(a: Any, b: Any) -> Any:
    """What two specs of the same results have in common."""
    if not same_structure(a, b):
        return a
    return map_nest(_agreed_leaf, a, b)


def _agreed_leaf(a: Any, b: Any) -> Any:
    try:
        return common_spec(a, b)
    except TypeError:
        return a


bind_trial(in_trial, trial_image)

"""Calls on batches of images that speed is measured with, made from the samples of the registry."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

from ... import arguments, dispatch, goldens
from ...registry import LayerEntry, Op, Sample, entries

SIZE = 224
_TRIED, _EVERY = 4, 1000
"""Samples of a kind that are tried, one after the other: a few, or all of them."""


@dataclass(frozen=True)
class Call:
    """A call of an op or layer on a batch.

    Attributes:
        make: makes a function that calls it and returns its results as arrays; of a layer that draws, the first call of each function
            that was made draws the same.
        about: what is called, in words.
        images: how many a call takes.
        given: the images.
        sure: made from a sample with images; else only a guess: that what takes tensors takes images.
    """

    make: Callable[[], Callable[[], list[np.ndarray]]]
    about: str
    images: int
    given: np.ndarray | None
    sure: bool = True


def calls(tf: Any, entry: Any, batch: int) -> Iterator[Call]:
    """Calls of an op or layer on `batch` images, the most typical first; some may fail.

    Images are the first tensor of four axes, else three, that a sample has: the sample's own, repeated. What has a value an image gets
    one for each; everything else stays as it is. An op without samples is called as a layer that applies it calls it, or with batches
    of images for all of its tensors.

    Args:
        tf: the facade.
        entry: an op or a layer.
        batch: number of images.
    """
    if isinstance(entry, LayerEntry):
        yield from _of_layer(tf, entry, batch, _TRIED)
    elif entry.samples():
        yield from _of_op(tf, entry, batch)
    else:
        yield from _as_in_layers(tf, entry, batch)
        yield from _of_tensors(tf, entry, None, batch)


# --------------------------------------------------------------------------------------------------------- of an op
def _of_op(tf: Any, op: Op, batch: int) -> Iterator[Call]:
    ranked = _ranked(op, lambda sample: _tensors(op, sample))
    for rank in sorted(r for r in ranked if r):
        for sample in ranked[rank][:_TRIED]:
            values, seen = _bound(op, sample), []
            for every in (True, False):
                blown = _blown_up(values, op.tensor_args, batch, every)
                shapes = [np.shape(v) for v in _leaves(blown)]
                if shapes not in seen:
                    seen.append(shapes)
                    yield _call_of_op(tf, op, blown, f"sample {sample.id!r}", batch)
    for sample in ranked.get((), [])[:_TRIED]:
        yield from _of_tensors(tf, op, sample, batch, np.float32)
        yield from _of_tensors(tf, op, sample, batch)


def _of_tensors(tf: Any, op: Op, sample: Sample | None, batch: int, dtype: Any = None) -> Iterator[Call]:
    """A call whose numeric tensors are all batches of images, if there is one; those of integers in another dtype, where it is given."""
    given = _bound(op, sample) if sample else {}
    if sample and not all(_is_numeric(t) for t in _tensors(op, sample)):
        return
    values: dict[str, Any] = {}
    for name, parameter in op.signature.parameters.items():
        if name in op.tensor_args and (name not in given or given[name] is not None):
            several = "Sequence" in str(parameter.annotation) or parameter.kind is parameter.VAR_POSITIONAL
            like = np.asarray(np.float32(0) if several or name not in given else given[name])
            made = _made_up(batch, like.astype(dtype) if dtype and like.dtype.kind in "iu" else like)
            values[name] = [made, made] if several else made
        elif name in given:
            values[name] = given[name]
        elif parameter.kind is parameter.VAR_KEYWORD:
            values[name] = {}
        elif parameter.default is parameter.empty:
            return
        else:
            values[name] = parameter.default
    what = f"sample {sample.id!r}, with images for its tensors" if sample else "images for all tensors"
    yield dataclasses.replace(_call_of_op(tf, op, values, what, batch), sure=False)


def _made_up(batch: int, like: np.ndarray) -> np.ndarray:
    """Images of the dtype of an array, and of its values where it has some."""
    if like.ndim:
        return np.resize(like, (batch, SIZE, SIZE, 3))
    return np.random.RandomState(0).rand(batch, SIZE, SIZE, 3).astype(np.float32 if like.dtype.kind in "fiub" else like.dtype)


def _call_of_op(tf: Any, op: Op, values: dict[str, Any], what: str, images: int) -> Call:
    args, kwargs = arguments.split(op, values)

    def call() -> list[np.ndarray]:
        return [goldens.plain(t) for t in goldens.flat(op(*args, **kwargs))]

    given = _images([values.get(n) for n in op.tensor_args])
    return Call(lambda: call, f"{_words(given)}, {what}", images, given)


def _as_in_layers(tf: Any, op: Op, batch: int) -> Iterator[Call]:
    """The calls that layers make of an op; those of few ops first."""
    owners = [e for e in entries() if isinstance(e, LayerEntry) and op in e.ops]
    for entry in sorted(owners, key=lambda e: len(e.ops)):
        for call in _of_layer(tf, entry, batch, _EVERY):
            values = _caught(op, call)
            if values is not None:
                yield _call_of_op(tf, op, values, f"as in {entry.name}", batch)
                break


class _Caught(Exception):
    """The call that was waited for."""


def _caught(op: Op, call: Call) -> dict[str, Any] | None:
    """The arguments with which something calls an op; `None`: it does not, or failed before."""
    found: list[dict[str, Any]] = []

    def catch(values: dict[str, Any]) -> Any:
        found.append(dict(values))
        raise _Caught

    with dispatch.intercepted(op, catch), contextlib.suppress(Exception):  # ours, or that of an op before it: then nothing was found
        call.make()()
    return found[0] if found else None


# ------------------------------------------------------------------------------------------------------- of a layer
def _of_layer(tf: Any, entry: LayerEntry, batch: int, tried: int) -> Iterator[Call]:
    ranked = _ranked(entry, lambda sample: [_first_call(sample)[0]])
    for rank in sorted(r for r in ranked if r):
        for sample in ranked[rank][:tried]:
            inputs, how = _first_call(sample)
            blown = _blown_up({"x": inputs}, ("x",), batch, True)["x"]
            images = _images([blown])
            yield Call(_maker(tf, entry, sample, blown, how), f"{_words(images)}, sample {sample.id!r}", batch, images)


def _maker(tf: Any, entry: LayerEntry, sample: Sample, inputs: Any, how: dict) -> Callable[[], Callable[[], list[np.ndarray]]]:
    def make() -> Callable[[], list[np.ndarray]]:
        tf.keras.utils.set_random_seed(goldens.SEED)
        layer = goldens.find(tf, entry.name)(**sample.kwargs)
        return lambda: [goldens.plain(t) for t in goldens.flat(layer(inputs, **how))]

    return make


def _first_call(sample: Sample) -> tuple[Any, dict]:
    if not sample.args:
        return None, {}
    first, *_ = sample.args
    return goldens.call_of(first)


# ---------------------------------------------------------------------------------------------------- blowing it up
def _bound(op: Op, sample: Sample) -> dict[str, Any]:
    return arguments.bind(op, sample.args, dict(sample.kwargs))


def _tensors(op: Op, sample: Sample) -> list[Any]:
    values = _bound(op, sample)
    return [values[n] for n in op.tensor_args if values.get(n) is not None]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        # A dictionary's images decide, not what stands beside them.
        for key in sorted(value, key=lambda k: (k != "images", str(k))):
            yield from _leaves(value[key])
    elif isinstance(value, (list, tuple)):
        for v in value:
            yield from _leaves(v)
    else:
        yield value


def _is_numeric(value: Any) -> bool:
    return all(np.asarray(v).dtype.kind in "fiub" for v in _leaves(value) if v is not None)


def _images(values: Any) -> np.ndarray | None:
    """The first numeric array with four axes, else with three."""
    arrays = [np.asarray(v) for v in _leaves(list(values)) if hasattr(v, "shape") and hasattr(v, "dtype")]
    for rank in (4, 3):
        for a in arrays:
            if a.ndim == rank and a.dtype.kind in "fiub" and a.size:
                return a
    return None


def _ranked(entry: Any, given: Callable[[Sample], list[Any]]) -> dict[tuple, list[Sample]]:
    """The samples of an entry by rank, where `given` tells the values in which their images are."""
    ranked: dict[tuple, list[Sample]] = {}
    for sample in entry.samples():
        ranked.setdefault(_rank(_images(given(sample))), []).append(sample)
    return ranked


def _rank(images: np.ndarray | None) -> tuple:
    """Sorts samples, the most typical first: numbers with fractions, three channels, a batch; empty: no images."""
    if images is None:
        return ()
    return (images.dtype != np.float32, images.shape[-1] != 3, images.ndim != 4)


def _blown_up(values: dict[str, Any], tensors: Any, batch: int, every: bool) -> dict[str, Any]:
    """Arguments for a batch of large images.

    Args:
        values: a sample's arguments.
        tensors: names of those that are tensors.
        batch: number of images.
        every: vectors as long as the sample's batch get as long as the new one; else they stay.
    """
    images = _images([values[n] for n in tensors if n in values])
    assert images is not None
    shape = images.shape if images.ndim == 4 else (1, *images.shape)
    # An axis of size one may stand for any size: the images' own is never one that others share by chance.
    wanted = (batch, SIZE, SIZE, shape[3])

    def grown(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: grown(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(grown(v) for v in value)
        if not (hasattr(value, "shape") and hasattr(value, "dtype")):
            return value
        a = np.asarray(value)
        if a.dtype.kind not in "fiub":
            return value
        if a.ndim == images.ndim:
            full = a if a.ndim == 4 else a[None]
            return _tiled(full, tuple(w if n == s or n > 1 else 1 for n, s, w in zip(full.shape[:3], shape, wanted)) + full.shape[3:])
        if images.ndim == 4 and a.ndim and a.shape[0] == shape[0] and (every or a.ndim > 1):
            return _tiled(a, (batch, *a.shape[1:]))
        return value

    return {n: grown(v) if n in tensors else v for n, v in values.items()}


def _tiled(a: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """An array repeated along its axes until it has a shape."""
    repeats = [-(-want // have) for want, have in zip(shape, a.shape)]
    return np.ascontiguousarray(np.tile(a, repeats)[tuple(slice(n) for n in shape)])


def _words(images: np.ndarray | None) -> str:
    return "no images" if images is None else f"{images.dtype} {'x'.join(str(n) for n in images.shape)}"

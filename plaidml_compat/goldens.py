"""Goldens, arrays recorded from the real TensorFlow: running a sample as they were recorded, reading them, comparing with them.

NumPy is all that is needed, but for `run`: this is used where there is TensorFlow and nothing of what this package needs.

A golden is `NAME.npz` in a folder: NAME is an entry's TensorFlow name, its arrays `SAMPLE/0`, `SAMPLE/1`, ... are the outputs (of a
layer: one a call), `SAMPLE/draw/0`, ... the numbers that a layer drew; or NAME is a scenario, its arrays are `FUNCTION/KEY`. The array
`meta` is JSON: the TensorFlow version, the recorder's hash, and for every sample or scenario the hash of what went in.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .sample_arguments import sample_hash
from .surface import tensorflow_names

HOW = "record again: python tools/record_golden.py --tensorflow TF_ENVIRONMENT/bin/python {name}"
OUTSIDE = (
    "What neither TensorFlow 2.15 nor 2.21 has cannot be compared: it belongs in an extension package (CONTRIBUTING, Outside this package)"
)
"""Said where a test misses what TensorFlow gives."""


class StaleGolden(AssertionError):
    """A golden that does not belong to today's samples."""


class Different(AssertionError):
    """Results that differ by more than numbers: another dtype, shape or text."""


def recorded_here() -> Path | None:
    """The folder of goldens in a checkout of the sources, of which this module is a part; `None`: it is installed elsewhere."""
    root = Path(__file__).resolve().parent.parent
    return root / "tests" / "goldens" if (root / "tools" / "record_golden.py").exists() else None


SEED = 1234
"""What `tf.keras.utils.set_random_seed` gets before a layer's sample."""

ORACLES = ("2.15", "2.21")
"""The versions of TensorFlow that goldens are recorded from: what the first lacks, the second decides."""


def oracle_of_entry(entry: Any) -> str:
    """The version that decides about an entry: the first that has its name."""
    versions = tensorflow_names().get(entry.name, ("", ()))[1]
    return next((o for o in ORACLES if any(v.startswith(o) for v in versions)), ORACLES[0])


def allowed(entry: Any, sample: Any) -> float:
    """How far from TensorFlow's a sample's results may be; a device kernel may have a larger tolerance of its own."""
    return entry.tolerance if sample.tolerance is None else sample.tolerance


def ops_of(entry: Any) -> list[Any]:
    """The ops that an entry's samples run."""
    return [entry] if entry.kind == "op" else list(entry.ops)


def golden_name(entry: Any, sample: Any) -> str:
    """The golden in which a sample's results are: one of its own for samples of another oracle than the entry's."""
    own = oracle_of_entry(entry)
    return entry.name if sample.oracle in (None, own) else f"{entry.name}@{sample.oracle}"


def find(tf: Any, name: str) -> Any:
    """The object of a TensorFlow name."""
    obj = tf if name.startswith("tf.") else tf.keras
    for part in name.split(".")[1:]:
        obj = getattr(obj, part)
    return obj


def flat(out: Any) -> list[Any]:
    """The tensors of a result; those of a dictionary by key."""
    if isinstance(out, dict):
        out = [out[k] for k in sorted(out)]
    return [t for o in out for t in flat(o)] if isinstance(out, (list, tuple)) else [out]


@contextlib.contextmanager
def recorded(functions: Iterable[tuple[Any, str]]) -> Iterator[list[np.ndarray]]:
    """Collect the results of functions, given as (owner, name of the attribute), while the block runs."""
    results: list[np.ndarray] = []

    def recording(function: Any) -> Any:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            out = function(*args, **kwargs)
            results.append(np.asarray(out))
            return out

        return call

    kept = [(owner, name, getattr(owner, name)) for owner, name in functions]
    for owner, name, function in kept:
        setattr(owner, name, recording(function))
    try:
        yield results
    finally:
        for owner, name, function in kept:
            setattr(owner, name, function)


def call_of(arg: Any) -> tuple[Any, dict[str, Any]]:
    """The inputs and the keyword arguments of one call of a layer's sample: in training, unless it is such a pair itself."""
    pair = isinstance(arg, tuple) and len(arg) == 2 and isinstance(arg[1], dict)
    return arg if pair else (arg, {"training": True})


def run_sample(tf: Any, name: str, kind: str, args: Any, kwargs: Any, draws: Iterable[tuple[Any, str]]) -> dict[str, np.ndarray]:
    """Results of a sample by key, as in its golden.

    Args:
        tf: TensorFlow, or the facade.
        name: of the op or layer.
        kind: `"op"` or `"layer"`.
        args: of the op; of a layer one call each, see `call_of`.
        kwargs: of the op, or of the layer's constructor.
        draws: the functions that layers draw with, see `recorded`.
    """
    target = find(tf, name)
    if kind == "op":
        return {str(i): plain(t) for i, t in enumerate(flat(target(*args, **kwargs)))}
    tf.keras.utils.set_random_seed(SEED)
    layer = target(**kwargs)
    outputs: list[Any] = []
    with recorded(draws) as drawn:
        for arg in args:
            x, how = call_of(arg)
            outputs += flat(layer(x, **how))
    found: dict[Any, Any] = {**dict(enumerate(outputs)), **{f"draw/{i}": d for i, d in enumerate(drawn)}}
    return {str(k): plain(v) for k, v in found.items()}


def run(tf: Any, entry: Any, sample: Any) -> dict[str, np.ndarray]:
    """Results of a sample of the registry by key, as in its golden, with this package.

    Args:
        tf: the facade.
        entry: an op or a layer.
        sample: one of its samples.
    """
    from . import random
    from .random import gamma_distribution, stateless

    draws: list[tuple[Any, str]] = [(random.LayerGenerator, "uniform"), (random.LayerGenerator, "normal"), (random, "stateless_uniform")]
    draws += [(module, n) for module in (stateless, gamma_distribution) for n in dir(module) if n.startswith("stateless_")]
    return run_sample(tf, entry.name, entry.kind, sample.args, sample.kwargs, draws)


def plain(value: Any) -> np.ndarray:
    """The array of a result: text as bytes of fixed width."""
    a = np.asarray(value)
    if a.dtype == object:
        a = np.array([v.encode() if isinstance(v, str) else bytes(v) for v in a.ravel()] or [b""], "S")[: a.size].reshape(a.shape)
    return np.char.encode(a, "utf-8") if a.dtype.kind == "U" else a


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a file."""
    with np.load(path, allow_pickle=False) as z:
        return {k: z[k] for k in z.files}


def read(name: str, folder: Path) -> tuple[dict[str, np.ndarray], dict]:
    """A golden's arrays and its meta.

    Raises:
        StaleGolden: it was never recorded.
    """
    path = folder / f"{name}.npz"
    if not path.exists():
        raise StaleGolden(f"{name}: no golden was recorded; {HOW.format(name=name)}. {OUTSIDE}")
    arrays = read_npz(path)
    return arrays, json.loads(str(arrays.pop("meta")))


def expected(name: str, part: str, inputs: str, folder: Path) -> dict[str, np.ndarray]:
    """What TensorFlow gave for one sample of an entry, or one function of a scenario, by key.

    Args:
        name: entry or scenario.
        part: sample id or function.
        inputs: hash of what goes in today.
        folder: where the goldens are.

    Raises:
        StaleGolden: it was recorded from other inputs, or never.
    """
    arrays, meta = read(name, folder)
    if meta["inputs"].get(part) != inputs:
        what = "was recorded from other inputs" if part in meta["inputs"] else "was not recorded"
        raise StaleGolden(f"{name}, {part}: the golden {what}; {HOW.format(name=name)}")
    return {k[len(part) + 1 :]: v for k, v in arrays.items() if k.startswith(part + "/")}


def expected_of(entry: Any, sample: Any, folder: Path) -> dict[str, np.ndarray]:
    """What TensorFlow gave for a sample of the registry, by key; draws of another oracle than the entry's are left out.

    Raises:
        StaleGolden: it was recorded from other inputs, or never.
    """
    name = golden_name(entry, sample)
    want = expected(name, sample.id, sample_hash(sample), folder)
    return want if name == entry.name else without_draws(want)


def without_draws(results: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The results alone, without what a layer drew."""
    return {k: v for k, v in results.items() if not is_draw(k)}


def is_draw(key: str) -> bool:
    """Whether the array of this key is what a layer drew."""
    return key.startswith("draw/")


def side_by_side(entry: Any, sample: Any, got: dict[str, np.ndarray], folder: Path) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Result by result of a sample: its key, what it is and what TensorFlow gave, which have the same dtype and shape.

    Raises:
        Different: they have not, or there are other results or texts.
        StaleGolden: there is no golden of today's sample.
    """
    want = expected_of(entry, sample, folder)
    if golden_name(entry, sample) != entry.name:
        got = without_draws(got)
    if sorted(got) != sorted(want):
        raise Different(f"{entry.name}, {sample.id}: gave {sorted(got)} instead of {sorted(want)}")
    for key in sorted(want):
        check_same_kind(got[key], want[key], f"{entry.name}, {sample.id}, {key}")
        yield key, got[key], want[key]


def check_same_kind(got: np.ndarray, want: np.ndarray, what: str) -> None:
    """Refuse another dtype, another shape or another text.

    Raises:
        Different: it is one; the message begins with `what`.
    """
    if want.dtype.kind == "S":
        if got.dtype.kind != "S" or got.shape != want.shape or not (got == want).all():
            raise Different(f"{what}: {got!r:.300} instead of {want!r:.300}")
    elif got.dtype != want.dtype:
        raise Different(f"{what}: dtype {got.dtype} instead of {want.dtype}")
    elif got.shape != want.shape:
        raise Different(f"{what}: shape {got.shape} instead of {want.shape}")


def difference(got: np.ndarray, want: np.ndarray) -> tuple[float, tuple, int]:
    """The largest absolute difference, where it is, and how many values differ; NaN and infinity equal themselves only.

    Text has none: see `check_same_kind`.
    """
    if not want.size or want.dtype.kind == "S":
        return 0.0, (), 0
    if want.dtype.kind in "fc":
        wide: Any = np.complex128 if want.dtype.kind == "c" else np.float64
        a, b = got.astype(wide), want.astype(wide)
        with np.errstate(invalid="ignore"):
            d = np.abs(a - b)
        d = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0, np.where(np.isnan(d), np.inf, d))
    elif want.dtype.kind == "b":
        d = (got != want).astype(float)
    else:
        d = np.maximum(got, want).astype(float) - np.minimum(got, want).astype(float)
        d = np.where(got == want, 0, np.maximum(d, 1))
    at = np.unravel_index(int(np.argmax(d)), d.shape)
    return float(d[at]), at, int(np.count_nonzero(d))

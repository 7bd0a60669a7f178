"""What is known about a TensorFlow name, read off the registry: whether it is here, where it runs, within which limits, and why not."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from .. import cost, observe
from ..exceptions import UnsupportedOpError
from ..facade import modules
from ..facade.names import canonical, is_module
from ..missing import not_built
from ..registry import ENGINES, OPS, Entry, Export, LayerEntry, Op, entries
from ..surface import in_tensorflow, tensorflow_names

STATUSES = ("device", "host", "unsupported", "not built", "unknown")
"""`device`: a PlaidML device can run it, at least inside a model. `host`: it runs on the host alone. `unsupported`: it will not come.
`not built`: nobody has built it yet. `unknown`: TensorFlow has no such name."""

DEVICE_ENGINES = tuple(e for e in ENGINES if e)
_KINDS = {"c": "class", "f": "function", "m": "method", "M": "module", "p": "property"}
_ON_THE_HOST = (
    *("keras.callbacks", "keras.utils", "keras.datasets", "keras.preprocessing", "keras_preprocessing", "keras.wrappers"),
    *("keras.engine.saving", "keras.backend", "plaidml_compat.keras_backports.models.naming"),
)
"""Parts of Keras 2.2.4 that are plain Python; what is in the others becomes a part of a graph."""
_FOR_CONFIGS = ("get", "serialize", "deserialize")
"""Functions of every part that turn names and dictionaries into objects, and back."""


@dataclass(frozen=True)
class Bound:
    """A limit of a device kernel.

    Attributes:
        op: the op whose kernel it is.
        engine: the only engine whose kernel has it; `None`: every one.
        kind: `"wrong"`, `"crash"` or `"slow"`: what would happen without it.
        reason: why.
        advice: what to do.
    """

    op: str
    engine: str | None
    kind: str
    reason: str
    advice: str


@dataclass(frozen=True)
class Slowness:
    """Where an op called on its own was measured to be slow on the project's machines."""

    op: str
    engine: str
    reason: str
    advice: str


@dataclass(frozen=True)
class About:
    """What is known about a name, all of it declared: nothing here was measured on this machine, and nothing ran.

    Attributes:
        name: as it was asked for.
        canonical: the name that the registry uses first.
        family: the part of TensorFlow that it belongs to, e.g. `"tf.image"`.
        kind: `"op"`, `"layer"`, or of what is no op: `"class"`, `"function"`, `"method"`, `"property"`, `"module"`, `"constant"`.
        status: one of `STATUSES`.
        source: who serves it: `"plaidml_compat"`, `"Keras 2.2.4"`, or nobody: `""`.
        engines: on which of PlaidML's engines it can run inside a model.
        head_only: why it can be at the head of a model alone, where it runs on the host; empty: it is not bound to that.
        in_map: whether it is an op or a layer that runs in `Dataset.map`, on the host.
        reason: why it is not here, or is on the host alone.
        instead: what to use instead.
        limits: of its device kernels.
        slow: where its device kernels were measured to be slow.
        parity: agreement with TensorFlow, in words.
        tolerance: largest difference from TensorFlow that its samples may have; `None`: it has no samples.
        determinism: in words; empty: not declared.
        versions: of TensorFlow that have it.
    """

    name: str
    canonical: str
    family: str
    kind: str
    status: str
    source: str = ""
    engines: tuple[str, ...] = ()
    head_only: str = ""
    in_map: bool = False
    reason: str = ""
    instead: str = ""
    limits: tuple[Bound, ...] = ()
    slow: tuple[Slowness, ...] = ()
    parity: str = ""
    tolerance: float | None = None
    determinism: str = ""
    versions: tuple[str, ...] = ()

    @property
    def works(self) -> bool:
        """True for a name that is served."""
        return self.status in ("device", "host")


def all_names() -> list[str]:
    """Every name in scope: TensorFlow's, without its modules, and what the registry has beside; sorted."""
    return sorted({n for n, (kind, _) in tensorflow_names().items() if kind != "M"} | {n for e in entries() for n in e.names})


@functools.lru_cache(None)
def _cached(name: str, entry: Entry | None) -> About:
    return _about(name, entry)


def about(name: str) -> About:
    """What is known about a name such as `"tf.image.rot90"`; needs `install()`.

    Names of Keras, `keras.layers.Dense`, are those below `tf.keras`, and the other way round.
    """
    full = canonical(_listed(name))
    entry = OPS.get(full)
    found = _cached(full, entry)
    if name == full:
        return found
    versions = tensorflow_names().get(name, ("", found.versions))[1]
    return About(**{**vars(found), "name": name, "versions": versions, "family": _family(name)})


def _listed(name: str) -> str:
    """The name under which TensorFlow's listing or the registry has it: with or without `tf.` before `keras.`"""
    other = f"tf.{name}" if name.startswith("keras.") else name[len("tf.") :] if name.startswith("tf.keras.") else name
    return other if not _is_listed(name) and (_is_listed(other) or name.startswith("keras.")) else name


def _is_listed(name: str) -> bool:
    return name in tensorflow_names() or name in OPS


def served(name: str) -> Any:
    """The object that is served under a name.

    Raises:
        UnsupportedOpError: TensorFlow has it, this package does not.
        AttributeError: TensorFlow does not have it either.
    """
    name = canonical(name)
    entry = OPS.get(name)
    if entry is not None and entry.kind != "unsupported":
        return entry.obj
    if name == "tf":
        return _module("tensorflow")
    parent, _, attribute = name.rpartition(".")
    if not parent:
        raise AttributeError(f"there is no {name!r}")
    if is_module(name):
        return _module(_path(name))
    if is_module(parent) and name.startswith("tf."):
        _module(_path(parent))
        return modules.resolve(_path(parent), attribute)
    if name.startswith("keras."):  # Keras 3's functions, which stand at no other place
        raise UnsupportedOpError(name, *not_built(name)) if in_tensorflow(name) else AttributeError(f"there is no {name!r}")
    return getattr(served(parent), attribute)


def _path(name: str) -> str:
    return "tensorflow" + name[len("tf") :]


def _module(path: str) -> ModuleType:
    return importlib.import_module(path)


def _family(name: str) -> str:
    parts = name.split(".")
    if parts[0] == "tf" and len(parts) == 2:
        return "tf"
    return ".".join(parts[: 3 if parts[:2] == ["tf", "keras"] and len(parts) > 3 else 2 if len(parts) > 2 else 1])


def _about(name: str, entry: Entry | None) -> About:
    letter, versions = tensorflow_names().get(name, ("", ()))
    base: dict[str, Any] = {
        "name": name,
        "canonical": entry.name if entry else name,
        "family": _family(name),
        "kind": _KINDS.get(letter, "constant"),
        "versions": versions,
    }
    try:
        with observe.muted():
            obj = served(name)
    except UnsupportedOpError as e:
        status = "unsupported" if entry is not None else "not built"
        return About(**base, status=status, reason=e.reason, instead=e.advice)
    except AttributeError as e:
        if not letter:
            return About(**base, status="unknown", reason=str(e))
        reason, instead = not_built(name)
        return About(**base, status="not built", reason=reason, instead=instead)
    if isinstance(obj, ModuleType):
        return About(**{**base, "kind": "module"}, status="host", source="plaidml_compat")
    if not letter:
        base["kind"] = "class" if isinstance(obj, type) else "function" if callable(obj) else "constant"
    if isinstance(entry, Op):
        return About(**{**base, "kind": "op"}, **_of_op(entry))
    if isinstance(entry, LayerEntry):
        return About(**{**base, "kind": "layer"}, **_of_layer(entry))
    if isinstance(entry, Export):
        on_device = entry.placement == "device" or _is_keras_layer(obj)
        return About(
            **base,
            status="device" if on_device else "host",
            source="plaidml_compat",
            engines=DEVICE_ENGINES if on_device else (),
            parity=entry.parity,
            determinism="TensorFlow's random numbers for the same seed" if entry.draws else "",
        )
    if letter == "m":  # a method is where its class is
        owner = about(name.rpartition(".")[0])
        return About(**base, status=owner.status, source=owner.source, engines=owner.engines)
    return About(**base, **of_others(name, obj))


def _of_op(op: Op) -> dict[str, Any]:
    engines = tuple(e for e in DEVICE_ENGINES if op.find_kernel("device", e))
    return {
        "status": "device" if engines else "host",
        "source": "plaidml_compat",
        "engines": engines,
        "in_map": True,
        "reason": "" if engines else "it has no device kernel, and a PlaidML graph cannot call back to the host",
        "instead": "" if engines else "Apply it in Dataset.map, before the batch reaches the model",
        "limits": tuple(_bounds([op])),
        "slow": tuple(_slow([op])),
        "parity": op.parity,
        "tolerance": op.tolerance if op.samples() else None,
        "determinism": "the same result for the same arguments",
    }


def _of_layer(entry: LayerEntry) -> dict[str, Any]:
    reason, advice = getattr(entry.obj, "host_only", ("", ""))
    engines = () if reason else tuple(e for e in DEVICE_ENGINES if all(op.find_kernel("device", e) for op in entry.ops))
    draws = inspect.getattr_static(entry.obj, "draw", None) is not _base_draw() or bool(getattr(entry.obj, "draw_shapes", None))
    return {
        "status": "device" if engines else "host",
        "source": "plaidml_compat",
        "engines": engines,
        "head_only": reason,
        "in_map": True,
        "reason": reason,
        "instead": advice,
        "limits": () if reason else tuple(_bounds(entry.ops)),
        "slow": () if reason else tuple(_slow(entry.ops)),
        "parity": entry.parity,
        "tolerance": entry.tolerance if entry.samples() else None,
        "determinism": "TensorFlow's random numbers for the same seed" if draws else "the same result for the same arguments",
    }


def _base_draw() -> Any:
    from ..layers.base import PreprocessingLayer

    return PreprocessingLayer.draw


def _is_keras_layer(obj: Any) -> bool:
    from ..layers.base import PreprocessingLayer

    keras_layer = PreprocessingLayer.__mro__[1]
    return isinstance(obj, type) and issubclass(obj, keras_layer)


def of_others(name: str, obj: Any) -> dict[str, Any]:
    """Of what is not in the registry by itself: what Keras 2.2.4 has, and methods of classes that are in it."""
    module = getattr(obj, "__module__", None) or ""
    in_backend = name.startswith("tf.keras.backend.")  # PlaidML's functions, or what the shims put in their place
    if not module.startswith("keras") and not in_backend:
        of_keras = name.startswith("tf.keras.") and not module.startswith("plaidml_compat")
        return {"status": "host", "source": "Keras 2.2.4" if of_keras else "plaidml_compat"}
    helps = name.rpartition(".")[2] in _FOR_CONFIGS
    on_device = _is_keras_layer(obj) or not (helps or module.startswith(_ON_THE_HOST))
    return {"status": "device" if on_device else "host", "source": "Keras 2.2.4", "engines": DEVICE_ENGINES if on_device else ()}


def _bounds(ops: Any) -> Iterator[Bound]:
    """The limits of the kernel that each engine takes; one made for an engine stands in front of the general one."""
    for op in ops:
        kernels = {e: op.find_kernel("device", e) for e in DEVICE_ENGINES}
        taken = {e: [(x.kind, x.reason, x.advice) for x in kernel.limits] for e, kernel in kernels.items() if kernel}
        for about in dict.fromkeys(x for limits in taken.values() for x in limits):
            having = [e for e, limits in taken.items() if about in limits]
            yield from (Bound(op.name, e, *about) for e in ([None] if len(having) == len(taken) else having))


def _slow(ops: Any) -> Iterator[Slowness]:
    for op in ops:
        for engine in DEVICE_ENGINES:
            slow = cost.slower_on_device(op.name, engine) if op.find_kernel("device", engine) else None
            if slow:
                yield Slowness(op.name, engine, slow.reason, slow.advice)

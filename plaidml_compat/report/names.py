"""What is known about a TensorFlow name, read off the registry: whether it is here, where it runs, within which limits, and why not."""

from __future__ import annotations

import dataclasses
import functools
import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from .. import cost, extensions, goldens, observe
from ..exceptions import UnsupportedNameError
from ..facade import modules
from ..facade.names import canonical, is_module
from ..missing import not_built
from ..registry import ENGINES, OPS, Entry, Export, Kernel, LayerEntry, Op, Unsupported, entries
from ..surface import in_tensorflow, tensorflow_names
from .about import OF_TENSORFLOW, STATUSES, About, Bound, Determinism, Slowness
from .keras_objects import is_layer, object_status

__all__ = [
    "DEVICE_ENGINES",
    "OF_TENSORFLOW",
    "STATUSES",
    "About",
    "Bound",
    "Determinism",
    "Slowness",
    "about",
    "all_names",
    "find",
    "may_be_asked_about",
    "served",
]

DEVICE_ENGINES = tuple(e for e in ENGINES if e)
_KINDS = {"c": "class", "f": "function", "m": "method", "M": "module", "p": "property"}


def all_names() -> list[str]:
    """Every name in scope: TensorFlow's, without its modules, and what the registry has beside; sorted."""
    return sorted({n for n, (kind, _) in tensorflow_names().items() if kind != "M"} | {n for e in entries() for n in e.names})


def about(name: str) -> About:
    """What is known about a name such as `"tf.image.rot90"`; needs `install()`.

    Names of Keras, `keras.layers.Dense`, are those below `tf.keras`, and the other way round.
    """
    full = canonical(_listed(name))
    found = _about(full, OPS.get(full))
    if name == full:
        return found
    versions = tensorflow_names().get(name, ("", found.versions))[1]
    return dataclasses.replace(found, name=name, versions=versions, family=_family(name))


def _listed(name: str) -> str:
    """The name under which TensorFlow's listing or the registry has it: with or without `tf.` before `keras.`"""
    other = f"tf.{name}" if name.startswith("keras.") else name[len("tf.") :] if name.startswith("tf.keras.") else name
    if _is_listed(name):
        return name
    if _is_listed(other) or other in _listed_modules():
        return other
    return other if name.startswith("keras.") and name not in _listed_modules() else name


def _is_listed(name: str) -> bool:
    return name in tensorflow_names() or name in OPS


@functools.lru_cache(None)
def _listed_modules() -> frozenset[str]:
    """Parts of TensorFlow and Keras 3 that are listed by what is in them alone."""
    return frozenset(n[:i] for n in tensorflow_names() for i, c in enumerate(n) if c == ".")


def served(name: str) -> Any:
    """The object that is served under a name.

    Raises:
        UnsupportedNameError: TensorFlow has it, this package does not.
        AttributeError: TensorFlow does not have it either.
    """
    name = canonical(name)
    entry = OPS.get(name)
    if entry is not None and entry.kind != "unsupported":
        return entry.obj
    if name == "tf":
        return importlib.import_module("tensorflow")
    parent, _, attribute = name.rpartition(".")
    if not parent:
        raise AttributeError(f"there is no {name!r}")
    if is_module(name) and not name.startswith("keras."):
        return importlib.import_module(_path(name))
    if is_module(parent) and name.startswith("tf."):
        importlib.import_module(_path(parent))
        return modules.resolve(_path(parent), attribute)
    if name.startswith("keras."):  # Keras 3's functions, which stand at no other place
        raise UnsupportedNameError(name, *not_built(name)) if in_tensorflow(name) else AttributeError(f"there is no {name!r}")
    return getattr(served(parent), attribute)


def may_be_asked_about(name: str) -> bool:
    """Whether a class that is not served may be named all the same, in isinstance and annotations."""
    entry = OPS.get(canonical(name))
    return isinstance(entry, Unsupported) and entry.obj is not None


def find(name: str) -> Any:
    """The object that is served under a name; `None`: none is."""
    return served(name) if about(name).works else None


def _path(name: str) -> str:
    return "tensorflow" + name[len("tf") :]


def _family(name: str) -> str:
    parts = name.split(".")
    if parts[0] == "tf" and len(parts) == 2:
        return "tf"
    return ".".join(parts[: 3 if parts[:2] == ["tf", "keras"] and len(parts) > 3 else 2 if len(parts) > 2 else 1])


@functools.lru_cache(None)
def _about(name: str, entry: Entry | None) -> About:
    letter, versions = tensorflow_names().get(name, ("", ()))
    base: dict[str, Any] = {
        "name": name,
        "canonical": entry.name if entry else name,
        "family": _family(name),
        "kind": _KINDS.get(letter, "constant"),
        "versions": versions,
    }
    if isinstance(entry, Unsupported):  # also of a class's method, which nothing here asks for
        return About(**base, status="unsupported", reason=entry.reason, instead=entry.instead)
    try:
        with observe.muted():
            obj = served(name)
    except UnsupportedNameError as e:
        return About(**base, status="not built", reason=e.reason, instead=e.advice)
    except AttributeError as e:
        if not letter and name not in _listed_modules():
            return About(**base, status="unknown", reason=str(e))
        if not letter:
            base["kind"] = "module"
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
        on_device = entry.placement == "device" or is_layer(obj)
        return About(
            **base,
            status="device" if on_device else "host",
            source=_declared_by(entry),
            engines=DEVICE_ENGINES if on_device else (),
            parity=entry.parity,
            determinism=Determinism.SEEDS if entry.draws else None,
        )
    if letter == "m":  # a method is where its class is
        owner = about(name.rpartition(".")[0])
        return About(**base, status=owner.status, source=owner.source, engines=owner.engines)
    source = "Keras 2.2.4" if _is_of_keras(name, obj) else "plaidml_compat"
    status = object_status(name, obj)
    return About(**base, status=status, source=source, engines=DEVICE_ENGINES if status == "device" else ())


def _is_of_keras(name: str, obj: Any) -> bool:
    module = getattr(obj, "__module__", None) or ""
    return module.startswith("keras") or (name.startswith("tf.keras.") and not module.startswith("plaidml_compat"))


def _kernels(op: Op) -> dict[str, Kernel]:
    """The device kernel that each engine takes; one made for an engine stands in front of the general one."""
    found = {e: op.find_kernel("device", e) for e in DEVICE_ENGINES}
    return {e: kernel for e, kernel in found.items() if kernel}


def _of_op(op: Op) -> dict[str, Any]:
    engines = tuple(_kernels(op))
    return {
        "status": "device" if engines else "host",
        "source": _declared_by(op),
        "engines": engines,
        "in_map": True,
        "reason": "" if engines else "it has no device kernel, and a PlaidML graph cannot call back to the host",
        "instead": "" if engines else "Apply it in Dataset.map, before the batch reaches the model",
        "limits": tuple(_bounds([op])),
        "slow": tuple(_slow([op])),
        "parity": op.parity,
        **_tolerances(op),
        "determinism": Determinism.SAME,
    }


def _declared_by(entry: Entry) -> str:
    return extensions.package_of(entry.name) or "plaidml_compat"


def _tolerance(entry: Op | LayerEntry) -> float | None:
    """How far from TensorFlow's a result of its samples may be; `None`: it has no samples."""
    return max((goldens.allowed(entry, s) for s in entry.samples()), default=None)


def _tolerances(op: Op) -> dict[str, Any]:
    """The same, and what device kernels may differ by beyond it."""
    everywhere = _tolerance(op)
    own = {e: k.tolerance for e, k in _kernels(op).items() if k.tolerance is not None}
    larger = {e: t for e, t in own.items() if everywhere is not None and t > everywhere}
    return {"tolerance": everywhere, "device_tolerances": tuple(larger.items())}


def _of_layer(entry: LayerEntry) -> dict[str, Any]:
    reason, advice = getattr(entry.obj, "host_only", ("", ""))
    engines = () if reason else tuple(e for e in DEVICE_ENGINES if all(e in _kernels(op) for op in entry.ops))
    return {
        "status": "device" if engines else "host",
        "source": _declared_by(entry),
        "engines": engines,
        "head_only": reason,
        "in_map": True,
        "reason": reason,
        "instead": advice,
        "limits": () if reason else tuple(_bounds(entry.ops)),
        "slow": () if reason else tuple(_slow(entry.ops)),
        "parity": entry.parity,
        "tolerance": _tolerance(entry),
        "determinism": Determinism.SEEDS if entry.draws else Determinism.SAME,
    }


def _bounds(ops: Any) -> Iterator[Bound]:
    """The limits of the kernels that engines take, each once."""
    for op in ops:
        taken = {e: [(x.kind, x.reason, x.advice) for x in kernel.limits] for e, kernel in _kernels(op).items()}
        for about in dict.fromkeys(x for limits in taken.values() for x in limits):
            having = [e for e, limits in taken.items() if about in limits]
            yield from (Bound(op.name, e, *about) for e in ([None] if len(having) == len(taken) else having))


def _slow(ops: Any) -> Iterator[Slowness]:
    for op in ops:
        for engine in _kernels(op):
            slow = cost.slower_on_device(op.name, engine)
            if slow:
                yield Slowness(op.name, engine, slow.reason, slow.advice)

"""Writes plaidml_compat/tensorflow_names.txt, the public names of TensorFlow, from listings of its surface.

usage: make_tensorflow_names.py SURFACE.json [SURFACE.json ...] [--walk]

`--walk` adds what `dir()` shows of the TensorFlow that is installed, without compat.v1 and raw_ops, and the methods of the classes whose
objects programs call most.
A listing is `{"tensorflow": version, "symbols": {name: {"kind": "class" | "function" | ...}}}`. A line of the result holds a name, the
first letter of its kind (c class, f function, m method, M module), and the versions that have it.
"""

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

CLASSES = ("tf.data.Dataset", "tf.keras.Model", "tf.keras.layers.Layer", "tf.keras.optimizers.Optimizer", "tf.Variable", "tf.Tensor")
"""Classes whose methods are listed."""


def walked() -> Iterator[tuple[str, str, str]]:
    """Name, kind and version of every public name of the installed TensorFlow."""
    import tensorflow as tf

    version = tf.__version__
    seen = set()
    todo = [("tf", tf)]
    while todo:
        prefix, module = todo.pop()
        for attribute in dir(module):
            name = f"{prefix}.{attribute}"
            if attribute.startswith("_") or name in seen or name.startswith(("tf.compat.", "tf.raw_ops.", "tf.python.", "tf.core.")):
                continue
            seen.add(name)
            try:
                value = getattr(module, attribute)
            except Exception:
                continue
            if isinstance(value, ModuleType):
                if not value.__name__.startswith(("tensorflow._api.v2", "keras.api._v2")):
                    continue
                yield name, "Module", version
                if name.count(".") < 6:
                    todo.append((name, value))
            else:
                yield name, "class" if isinstance(value, type) else "function", version
    for owner in CLASSES:
        cls = functools.reduce(getattr, owner.split(".")[1:], tf)
        for method in dir(cls):
            if not method.startswith("_") and (owner == "tf.data.Dataset" or inspect.isroutine(getattr(cls, method))):
                yield f"{owner}.{method}", "method", version


def main() -> None:
    found: dict[str, tuple[str, list[str]]] = {}
    walk = "--walk" in sys.argv
    for path in (a for a in sys.argv[1:] if a != "--walk"):
        surface = json.loads(Path(path).read_text())
        version = surface["tensorflow"].split()[-1]
        for name, about in surface["symbols"].items():
            found.setdefault(name, (about["kind"], []))[1].append(version)
    if walk:
        for name, kind, version in walked():
            if name not in found:
                found[name] = (kind, [version])
    lines = [f"{name} {kind[0]} {','.join(versions)}" for name, (kind, versions) in sorted(found.items())]
    target = Path(__file__).resolve().parent.parent / "plaidml_compat" / "tensorflow_names.txt"
    target.write_text("\n".join(lines) + "\n")
    print(f"{target.name}: {len(lines)} names")


if __name__ == "__main__":
    main()

"""Writes plaidml_compat/tensorflow_names.txt, the public names of TensorFlow, from listings of its surface.

usage: make_tensorflow_names.py [SURFACE.json ...] [--walk]

Without listings it adds to what the file holds. `--walk` adds what `dir()` shows of the TensorFlow that is installed, without compat.v1
and raw_ops, and the methods of the classes whose objects programs call most: run it in an environment of each version.
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
from typing import Any

CLASSES = ("tf.data.Dataset", "tf.keras.Model", "tf.keras.layers.Layer", "tf.keras.optimizers.Optimizer", "tf.Variable", "tf.Tensor")
"""Classes whose methods are listed."""
ALSO_TOP = ("tf.keras.ops.", "tf.keras.random.")
"""Parts of Keras 3 that are listed as `keras.ops.abs`, not as `tf.keras.ops.abs`."""
TARGET = Path(__file__).resolve().parent.parent / "plaidml_compat" / "tensorflow_names.txt"


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
                if not value.__name__.startswith(("tensorflow._api.v2", "keras.")) or ".src" in value.__name__:
                    continue
                yield name, "Module", version
                if name.count(".") < 6:
                    todo.append((name, value))
            else:
                yield name, "class" if isinstance(value, type) else "function", version
    for owner in CLASSES:
        cls: Any = functools.reduce(getattr, owner.split(".")[1:], tf)
        for method in dir(cls):
            if not method.startswith("_") and (owner == "tf.data.Dataset" or inspect.isroutine(getattr(cls, method))):
                yield f"{owner}.{method}", "method", version


def main() -> None:
    found: dict[str, tuple[str, list[str]]] = {}
    listings = [a for a in sys.argv[1:] if a != "--walk"]
    if not listings:
        for name, letter, versions in (line.split() for line in TARGET.read_text().splitlines()):
            found[name] = (letter, versions.split(","))
    for path in listings:
        surface = json.loads(Path(path).read_text())
        for name, about in surface["symbols"].items():
            found.setdefault(name, (about["kind"], []))[1].append(surface["tensorflow"].split()[-1])
    for name, kind, version in walked() if "--walk" in sys.argv else ():
        if f"{name}.".startswith(ALSO_TOP):
            name = name[len("tf.") :]
        versions_of = found.setdefault(name, (kind, []))[1]
        if version not in versions_of:
            versions_of.append(version)
    lines = [f"{name} {kind[0]} {','.join(sorted(versions))}" for name, (kind, versions) in sorted(found.items())]
    TARGET.write_text("\n".join(lines) + "\n")
    print(f"{TARGET.name}: {len(lines)} names")


if __name__ == "__main__":
    main()

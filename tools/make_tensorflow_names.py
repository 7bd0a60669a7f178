"""Writes plaidml_compat/tensorflow_names.txt, the public names of TensorFlow, from listings of its surface.

usage: make_tensorflow_names.py [SURFACE.json ...] [--walk] [--v1]

Without listings it adds to what the file holds. `--walk` adds what `dir()` shows of the TensorFlow that is installed, without compat.v1
and raw_ops, and the methods of the classes whose objects programs call most: run it in an environment of each version.
`--v1` notes, with TensorFlow 2.15, which names below tf.compat.v1 are the very same objects.
A listing is `{"tensorflow": version, "symbols": {name: {"kind": "class" | "function" | ...}}}`. A line of the result holds a name, the
first letter of its kind (c class, f function, m method, M module), the versions that have it, and, where there are any, the names below
tf.compat.v1 that are the same object, `=` for the same name.
"""

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Container, Iterator
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


def objects(root: ModuleType, within: str = "") -> Iterator[tuple[str, Any]]:
    """Name and value of everything below a module, that of a part before those of its parts."""
    inner = []
    for attribute in dir(root):
        name = within + attribute
        value = None if attribute.startswith("_") or name in ("compat", "raw_ops") else getattr(root, attribute, None)
        if isinstance(value, ModuleType):
            if value.__name__.startswith(("tensorflow._api", "keras.")) and ".src" not in value.__name__ and name.count(".") < 6:
                inner.append((value, f"{name}."))
        elif value is not None:
            yield name, value
    for module, prefix in inner:
        yield from objects(module, prefix)


def same_in_v1(listed: Container[str]) -> dict[str, str]:
    """Listed name -> the names below tf.compat.v1 of the same object, `=` for the same name; as a line holds them."""
    import tensorflow as tf

    of_2 = {name: value for name, value in objects(tf) if f"tf.{name}" in listed}
    places: dict[int, str] = {}
    for name, value in of_2.items():
        places.setdefault(id(value), name)
    found: dict[str, list[str]] = {}
    for name, value in objects(tf.compat.v1):
        if of_2.get(name) is value:
            found.setdefault(f"tf.{name}", []).append("=")
        elif callable(value) and id(value) in places:
            found.setdefault(f"tf.{places[id(value)]}", []).append(name)
    return {name: ",".join(same) for name, same in found.items()}


def main() -> None:
    found: dict[str, tuple[str, list[str]]] = {}
    v1: dict[str, str] = {}
    listings = [a for a in sys.argv[1:] if not a.startswith("--")]
    for line in TARGET.read_text().splitlines():
        name, letter, versions, *same = line.split()
        if not listings:
            found[name] = (letter, versions.split(","))
        if same:
            v1[name] = same[0]
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
    if "--v1" in sys.argv:
        v1 = same_in_v1(found)
    lines = [
        f"{name} {kind[0]} {','.join(sorted(versions))} {v1.get(name, '')}".rstrip() for name, (kind, versions) in sorted(found.items())
    ]
    TARGET.write_text("\n".join(lines) + "\n")
    print(f"{TARGET.name}: {len(lines)} names")


if __name__ == "__main__":
    main()

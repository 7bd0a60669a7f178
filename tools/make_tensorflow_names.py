"""Writes plaidml_compat/facade/tensorflow_names.txt, the public names of TensorFlow, from listings of its surface.

usage: make_tensorflow_names.py SURFACE.json [SURFACE.json ...]

A listing is `{"tensorflow": version, "symbols": {name: {"kind": "class" | "function" | ...}}}`. A line of the result holds a name, the first
letter of its kind, and the versions that have it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    found: dict[str, tuple[str, list[str]]] = {}
    for path in sys.argv[1:]:
        surface = json.loads(Path(path).read_text())
        version = surface["tensorflow"].split()[-1]
        for name, about in surface["symbols"].items():
            found.setdefault(name, (about["kind"], []))[1].append(version)
    lines = [f"{name} {kind[0]} {','.join(versions)}" for name, (kind, versions) in sorted(found.items())]
    target = Path(__file__).resolve().parent.parent / "plaidml_compat" / "facade" / "tensorflow_names.txt"
    target.write_text("\n".join(lines) + "\n")
    print(f"{target.name}: {len(lines)} names")


if __name__ == "__main__":
    main()

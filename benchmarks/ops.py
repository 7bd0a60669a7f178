"""Measures every op and layer, on the host and on a device, and puts it into plaidml_compat/costs.json, in place of its engine's.

    python benchmarks/ops.py [--device ID] [--machine WORDS] [-o FILE] [NAME ...]
    python benchmarks/ops.py --merge FILE

With names, only their rows are replaced: then the machine and the device must be those of the rest. `-o` writes FILE instead, now and then
(run again, it goes on with what FILE lacks), which `--merge` puts into costs.json on another machine. Software OpenCL is no GPU: it is
not put into costs.json.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from pathlib import Path
from typing import Any

COSTS = Path(__file__).parent.parent / "plaidml_compat" / "costs.json"
SOFTWARE = ("llvmpipe", "swrast", "pocl")
AT_ONCE = 32
"""Ops and layers that are measured before the file is written."""
ABOUT = (
    "What was measured on the project's machines, by benchmarks/ops.py. images_per_second: on float32 batches of 32x224x224x3 (or as call "
    "says), on the device with copies there and back; error: largest difference from TensorFlow in all samples"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="ops and layers; without one: all")
    parser.add_argument("--device", metavar="ID", help="PlaidML's id; the default device without it")
    parser.add_argument("--machine", metavar="WORDS", help="what to call this machine, instead of its processors")
    parser.add_argument("--goldens", metavar="DIR", help="TensorFlow's recorded results; tests/goldens without it")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write there, not into costs.json")
    parser.add_argument("--merge", metavar="FILE", type=Path, help="measure nothing; put what -o wrote into costs.json")
    options = parser.parse_args()

    from plaidml_compat.report.measuring.measurements import Measurements

    if options.merge:
        merge(Measurements.from_dict(json.loads(options.merge.read_text())), part=False)
        return
    found = measured(options)
    if options.output:
        return
    if any(word in found.device for word in SOFTWARE):
        print(f"{found.device} is software: nothing was written")
    else:
        merge(found, part=bool(options.names))


def measured(options: Any) -> Any:
    """Measure, and print what takes how long."""
    import plaidml_compat
    from plaidml_compat.registry import LayerEntry, Op, entries
    from plaidml_compat.report.measuring.asking import measure
    from plaidml_compat.report.measuring.measurements import Measurements

    print(plaidml_compat.install(options.device), flush=True)
    todo = options.names or [e.name for e in entries() if isinstance(e, (Op, LayerEntry))]
    rows: dict[str, Any] = {}
    if options.output and options.output.exists():
        rows = dict(Measurements.from_dict(json.loads(options.output.read_text())).rows)
        todo = [n for n in todo if n not in rows]
        if not todo:
            raise SystemExit(f"{options.output} has all of it; delete it to measure anew")
    start, count = time.perf_counter(), len(todo)
    for first in range(0, count, AT_ONCE):

        def progress(name: str, done: int, _: int, first: int = first) -> None:
            if name:
                print(f"{time.perf_counter() - start:6.1f} s  {first + done + 1:>3}/{count}  {name}", flush=True)

        found = measure(options.device, todo[first : first + AT_ONCE], progress, options.goldens)
        for name, of in found.rows.items():
            for place, m in of.items():
                rate = "" if m.images_per_second is None else f"{m.images_per_second:,.0f} images/s"
                error = "" if m.error is None else f"error {m.error:.2g}"
                print(f"  {name:<48} {place:<6} {rate:>19}  {error:<14} {m.note}", flush=True)
        rows.update(found.rows)
        found = dataclasses.replace(found, machine=options.machine or found.machine, rows=dict(rows))
        if options.output:
            options.output.write_text(json.dumps(found.to_dict(), indent=1) + "\n")
    return found


def merge(found: Any, part: bool) -> None:
    """Put measurements into costs.json, in place of those of their engine, or (`part`) in place of their rows."""
    shipped = json.loads(COSTS.read_text())["measurements"]
    new = found.to_dict()
    for old in shipped:
        if part and old["engine"] == new["engine"]:
            where = [(m["machine"], m["device"]) for m in (old, new)]
            if where[0] != where[1]:
                raise SystemExit(f"the rest was measured on {' with '.join(where[0])}, this on {' with '.join(where[1])}: measure all")
            new["rows"] = {**old["rows"], **new["rows"]}
    shipped = [m for m in shipped if m["engine"] != new["engine"]] + [new]
    COSTS.write_text(text(sorted(shipped, key=lambda m: m["engine"])))
    print(f"{COSTS}: {len(new['rows'])} ops and layers on {new['engine']}")


def text(shipped: list[dict]) -> str:
    """The file's text: a line for each op and layer."""
    parts = []
    for m in shipped:
        head = "".join(f"   {json.dumps(k)}: {json.dumps(v)},\n" for k, v in m.items() if k != "rows")
        rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(of)}" for name, of in sorted(m["rows"].items()))
        parts.append(f'  {{\n{head}   "rows": {{\n{rows}\n   }}\n  }}')
    return f'{{\n "about": {json.dumps(ABOUT)},\n "measurements": [\n' + ",\n".join(parts) + "\n ]\n}\n"


if __name__ == "__main__":
    main()

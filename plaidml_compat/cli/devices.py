"""`devices`: PlaidML's devices, what the machine has beside them, and for each that cannot be used why and how to mend it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
from dataclasses import dataclass
from typing import Any

from .. import device, opencl

STARTING_SETTINGS = {
    "threads": 64,
    "vec_size": 1,
    "mem_width": 64,
    "max_mem": 8192,
    "max_regs": 4096,
    "goal_groups": 4,
    "goal_flops_per_byte": 50,
    "use_global": True,
}
"""Settings with which the kernels run on every device tried; threads and mem_width are the first to tune for speed."""

NO_LIBRARY = "apt-get install ocl-icd-opencl-dev (Debian, Ubuntu), or link libOpenCL.so to the libOpenCL.so.1 of your driver"


@dataclass(frozen=True)
class Problem:
    """Something that keeps a device from being used.

    Attributes:
        what: what is the matter.
        cure: how to mend it.
    """

    what: str
    cure: str


def main(arguments: list[str], prog: str) -> int:
    """Print the devices as a table, as JSON, or a configuration to start from."""
    parser = argparse.ArgumentParser(prog=prog, description="List PlaidML's devices; of each unusable one, say why and how to mend it.")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="the same as JSON")
    form.add_argument(
        "--config",
        nargs="?",
        const="",
        metavar="ID",
        help="print a hardware configuration to start from, for a device that none matches (the only such one, or ID); "
        "save it and name the file in PLAIDML_CONFIG_FILE",
    )
    options = parser.parse_args(arguments)
    if options.config is not None:
        return _print_config(options.config, prog)
    found = survey()
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        _print_table(found)
    return 0


def survey() -> dict[str, Any]:
    """Everything this command tells, JSON-ready: `default`, `devices`, `opencl` and `problems`."""
    devices = [dataclasses.asdict(d) for d in device.list_devices()] + _skipped()
    try:
        default = device.choose()
        problems = []
    except ValueError as e:
        default = None
        problems = [Problem(str(e), "Unset PLAIDML_DEVICE_IDS, or set it to one of the usable ids")]
    drivers = [dataclasses.asdict(d) for d in opencl.drivers()]
    return {
        "default": default,
        "devices": devices,
        "opencl": {"library": opencl.has_library(), "drivers": drivers},
        "problems": [dataclasses.asdict(p) for p in problems + opencl_problems()],
    }


def _skipped() -> list[dict[str, Any]]:
    """OpenCL devices that PlaidML does not list."""
    listed = {d.description for d in device.list_devices()}
    rows = []
    for d in (d for driver in opencl.drivers() for d in driver.devices):
        description = _described(d)
        if description in listed:
            continue
        if not opencl.has_library():
            reason, advice = "PlaidML loads libOpenCL.so, which is not here", NO_LIBRARY
        elif d.kind == "CPU":
            reason = "an OpenCL device of type CPU; PlaidML skips those by design"
            advice = f"Use {device.EMBEDDED}, which runs on the same processor"
        else:
            reason, advice = "PlaidML did not list it", "Run `plaidml-compat doctor`; PLAIDML_VERBOSE=3 makes PlaidML say more"
        rows.append(dataclasses.asdict(device.DeviceInfo("", description, False, reason, advice)))
    return rows


def _described(d: opencl.OpenCLDevice) -> str:
    return f"{d.vendor} {d.name} (OpenCL)"


def opencl_problems() -> list[Problem]:
    """What is the matter with the machine's OpenCL, apart from single devices."""
    if not sys.platform.startswith("linux"):
        return []
    if not opencl.has_library():
        if opencl.has_library("libOpenCL.so.1"):
            return [Problem("there is libOpenCL.so.1 but no libOpenCL.so, the name that PlaidML loads: no GPU can be used", NO_LIBRARY)]
        cure = f"{NO_LIBRARY}; and install the GPU's OpenCL driver"
        return [Problem("there is no libOpenCL.so, which PlaidML loads: no GPU can be used", cure)]
    problems = []
    for driver in opencl.drivers():
        if driver.error:
            what = f"the OpenCL driver {driver.file} cannot be loaded: {driver.error}"
            problems.append(Problem(what, "Install its package again, or remove that file"))
        elif not driver.devices:
            names = ", ".join(driver.platforms) or driver.library
            what = f"the OpenCL driver {names} ({driver.file}) has no device here"
            problems.append(Problem(what, f"Nothing to do, unless this machine has such a GPU: then mend its driver.{_hint(driver)}"))
    if not opencl.drivers():
        problems.append(
            Problem(
                "no OpenCL driver is installed: no GPU can be used",
                "Install the GPU's: nvidia-opencl-icd (NVIDIA), intel-opencl-icd (Intel), mesa-opencl-icd or ROCm's (AMD)",
            )
        )
    return problems


def _hint(driver: opencl.Driver) -> str:
    if "rusticl" not in (*driver.platforms, driver.library.lower()):
        return ""
    return " To try OpenCL in software: RUSTICL_ENABLE=llvmpipe RUSTICL_DEVICE_TYPE=gpu, and a configuration (devices --config)"


# --------------------------------------------------------------------------------------------------- configuration
def configuration(d: device.DeviceInfo) -> dict[str, Any]:
    """The contents of a PLAIDML_CONFIG_FILE for a device that no configuration matches."""
    found = next((o for driver in opencl.drivers() for o in driver.devices if _described(o) == d.description), None)
    name, vendor = (found.name, found.vendor) if found else (d.description, "")
    wanted = [{"name_regex": _pattern(name)}] + ([{"vendor_regex": _pattern(vendor)}] if vendor else [])
    return {
        "platform": {
            "@type": "type.vertex.ai/vertexai.tile.local_machine.proto.Platform",
            "hardware_configs": [{"description": d.description, "sel": {"and": {"sel": wanted}}, "settings": STARTING_SETTINGS}],
        }
    }


def _pattern(text: str) -> str:
    """A regular expression for a name, of letters and dots alone: dialects differ in what they escape."""
    return ".*" + re.sub(r"[^A-Za-z0-9 ]", ".", text) + ".*"


def _print_config(wanted: str, prog: str) -> int:
    without = [d for d in device.list_devices() if not d.usable]
    chosen = [d for d in without if wanted in ("", d.id)]
    if len(chosen) == 1:
        print(json.dumps(configuration(chosen[0]), indent=2))
        return 0
    ids = ", ".join(d.id for d in without) or "none"
    what = f"there is no device {wanted!r} without a configuration" if wanted else "name one device that lacks a configuration"
    print(f"{prog}: error: {what}. There are: {ids}", file=sys.stderr)
    return 2


# ----------------------------------------------------------------------------------------------------------- table
def _print_table(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="PlaidML devices", title_justify="left")
    for title in ("Device", "What it is", "Usable"):
        table.add_column(title, overflow="fold")
    for d in found["devices"]:
        mark = "[green]yes[/]" + (", default" if d["id"] == found["default"] else "") if d["usable"] else "[red]no[/]"
        table.add_row(escape(d["id"] or "(not listed)"), escape(d["description"]), mark)
    console = Console()
    console.print(table)
    # Below the table and unfolded: names of variables and commands must survive being copied.
    unusable = [(f"{d['id'] or d['description']} cannot be used: {d['reason']}", d["advice"]) for d in found["devices"] if not d["usable"]]
    for what, cure in unusable + [(p["what"], p["cure"]) for p in found["problems"]]:
        console.print(f"[yellow]•[/] {escape(what)}\n  [dim]→ {escape(cure)}[/]", highlight=False, soft_wrap=True)

"""`doctor`: checks Python, packages, shims, OpenCL and every device; says of each problem how to mend it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import sys
from collections.abc import Iterator

from . import packages, trials
from .check import BROKEN, NOTE, OK, Check


def main(arguments: list[str], prog: str) -> int:
    """Print the checks; 1 where something is broken, else 0."""
    parser = argparse.ArgumentParser(
        prog=prog, description="Check Python, packages, shims, OpenCL and every device. Exit code 1 when something is broken."
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--timeout", type=float, default=120.0, metavar="SECONDS", help="for each device (default 120)")
    options = parser.parse_args(arguments)
    if options.json:
        done = list(checks(options.timeout))
        print(json.dumps({"ok": not _broken(done), "checks": [dataclasses.asdict(c) for c in done]}, indent=2))
    else:
        done = list(_printing(checks(options.timeout)))
    return 1 if _broken(done) else 0


def _broken(done: list[Check]) -> bool:
    return any(c.state == BROKEN for c in done)


def checks(timeout: float) -> Iterator[Check]:
    """All checks, one after the other, in the order in which a problem explains the next.

    Args:
        timeout: seconds allowed for each part that runs in a process of its own.
    """
    yield python()
    missing = False
    for check in packages.checks():
        missing = missing or check.state == BROKEN
        yield check
    if missing:
        return
    yield trials.shims(timeout)
    yield from opencl()
    yield from trials.devices(timeout)


def python() -> Check:
    """The interpreter and the machine."""
    version, machine = platform.python_version(), f"{platform.system()} {platform.machine()}"
    found = f"{platform.python_implementation()} {version} on {machine}"
    if sys.version_info < (3, 9) or platform.python_implementation() != "CPython":
        return Check("Python", BROKEN, found, "Use CPython 3.9 to 3.13")
    if sys.version_info >= (3, 14):
        return Check("Python", NOTE, f"{found}: newer than what this version was tested with", "Use CPython 3.9 to 3.13 if something fails")
    if machine != "Linux x86_64":
        return Check("Python", NOTE, f"{found}: only Linux x86_64 was tested", "Please report what works and what does not")
    return Check("Python", OK, found)


def opencl() -> Iterator[Check]:
    """OpenCL's loader and drivers. Nothing about them is broken: without a GPU none is needed."""
    from .. import opencl
    from .devices import opencl_problems

    problems = opencl_problems()
    for p in problems:
        yield Check("OpenCL", NOTE, p.what, p.cure)
    working = [d for d in opencl.drivers() if d.devices]
    if working and opencl.has_library():
        yield Check("OpenCL", OK, "libOpenCL.so; drivers with devices: " + ", ".join(p for d in working for p in d.platforms))


def _printing(done: Iterator[Check]) -> Iterator[Check]:
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    signs = {OK: "[green]✓[/]", NOTE: "[yellow]•[/]", BROKEN: "[red]✗[/]"}
    seen = []
    for c in done:
        console.print(f"{signs[c.state]} [bold]{escape(c.name)}[/]  {escape(c.found)}", highlight=False, soft_wrap=True)
        if c.cure:
            console.print(f"  [dim]→ {escape(c.cure)}[/]", highlight=False, soft_wrap=True)
        seen.append(c)
        yield c
    broken = sum(c.state == BROKEN for c in seen)
    console.print(f"[red]{broken} broken[/]" if broken else "[green]Nothing is broken.[/]", highlight=False)

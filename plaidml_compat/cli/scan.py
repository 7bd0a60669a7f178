"""`scan`: what programs and notebooks use of TensorFlow, and what of it is slow or missing here; nothing of them is run."""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import sys
from typing import TYPE_CHECKING

from . import results

if TYPE_CHECKING:
    from ..report.scanner.scanning import ScanReport
    from ..report.scanner.settings import Settings

EPILOG = """A comment on the line leaves a finding alone: `# plaidml: ignore[why]`, for some rules `# plaidml: ignore[slow]`, and above
the first statement `# plaidml: ignore-file[why]`. Settings (select, ignore, exclude, per-file-ignores, device) stand in setup.cfg,
[plaidml_compat:scan], or pyproject.toml, [tool.plaidml_compat.scan]. What depends on shapes and values cannot be seen in the text.
Exit code 1: a program would raise an error; 2: wrong usage, or something could not be read."""


def main(arguments: list[str], prog: str) -> int:
    """Scan and print; 1 where a program would raise an error, 2 where something cannot be read, else 0."""
    parser = make_parser(prog)
    options = parser.parse_args(arguments)
    if options.statistics and options.format != "text":
        parser.error(f"--statistics is for the format text: {options.format} has every place; received --format {options.format}")
    from ..report.scanner import scanning
    from ..report.scanner.settings import SettingsError

    try:
        settings = _settings(options)
        results.install()
    except (SettingsError, RuntimeError, ImportError) as e:
        print(f"{prog}: error: {e}", file=sys.stderr)
        return 2
    if settings.unread:
        what = "holds settings, but this Python cannot read TOML. Install tomli, or use setup.cfg"
        print(f"{prog}: note: {settings.unread} {what}", file=sys.stderr)
    report = scanning.scan(options.paths, settings)
    return report.exit_code if _written(report, options, prog) else 2


def make_parser(prog: str) -> argparse.ArgumentParser:
    """The parser of the command's arguments."""
    from ..report.scanner.formats import FORMATS
    from ..report.scanner.rules import RULES

    rules = f"a comma-separated list of {', '.join(RULES)}, or all"
    parser = argparse.ArgumentParser(
        prog=prog,
        description="List what programs use of TensorFlow, and what of it is slow or missing here, without importing or running them.",
        epilog=EPILOG,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder (its *.py and *.ipynb), or - for standard input")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to tell it (default: text)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE instead of standard output")
    parser.add_argument("--select", action="append", metavar="RULES", help=f"only these: {rules} (default: all that asks for something)")
    parser.add_argument("--ignore", action="append", metavar="RULES", help="not these")
    parser.add_argument("--exclude", action="append", metavar="GLOB", help="pass over these below folders: a name, or with a slash a path")
    parser.add_argument("--device", metavar="ID", help="say what is slow on this device, which need not be here (default: on any)")
    parser.add_argument("--exit-zero", action="store_true", help="exit code 0 although a program would raise an error")
    parser.add_argument("--statistics", action="store_true", help="count names instead of listing places (format text)")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    """The project's, and what the command line says instead."""
    from ..report.scanner import settings

    found = settings.find(next((p for p in options.paths if p != "-"), "."))
    given: dict[str, object] = {"exit_zero": options.exit_zero}
    for key in ("select", "ignore"):
        words = getattr(options, key)
        if words is not None:
            given[key] = settings.rules_of(w for text in words for w in settings.split(text))
    if options.exclude is not None:
        given["exclude"] = tuple(options.exclude)
    if options.device is not None:
        given["device"] = options.device
    # What the command line says does not come from the file that an error would name.
    source = "" if {"select", "ignore", "device"} & given.keys() else found.source
    return dataclasses.replace(found, source=source, **given)  # type: ignore[arg-type]


def _written(report: ScanReport, options: argparse.Namespace, prog: str) -> bool:
    form = importlib.import_module(f"..report.scanner.formats.{options.format}", __package__)
    arguments = {"statistics": options.statistics} if options.format == "text" else {}
    if options.format == "text" and not options.output:
        from rich.console import Console

        console = Console()
        if console.is_terminal:
            form.show(report, console, **arguments)
            return True
    return results.written(form.render(report, **arguments), options.output, prog)

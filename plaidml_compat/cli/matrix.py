"""`matrix`: every TensorFlow name: whether it is here, where it runs, within which limits, how exact and how fast."""

from __future__ import annotations

import argparse
import itertools
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..report.about import OF_TENSORFLOW
from ..report.matrix.formats import FORMATS, Reading, format_of, render
from . import results

if TYPE_CHECKING:
    from ..report.matrix.building import Matrix

FILE_WIDTH = 100
_CHECK_SHOWS = 3


def main(arguments: list[str], prog: str) -> int:
    """Print or write the matrix; 1 for a name that TensorFlow does not have or a file that is stale, 2 for wrong arguments."""
    parser = _parser(prog)
    options = _options(arguments, parser)
    path = options.output or options.check
    form = options.format or (format_of(path) if path else "text")
    try:
        matrix = _matrix(options, _device(options))
    except (ValueError, RuntimeError, ImportError) as e:
        print(f"{prog}: error: {e}", file=sys.stderr)
        return 2
    shown = "details" if options.names else "lines" if options.all or options.family or options.status else "summary"
    reading = Reading(shown, width=FILE_WIDTH)
    if not path:
        colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        reading = Reading(shown, prog, shutil.get_terminal_size().columns, colours)
    text = render(form, matrix, reading)
    if options.check:
        return _check(options, prog, text)
    if not results.written(text, options.output, prog):
        return 2
    return 1 if any(r.status == "unknown" for r in matrix.rows) or (options.names and not matrix.rows) else 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Every name of TensorFlow: whether it is here, where it runs, within which limits, how exact and how fast. What is "
        "declared stands apart from what was measured, and what was measured here from what the project measured on its machines.",
        epilog="Without NAME and filters: a summary. With NAME: all about it. With a filter: a line a name.",
    )
    rows = parser.add_argument_group("which rows")
    rows.add_argument("names", nargs="*", metavar="NAME", help="tf.image.resize, 'tf.image.*', or the end of a name: resize")
    rows.add_argument("--family", action="append", default=[], metavar="F", help="of this part of TensorFlow, e.g. tf.image; repeatable")
    rows.add_argument("--status", action="append", default=[], type=_status, metavar="S", help=f"{', '.join(OF_TENSORFLOW)}; repeatable")
    rows.add_argument("--all", action="store_true", help="every row, a line each, instead of the summary")
    rows.add_argument("--built-in", action="store_true", help="leave out what other installed packages declare")
    measured = parser.add_argument_group("measuring")
    measured.add_argument("--device", metavar="ID", help="what holds on this device's engine (see: plaidml-compat devices); default: all")
    measured.add_argument(
        "--measure", action="store_true", help="measure speed and error here, on the host and on the device; of all ops takes minutes"
    )
    measured.add_argument("--goldens", metavar="DIR", help="TensorFlow's recorded results, for the error; default: a source checkout's")
    out = parser.add_argument_group("output")
    out.add_argument("--format", choices=FORMATS, help="default: by the file's name, else text")
    target = out.add_mutually_exclusive_group()
    target.add_argument("-o", "--output", metavar="FILE", help="write it there, whole or not at all")
    target.add_argument("--check", metavar="FILE", help="compare with FILE; exit code 1 and the first difference where it is stale")
    return parser


def _status(word: str) -> str:
    """A status as the matrix or the scanner writes it: `not built`, `not-built`."""
    status = word.replace("-", " ")
    if status not in OF_TENSORFLOW:
        raise argparse.ArgumentTypeError(f"a status is one of {', '.join(OF_TENSORFLOW)}; received {word!r}")
    return status


def _options(arguments: list[str], parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The arguments, where they fit together."""
    options = parser.parse_args(arguments)
    path = options.output or options.check
    if path and not (options.format or format_of(path)):
        ends = ", ".join(end for known in FORMATS.values() for end in known)
        parser.error(f"a file's name tells its format ({ends}), or --format does; received {path!r}")
    if options.goldens and not options.measure:
        parser.error(f"--goldens is for --measure, which compares with them; received --goldens {options.goldens} alone")
    return options


def _device(options: argparse.Namespace) -> str | None:
    """The device that the matrix is about, with everything installed; `None`: it is about none."""
    from .. import device

    device_id = device.choose(options.device) if options.device or options.measure else None
    results.install(device_id)
    return device_id


def _matrix(options: argparse.Namespace, device_id: str | None) -> Matrix:
    from .. import device
    from ..report import names
    from ..report.matrix import building
    from ..report.measuring.measurements import shipped

    engine = device.engine_of(device_id) if device_id else None
    engines = [engine] if engine in names.DEVICE_ENGINES else None
    measurements = shipped()
    if options.measure:
        from ..report.measuring.asking import measure

        wanted = None
        if options.names or options.family or options.status:
            chosen = building.build().only(options.names, options.family, options.status)
            wanted = sorted({r.same_as or r.name for r in chosen.rows if r.kind in ("op", "layer")})
            if not wanted:
                raise ValueError("--measure: ops and layers can be measured, and none of these names is one")
        measurements = [*measurements, measure(device_id, wanted, _progress(), options.goldens)]
    return building.build(measurements, engines, device_id, options.built_in).only(options.names, options.family, options.status)


def _progress() -> Any:
    """Shows a count on a terminal's standard error: (name, i, n)."""
    if not sys.stderr.isatty():
        return None

    def show(name: str, i: int, n: int) -> None:
        end = "" if name else "\r\x1b[K"
        print(f"\r\x1b[K{i}/{n}  {name}"[: shutil.get_terminal_size().columns], end=end, file=sys.stderr, flush=True)

    return show


def _check(options: argparse.Namespace, prog: str, wanted: str) -> int:
    try:
        with open(options.check, "rb") as f:
            found = f.read().decode(errors="replace")
    except OSError as e:
        print(f"{prog}: error: --check: {options.check} cannot be read: {e.strerror or e}", file=sys.stderr)
        return 2
    if found == wanted:
        return 0
    print(f"{options.check} is stale. First differences, - as it is, + as it should be:", file=sys.stderr)
    for line in _differences(found.splitlines(), wanted.splitlines()):
        print(line, file=sys.stderr)
    print(f"Write it anew: {prog} {_same_again(options)}", file=sys.stderr)
    return 1


def _differences(found: Sequence[str], wanted: Sequence[str]) -> Iterator[str]:
    different = ((i, a, b) for i, (a, b) in enumerate(itertools.zip_longest(found, wanted, fillvalue=""), 1) if a != b)
    for i, a, b in itertools.islice(different, _CHECK_SHOWS):
        same = next((n for n, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
        start = max(0, same - 40)
        dots = "..." if start else ""
        yield from (f"line {i} {sign} {dots}{x[start : start + 100]}" for sign, x in (("-", a), ("+", b)))


def _same_again(options: argparse.Namespace) -> str:
    """The arguments that write the file that was checked."""
    words = [*options.names]
    for option, values in (("--family", options.family), ("--status", options.status)):
        words += [w for v in values for w in (option, v)]
    words += ["--all"] if options.all else []
    words += ["--built-in"] if options.built_in else []
    words += ["--device", options.device] if options.device else []
    words += ["--format", options.format or format_of(options.check), "-o", options.check]
    return shlex.join(words)

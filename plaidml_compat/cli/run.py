"""`run`: a program on PlaidML, as plain python would run it, and a summary or a profile of what ran where when it ends."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from . import COMMANDS, children, program, telling

USAGE = """%(prog)s [options] SCRIPT.py [ARGS ...]
       %(prog)s [options] -m MODULE [ARGS ...]
       %(prog)s [options] -c CODE [ARGS ...]"""


def main(arguments: list[str], prog: str) -> int:
    """Install, run the program, and leave its exit code, exceptions and traceback as they are."""
    parser = make_parser(prog)
    own, kind, rest = split(arguments, parser)
    options = parser.parse_args(own)
    if kind is None:
        parser.error("there is no program to run; give a SCRIPT.py, -m MODULE or -c CODE")
    if not rest:
        parser.error(f"argument expected for the -{kind} option")
    _check(options, parser)

    try:
        installation = _install(options)
    except (RuntimeError, ValueError, ImportError) as e:
        print(f"{prog}: error: {e}", file=sys.stderr)
        return 2
    children.install_in_children(options.shadow_tensorflow)
    telling.at_exit(options, kind, rest[0], {"device": installation.device, "versions": installation.versions})
    program.run(kind, rest[0], rest[1:])
    return 0


def _check(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Refuse now what could not be told at the end: a run of hours must not end with a table that cannot be written."""
    if options.quiet and options.profile:
        parser.error(
            "--profile prints a profile when the program ends, and --quiet says to print nothing. Leave out one of them; "
            "--quiet --profile-json FILE writes the profile to a file alone"
        )
    for option in ("summary_json", "profile_json"):
        path = getattr(options, option)
        if path is None:
            continue
        name = f"--{option.replace('_', '-')}"
        if path == "-":
            parser.error(
                f"{name}: standard output belongs to the program. Give the name of a file; received '-' (a file of that name is ./-)"
            )
        path = os.path.abspath(path)
        if os.path.isdir(path):
            parser.error(f"{name}: {path!r} is a folder; give the name of a file")
        if not os.path.isdir(os.path.dirname(path)):
            parser.error(f"{name}: there is no folder {os.path.dirname(path)!r}")
        setattr(options, option, path)


def make_parser(prog: str) -> argparse.ArgumentParser:
    """The parser of what stands before the program."""
    parser = argparse.ArgumentParser(
        prog=prog,
        usage=USAGE,
        description="Run a program written for TensorFlow's Keras on PlaidML, unmodified: `import tensorflow` is served by plaidml_compat.",
        epilog=_epilog(prog),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    what = parser.add_argument_group("the program; everything after it is handed to it")
    what.add_argument(
        "script", nargs="?", metavar="SCRIPT.py", help="a script, a folder or zip file with __main__.py, or - for standard input"
    )
    what.add_argument("-m", dest="module", metavar="MODULE", help="a module, as with `python -m`")
    what.add_argument("-c", dest="code", metavar="CODE", help="a piece of code, as with `python -c`")
    parser.add_argument("--device", metavar="ID", help="default: PLAIDML_DEVICE_IDS, the saved PlaidML settings, the best GPU, llvm_cpu.0")
    parser.add_argument(
        "--fallback",
        choices=("allow", "warn", "error"),
        default="warn",
        help="when an op was asked for on the device and cannot run there: run it on the host silently, with a warning (default), or fail",
    )
    parser.add_argument("--shadow-tensorflow", action="store_true", help="serve PlaidML as `tensorflow` though the real one is installed")
    parser.add_argument(
        "--quiet", "--no-summary", dest="quiet", action="store_true", help="no summary on standard error when the program ends"
    )
    parser.add_argument("--summary-json", metavar="FILE", help="write the summary to FILE as JSON when the program ends")
    parser.add_argument(
        "--profile", action="store_true", help="instead of the summary: what ran, where and for how long, beside what the code uses"
    )
    parser.add_argument(
        "--profile-json",
        metavar="FILE",
        help="write the profile, with all its rows, to FILE when the program ends; --profile prints it too",
    )
    from .. import __version__

    parser.add_argument("--version", action="version", version=f"plaidml_compat {__version__}")
    return parser


def _epilog(prog: str) -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {prog.removesuffix(' run')} {name:<{width}}  {what}" for name, what in COMMANDS.items()]
    return "sub-commands (a script of that name: ./NAME):\n" + "\n".join(lines)


def split(arguments: list[str], parser: argparse.ArgumentParser) -> tuple[list[str], str | None, list[str]]:
    """Part the parser's options from the program: (ours, `"script"`, `"m"`, `"c"` or `None`, [program, its arguments...])."""
    takes_value = {o for action in parser._actions if action.nargs is None for o in action.option_strings}
    i = 0
    while i < len(arguments):
        word = arguments[i]
        if word == "--":
            return arguments[:i], "script" if arguments[i + 1 :] else None, arguments[i + 1 :]
        if word[:2] in ("-m", "-c"):
            attached = [word[2:]] if len(word) > 2 else []
            return arguments[:i], word[1], attached + arguments[i + 1 :]
        if word == "-" or not word.startswith("-"):
            return arguments[:i], "script", arguments[i:]
        i += 2 if word in takes_value else 1
    return arguments, None, []


def _install(options: argparse.Namespace) -> Any:
    import plaidml_compat

    return plaidml_compat.install(options.device, fallback=options.fallback, shadow_tensorflow=options.shadow_tensorflow)

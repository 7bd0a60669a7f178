"""Runs a script, module or piece of code in this process as plain python would: argv, path, names, tracebacks, exit codes."""

from __future__ import annotations

import builtins
import contextlib
import importlib.machinery
import importlib.util
import io
import linecache
import os
import pkgutil
import sys
import types
from typing import Any, NoReturn

_PATH_IS_SAFE = getattr(sys.flags, "safe_path", False) or sys.flags.isolated
_replaced: list[Any] = []  # our own __main__: dropping it would clear it
_was_interrupted = False


def run(kind: str, what: str, args: list[str]) -> None:
    """Run a program as `__main__`. Its exceptions, SystemExit included, pass through, for the interpreter to handle.

    Args:
        kind: `"script"`, `"m"` (a module) or `"c"` (code).
        what: file, module or code.
        args: the program's arguments.
    """
    with _Escape():
        code, names = {"script": _script, "m": _module, "c": _code}[kind](what, args)
        exec(code, _become_main(names).__dict__)


class _Escape:
    """Lets exceptions out with a traceback that begins in the program."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, value: BaseException | None, tb: Any) -> None:
        if value is None or isinstance(value, SystemExit):
            return
        global _was_interrupted
        _was_interrupted = isinstance(value, KeyboardInterrupt)
        while tb is not None and (tb.tb_frame.f_code.co_filename == __file__ or "importlib" in tb.tb_frame.f_code.co_filename):
            tb = tb.tb_next
        hook = sys.excepthook

        # Until it reaches the interpreter the exception collects our frames again; the interpreter then calls this.
        def show(kind_: Any, value_: BaseException, tb_: Any) -> None:
            if value_ is value:
                tb_ = value_.__traceback__ = tb
            hook(kind_, value_, tb_)

        sys.excepthook = show


def end_as_interrupted() -> None:
    """Let Python end by SIGINT if ctrl-C ended the program, whatever ran since then.

    Python remembers whether the last code that it ran from text ended by KeyboardInterrupt. Libraries run such code when they are imported.
    """
    if _was_interrupted:
        with contextlib.suppress(KeyboardInterrupt):
            exec("raise KeyboardInterrupt")


def _become_main(names: dict[str, Any]) -> types.ModuleType:
    main = types.ModuleType("__main__")
    main.__dict__.update({"__builtins__": builtins, **names})
    if sys.version_info < (3, 14):
        main.__dict__.setdefault("__annotations__", {})
    _replaced.append(sys.modules.get("__main__"))
    sys.modules["__main__"] = main
    return main


def _set_path(first: str) -> None:
    if not _PATH_IS_SAFE:
        sys.path[0] = first


def _script(path: str, args: list[str]) -> tuple[Any, dict[str, Any]]:
    sys.argv[:] = [path, *args]
    full = os.path.abspath(path)
    if path == "-":
        _set_path("")
        names = {"__file__": "<stdin>", "__cached__": None, "__loader__": importlib.machinery.BuiltinImporter}
        return compile(sys.stdin.buffer.read(), "<stdin>", "exec", dont_inherit=True), names
    if pkgutil.get_importer(full) is not None:  # a folder or zip file
        sys.path.insert(0, full) if _PATH_IS_SAFE else _set_path(full)
        spec = importlib.machinery.PathFinder.find_spec("__main__", [full])
        if spec is None:
            _fail(f"can't find '__main__' module in {full!r}")
        return _code_of(spec, "__main__"), _names(spec)
    try:
        with io.open_code(full) as f:
            source = f.read()
    except OSError as e:
        _fail(f"can't open file {full!r}: [Errno {e.errno}] {e.strerror}", 2)
    _set_path(os.path.dirname(os.path.realpath(path)))
    loader = importlib.machinery.SourceFileLoader("__main__", full)
    return compile(source, full, "exec", dont_inherit=True), {"__file__": full, "__cached__": None, "__loader__": loader}


def _code(code: str, args: list[str]) -> tuple[Any, dict[str, Any]]:
    sys.argv[:] = ["-c", *args]
    _set_path("")
    if sys.version_info >= (3, 13):  # shows its lines in tracebacks
        linecache.cache["<string>"] = (len(code), None, code.splitlines(True), "<string>")
    return compile(code, "<string>", "exec", dont_inherit=True), {"__loader__": importlib.machinery.BuiltinImporter}


def _module(name: str, args: list[str]) -> tuple[Any, dict[str, Any]]:
    sys.argv[:] = ["-m", *args]
    _set_path(os.getcwd())
    spec = _find(name)
    if spec.submodule_search_locations is not None:
        spec = _find(f"{name}.__main__", f"; {name!r} is a package and cannot be directly executed")
    code = _code_of(spec, spec.name)
    sys.argv[0] = str(spec.origin)
    return code, _names(spec)


def _find(name: str, about: str = "") -> importlib.machinery.ModuleSpec:
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError as e:
        # Only where the module itself, or a package it is in, is missing: not where one of them fails to import something.
        if not (name == e.name or name.startswith(f"{e.name}.")):
            raise
        _fail(f"Error while finding module specification for {name!r} ({type(e).__name__}: {e})")
    if spec is None:
        _fail(f"No module named {name}{about}")
    return spec


def _code_of(spec: importlib.machinery.ModuleSpec, name: str) -> Any:
    get_code = getattr(spec.loader, "get_code", None)
    code = get_code(name) if get_code else None
    if code is None:
        _fail(f"No code object available for {spec.name}")
    return code


def _names(spec: importlib.machinery.ModuleSpec) -> dict[str, Any]:
    return {
        "__file__": spec.origin,
        "__cached__": spec.cached,
        "__loader__": spec.loader,
        "__package__": spec.parent,
        "__spec__": spec,
    }


def _fail(message: str, code: int = 1) -> NoReturn:
    print(f"{sys.executable}: {message}", file=sys.stderr)
    raise SystemExit(code)

"""Applies the shims to Keras' and PlaidML's modules as they are imported, through one finder on `sys.meta_path`.

The finder knows the names of the modules that have a shim and no others. It lets the ordinary machinery find the module
and wraps its loader.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from plaidml_compat.shims import registry


class ShimFinder(importlib.abc.MetaPathFinder):
    """Finds modules that have a shim and gives them a loader that applies it."""

    def __init__(self) -> None:
        self._searching = threading.local()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Returns the module's own spec with a wrapped loader, or None for a module without a shim."""
        searching = self._searching.__dict__.setdefault("names", set())
        if fullname not in registry.modules() or fullname in searching:
            return None
        searching.add(fullname)
        try:
            for finder in sys.meta_path:
                find_spec = getattr(finder, "find_spec", None)
                spec = find_spec(fullname, path, target) if find_spec and finder is not self else None
                if spec is not None:
                    if spec.loader is not None:
                        spec.loader = _ShimLoader(spec.loader)
                    return spec
        finally:
            searching.discard(fullname)
        return None


class _ShimLoader(importlib.abc.Loader):
    """Runs the real loader inside the module's "around" shims, then applies the others."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)  # get_source, get_data, ...: for linecache, inspect, importlib.resources

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        with contextlib.ExitStack() as stack:
            for entry in registry.wanted(module.__name__, around=True):
                stack.enter_context(entry.apply(module))  # type: ignore[arg-type]
                registry.note(entry)
            self._real.exec_module(module)
        registry.apply(sys.modules.get(module.__name__, module))


class StandIn(ModuleType):
    """A module with extra names; everything else comes from the real one."""

    def __init__(self, real: ModuleType, extra: Mapping[str, Any]) -> None:
        super().__init__(real.__name__, real.__doc__)
        self.__dict__.update(extra, _real=real)

    def __getattr__(self, name: str) -> Any:
        if name == "__path__" and not hasattr(self._real, "__path__"):
            raise AttributeError(name)
        return getattr(self.__dict__["_real"], name)

    def __dir__(self) -> list[str]:
        return sorted({*dir(self._real), *self.__dict__})


def stand_in(module: ModuleType, real: ModuleType, **extra: Any) -> None:
    """Lets `module` see `real` with `extra` names, wherever it holds it; no other module sees them."""
    substitute = StandIn(real, extra)
    for name, value in list(vars(module).items()):
        if value is real or (isinstance(value, StandIn) and value._real is real):
            registry.replace(module, name, substitute)


def answer_import(module: ModuleType, name: str, answer: ModuleType) -> None:
    """Answers `import name` inside `module`, about to be executed, with another module: the rest of the program is not concerned."""

    def __import__(asked: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        if asked == name and level == 0:
            return answer
        return builtins.__import__(asked, globals, locals, fromlist, level)

    vars(module)["__builtins__"] = {**vars(builtins), "__import__": __import__}

"""Mends Keras 2.2.4 and PlaidML 0.7.0 for today's Python and NumPy, and PlaidML's wrong results.

No installed file is edited and no other module is touched: what numpy, collections, inspect, yaml, h5py, random or scipy
no longer have is supplied to the modules of Keras and PlaidML alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from plaidml_compat.shims import registry
from plaidml_compat.shims.finder import ShimFinder

__all__ = ["applied", "install", "is_installed", "uninstall"]

_finder: ShimFinder | None = None


def install() -> None:
    """Applies the shims to modules that are loaded, and to the others when they are imported. Idempotent."""
    _install()


def _install(skip: Iterable[str] = ()) -> None:
    """`install`, leaving out the shims in `skip`: for tests that show what happens without them."""
    global _finder
    with registry.lock:
        if _finder is not None:
            return
        registry.discover(__name__)
        registry.leave_out(skip)
        _finder = ShimFinder()
        sys.meta_path.insert(0, _finder)
        for name in registry.modules():
            module = registry.loaded(name)
            if module is not None:
                registry.apply(module)


def uninstall() -> None:
    """Removes the finder and restores what was replaced; Keras stays loaded and its compiled models still run."""
    global _finder
    with registry.lock:
        if _finder is None:
            return
        if _finder in sys.meta_path:
            sys.meta_path.remove(_finder)
        _finder = None
        registry.restore_all()


def is_installed() -> bool:
    """Whether the shims are in force."""
    return _finder is not None


def applied() -> list[tuple[str, str]]:
    """(id, module) of every shim that has been applied so far."""
    return registry.applied()

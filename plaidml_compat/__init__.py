"""Run programs written for TensorFlow's Keras image pipelines on PlaidML. The public names, imported when first used."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0.dev0"

_PUBLIC = {
    "install": "installation",
    "uninstall": "installation",
    "is_installed": "installation",
    "device_scope": "dispatch",
    "explain": "explanation",
    "overlapping": "overlap_switch",
    "profile": "report.profile.collecting",
    "Event": "observe",
    "Summary": "summary",
    "subscribe": "observe",
    "FallbackWarning": "exceptions",
    "PlacementError": "exceptions",
    "PlaidMLCompatWarning": "exceptions",
    "SlowOpWarning": "exceptions",
    "UnsupportedArgumentError": "exceptions",
    "UnsupportedNameError": "exceptions",
    "UnsupportedOpError": "exceptions",
    "Limit": "registry",
    "OPS": "registry",
    "Sample": "registry",
    "export": "registry",
    "layer": "registry",
    "op": "registry",
    "unsupported": "registry",
}
__all__ = [*_PUBLIC, "__version__"]

if TYPE_CHECKING:
    from .dispatch import device_scope
    from .exceptions import (
        FallbackWarning,
        PlacementError,
        PlaidMLCompatWarning,
        SlowOpWarning,
        UnsupportedArgumentError,
        UnsupportedNameError,
        UnsupportedOpError,
    )
    from .explanation import explain
    from .installation import install, is_installed, uninstall
    from .observe import Event, subscribe
    from .overlap_switch import overlapping
    from .registry import OPS, Limit, Sample, export, layer, op, unsupported
    from .report.profile.collecting import profile
    from .summary import Summary


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        value = getattr(importlib.import_module("." + _PUBLIC[name], __name__), name)
        globals()[name] = value
        return value
    registry = sys.modules.get(f"{__name__}.registry")
    if registry is not None and f"{__name__}.{name}" in registry.OPS:  # what TensorFlow has no name for, extensions' ops too
        return registry.OPS[f"{__name__}.{name}"].obj
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})

"""A plugin for pytest in tests: a second device, which is llvm_cpu.0 under another name, and a third that cannot be used."""

from __future__ import annotations

import functools
import os

from plaidml_compat import device

SECOND, THIRD = "llvm_cpu.1", "opencl_made_up.0"

_real = {name: getattr(device, name) for name in ("list_devices", "select", "current")}
_selected: list[str] = []


def python_path():
    """PYTHONPATH for a process that is to find this module."""
    return os.pathsep.join([os.path.dirname(__file__), os.environ["PYTHONPATH"]])


def _list_devices():
    described = device.DeviceInfo(SECOND, "made up"), device.DeviceInfo(THIRD, "made up", False, "it is made up", "Buy one")
    return (*_real["list_devices"](), *described)


def _select(requested=None):
    _selected[:] = [requested or device.EMBEDDED]
    _current.cache_clear()
    return _real["select"](device.EMBEDDED if requested == SECOND else requested)


@functools.lru_cache(None)
def _current():
    return _selected[0] if _selected == [SECOND] else _real["current"]()


def pytest_addoption():
    """It is loaded as a plugin, before that of plaidml_compat: only imported, it changes nothing."""
    device.list_devices, device.select, device.current = _list_devices, _select, _current

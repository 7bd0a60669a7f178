"""Processes that the program starts are installed as it is, before they import its main module."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import spawn
from typing import Any

from .. import installation

NOT_COUNTED = 'The program started other processes. What ran in them is not counted: what stands here as "did not run" may have run there.'
_started = False


def were_started() -> bool:
    """Whether this process started others, by multiprocessing or by fork, since `install_in_children`."""
    return _started


def _note() -> None:
    global _started
    _started = True


def install_in_children(shadow_tensorflow: bool) -> None:
    """From now on, what multiprocessing starts by `spawn` or `forkserver` has the device, placement and fallback of this process.

    A child reads what its parent prepared for it, unpickles that, and only then imports the main module.

    Args:
        shadow_tensorflow: as for `install`.
    """
    prepare = spawn.get_preparation_data

    def get_preparation_data(name: str) -> dict[str, Any]:
        _note()
        data = prepare(name)
        if installation.is_installed():
            now = installation.install()
            data["plaidml_compat"] = _Installed(now.device, now.placement, now.fallback, shadow_tensorflow)
        return data

    spawn.get_preparation_data = get_preparation_data
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_parent=_note)
    if "forkserver" in multiprocessing.get_all_start_methods():
        # Not "__main__": the server itself, of which children are forks, gets nothing that was prepared.
        multiprocessing.set_forkserver_preload([])


class _Installed:
    """Unpickling it installs."""

    def __init__(self, *options: Any) -> None:
        self._options = options

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return _install, self._options


def _install(device: str, placement: str, fallback: str, shadow_tensorflow: bool) -> None:
    installation.install(device, placement, fallback, shadow_tensorflow=shadow_tensorflow)
    install_in_children(shadow_tensorflow)

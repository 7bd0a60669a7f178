"""Begins a run of the plugin: settings, the facade, and what listens to pytest from then on."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from ..call_sites import own_packages
from . import devices, settings, workers
from . import own_packages as project
from .guarding import Guard, Teller
from .settings import Settings

if TYPE_CHECKING:
    from .session import Session


def start(config: pytest.Config, given: Mapping[str, Any]) -> Any:
    """Install what was asked for.

    Args:
        config: pytest's.
        given: options of the command line that were.

    Returns:
        The session, to be registered; after a fault of the plugin's own what tells of it.

    Raises:
        pytest.UsageError: settings that make no sense, or a facade that cannot be installed.
    """
    guard = Guard()
    teller = Teller(guard, config)
    try:
        run = settings.of_run(config, given)
        if run.report:
            run = dataclasses.replace(run, report=_place(config, run.report, "plaidml_report" in given))
        if run.serves:
            config.add_cleanup(own_packages(project.names(config)))
            _install(run.device)
        session = _session(config, run, guard)
        parts = [teller, *_parts(config, session)]
    except pytest.UsageError:
        raise
    except Exception as e:
        guard.note(e)
        return teller
    for part in parts:
        config.pluginmanager.register(part, f"plaidml_compat_{type(part).__name__.lower()}")
    return session


def _session(config: pytest.Config, run: Settings, guard: Guard) -> Session:
    if run.serves:
        from .counting import Counting

        return Counting(config, run, guard)
    from .session import Session

    return Session(config, run, guard)


def _parts(config: pytest.Config, session: Session) -> Iterator[Any]:
    """The plugins that are needed beside the session."""
    run, guard = session.run, session.guard
    if run.serves:
        yield devices.Devices(run, guard)
    if session.scans is not None:
        yield from (session.scans, session.scans.sharing)
    if config.pluginmanager.has_plugin("xdist"):
        yield workers.Workers(config, session.findings, guard)


def _place(config: pytest.Config, report: str, on_command_line: bool) -> str:
    """A report's file, as an absolute path: an ini file names it from where that stands."""
    base = config.invocation_params.dir if on_command_line or config.inipath is None else config.inipath.parent
    path = base / report
    what = ""
    if path.is_dir():
        what = "it is a folder"
    elif not path.parent.is_dir():
        what = f"there is no folder {path.parent}"
    elif not os.access(path.parent, os.W_OK):
        what = f"the folder {path.parent} is read-only"
    if what:
        raise pytest.UsageError(f"--plaidml-report: nothing can be written: {what}. Name a file in a folder of yours; received {report!r}")
    return str(path)


def _install(device: str | None) -> None:
    import plaidml_compat

    if "tensorflow" in sys.modules and not plaidml_compat.is_installed():
        raise pytest.UsageError(
            "--plaidml: a plugin that was loaded earlier has imported the real TensorFlow. Leave that plugin out with `-p no:NAME`, or "
            f"have it import TensorFlow later; received {getattr(sys.modules['tensorflow'], '__file__', None)}"
        )
    try:
        # Whoever passes --plaidml wants this package, though the real TensorFlow is here too.
        plaidml_compat.install(devices.child() or (None if device == "all" else device), shadow_tensorflow=True)
    except Exception as e:  # of PlaidML too: without the facade no test can say anything
        raise pytest.UsageError(f"--plaidml: {e or type(e).__name__}") from e

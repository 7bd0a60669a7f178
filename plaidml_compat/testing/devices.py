"""`--plaidml-device all`: tests that take `plaidml_device` run once on each device; on others than this process's own in a child."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from . import settings
from .guarding import Guard, guarded
from .settings import Settings

if TYPE_CHECKING:
    from .children import Children

_DEVICE = pytest.StashKey[str]()
_own: str | None = None


def become_child(device: str) -> None:
    """This process runs tests for another one, on this device."""
    global _own
    _own = device


def child() -> str | None:
    """In a child: its device."""
    return _own


def assign(items: Sequence[pytest.Item], run: Settings) -> None:
    """Note which tests are for another device than this process's; skip those for one that this run does not have."""
    from .. import device

    for item in items:
        parameter = _parameter(item)
        named = settings.of_test(item, run).device
        marked = None if named in (None, "all", run.device) else named
        wanted = parameter or marked
        if marked and parameter not in (None, marked):
            why = f"it is for {marked} alone"
        elif wanted in (None, device.current()):
            continue
        elif wanted not in (known := {d.id: d for d in device.list_devices() if d.id}):
            why = f"it is for {wanted}, and there are {', '.join(known)}"
        elif not known[wanted].usable:
            why = f"it is for {wanted}: {known[wanted].reason}. {known[wanted].advice}"
        elif run.device != "all":
            why = (
                f"it is for {wanted}, and this process has {device.current()}, its only one; --plaidml-device all runs it where it belongs"
            )
        else:
            item.stash[_DEVICE] = wanted
            if item.config.pluginmanager.has_plugin("timeout"):  # pytest-timeout's clock is in the process that runs the test
                item.add_marker(pytest.mark.timeout(0), append=False)
            continue
        item.add_marker(pytest.mark.skip(reason=f"plaidml: {why}"))


def _parametrized(metafunc: Any) -> bool:
    """Whether a test has parameters of its own for the device."""
    marks = metafunc.definition.iter_markers("parametrize")
    names = (mark.args[0] if mark.args else mark.kwargs.get("argnames", ()) for mark in marks)
    return any("plaidml_device" in (n.replace(",", " ").split() if isinstance(n, str) else n) for n in names)


def _parameter(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("plaidml_device") if callspec is not None else None


def device_of(item: pytest.Item) -> str | None:
    """The device on which a child has to run a test; `None`: this process runs it."""
    return item.stash.get(_DEVICE, None)


class Devices:
    """A plugin of pytest's: gives each test its device.

    Attributes:
        guard: the plugin's own faults.
    """

    def __init__(self, run: Settings, guard: Guard) -> None:
        self._run, self.guard = run, guard
        self._children: Children | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc: Any) -> None:
        """With --plaidml-device all, a test that takes the device once for each."""
        if self._run.device == "all" and "plaidml_device" in metafunc.fixturenames and not _parametrized(metafunc):
            found = self._parameters()
            if found:
                metafunc.parametrize("plaidml_device", found, indirect=True)

    @guarded
    def _parameters(self) -> list[str]:
        """All devices that are found; `assign` says why some cannot be used."""
        from .. import device

        return [d.id for d in device.list_devices() if d.id]

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, Any, None]:
        """Once every other plugin has chosen and sorted, and the markers were found to be right."""
        outcome = yield
        if outcome.excinfo is None:
            self._assign(items)

    @guarded
    def _assign(self, items: list[pytest.Item]) -> None:
        assign(items, self._run)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Have a test for another device run elsewhere."""
        wanted = device_of(item) if child() is None else None
        if wanted is None:
            return None
        if self._children is None:
            from .children import Children

            self._children = Children(item.config, self.guard)
        self._children.run(item, nextitem, wanted)
        return True

    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def pytest_runtestloop(self) -> Generator[None, Any, None]:
        """No more tests; other plugins (pytest-cov) gather what the children have left when the loop is over."""
        yield
        if self._children is not None:
            self._children.end()

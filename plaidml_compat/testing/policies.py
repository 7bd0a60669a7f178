"""The facade's own settings around a test: its policies are in force, and what it changed is put back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from .. import dispatch, event_warnings, installation
from .settings import Settings


class Policies:
    """Remembers what was in force before the run."""

    def __init__(self) -> None:
        self._before = _in_force()
        self._programs: dict[str, Any] = {}
        """Setting that is ours now -> what the program had."""

    def enforce(self, own: Settings) -> None:
        """Have a test's settings decide what warns. What is an error warns too: a flag is judged when its phase is over."""
        if not installation.is_installed():  # an earlier test took it out
            installation.install(shadow_tensorflow=True)
        fallback, slow = _in_force()
        self._set(
            self._wanted("fallback", own, "allow" if own.fallback == "allow" else "warn", fallback),
            self._wanted("slow", own, own.slow == "allow", slow),
        )
        event_warnings.forget_warnings()  # as pytest does: what an earlier test saw is news to this one

    def _wanted(self, name: str, own: Settings, ours: Any, current: Any) -> Any:
        """Ours where it was asked for; else the program's own."""
        if name not in own.asked:
            return self._programs.pop(name, current)
        self._programs.setdefault(name, current)
        return ours

    def restore(self) -> None:
        """The run is over."""
        if installation.is_installed():
            self._set(*self._before)

    def _set(self, fallback: str, silent: bool) -> None:
        if dispatch.defaults.fallback != fallback:
            installation.install(fallback=fallback)
        (event_warnings.silenced.add if silent else event_warnings.silenced.discard)("slow")


def _in_force() -> tuple[str, bool]:
    """What becomes of a fallback, and whether slow ops are silent."""
    return dispatch.defaults.fallback, "slow" in event_warnings.silenced


@contextlib.contextmanager
def closing() -> Iterator[None]:
    """A scope that the block leaves open, and a placement or policy that it installs, end with it."""
    placement, fallback = dispatch.defaults.placement, dispatch.defaults.fallback
    with dispatch.scopes_closed():
        yield
    if installation.is_installed() and (dispatch.defaults.placement, dispatch.defaults.fallback) != (placement, fallback):
        installation.install(placement=placement, fallback=fallback)

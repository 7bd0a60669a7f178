"""The facade's own settings around a test: its policies are in force, and what it changed is put back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from .. import dispatch, event_warnings, installation
from .settings import Settings


class Policies:
    """Remembers what was in force before the run."""

    def __init__(self) -> None:
        self._fallback, self._slow = dispatch.defaults.fallback, "slow" in event_warnings.silenced

    def enforce(self, own: Settings) -> None:
        """Have a test's settings decide what warns. What is an error warns too: a flag is judged when its phase is over."""
        if not installation.is_installed():  # an earlier test took it out
            installation.install(shadow_tensorflow=True)
        self._set("allow" if own.fallback == "allow" else "warn", own.slow == "allow")
        event_warnings.forget_warnings()  # as pytest does: what an earlier test saw is news to this one

    def restore(self) -> None:
        """The run is over."""
        if installation.is_installed():
            self._set(self._fallback, self._slow)

    def _set(self, fallback: str, silent: bool) -> None:
        if dispatch.defaults.fallback != fallback:
            installation.install(fallback=fallback)
        (event_warnings.silenced.add if silent else event_warnings.silenced.discard)("slow")


@contextlib.contextmanager
def closing() -> Iterator[None]:
    """A scope that the block leaves open, and a placement that it installs, end with it."""
    placement = dispatch.defaults.placement
    with dispatch.scopes_closed():
        yield
    if installation.is_installed() and dispatch.defaults.placement != placement:
        installation.install(placement=placement)

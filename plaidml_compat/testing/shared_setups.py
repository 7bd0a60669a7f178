"""Flags of setups that tests share (fixtures of wider scope, setUpClass): every test that needs one has them, whichever runs first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .recording import Flag


class SharedSetups:
    """Which setups were flagged."""

    def __init__(self) -> None:
        self._flags: dict[Any, list[Flag]] = {}

    def note(self, fixture: Any, flags: Iterable[Flag]) -> None:
        """A fixture was set up anew; these are the flags that came meanwhile.

        Args:
            fixture: pytest's definition of it.
            flags: none where it was clean this time.
        """
        self._flags[fixture] = list(flags)

    def of(self, item: Any) -> list[Flag]:
        """The flags of the setups that a test needs."""
        needed = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})  # pytest has no public name for it
        return [flag for fixtures in needed.values() for fixture in fixtures for flag in self._flags.get(fixture, ())]

"""Flags of setups that tests share (fixtures of wider scope, setUpClass): every test that needs one has them, whichever runs first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .recording import Flag


class SharedSetups:
    """Which setups were flagged, and which others each of them has asked for by name (`request.getfixturevalue`)."""

    def __init__(self) -> None:
        self._flags: dict[Any, list[Flag]] = {}
        self._asked_for: dict[Any, set[Any]] = {}

    def note(self, fixture: Any, flags: Iterable[Flag], asked_for: Iterable[Any]) -> None:
        """A fixture was set up anew.

        Args:
            fixture: pytest's definition of it.
            flags: those that came meanwhile; none where it was clean this time.
            asked_for: other fixtures that were taken meanwhile.
        """
        self._flags[fixture] = list(flags)
        self._asked_for[fixture] = set(asked_for)

    def of(self, item: Any) -> list[Flag]:
        """The flags of the setups that a test needs, or has asked for by now."""
        named = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})  # pytest has no public name for it
        left = [*(fixture for fixtures in named.values() for fixture in fixtures), *taken(getattr(item, "_request", None))]
        needed: set[Any] = set()
        while left:
            fixture = left.pop()
            if fixture not in needed:
                needed.add(fixture)
                left.extend(self._asked_for.get(fixture, ()))
        return [flag for fixture in self._flags if fixture in needed for flag in self._flags[fixture]]


def taken(request: Any) -> list[Any]:
    """The fixtures that a test has taken by now: pytest's definitions.

    Args:
        request: pytest's for the test, or for one of its fixtures.
    """
    return list(getattr(request, "_fixture_defs", {}).values())  # pytest has no public name for it

"""Keeps a fault of the plugin's own from ending the run of tests: it goes on without, and says so once."""

from __future__ import annotations

import functools
import sys
import traceback
from typing import Any, Callable

import pytest

_HEAD = "plaidml_compat's pytest plugin failed, and was left out from then on; please report it"
_OUTPUT = "plaidml_fault"
"""Under this key a worker of pytest-xdist tells its controller."""


class Guard:
    """Remembers the first fault.

    Attributes:
        fault: its traceback as text; empty while there is none.
    """

    def __init__(self) -> None:
        self.fault = ""

    def note(self, error: Exception) -> None:
        """The plugin failed: the end of the run says so."""
        self.take("".join(traceback.format_exception(type(error), error, error.__traceback__)))

    def take(self, fault: str) -> None:
        """It failed in another process of this run; empty where it did not."""
        self.fault = self.fault or fault


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A method of an object with a `guard` that does nothing after a fault, its own included."""

    @functools.wraps(function)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return None if self.guard.fault else tried(self, *args, **kwargs)

    tried = undoing(function)
    return call


def undoing(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `guarded`, for a method that puts something back: that happens after a fault too."""

    @functools.wraps(function)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return function(self, *args, **kwargs)
        except pytest.UsageError:  # meant for the user; what skips and fails is no `Exception`
            raise
        except Exception as e:
            self.guard.note(e)
            return None

    return call


class Teller:
    """Says at the end of the run that the plugin failed. It stands in for a session that could not begin.

    Attributes:
        guard: knows of the fault.
        serves: fixtures have nothing to ask here.
    """

    serves = False

    def __init__(self, guard: Guard, config: pytest.Config) -> None:
        self.guard, self._config, self._told = guard, config, False

    def ends_early(self, error: BaseException) -> None:
        """`pytest_unconfigure` says what there is to say."""

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Whatever the verbosity."""
        if self.guard.fault and not self._told:
            self._told = True
            terminalreporter.write_sep("=", "plaidml")
            terminalreporter.write_line(f"{_HEAD}:")
            terminalreporter.write(self.guard.fault)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """A worker leaves it to its controller."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT], self._told = self.guard.fault, True

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended."""
        self.guard.take(getattr(node, "workeroutput", {}).get(_OUTPUT, ""))

    def pytest_unconfigure(self) -> None:
        """Where there was no summary to say it in."""
        if self.guard.fault and not self._told:
            self._told = True
            print(f"{_HEAD}:\n{self.guard.fault}", file=sys.stderr)

"""Threads of a test case whose errors fail the test."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Callable


class CheckedThread:
    """A thread whose error fails the test when it is joined; it must be joined before the test ends.

    Args:
        testcase: the test.
        target: runs in the thread.
        args: its positional arguments.
        kwargs: its keyword arguments.
    """

    def __init__(
        self, testcase: Any, target: Callable[..., Any], args: Sequence[Any] | None = None, kwargs: Mapping[str, Any] | None = None
    ) -> None:
        self._testcase, self._target, self._args, self._kwargs = testcase, target, args or (), kwargs or {}
        self._thread = threading.Thread(target=self._run)
        self._exception: Exception | None = None
        self._is_joined = False

    def _run(self) -> None:
        try:
            self._target(*self._args, **self._kwargs)
        except Exception as e:
            self._exception = e

    def start(self) -> None:
        """Begin, once."""
        self._thread.start()

    def join(self) -> None:
        """Wait for its end; the test fails if it ended by an error."""
        self._is_joined = True
        self._thread.join()
        if self._exception is not None:
            self._testcase.fail(f"Error in checkedThread: {self._exception}")

    def is_alive(self) -> bool:
        """True from its start to its end."""
        return self._thread.is_alive()

    def check_termination(self) -> None:
        """Fail the test if it was not joined.

        Raises:
            RuntimeError: it runs all the same.
        """
        if not self._is_joined:
            self._testcase.fail("A checked thread was not joined.")
        if self.is_alive():
            raise RuntimeError("Thread was not joined with main thread, and is still running when the test finished.")

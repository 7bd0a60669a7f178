"""What a phase of a test comes to: something in it is an error here, or it failed of something missing, which may skip it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from ..exceptions import PlacementError, UnsupportedOpError
from .recording import Flag
from .settings import KINDS, Settings, allowing

TITLE = "plaidml"
_Failed: Any = pytest.fail.Exception


class PlaidMLFlag(_Failed):
    """A phase did what is an error here, and raised nothing itself."""

    __module__ = "builtins"  # as pytest's own: the short summary has no room for more

    def __init__(self, message: str, file: str, line: int) -> None:
        super().__init__(message, pytrace=False)
        self.file, self.line = file, line

    def __reduce__(self) -> tuple[Any, tuple[str, str, int]]:
        return _flag, (str(self.msg), self.file, self.line)


def _flag(message: str, file: str, line: int) -> PlaidMLFlag:
    return PlaidMLFlag(message, file, line)


def error_of(flags: Iterable[Flag], own: Settings, folder: str, way_out: str = "@{marker} allows it") -> PlaidMLFlag | None:
    """The error that some flags are under a test's settings, or `None`.

    Args:
        flags: of a phase.
        own: the settings.
        folder: from which files are seen.
        way_out: what to do, in which `{marker}` stands for the one that allows it.
    """
    wrong = [flag for flag in flags if own.policy(flag.kind) == "error"]
    if not wrong:
        return None
    kinds = dict.fromkeys(flag.kind for flag in wrong)
    asked = ", ".join(f"{KINDS[kind].setting}=error" for kind in kinds)
    advice = f"This is an error here ({asked}); {way_out.format(marker=allowing(kinds))}"
    return PlaidMLFlag("\n".join([*(flag.text(folder) for flag in wrong), advice]), wrong[0].file, wrong[0].line)


def as_text(error: PlaidMLFlag) -> Any:
    """What pytest shows of it where there is no test to report on."""
    try:
        raise error
    except PlaidMLFlag:
        return pytest.ExceptionInfo.from_current().getrepr(style="value")


def refusal_in(error: BaseException | None) -> UnsupportedOpError | PlacementError | None:
    """What was lacking, where an error is that, was raised from it, or is an import of it that failed.

    What merely happened while that was handled is a failure of its own, and so is a group in which only some lacked something.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, (UnsupportedOpError, PlacementError)):
            return error
        seen.add(id(error))
        parts = [refusal_in(e) for e in getattr(error, "exceptions", ())]
        if parts and all(parts):
            return parts[0]
        implied = error.__context__ if isinstance(error, ImportError) and not error.__suppress_context__ else None
        error = error.__cause__ or implied
    return None


def fail(outcome: Any, error: BaseException) -> None:
    """Have a hook end with an error, where it has not failed yet."""
    if hasattr(outcome, "force_exception"):
        outcome.force_exception(error)
    else:  # pluggy 1.0
        outcome._result, outcome._excinfo = None, (type(error), error, error.__traceback__)


def skip(report: Any, flag: Flag) -> None:
    """Have a report say that its phase was skipped because of a flag."""
    report.outcome = "skipped"
    report.longrepr = flag.file, flag.line, f"Skipped: {TITLE}: {flag.what()}" + (f". {flag.advice}" if flag.advice else "")


def explain(report: Any, flags: Sequence[Flag], folder: str) -> None:
    """Say in a failed report what was flagged in its phase."""
    text = "\n".join(flag.text(folder) for flag in flags)
    if hasattr(report.longrepr, "addsection"):
        report.longrepr.addsection(TITLE, text)  # other sections are output, which --show-capture leaves out
    else:
        report.sections.append((TITLE, text))


def locate(report: Any, error: PlaidMLFlag) -> None:
    """Have a failed report point at the user's line."""
    with contextlib.suppress(AttributeError):
        report.longrepr.reprcrash.path, report.longrepr.reprcrash.lineno = error.file, error.line

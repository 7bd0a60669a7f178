"""What a run, and each of its tests, may do: marker over command line over ini file."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest

from ..pytest_plugin import CHOICES, FORMS


class Kind(NamedTuple):
    """What there is to know about a kind of event that counts against a test.

    Attributes:
        setting: the one that decides about it.
        allowing: a marker's word for letting it happen.
        did: what is said of an op, behind its name.
        title: what is said of several.
        rules: the scanner's that find the same in the text; the first where nothing says which.
    """

    setting: str
    allowing: str
    did: str
    title: str
    rules: tuple[str, ...]


_ON_HOST = "ran on the host although the device was asked for"
KINDS = {
    "refused": Kind("unsupported", "ok", "is not supported here", "unsupported", ("unsupported", "not-built", "unknown")),
    "fallback": Kind("fallback", "allow", _ON_HOST, _ON_HOST, ("host",)),
    "slow": Kind("slow", "allow", "is slow here", "slow here", ("slow",)),
}
"""By the name that events have; in the order in which people are told."""
_ALLOWING = {kind.setting: kind.allowing for kind in KINDS.values()}
_WORDS = {name: words if _ALLOWING[name] in words else (_ALLOWING[name], *words) for name, words in CHOICES.items()}
"""Setting -> the words that a marker may give it."""
_KEYWORDS = ("device", *_WORDS, "reason")


@dataclass(frozen=True)
class Settings:
    """What a run or a test asks for.

    Attributes:
        serves: the facade is installed.
        static: the files are scanned.
        device: PlaidML's id, `"all"`, or `None` for the default.
        fallback: `"allow"`, `"warn"` or `"error"`.
        unsupported: `"ok"` (a marker's alone), `"warn"`, `"error"` or `"skip"`.
        slow: `"allow"`, `"warn"` or `"error"`.
        report: the file to write, or `None`.
        reason: a marker's, why the test is another case.
        asked: the settings that somebody has given.
    """

    serves: bool = True
    static: bool = False
    device: str | None = None
    fallback: str = "warn"
    unsupported: str = "warn"
    slow: str = "warn"
    report: str | None = None
    reason: str = ""
    asked: frozenset[str] = frozenset()

    def policy(self, kind: str) -> str:
        """What is to be done about an event of a kind: `"allow"`, `"warn"`, `"error"` or `"skip"`."""
        word = getattr(self, KINDS[kind].setting)
        return "allow" if word == KINDS[kind].allowing else word

    def policies(self) -> dict[str, str]:
        """Kind of an event -> what is to be done about it."""
        return {kind: self.policy(kind) for kind in KINDS}


def of_run(config: pytest.Config, given: Mapping[str, Any]) -> Settings:
    """The settings of a run.

    Args:
        config: pytest's.
        given: options of the command line that were.

    Raises:
        pytest.UsageError: an ini value that is none of them, a report of an unknown kind, or a device without a name.
    """

    def get(name: str) -> Any:
        return given[name] if name in given else config.getini(name) or None

    words: dict[str, Any] = {}
    asked = frozenset(name for name in CHOICES if get(f"plaidml_{name}"))
    for name, allowed in CHOICES.items():
        word = get(f"plaidml_{name}") or "warn"
        if word not in allowed:
            raise pytest.UsageError(f"plaidml_{name} must be one of {', '.join(allowed)}; received {word!r}")
        words[name] = word
    report = get("plaidml_report")
    endings = tuple(f".{form}" for form in FORMS)
    if report is not None and not str(report).lower().endswith(endings):
        raise pytest.UsageError(f"--plaidml-report: the file's name ends with {', '.join(endings)}; received {report!r}")
    if given.get("plaidml_device") == "":
        raise pytest.UsageError("--plaidml-device: name a device, or leave the option out for the default; received ''")
    flags = bool(get("plaidml")), bool(get("plaidml_static"))
    return Settings(*flags, get("plaidml_device"), report=report, asked=asked, **words)


def of_test(node: pytest.Item | pytest.Collector, run: Settings) -> Settings:
    """The settings of a test, or of a module: its markers', the closest first and keyword by keyword, else the run's.

    Raises:
        pytest.UsageError: a marker with an unknown keyword, a word that is none of its setting's, or positional arguments.
    """
    found: dict[str, Any] = {}
    for mark in node.iter_markers("plaidml"):
        _check(mark, f"{node.nodeid}: @pytest.mark.plaidml")
        for name, value in mark.kwargs.items():
            found.setdefault(name, value)
    return dataclasses.replace(run, asked=run.asked | found.keys(), **found) if found else run


def _check(mark: pytest.Mark, where: str) -> None:
    if mark.args:
        raise pytest.UsageError(f"{where} takes keywords alone ({', '.join(_KEYWORDS)}); received {mark.args!r}")
    for name, value in mark.kwargs.items():
        if name not in _KEYWORDS:
            near = difflib.get_close_matches(name, _KEYWORDS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_KEYWORDS)};"
            raise pytest.UsageError(f"{where} has no such keyword; {hint} received {name!r}")
        if name in _WORDS and value not in _WORDS[name]:
            raise pytest.UsageError(f"{where}: {name} must be one of {', '.join(_WORDS[name])}; received {value!r}")
        if name not in _WORDS and not isinstance(value, str):
            raise pytest.UsageError(f"{where}: {name} is a text; received {value!r}")
        if name == "device" and not value:
            raise pytest.UsageError(f"{where}: device is an id of PlaidML's; leave it out for the run's; received {value!r}")

"""What a run, and each of its tests, may do: marker over command line over ini file."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

KINDS = {"fallback": "fallback", "refused": "unsupported", "slow": "slow"}
"""Kind of an event -> the setting that decides about it."""
REPORTS = (".json", ".md", ".html", ".sarif")


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
        choices: setting -> the words it may have.
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
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    asked: frozenset[str] = frozenset()

    def policy(self, kind: str) -> str:
        """What is to be done about an event of a kind: `"allow"`, `"warn"`, `"error"` or `"skip"`."""
        word = getattr(self, KINDS[kind])
        return "allow" if word == "ok" else word


def of_run(config: pytest.Config, given: Mapping[str, Any], choices: Mapping[str, Sequence[str]]) -> Settings:
    """The settings of a run.

    Args:
        config: pytest's.
        given: options of the command line that were.
        choices: setting -> the words it may have.

    Raises:
        pytest.UsageError: an ini value that is none of them, or a report of an unknown kind.
    """

    def get(name: str) -> Any:
        return given[name] if name in given else config.getini(name) or None

    words: dict[str, Any] = {}
    asked = frozenset(name for name in choices if get(f"plaidml_{name}"))
    for name, allowed in choices.items():
        word = get(f"plaidml_{name}") or "warn"
        if word not in allowed:
            raise pytest.UsageError(f"plaidml_{name} must be one of {', '.join(allowed)}; received {word!r}")
        words[name] = word
    report = get("plaidml_report")
    if report is not None and not str(report).lower().endswith(REPORTS):
        raise pytest.UsageError(f"--plaidml-report: the file's name ends with {', '.join(REPORTS)}; received {report!r}")
    flags = bool(get("plaidml")), bool(get("plaidml_static"))
    return Settings(*flags, get("plaidml_device"), report=report, choices=choices, asked=asked, **words)


def of_test(node: pytest.Item | pytest.Collector, run: Settings) -> Settings:
    """The settings of a test, or of a module: its markers', the closest first and keyword by keyword, else the run's.

    Raises:
        pytest.UsageError: a marker with an unknown keyword, a word that is none of its setting's, or positional arguments.
    """
    found: dict[str, Any] = {}
    for mark in node.iter_markers("plaidml"):
        _check(mark, f"{node.nodeid}: @pytest.mark.plaidml", run.choices)
        for name, value in mark.kwargs.items():
            found.setdefault(name, value)
    return dataclasses.replace(run, asked=run.asked | found.keys(), **found) if found else run


def _check(mark: pytest.Mark, where: str, choices: Mapping[str, Sequence[str]]) -> None:
    words: dict[str, Sequence[str]] = {**choices, "unsupported": ("ok", *choices["unsupported"])}
    known = ("device", *words, "reason")
    if mark.args:
        raise pytest.UsageError(f"{where} takes keywords alone ({', '.join(known)}); received {mark.args!r}")
    for name, value in mark.kwargs.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)};"
            raise pytest.UsageError(f"{where} has no such keyword; {hint} received {name!r}")
        if name in words and value not in words[name]:
            raise pytest.UsageError(f"{where}: {name} must be one of {', '.join(words[name])}; received {value!r}")
        if name not in words and not isinstance(value, str):
            raise pytest.UsageError(f"{where}: {name} is a text; received {value!r}")

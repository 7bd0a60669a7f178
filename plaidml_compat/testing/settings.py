"""What a run, and each of its tests, may do: marker over command line over ini file."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest

from ..declarations import PLACEMENTS
from ..pytest_plugin import FORMS, POLICIES, Policy
from . import forms


class Kind(NamedTuple):
    """What there is to know about a kind of event that counts against a test.

    Attributes:
        setting: the one that decides about it, of `pytest_plugin.POLICIES`.
        did: what is said of an op, behind its name.
        title: what is said of several.
        rules: the scanner's that find the same in the text; the first where nothing says which.
    """

    setting: str
    did: str
    title: str
    rules: tuple[str, ...]

    @property
    def about(self) -> Policy:
        """The words of that setting."""
        return POLICIES[self.setting]


_ON_HOST = "ran on the host although the device was asked for"
KINDS = {
    "refused": Kind("unsupported", "is not supported here", "unsupported", ("unsupported", "not-built", "unknown")),
    "fallback": Kind("fallback", _ON_HOST, _ON_HOST, ("host",)),
    "slow": Kind("slow", "is slow here", "slow here", ("slow",)),
}
"""By the name that events have; in the order in which people are told."""
_KEYWORDS = ("device", *POLICIES, "reason")


def allowing(kinds: Iterable[str]) -> str:
    """The marker that lets kinds of events happen, as it is written behind `@` and in `pytestmark`."""
    words = "".join(f'{name}="{POLICIES[name].allowing}", ' for name in dict.fromkeys(KINDS[kind].setting for kind in kinds))
    return f"pytest.mark.plaidml({words}reason=...)"


@dataclass(frozen=True)
class Settings:
    """What a run or a test asks for.

    Attributes:
        serves: the facade is installed.
        static: the files are scanned.
        device: PlaidML's id, `"all"`, or `None` for the default.
        fallback: a word of `pytest_plugin.POLICIES`, as the other two.
        unsupported: see there.
        slow: see there.
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
        """What is to be done about an event of a kind: its setting's word, and `"allow"` whatever word allows it."""
        word: str = getattr(self, KINDS[kind].setting)
        return "allow" if word == KINDS[kind].about.allowing else word

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

    words: dict[str, Any] = {name: word for name in POLICIES if (word := get(f"plaidml_{name}"))}
    for name, word in words.items():
        if word not in POLICIES[name].words:
            raise pytest.UsageError(f"plaidml_{name} must be one of {', '.join(POLICIES[name].words)}; received {word!r}")
    report = get("plaidml_report")
    if report is not None and forms.form_of(report) not in FORMS:
        endings = ", ".join(f".{form}" for form in FORMS)
        raise pytest.UsageError(f"--plaidml-report: the file has a name, which ends with one of {endings}; received {report!r}")
    if given.get("plaidml_device") == "":
        raise pytest.UsageError("--plaidml-device: name a device, or leave the option out for the default; received ''")
    flags = bool(get("plaidml")), bool(get("plaidml_static"))
    return Settings(*flags, get("plaidml_device"), report=report, asked=frozenset(words), **words)


def of_test(node: pytest.Item | pytest.Collector, run: Settings) -> Settings:
    """The settings of a test, or of a module: its markers', the closest first and keyword by keyword, else the run's.

    Raises:
        pytest.UsageError: a marker with an unknown keyword, a word that is none of its setting's, or positional arguments.
    """
    wrong = [fault for _, faults in wrong_markers(node) for fault in faults]
    if wrong:
        raise pytest.UsageError("\n".join(wrong))
    found: dict[str, Any] = {}
    for mark in node.iter_markers("plaidml"):
        for name, value in mark.kwargs.items():
            found.setdefault(name, value)
    return dataclasses.replace(run, asked=run.asked | found.keys(), **found) if found else run


def wrong_markers(node: pytest.Item | pytest.Collector) -> Iterator[tuple[pytest.Mark, list[str]]]:
    """Markers of a test, or of a module, that say what they cannot say, and all that is wrong in each."""
    for owner, mark in node.iter_markers_with_node("plaidml"):
        faults = [f"{owner.nodeid}: @pytest.mark.plaidml{fault}" for fault in _faults(mark)]
        if faults:
            yield mark, faults


def _faults(mark: pytest.Mark) -> Iterator[str]:
    if mark.args:
        yield f" takes keywords alone ({', '.join(_KEYWORDS)}); received {mark.args!r}"
    for name, value in mark.kwargs.items():
        if name not in _KEYWORDS:
            near = difflib.get_close_matches(name, _KEYWORDS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_KEYWORDS)};"
            yield f" has no such keyword; {hint} received {name!r}"
        elif name in POLICIES:
            words = POLICIES[name].of_marker()
            if value not in words:
                yield f": {name} must be one of {', '.join(words)}; received {value!r}"
        elif not isinstance(value, str):
            yield f": {name} is a text; received {value!r}"
        elif name == "device" and not value:
            yield f": device is an id of PlaidML's; leave it out for the run's; received {value!r}"
        elif name == "device" and value in PLACEMENTS:
            yield (
                f": device is an id of PlaidML's, as `plaidml-compat devices` lists them, and a placement is none: for that there is "
                f'`with plaidml_compat.device_scope("{value}"):` in a test; received {value!r}'
            )

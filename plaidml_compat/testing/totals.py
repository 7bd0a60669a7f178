"""How much ran in all tests, in one line of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..wording import counted
from .recording import Record


class Other(NamedTuple):
    """How often something that is no op ran, or was made for a model.

    Attributes:
        name: of a function, a model's step or the op that was built into it.
        what: what that is.
        placement: `"host"` or `"device"`.
        times: how often.
    """

    name: str
    what: str
    placement: str
    times: int


class Totals(NamedTuple):
    """Numbers of calls.

    Attributes:
        host: calls of ops on the host, those in a dataset's function and of layers at the head of a model included.
        device: calls of ops on the device, one by one.
        others: calls of TensorFlow's functions that are no ops, and files that they loaded.
        built: times that an op became a part of a model's graph. It then runs in that model's steps, and is not counted there.
        steps: times that a model, or a step of its training, ran on the device.
    """

    host: int = 0
    device: int = 0
    others: int = 0
    built: int = 0
    steps: int = 0

    @classmethod
    def of(cls, records: Iterable[Record]) -> Totals:
        """The sum of some records."""
        merged = _merged(records)
        counts: Counter[str] = Counter()
        for (kind, _, at), n in merged.items():
            counts[at if kind == "run" else kind] += n
        return cls(counts["host"], counts["device"], counts["call"] + counts["load"], counts["build"], counts["step"])

    def text(self) -> str:
        """In words: `"11 op calls on the host, 1 on the device"`, and what else there was."""
        host = counted(self.host, "op call") + (f" and {counted(self.others, 'other call')}" if self.others else "")
        beside = [f"{counted(self.built, 'op')} built into models"] if self.built else []
        beside += [f"{counted(self.steps, 'step')} of models"] if self.steps else []
        if not beside:
            device = counted(self.device, "op call") if self.others else f"{self.device:,}"
            return f"{host} on the host, {device} on the device"
        return f"{host} on the host; {_joined([counted(self.device, 'op call')] * bool(self.device) + beside)} on the device"


def _joined(texts: list[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def ops(records: Iterable[Record]) -> list[tuple[str, int, int]]:
    """Name of an op, its calls on the host and on the device; sorted."""
    merged = _merged(records)
    names = sorted({name for kind, name, _ in merged if kind == "run"})
    return [(name, merged["run", name, "host"], merged["run", name, "device"]) for name in names]


def others(records: Iterable[Record]) -> Iterator[Other]:
    """All that ran beside ops; sorted."""
    for (kind, name, at), n in sorted(_merged(records).items(), key=lambda kv: (kv[0][1], kv[0])):
        if kind in _WHAT:
            yield Other(name, _WHAT[kind], at, n)


_WHAT = {"call": "function", "load": "function", "build": "op built into a model", "step": "step of a model"}


def _merged(records: Iterable[Record]) -> Counter[tuple[str, str, str]]:
    """What is counted, without calls that have told of each file that they loaded."""
    merged: Counter[tuple[str, str, str]] = Counter()
    for record in records:
        merged.update(record.counts)
    loading = {name for kind, name, _ in merged if kind == "load"}
    return Counter({key: n for key, n in merged.items() if not (key[0] == "call" and key[1] in loading)})

"""A row of the matrix: what is declared of a name, apart from what was measured, and by whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..about import Bound, CallLimit, Determinism, Slowness
from ..measuring.measurements import Measured, Origin

IN_MODEL = ("device", "device within limits", "host, at the head only", "no")
"""Where something runs inside a model. `no`: it cannot be in one. Empty, in a row: nothing to say, it is no op and no part of a graph."""


@dataclass(frozen=True)
class Source(Origin):
    """Who measured, on what and when.

    Attributes:
        id: by which cells refer to it.
    """

    id: int


@dataclass(frozen=True)
class Cell:
    """What a measurement found of a name at a placement.

    Attributes:
        source: id of the `Source`.
        where: `"host"` or `"device"`.
        found: the numbers, and what is missing.
    """

    source: int
    where: str
    found: Measured

    @property
    def has_number(self) -> bool:
        """True where something was measured."""
        return self.found.images_per_second is not None or self.found.error is not None

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"measurement": self.source, "where": self.where, **vars(self.found)}


@dataclass(frozen=True)
class InModel:
    """Where it runs inside a model.

    Attributes:
        where: of `IN_MODEL`, or empty.
        engines: of PlaidML, on which it runs as a part of one.
        limits: of its device kernels.
        reason: why it is not on the device.
        words: all of it for people.
    """

    where: str = ""
    engines: tuple[str, ...] = ()
    limits: tuple[Bound, ...] = ()
    reason: str = ""
    words: str = ""


@dataclass(frozen=True)
class Declared:
    """What the code says of its results; see `About`."""

    parity: str = ""
    tolerance: float | None = None
    device_tolerances: tuple[tuple[str, float], ...] = ()
    determinism: Determinism | None = None


@dataclass(frozen=True)
class Row:
    """All about one name. What is not explained here is as in `About`.

    Attributes:
        limits: forms of a call that are refused, wherever it would run; those of device kernels are in `in_model`.
        in_map: where it runs in `Dataset.map`, or empty.
        measured: what was measured of it, the project's and this machine's.
        same_as: the name that it is another name of, or empty.
    """

    name: str
    family: str
    kind: str
    status: str
    source: str = ""
    limits: tuple[CallLimit, ...] = ()
    in_model: InModel = InModel()
    in_map: str = ""
    slow: tuple[Slowness, ...] = ()
    declared: Declared = Declared()
    measured: tuple[Cell, ...] = ()
    reason: str = ""
    instead: str = ""
    versions: tuple[str, ...] = ()
    same_as: str = ""

    @property
    def works(self) -> bool:
        """True for a name that is served."""
        return self.status in ("device", "host")

    def cells(self, source: Source) -> tuple[Cell | None, Cell | None]:
        """What one measurement found: on the host, on the device."""
        found = {c.where: c for c in self.measured if c.source == source.id}
        return found.get("host"), found.get("device")

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        repeats = self.declared.determinism
        return {
            **vars(self),
            "limits": [asdict(x) for x in self.limits],
            "in_model": {
                **vars(self.in_model),
                "engines": list(self.in_model.engines),
                "limits": [asdict(b) for b in self.in_model.limits],
            },
            "slow": [asdict(s) for s in self.slow],
            "declared": {
                **vars(self.declared),
                "device_tolerances": dict(self.declared.device_tolerances),
                "determinism": repeats.value if repeats else None,
            },
            "measured": [c.to_dict() for c in self.measured],
            "versions": list(self.versions),
        }

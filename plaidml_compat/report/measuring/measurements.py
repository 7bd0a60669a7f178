"""Measurements of ops and layers: what they hold, as JSON, and those that were made on the project's machines and are shipped."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ... import cost

PLACES = ("host", "device")

SCHEMA = 1
"""Of measurements as JSON: raised by one when a field changes its meaning or goes away."""


@dataclass(frozen=True)
class Measured:
    """What was measured of an op or a layer at one placement.

    Attributes:
        images_per_second: on float32 batches of 32x224x224x3 (or as `call` says), on the device with copies there and back; `None`: not
            measured.
        error: largest absolute difference from TensorFlow in all of its samples, in the scale of its output; `None`: not measured, or
            something else than numbers differs, which `note` says.
        repeatable: whether the same call gave the same bits twice; `None`: not measured.
        note: what is missing, and why; empty: nothing is.
        call: what was called for `images_per_second`, in words.
    """

    images_per_second: float | None = None
    error: float | None = None
    repeatable: bool | None = None
    note: str = ""
    call: str = ""

    def to_dict(self) -> dict[str, Any]:
        """What is known, ready for JSON; what is not is left out."""
        return {k: v for k, v in vars(self).items() if v is not None and v != ""}


@dataclass(frozen=True)
class Origin:
    """Who measured, on what and when.

    Attributes:
        machine: its processors, in words.
        device: PlaidML's id of the device.
        engine: `"llvm_cpu"` or `"opencl"`.
        date: when, as 2026-11-23.
        version: of this package.
        here: measured on this machine, in this process; else shipped with the package or read from a file.
    """

    machine: str
    device: str
    engine: str
    date: str
    version: str
    here: bool


@dataclass(frozen=True)
class Measurements(Origin):
    """What was measured on one machine with one device.

    Attributes:
        rows: name of the op or layer -> `"host"` or `"device"` -> what was measured.
    """

    rows: Mapping[str, Mapping[str, Measured]] = field(default_factory=dict)

    def about(self) -> dict[str, Any]:
        """Everything but the rows."""
        return {k: v for k, v in vars(self).items() if k != "rows"}

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON; `here` is left out: it is not true of whoever reads it."""
        about = {k: v for k, v in self.about().items() if k != "here"}
        return {"schema": SCHEMA, **about, "rows": {n: {p: m.to_dict() for p, m in of.items()} for n, of in sorted(self.rows.items())}}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Measurements:
        """The reverse of `to_dict`.

        Raises:
            ValueError: it is no such dictionary.
        """
        try:
            about = {k: v for k, v in found.items() if k != "schema"}
            rows = {n: {p: Measured(**m) for p, m in of.items()} for n, of in found["rows"].items()}
            if found["schema"] != SCHEMA:
                raise ValueError(
                    f"measurements are of schema {SCHEMA}; measure anew, or use the version that wrote them; received {found!r:.200}"
                )
            return cls(**{**about, "here": False, "rows": rows})
        except (TypeError, KeyError, AttributeError) as e:
            raise ValueError(f"no measurements: {e}; received {found!r:.200}") from None


@functools.lru_cache(None)
def shipped() -> list[Measurements]:
    """The measurements made on the project's machines: one an engine."""
    return [Measurements.from_dict(found) for found in cost.table()["measurements"]]

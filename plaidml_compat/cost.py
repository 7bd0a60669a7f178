"""What was measured on the project's machines, as shipped in costs.json: where an op is slow on the device."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

SLOW = 2.0
"""An op is slow where it takes more than this many times as long as at the other placement."""

BATCH = 32
"""Images in the batches that were measured."""


@dataclass(frozen=True)
class Slow:
    """Why an op is slow at a placement, and what to do."""

    reason: str
    advice: str


@functools.lru_cache(None)
def table() -> dict[str, Any]:
    """The shipped measurements: `{"measurements": [...]}`, each as `report.measurements.Measurements.to_dict()` gives it."""
    return json.loads(resources.files(__package__).joinpath("costs.json").read_text(encoding="utf-8"))


@functools.lru_cache(None)
def seconds(name: str, engine: str) -> dict[str, float]:
    """Seconds a call of an op or layer takes on a batch of `BATCH` images, at `"host"` and `"device"`, as far as measured.

    Both are of the same machine.
    """
    for found in table()["measurements"]:
        if found["engine"] == engine:
            rates = {place: row.get("images_per_second") for place, row in found["rows"].get(name, {}).items()}
            return {place: BATCH / rate for place, rate in rates.items() if rate}
    return {}


@functools.lru_cache(None)
def slower_on_device(name: str, engine: str) -> Slow | None:
    """Why an op or layer would be slow on this engine, called on its own with arrays; `None` where it is not, or was not measured."""
    taken = seconds(name, engine)
    host, device = taken.get("host"), taken.get("device")
    if not host or not device or device < SLOW * host:
        return None
    return Slow(
        f"on {engine} one call on a {BATCH}x224x224x3 batch was measured to take {_milliseconds(device)}, copies included, "
        f"against {_milliseconds(host)} on the host",
        "Leave it out of device_scope('device'): on the host it also overlaps with training",
    )


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.0f} ms" if seconds >= 0.0005 else "less than 1 ms"

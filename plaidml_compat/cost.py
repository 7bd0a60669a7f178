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
"""Images of which seconds are told: as many as were in most batches that were measured."""


@dataclass(frozen=True)
class Slow:
    """Why an op is slow at a placement, and what to do."""

    reason: str
    advice: str


@functools.lru_cache(None)
def table() -> dict[str, Any]:
    """The shipped measurements: `{"about", "measurements": [...]}`, each as `Measurements.to_dict()` gives it."""
    return json.loads(resources.files(__package__).joinpath("costs.json").read_text(encoding="utf-8"))


@functools.lru_cache(None)
def seconds(name: str, engine: str) -> dict[str, float]:
    """Seconds that an op or layer takes for `BATCH` images, at `"host"` and `"device"`, as far as measured.

    Both are of the same machine.
    """
    rates = {place: found.get("images_per_second") for place, found in _row(name, engine).items()}
    return {place: BATCH / rate for place, rate in rates.items() if rate}


def _row(name: str, engine: str) -> dict[str, dict[str, Any]]:
    """What was measured of an op or layer with an engine: place -> what was found."""
    return next((found["rows"].get(name, {}) for found in table()["measurements"] if found["engine"] == engine), {})


@functools.lru_cache(None)
def slower_on_device(name: str, engine: str) -> Slow | None:
    """Why an op or layer would be slow on this engine, called on its own with arrays; `None` where it is not, or was not measured."""
    taken = seconds(name, engine)
    host, device = taken.get("host"), taken.get("device")
    if not host or not device or device < SLOW * host:
        return None
    return Slow(
        f"on {engine} {BATCH} images were measured to take {_milliseconds(device)}, copies included, against {_milliseconds(host)} on the "
        f"host{_called(name, engine)}",
        "Leave it out of device_scope('device'): on the host it also overlaps with training",
    )


def _called(name: str, engine: str) -> str:
    """In which call: `" (called with float32 32x224x224x3, sample 'a')"`; empty: that was not written down."""
    call = _row(name, engine).get("device", {}).get("call")
    return f" (called with {call})" if call else ""


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.0f} ms" if seconds >= 0.0005 else "less than 1 ms"

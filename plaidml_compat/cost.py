"""Measured cost per op and engine, as shipped in costs.json: where the device would be slow."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

SLOW = 2.0
"""An op is slow where it takes more than this many times as long as at the other placement."""


@dataclass(frozen=True)
class Slow:
    """Why an op is slow at a placement, and what to do."""

    reason: str
    advice: str


@functools.lru_cache(None)
def table() -> dict[str, Any]:
    """The measurements: `{"about": ..., "seconds": {op: {engine: {"host": s, "device": s}}}}`, for batches of 32x224x224x3."""
    return json.loads(resources.files(__package__).joinpath("costs.json").read_text())


@functools.lru_cache(None)
def slower_on_device(op: str, engine: str) -> Slow | None:
    """Why this op would be slow on this engine, called on its own with arrays; `None` where it is not, or was not measured."""
    seconds = table()["seconds"].get(op, {}).get(engine, {})
    host, device = seconds.get("host"), seconds.get("device")
    if not host or not device or device < SLOW * host:
        return None
    return Slow(
        f"on {engine} one call on a 32x224x224x3 batch was measured to take {device * 1e3:.0f} ms, copies included, "
        f"against {host * 1e3:.0f} ms on the host",
        "Leave it out of device_scope('device'): on the host it also overlaps with training",
    )

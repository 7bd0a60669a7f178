"""What the cells of the matrix say, in words: the same in every format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .names import DEVICE_ENGINES

STATUS_WORDS = {
    "device": "a PlaidML device can run it, at least inside a model",
    "host": "it runs on the host (this machine's processor) alone",
    "unsupported": "not served; its row says why, and what to use instead",
    "not built": "nobody has built it yet",
    "unknown": "TensorFlow has no such name",
}
NOT_MEASURED_HERE = "not measured on this machine"


def about_line(about: dict[str, Any]) -> str:
    """Which names these are, and of what they are told."""
    line = f"TensorFlow {' and '.join(about['tensorflow'])} in plaidml_compat {about['version']}"
    if about["device"]:
        line += f", on {about['device']}"
    if about["engine"] and about["engine"] not in DEVICE_ENGINES:
        line += f" (what is declared was tried on {' and '.join(DEVICE_ENGINES)}, never on {about['engine']})"
    return line


def measurement(m: dict[str, Any]) -> str:
    """One measurement: `"llvm_cpu on 2 cores of an Intel Xeon, 2025-11-23"`."""
    device = m["device"] or m["engine"]
    return ", ".join(filter(None, [f"{device} on {m['machine']}" if m["machine"] else device, m["date"]]))


def rate(cell: dict[str, Any] | None) -> str:
    """Images per second of a measured cell, three digits of them; empty: no number."""
    value = cell["images_per_second"] if cell else None
    if value is None:
        return ""
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"


def error(cell: dict[str, Any] | None) -> str:
    """The largest difference from TensorFlow that was seen; empty: no number."""
    value = cell["error"] if cell else None
    return "" if value is None else f"{value:.2g}"


def repeatable(cell: dict[str, Any] | None) -> str:
    """Whether the same call gave the same bits twice; empty: not tried."""
    value = cell["repeatable"] if cell else None
    return "" if value is None else "repeatable" if value else "not the same bits twice"


def tolerance(row: dict[str, Any]) -> str:
    """The declared bound, in words; empty: it has no samples of its own."""
    value = row["declared"]["tolerance"]
    return "" if value is None else "no difference in any sample" if value == 0 else f"samples differ by {value:.3g} at most"


def limits(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a device kernel refuses, each reason once: (what, what to do)."""
    for x in row["in_model"]["limits"]:
        yield (f"on {x['engine']}: " if x["engine"] else "") + x["reason"], x["advice"]


def slow(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where it was measured to be slow when called on its own with arrays: (what, what to do)."""
    for x in row["slow"]:
        of = "" if x["op"] == row["name"] else f"{x['op']}, "
        yield of + x["reason"], x["advice"]


def cells(row: dict[str, Any], measured: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """What a measurement (of `about["measurements"]`) found of a row: on the host, on the device."""
    key = ("machine", "device", "engine", "here")
    found = {c["where"]: c for c in row["measured"] if all(c[k] == measured[k] for k in key)}
    return found.get("host"), found.get("device")

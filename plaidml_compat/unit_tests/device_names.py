"""Names of devices in TensorFlow's notation, whole or short, in one form."""

from __future__ import annotations

_KINDS = ("CPU", "GPU", "TPU", "CUSTOM", "EPU")


def canonical_name(device: str | None) -> str:
    """`/job:NAME/replica:N/task:N/device:KIND:N` of what a name says; `"/cpu:0"` is `"/device:CPU:0"`.

    Raises:
        ValueError: it says something else, or two devices.
    """
    parts: dict[str, str] = {}
    for part in (device or "").split("/"):
        key, _, value = part.partition(":")
        kind, colon, number = value.partition(":")
        short = key.upper() in _KINDS and ":" not in value
        if short or (key == "device" and colon and ":" not in number):
            if "device" in parts:
                raise ValueError(f"Multiple device types are not allowed while parsing the device spec: {device}.")
            kind, number = (key.upper(), value) if short else (kind.upper() if kind in ("cpu", "gpu") else kind, number)
            parts["device"] = f"{kind}:{'*' if number in ('', '*') else int(number)}"
        elif key in ("job", "replica", "task") and value and ":" not in value:
            parts[key] = value if key == "job" else str(int(value))
        elif key:
            raise ValueError(f"Unknown attribute '{key}' is encountered while parsing the device spec: '{device}'.")
    return "".join(f"/{key}:{parts[key]}" for key in ("job", "replica", "task", "device") if key in parts)

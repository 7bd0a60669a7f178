"""The places in a model in words, and what statuses and places are called in the style sheet, which gives each its shape."""

from __future__ import annotations

_ON_DEVICE = (
    "it becomes a part of PlaidML's graph; a preprocessing layer at the head of a model runs on the host instead, before the batch is sent"
)
IN_MODEL_WORDS = {
    "device": _ON_DEVICE,
    "device within limits": "the same, but its kernel refuses some shapes, dtypes or arguments: the row's details say which",
    "host, at the head only": "it runs on the host before the batch is sent, and cannot be further down",
    "no": "it cannot be a part of a model: apply it in Dataset.map",
}
"""What each of `matrix.IN_MODEL` means."""


def slug(words: str) -> str:
    """A name for CSS: `"not built"` is `"not-built"`."""
    return "-".join("".join(c if c.isalnum() else " " for c in words).split())

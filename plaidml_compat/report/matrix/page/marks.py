"""What statuses and places in a model are called in the style sheet, which gives each its shape."""

from __future__ import annotations


def slug(words: str) -> str:
    """A name for CSS: `"not built"` is `"not-built"`."""
    return "-".join("".join(c if c.isalnum() else " " for c in words).split())

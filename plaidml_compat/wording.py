"""Numbers as people say them: counts, seconds, bytes, rates."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """How many of something: `"1 file"`, `"1,200 files"`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def seconds(number: float) -> str:
    """Seconds, with a unit that suits them: `"1.5 s"`, `"20 ms"`."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number / 1e-6:.3g} us"


def memory(number: float) -> str:
    """Bytes, with a unit that suits them: `"12 bytes"`, `"1.5 MB"`."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number:.0f} bytes"


def rounded(number: float) -> str:
    """A number of three digits, or all before the point: a rate, `"8.37"` or `"12,345"`."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"

"""Markdown: tables, and text in which nothing is markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table; columns of numbers stand on the right."""
    rows = list(rows)
    numbers = [all(not r[i].strip("0123456789.,-/e ") for r in rows) for i in range(len(titles))]
    yield "| " + " | ".join(titles) + " |"
    yield "|" + "".join(" ---: |" if right else " --- |" for right in numbers)
    yield from ("| " + " | ".join(cells) + " |" for cells in rows)
    yield ""


def code(name: str) -> str:
    """A name, set as code."""
    return f"`{name}`"


def escaped(text: str) -> str:
    """Nothing in it is Markdown, but code between backticks."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a single backtick
        parts = [text.replace("`", "'")]
    for i in range(0, len(parts), 2):
        for c in ("\\", "*", "<", "[", "__"):
            parts[i] = parts[i].replace(c, "\\_\\_" if c == "__" else "\\" + c)
    return "`".join(parts).replace("|", "\\|").replace("\n", " ")

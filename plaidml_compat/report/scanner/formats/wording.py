"""Sentences about what a scan found, as every form has them."""

from __future__ import annotations

from ..rules import BY_NAME
from ..sources import Problem
from ..uses import Finding


def place(thing: Finding | Problem) -> str:
    """Where: `train.py:12:5`, or `notebook.ipynb:cell 3:12:5`."""
    at = thing.use if isinstance(thing, Finding) else thing
    parts = [printable(thing.path), f"cell {thing.cell}" if thing.cell else "", *(str(n) if n else "" for n in (at.line, at.column))]
    return ":".join(filter(None, parts))


def why(thing: Finding | Problem) -> str:
    """The reason, or that it works, as a sentence."""
    if isinstance(thing, Problem):
        return ended(thing.reason)
    if not thing.reason:
        return ended(BY_NAME[thing.rule].works)
    return ended(thing.reason) + (" The program copes with its absence." if thing.use.guarded else "")


def sentence(thing: Finding | Problem) -> str:
    """Why, and what to do."""
    works = isinstance(thing, Finding) and not thing.reason
    return why(thing) if works or not thing.suggestion else f"{why(thing)} {ended(thing.suggestion)}"


def ended(clause: str) -> str:
    """With a full stop, unless it has an end."""
    return clause if clause.endswith((".", "?", "!")) else f"{clause}."


def printable(text: str) -> str:
    """Without what a terminal would obey, or cannot write."""
    return "".join(c if c.isprintable() else " " if c == "\t" else "\ufffd" for c in text)

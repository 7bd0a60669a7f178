"""The formats in which people read the matrix: `render(matrix, reading) -> str` of a module of each name."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..building import Matrix

FORMATS = {"text": (".txt",), "markdown": (".md",), "json": (".json",), "html": (".html", ".htm")}
"""Format -> the ends of the names of files that have it."""


@dataclass(frozen=True)
class Reading:
    """How text is read; the other formats are the same for everybody.

    Attributes:
        shown: `"summary"`, `"lines"` (one a name) or `"details"` (some lines a name).
        prog: how the command is called, for what it says to do next.
        width: of the terminal, in characters; lines of names and commands may be longer.
        colours: whether it may hold a terminal's colours.
    """

    shown: str = "summary"
    prog: str = "plaidml-compat matrix"
    width: int = 80
    colours: bool = False


def render(form: str, matrix: Matrix, reading: Reading) -> str:
    """The matrix in one of `FORMATS`."""
    return importlib.import_module(f".{form}", __package__).render(matrix, reading)


def format_of(path: str) -> str:
    """The format that a file's name tells; empty: none."""
    return next((form for form, ends in FORMATS.items() if path.lower().endswith(ends)), "")

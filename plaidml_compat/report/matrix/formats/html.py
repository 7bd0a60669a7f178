"""The matrix as one HTML page."""

from __future__ import annotations

from .. import page
from ..building import Matrix
from . import Reading


def render(matrix: Matrix, reading: Reading) -> str:
    """The page, whole; all readers get the same."""
    return page.render(matrix)

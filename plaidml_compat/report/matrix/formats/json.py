"""The matrix as JSON: everything in it."""

from __future__ import annotations

import json

from ..building import Matrix
from . import Reading


def render(matrix: Matrix, reading: Reading) -> str:
    """The matrix as JSON text; all readers get the same."""
    return json.dumps(matrix.to_dict(), indent=1) + "\n"

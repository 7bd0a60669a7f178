"""What several of these tests look at."""

from __future__ import annotations

import pytest

import plaidml_compat


@pytest.fixture
def refused():
    """The names refused so far."""
    seen = []
    end = plaidml_compat.subscribe(lambda e: seen.append(e.op) if e.kind == "refused" else None)
    yield seen
    end()

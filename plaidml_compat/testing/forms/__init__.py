"""The forms of a report, which `pytest_plugin.FORMS` lists: `render(report) -> str` of a module of that name."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..reports import Report


def render(form: str, report: Report) -> str:
    """A report in one of the forms."""
    return importlib.import_module(f".{form}", __package__).render(report)

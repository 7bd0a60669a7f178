"""The forms of a report, which `pytest_plugin.FORMS` lists: `render(report) -> str` of a module of that name, which says who made it."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..reports import Report


def render(form: str, report: Report) -> str:
    """A report in one of the forms."""
    return importlib.import_module(f".{form}", __package__).render(report)


def form_of(file: str) -> str:
    """The form that the name of a file asks for, one of those or not; empty where it is no more than an ending."""
    return os.path.splitext(file)[1][1:].lower()

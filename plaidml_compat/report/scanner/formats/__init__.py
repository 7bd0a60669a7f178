"""The forms in which a scan is told: `render(report) -> str` of a module of that name."""

from __future__ import annotations

FORMATS = ("text", "json", "sarif", "github")

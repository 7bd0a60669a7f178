"""A reader of the events: turns fallbacks and slow ops into warnings, once a line of the user's."""

from __future__ import annotations

import threading
import warnings

from .exceptions import FallbackWarning, PlaidMLCompatWarning, SlowOpWarning
from .observe import Event, user_site

_WARNING: dict[str, type[PlaidMLCompatWarning]] = {"fallback": FallbackWarning, "slow": SlowOpWarning}
silenced: set[str] = set()
"""Kinds of events that do not warn: install(fallback="allow") silences fallbacks, which the summary still counts."""
_warned: set[tuple] = set()
_warned_lock = threading.Lock()


def warn_once(event: Event) -> None:
    """Turn fallback and slow events into warnings at the user's line: once a line, op and reason, from any thread."""
    category = _WARNING.get(event.kind)
    if category is None or event.kind in silenced:
        return
    site = event.site or user_site()
    key = (event.kind, event.op, event.reason, site)
    with _warned_lock:
        if key in _warned:
            return
        _warned.add(key)
    file, line = site
    try:
        warnings.warn_explicit(category(event.op, event.reason, event.advice), category, file, line)
    except Warning:
        # A filter turned it into an error: raising must be repeatable.
        with _warned_lock:
            _warned.discard(key)
        raise


def forget_warnings() -> None:
    """Warn again about what was warned of before: a new install() starts anew."""
    with _warned_lock:
        _warned.clear()

"""What a check of `doctor` gives: what was looked at, how it stands, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

OK, NOTE, BROKEN = "ok", "note", "broken"


@dataclass(frozen=True)
class Check:
    """The result of one check.

    Attributes:
        name: what was looked at.
        state: `"ok"`, `"note"` (works, but worth knowing) or `"broken"`.
        found: what was found.
        cure: how to mend it, where it is not ok.
    """

    name: str
    state: str
    found: str
    cure: str = ""

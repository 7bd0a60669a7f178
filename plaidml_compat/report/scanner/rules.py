"""What a scan may say of a use: one table, from which commands, comments, formats and exit codes take what they need."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """What a finding may say.

    Attributes:
        name: as `--select`, `--ignore`, settings and comments write it.
        about: what it means, in a sentence.
        level: `"note"`, `"warning"` or `"error"`, SARIF's words: how bad that is in itself.
        works: what is said of a use that it holds for, where nothing is wrong with it; empty: something always is.
        complains: whether it may ask for something to be done.
    """

    name: str
    about: str
    level: str = "error"
    works: str = ""
    complains: bool = True

    @property
    def fails(self) -> bool:
        """Whether the program would raise an error there, which makes the scan's exit code 1."""
        return self.level == "error"


TABLE = (
    Rule("device", "A PlaidML device can run it inside a model.", "note", "runs on the device in a model", complains=False),
    Rule("host", "It runs on the host alone; where the program asks for the device, it falls back.", "note", "runs on the host"),
    Rule("slow", "It was measured to be much slower where the program asks for it than elsewhere.", "warning"),
    Rule("unsupported", "It is not served, for a reason that is given; the program raises an error there."),
    Rule("not-built", "Nobody has built it yet; the program raises an error there."),
    Rule("unknown", "TensorFlow has no such name; the program raises an error there."),
)
"""From harmless to harmful."""

BY_NAME = {r.name: r for r in TABLE}
RULES = tuple(BY_NAME)
FAILS = tuple(r.name for r in TABLE if r.fails)
IGNORABLE = tuple(r.name for r in TABLE if r.complains)
"""Those that a comment can name."""


def of_status(status: str) -> str:
    """The rule for a name of one of `names.STATUSES`."""
    return status.replace(" ", "-")

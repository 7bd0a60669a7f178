"""A flag in the words that the matrix and the scanner have for the status of a name."""

from __future__ import annotations

from ..report import names
from ..report.scanner.rules import of_status
from .recording import Flag
from .settings import KINDS


def rule(flag: Flag) -> str:
    """The scanner's rule that says the same."""
    rules, known = KINDS[flag.kind].rules, of_status(names.about(flag.op).status)
    return known if known in rules else rules[0]  # what is here may refuse some arguments, or to be in a graph


def title(flag: Flag) -> str:
    """What several such flags are called: a status, or what happened."""
    return rule(flag).replace("-", " ") if flag.kind == "refused" else KINDS[flag.kind].title

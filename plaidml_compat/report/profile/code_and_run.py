"""What a program's code would hit, as the scanner reads it, beside what a run of it did hit, as the profile counted it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ...registry import OPS, Export
from .. import names
from ..scanner.rules import RULES
from ..scanner.scanning import fails
from ..scanner.uses import Finding
from .rows import Place, ProfileRow

STATES = ("ran", "only ran", "never reached", "did not run", "not counted")
"""`only ran`: it is not in the code under that name: the step of a model, an op that another one or a library called. `never reached`: it
is in the code and not served, and the run did not come there. `did not run`: an op, layer or function in the code of which nothing ran:
the run did not come there, or there was nothing to compute, as for augmentation in inference. `not counted`: it is in the code, and of what
is not counted one by one: classes and their methods, datasets, what is Keras 2.2.4's own, which is a part of a model's steps."""


@dataclasses.dataclass(frozen=True)
class ProgramRow:
    """A name in the code, in the run, or both.

    Attributes:
        name: the one that the registry uses first.
        state: one of `STATES`.
        rule: what the scanner says of it, the worst of its places: one of the scanner's `RULES`; empty: it is not in the code.
        reason: why.
        suggestion: what to do.
        places: where it stands in the code.
        fails: whether it raises an error when it is reached, and the code does not cope with that; or it did, and is not in the code.
        ran: what it did; `None`: nothing that was counted.
    """

    name: str
    state: str
    rule: str = ""
    reason: str = ""
    suggestion: str = ""
    places: tuple[Place, ...] = ()
    fails: bool = False
    ran: ProfileRow | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; `ran` is true or false: the numbers are in the profile's rows."""
        return {**dataclasses.asdict(self), "ran": self.ran is not None}


def joined(rows: Iterable[ProfileRow], findings: Iterable[Finding]) -> list[ProgramRow]:
    """One row a name: what fails first, then by seconds.

    Args:
        rows: of the profile.
        findings: of the scanner, in the program's files.
    """
    ran: dict[str, ProfileRow] = {}
    for r in rows:
        name = r.name if r.kind == "function" else _canonical(r.name)
        ran[r.name if name in ran else name] = r
    found: dict[str, list[Finding]] = {}
    for f in findings:
        found.setdefault(_canonical(f.use.name), []).append(f)
    made = [ProgramRow(n, "only ran", fails=_was_refused(r), ran=r) for n, r in ran.items() if n not in found]
    made += [_of_code(n, places, ran.get(n)) for n, places in found.items()]
    return sorted(made, key=_order)


def _canonical(name: str) -> str:
    return names.about(name).canonical


def _of_code(name: str, findings: Sequence[Finding], ran: ProfileRow | None) -> ProgramRow:
    worst = max(findings, key=lambda f: (fails(f), RULES.index(f.rule)))
    lines = Counter((_is_import(f), f.path, f.use.line) for f in findings)
    state = "ran" if ran is not None else _unseen(name)
    where = tuple(Place(file, line, n) for (_, file, line), n in sorted(lines.items()))
    return ProgramRow(name, state, worst.rule, worst.reason, worst.suggestion, where, fails(worst), ran)


def _is_import(finding: Finding) -> bool:
    """Whether the name is only imported there: such lines come last."""
    return finding.code.startswith(("import ", "from "))


def _was_refused(ran: ProfileRow | None) -> bool:
    return ran is not None and ran.number_of("refused") > 0


def _unseen(name: str) -> str:
    """The state of a name in the code of which there was no event."""
    about = names.about(name)
    if about.works:
        entry = OPS.get(name)
        counts = about.kind in ("op", "layer") or (isinstance(entry, Export) and entry.is_counted)
        return "did not run" if counts else "not counted"
    return "not counted" if about.status == "unknown" else "never reached"


def _order(row: ProgramRow) -> tuple:
    return not row.fails, -(row.ran.seconds if row.ran else 0.0), STATES.index(row.state), row.name

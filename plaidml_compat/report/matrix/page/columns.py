"""The columns of what was measured: a group for each measurement, the project's apart from this machine's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import words
from ..row import Cell, Row, Source


@dataclass(frozen=True)
class Column:
    """A column of numbers.

    Attributes:
        key: what the script calls it.
        label: its header.
        unit: below the header.
        says: what stands in it, for the header's tooltip.
    """

    key: str
    label: str
    unit: str
    says: str


@dataclass(frozen=True)
class Group:
    """The columns of one measurement; `measurement` is `None`, and there are no columns, where nothing was measured on this machine."""

    measurement: Source | None
    columns: tuple[Column, ...]

    @property
    def here(self) -> bool:
        """True for what was measured on this machine."""
        return self.measurement is None or self.measurement.here

    @property
    def who(self) -> str:
        """Who measured: the project, or whoever made the page."""
        return "Measured here" if self.here else "Measured by the project"

    @property
    def where(self) -> str:
        """On what, and when."""
        return words.NOT_MEASURED_HERE if self.measurement is None else words.measurement(self.measurement)

    @property
    def width(self) -> int:
        """In columns of the table; without numbers there is one, which says so."""
        return max(1, len(self.columns))

    def cells(self, row: Row) -> tuple[Cell | None, Cell | None]:
        """What this measurement found of a row: on the host, on the device."""
        return (None, None) if self.measurement is None else row.cells(self.measurement)


def groups_of(measurements: Sequence[Source]) -> list[Group]:
    """The project's measurements first, then this machine's, which has a group also where there is nothing in it."""
    ordered = sorted(measurements, key=lambda m: m.here)
    groups = [Group(m, _columns(f"measured-{i}")) for i, m in enumerate(ordered)]
    return groups if any(g.here for g in groups) else [*groups, Group(None, ())]


def _columns(key: str) -> tuple[Column, ...]:
    return (
        Column(f"{key}-error", "error", "largest", "largest difference from TensorFlow's recorded results, on host and device"),
        Column(f"{key}-host", "host", "images/s", "images a second on the host"),
        Column(f"{key}-device", "device", "images/s", "images a second on the device, copies included"),
    )

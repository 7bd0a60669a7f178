"""A model's explanation: its layers in a table, with what is known and what was measured of each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from plaidml_compat.explanation import Explanation
from plaidml_compat.text_columns import columns, paragraph
from plaidml_compat.wording import seconds


@dataclass(frozen=True)
class LayerRow:
    """One line of the table.

    Attributes:
        name: what the user calls it, e.g. a layer's name.
        kind: its class.
        where: `"host"`, `"device"`, `"host and device"`, or nothing where nothing is computed.
        why: the reason, as a clause.
        shape: of its result, batch size first; `None`: not known.
        depth: 0 for what belongs to the whole, 1 for what is inside one of these, and so on.
        dtype: of its result; empty: not known.
        seconds: that it took for a batch, where that was measured.
    """

    name: str
    kind: str
    where: str
    why: str
    shape: tuple | None = None
    depth: int = 0
    dtype: str = ""
    seconds: float | None = None


class ModelExplanation(Explanation[LayerRow]):
    """What a model's layers do; `rows` has a `LayerRow` for each, those inside of others behind these."""

    def _row(self, row: LayerRow) -> dict[str, Any]:
        return asdict(row)

    def _table(self) -> list[str]:
        cells: list[tuple[str, ...]] = [("name", "kind", "shape", "dtype", "where", "cost")]
        reasons: dict[str, list[str]] = {}
        for r in self.rows:
            shape = "?" if r.shape is None else str(r.shape)
            cells.append(
                ("  " * r.depth + r.name, r.kind, shape, r.dtype or "-", r.where or "-", "-" if r.seconds is None else seconds(r.seconds))
            )
            reasons.setdefault(r.why, []).append(r.name)
        if all(r.seconds is None for r in self.rows):
            cells = [c[:5] for c in cells]
        lines = columns(cells, ["", *("  " * r.depth for r in self.rows)])
        for why, names in reasons.items():  # below the table: many layers have the same
            lines += paragraph(f"{', '.join(names)}: {why}", "  ", "    ")
        return lines

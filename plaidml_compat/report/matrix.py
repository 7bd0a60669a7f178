"""The compatibility matrix as data: a row for every name, what is declared apart from what was measured, and totals."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .. import __version__
from ..device import engine_of
from ..facade.names import closest
from ..surface import tensorflow_names
from . import names
from .measurements import PLACES, Measurements

IN_MODEL = ("device", "device within limits", "host, at the head only", "no")
"""Where something runs inside a model. `no`: it cannot be in one. Empty, in a row: nothing to say, it is no op and no part of a graph."""


@dataclass(frozen=True)
class Matrix:
    """All rows, or those that were asked for; `to_dict` gives what every format is made from.

    Attributes:
        about: version, device, engine, versions of TensorFlow, measurements, and the filters by which rows were chosen.
        rows: see `build`.
    """

    about: dict[str, Any]
    rows: list[dict[str, Any]] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """`{"about": ..., "totals": ..., "rows": [...]}`, fit for JSON."""
        return {"about": self.about, "totals": totals(self.rows), "rows": self.rows}

    def only(self, wanted: Sequence[str] = (), families: Sequence[str] = (), statuses: Sequence[str] = ()) -> Matrix:
        """The rows that fit: one of the names, of the families and of the statuses, where any are given.

        Args:
            wanted: names; with `*`, patterns. What has no dot is the end of a name: `"resize"` is `"*.resize"`. A name outside the
                matrix, such as a method of a class, or one that TensorFlow does not have, gets a row all the same.
            families: e.g. `"tf.image"`, or parts of one.
            statuses: of `names.STATUSES`.

        Raises:
            ValueError: there is no such family.
        """
        rows = self.rows
        if wanted:
            rows = list({r["name"]: r for name in wanted for r in self._named(name)}.values())
        if families:
            parts = [self._part(f) for f in families]
            rows = [r for r in rows if any(r["name"] in part for part in parts)]
        if statuses:
            rows = [r for r in rows if r["status"] in statuses]
        filters = {"names": list(wanted), "families": list(families), "statuses": list(statuses)}
        return replace(self, about={**self.about, "filters": {k: v for k, v in filters.items() if v}}, rows=rows)

    def _part(self, family: str) -> set[str]:
        """The names of a family, or of a part of one: `"tf.keras.optimizers.legacy"`."""
        found = {r["name"] for r in self.rows if r["family"] == family}
        found = found or {r["name"] for r in self.rows if r["name"].startswith(f"{family}.")}
        if not found:
            known = {r["family"] for r in self.rows}
            raise ValueError(f"no name is in the family {family!r}; the summary lists all{closest(family, known)}")
        return found

    def _named(self, wanted: str) -> list[dict[str, Any]]:
        full = "tf" + wanted[len("tensorflow") :] if wanted.startswith("tensorflow.") else wanted
        found = [r for r in self.rows if fnmatch.fnmatchcase(r["name"], full if "." in full else f"*.{full}")]
        if "." not in full:  # not the same twice
            found = [r for r in found if r["same_as"] not in {x["name"] for x in found}]
        return found or ([] if "*" in full else [_row(names.about(full), [], None)])


def build(measurements: Iterable[Measurements] = (), engines: Sequence[str] | None = None, device: str | None = None) -> Matrix:
    """A row for every name of `names.all_names()`; needs `install()`. Nothing runs.

    Args:
        measurements: the shipped ones, and what was measured here; each stays apart from the others.
        engines: PlaidML's, those whose kernels, limits and measurements count; `None`: all.
        device: id of the device that the matrix is about, if it is about one.

    Returns:
        Rows of `name`, `family`, `kind`, `status`, `source`, `in_model` (`where` is of `IN_MODEL` or empty, `engines`, `limits`,
        `reason`, and `words` that say it all), `in_map`, `slow`, `declared`, `measured`, `reason`, `instead`, `versions`, `same_as`.
    """
    taken = [m for m in measurements if engines is None or m.engine in engines]
    about: dict[str, Any] = {
        "version": __version__,
        "device": device,
        "engine": engine_of(device) if device else None,
        "tensorflow": sorted({v for _, versions in tensorflow_names().values() for v in versions}),
        "measurements": [m.about() for m in taken],
        "filters": {},
    }
    return Matrix(about, [_row(names.about(n), taken, engines) for n in names.all_names()])


def _row(about: names.About, measurements: Sequence[Measurements], engines: Sequence[str] | None) -> dict[str, Any]:
    counted = names.DEVICE_ENGINES if engines is None else engines
    on = [e for e in about.engines if e in counted]
    limits = [dict(vars(b)) for b in about.limits if b.engine is None or b.engine in counted]
    where, reason = _where(about, on, limits)
    built = about.status != "not built"
    return {
        "name": about.name,
        "family": about.family,
        "kind": about.kind,
        "status": about.status,
        "source": about.source,
        "in_model": {
            "where": where,
            "engines": on,
            "limits": limits if on else [],
            "reason": reason,
            "words": _words(about, where),
        },
        "in_map": "host" if about.in_map else "",
        "slow": [dict(vars(s)) for s in about.slow if s.engine in on],
        "declared": {"parity": about.parity, "tolerance": about.tolerance, "determinism": about.determinism},
        "measured": [cell for m in measurements for cell in _measured(m, about.canonical)],
        "reason": about.reason,
        "instead": about.instead if built else "",  # of what is not built: a list of its neighbours, and they have rows
        "versions": list(about.versions),
        "same_as": about.canonical if about.canonical != about.name else "",
    }


def _where(about: names.About, on: Sequence[str], limits: Sequence[Any]) -> tuple[str, str]:
    """Where it runs inside a model, and why not on the device."""
    if on:
        return ("device within limits" if limits else "device"), ""
    if about.engines:
        return "no", f"its device kernel is for {' and '.join(about.engines)}"
    if about.head_only:
        return "host, at the head only", about.head_only
    return ("no", about.reason) if about.kind == "op" else ("", "")


def _words(about: names.About, where: str) -> str:
    """The same for people: a layer of ours is on the host at the head of a model, where that overlaps with training."""
    if where == "host, at the head only":
        return "at the head of a model alone, on the host"
    if not where.startswith("device"):
        return where
    words = "on the device" + ("" if about.engines == names.DEVICE_ENGINES else f" ({about.engines[0]} alone)")
    if where == "device within limits":
        words += ", within limits"
    return words + "; on the host at the head of a model" if about.kind == "layer" else words


def _measured(measurements: Measurements, name: str) -> list[dict[str, Any]]:
    about = {k: getattr(measurements, k) for k in ("device", "engine", "machine", "here")}
    cells = measurements.rows.get(name, {})
    return [{**about, "where": where, **vars(cells[where])} for where in PLACES if where in cells]


def totals(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What a reader wants first: how many names there are, and how many of what.

    Returns:
        `names`, `served`, `by status`, `by family` (family -> status -> number), `in a model` (`IN_MODEL` -> number, aliases counted
        once), `measured here` and `measured` (rows with a number, aliases counted once).
    """
    by_family: dict[str, Counter[str]] = {}
    for r in rows:
        by_family.setdefault(r["family"], Counter())[r["status"]] += 1
    by_status = Counter(r["status"] for r in rows)
    once = [r for r in rows if not r["same_as"]]
    in_model = Counter(r["in_model"]["where"] for r in once)
    return {
        "names": len(rows),
        "served": by_status["device"] + by_status["host"],
        "by status": _ordered(by_status),
        "by family": {f: _ordered(by_family[f]) for f in sorted(by_family, key=lambda f: (not f.startswith("tf"), f))},
        "in a model": {w: in_model[w] for w in IN_MODEL},
        "measured here": sum(any(_has_number(c) for c in r["measured"] if c["here"]) for r in once),
        "measured": sum(any(_has_number(c) for c in r["measured"]) for r in once),
    }


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return {s: counts[s] for s in names.STATUSES if counts[s] or s != "unknown"}


def _has_number(cell: dict[str, Any]) -> bool:
    return cell["images_per_second"] is not None or cell["error"] is not None

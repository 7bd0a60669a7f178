"""The compatibility matrix as data: a row for every name, what is declared apart from what was measured, and totals."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ... import __version__, extensions, surface
from ...device import engine_of
from ...facade.names import closest
from .. import names, refusals
from ..measuring.measurements import PLACES, Measurements
from .row import IN_MODEL, Cell, Declared, InModel, Row, Source

SCHEMA = 1
"""Of the matrix as JSON: raised by one when a field changes its meaning or goes away."""


@dataclass(frozen=True)
class Heading:
    """What a matrix is about.

    Attributes:
        version: of this package.
        device: id of the device that it is about, if it is about one.
        engine: of that device.
        tensorflow: the versions whose names these are.
        measurements: who measured.
        filters: `"names"`, `"families"`, `"statuses"` -> those by which rows were chosen.
    """

    version: str
    device: str | None
    engine: str | None
    tensorflow: tuple[str, ...]
    measurements: tuple[Source, ...] = ()
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Totals:
    """What a reader wants first.

    Attributes:
        names: how many there are of TensorFlow.
        beside: how many others this package, or another, has beside them; the numbers that follow leave them out, but by family.
        served: how many of them work.
        by_status: status -> number.
        by_family: family -> status -> number.
        in_model: of `IN_MODEL` -> number, aliases counted once.
        measured_here: rows with a number of this machine's, aliases counted once.
        measured: rows with a number.
    """

    names: int
    beside: int
    served: int
    by_status: Mapping[str, int]
    by_family: Mapping[str, Mapping[str, int]]
    in_model: Mapping[str, int]
    measured_here: int
    measured: int


@dataclass(frozen=True)
class Matrix:
    """All rows, or those that were asked for: what every format is made from.

    Attributes:
        about: what it is a matrix of.
        rows: by name.
    """

    about: Heading
    rows: Sequence[Row] = field(repr=False)

    @property
    def totals(self) -> Totals:
        """Of its rows."""
        return totals(self.rows, self.about.measurements)

    def to_dict(self) -> dict[str, Any]:
        """`{"schema", "about", "totals", "rows"}`, ready for JSON."""
        about = {**asdict(self.about), "tensorflow": list(self.about.tensorflow), "measurements": [*map(asdict, self.about.measurements)]}
        return {"schema": SCHEMA, "about": about, "totals": asdict(self.totals), "rows": [r.to_dict() for r in self.rows]}

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
            rows = list({r.name: r for name in wanted for r in self._named(name)}.values())
        if families:
            parts = [self._part(f) for f in families]
            rows = [r for r in rows if any(r.name in part for part in parts)]
        if statuses:
            rows = [r for r in rows if r.status in statuses]
        filters = {"names": list(wanted), "families": list(families), "statuses": list(statuses)}
        return replace(self, about=replace(self.about, filters={k: v for k, v in filters.items() if v}), rows=rows)

    def _part(self, family: str) -> set[str]:
        """The names of a family, or of a part of one: `"tf.keras.optimizers.legacy"`."""
        found = {r.name for r in self.rows if r.family == family}
        found = found or {r.name for r in self.rows if r.name.startswith(f"{family}.")}
        if not found:
            known = {r.family for r in self.rows}
            raise ValueError(f"no name is in the family {family!r}; the summary lists all{closest(family, known)}")
        return found

    def _named(self, wanted: str) -> list[Row]:
        full = "tf" + wanted[len("tensorflow") :] if wanted.startswith("tensorflow.") else wanted
        found = [r for r in self.rows if fnmatch.fnmatchcase(r.name, full if "." in full else f"*.{full}")]
        if "." not in full:  # not the same twice
            found = [r for r in found if r.same_as not in {x.name for x in found}]
        return found or ([] if "*" in full else [_row(names.about(full), [], None)])


def build(
    measurements: Iterable[Measurements] = (), engines: Sequence[str] | None = None, device: str | None = None, built_in: bool = False
) -> Matrix:
    """A row for every name of `names.all_names()`; needs `install()`. Nothing runs.

    Args:
        measurements: the shipped ones, and what was measured here; each stays apart from the others.
        engines: PlaidML's, those whose kernels, limits and measurements count; `None`: all.
        device: id of the device that the matrix is about, if it is about one.
        built_in: leave out what other packages declare.
    """
    taken = [m for m in measurements if engines is None or m.engine in engines]
    about = Heading(
        version=__version__,
        device=device,
        engine=engine_of(device) if device else None,
        tensorflow=surface.versions(),
        measurements=tuple(Source(**m.about(), id=number) for number, m in enumerate(taken)),
    )
    wanted = [n for n in names.all_names() if not (built_in and extensions.package_of(n))]
    return Matrix(about, [_row(names.about(n), taken, engines) for n in wanted])


def _row(about: names.About, measurements: Sequence[Measurements], engines: Sequence[str] | None) -> Row:
    counted = names.DEVICE_ENGINES if engines is None else engines
    on = tuple(e for e in about.engines if e in counted)
    limits = tuple(b for b in about.limits if b.engine is None or b.engine in counted)
    where, reason = _where(about, on, limits)
    return Row(
        name=about.name,
        family=about.family,
        kind=about.kind,
        status=about.status,
        source=about.source,
        limits=refusals.limits(about.name),
        in_model=InModel(where, on, limits if on else (), reason, _words(about, where)),
        in_map="host" if about.in_map else "",
        slow=tuple(s for s in about.slow if s.engine in on),
        declared=Declared(
            about.parity, about.tolerance, tuple((e, t) for e, t in about.device_tolerances if e in counted), about.determinism
        ),
        measured=tuple(
            Cell(number, place, found[place])
            for number, m in enumerate(measurements)
            for found in [m.rows.get(about.canonical, {})]
            for place in PLACES
            if place in found
        ),
        reason=about.reason,
        instead=about.instead if about.status != "not built" else "",  # else a list of its neighbours, and they have rows
        versions=about.versions,
        same_as=about.canonical if about.canonical != about.name else "",
    )


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


def totals(rows: Sequence[Row], sources: Iterable[Source] = ()) -> Totals:
    """What a reader wants first: how many names there are, and how many of what.

    Args:
        rows: of a matrix.
        sources: who measured.
    """
    by_family: dict[str, Counter[str]] = {}
    for r in rows:
        by_family.setdefault(r.family, Counter())[r.status] += 1
    of_tensorflow = [r for r in rows if r.versions or r.name.startswith("tf.")]
    once = [r for r in of_tensorflow if not r.same_as]
    in_model = Counter(r.in_model.where for r in once)
    here = {s.id for s in sources if s.here}
    return Totals(
        names=len(of_tensorflow),
        beside=len(rows) - len(of_tensorflow),
        served=sum(r.works for r in of_tensorflow),
        by_status=_ordered(Counter(r.status for r in of_tensorflow)),
        by_family={f: _ordered(by_family[f]) for f in sorted(by_family, key=lambda f: (not f.startswith("tf"), f))},
        in_model={w: in_model[w] for w in IN_MODEL},
        measured_here=sum(any(c.has_number and c.source in here for c in r.measured) for r in once),
        measured=sum(any(c.has_number for c in r.measured) for r in once),
    )


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return {s: counts[s] for s in names.STATUSES if counts[s] or s in names.OF_TENSORFLOW}

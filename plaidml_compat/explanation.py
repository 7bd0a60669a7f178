"""What a model or dataset does where, and why: `explain()`, the table that it returns, and the advice in it."""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from .text_columns import paragraph

_EXPLAINERS = ("keras_backports.models.explaining", "data.explaining")
"""Modules that explain something each: `explain(thing, seconds, data)` returns an `Explanation`, or `None` for what is not theirs."""

SECONDS = 2.0
"""How long `measure=True` measures."""

NOT_MEASURED = "not measured"

_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Advice:
    """Something to change.

    Attributes:
        what: in a few words, e.g. `"batch before map"`.
        why: the reason, for this model or dataset.
        code: how to write it instead; empty: `why` says it.
        results: whether the results stay the same, or how they change.
        gain: what was measured here, or that nothing was.
        before: elements a second as it is, where that was measured.
        after: the same for what is advised.
        site: (file, line) of what it is about.
        is_warning: whether it is about results rather than speed.
    """

    what: str
    why: str
    code: str = ""
    results: str = ""
    gain: str = NOT_MEASURED
    before: float | None = None
    after: float | None = None
    site: tuple | None = None
    is_warning: bool = False

    def lines(self) -> list[str]:
        """As lines of text."""
        site = f" ({self.site[0]}:{self.site[1]})" if self.site else ""
        out = paragraph(f"{'Warning' if self.is_warning else 'Advice'}: {self.what}{site}", "", "  ")
        out += paragraph(self.why, "  ", "  ")
        out += [f"      {line}" for line in self.code.splitlines()]
        out += paragraph(f"results: {self.results}", "  ", "  ") if self.results else []
        return out + (paragraph(f"gain: {self.gain}", "  ", "  ") if self.gain else [])


class Explanation(Generic[_Row]):
    """A table of what runs where; `print` it, or show it at the end of a notebook's cell. Each explainer has rows of its own.

    Attributes:
        title: what the table is about.
        rows: one a line, in the order in which things run.
        advice: what to change.
        notes: what else is to be said, of the measurement above all.
    """

    def __init__(self, title: str, rows: Sequence[_Row], advice: Sequence[Advice] = (), notes: Sequence[str] = ()) -> None:
        self.title, self.rows, self.advice, self.notes = title, list(rows), list(advice), list(notes)

    def to_json(self) -> str:
        """Everything in the table, as JSON text."""
        return json.dumps(
            {
                "title": self.title,
                "rows": [self._row(r) for r in self.rows],
                "advice": [asdict(a) for a in self.advice],
                "notes": self.notes,
            }
        )

    def _row(self, row: _Row) -> dict[str, Any]:
        """One of them, JSON-ready."""
        raise NotImplementedError(type(self).__name__)

    def _table(self) -> list[str]:
        """All of them as lines of text."""
        raise NotImplementedError(type(self).__name__)

    def __str__(self) -> str:
        parts = [self.title, *self._table()]
        for note in self.notes:
            parts += paragraph(note, "", "  ")
        for advice in self.advice:
            parts += ["", *advice.lines()]
        return "\n".join(parts)

    __repr__ = __str__


def explain(thing: Any, *, measure: bool | float = False, data: Any = None) -> Explanation[Any]:
    """Say what a model or a dataset does where, and why; with `measure` also what it costs, and what to change.

    Of a model: of each layer whether it runs on the host before each batch is sent, or on the device. Of a dataset: its steps, from the
    source to the last one, where they run, what their functions are made of, and advice. Without `measure` a model does not run, and a
    dataset's functions run a few times on made-up elements, as they did when the dataset was made; cost is then "not measured".

    Nothing that is run here leaves a trace: random numbers drawn (TensorFlow's, and the global generators of NumPy and Python) are not
    missing later, variables are put back, caches and snapshots are not written, weights stay. What a user's function or generator does
    besides, it does: a `from_generator` over an iterator of the program's takes elements out of it.

    Args:
        thing: a Keras model that is built (has seen data, an input shape or `build`), or a `tf.data.Dataset`.
        measure: how many seconds to measure, or True for two. Each piece of advice that can be tried is tried for as long.
        data: for a model: an array of images or a nest of them, a batch to measure with; zeros by default.

    Returns:
        A table with advice; `print` it. Nothing is printed here.

    Raises:
        TypeError: it is neither; or `data` was given for a dataset.
        ValueError: the model is not built, or `measure` is no time.
        RuntimeError: `install()` was not called.
    """
    from .installation import is_installed

    if not is_installed():
        raise RuntimeError("plaidml_compat.explain: nothing is installed; call plaidml_compat.install() first")
    seconds = _seconds(measure)
    for name in _EXPLAINERS:
        found = importlib.import_module(f"{__package__}.{name}").explain(thing, seconds, data)
        if found is not None:
            return found
    raise TypeError(
        f"plaidml_compat.explain: expected a Keras model or a tf.data.Dataset{_way_out(thing)}; "
        f"received {thing!r:.100} of type {type(thing).__name__}"
    )


def _seconds(measure: Any) -> float:
    """How long to measure; 0: not at all."""
    if isinstance(measure, bool):
        return SECONDS if measure else 0.0
    if not isinstance(measure, (int, float)) or not 0 < measure < math.inf:
        raise ValueError(f"plaidml_compat.explain: `measure` is True, False or a number of seconds above 0; received {measure!r}")
    return float(measure)


def _way_out(thing: Any) -> str:
    """What to pass instead, for what comes close."""
    if hasattr(thing, "compute_output_shape") and callable(thing):
        return ": put the layer into a tf.keras.Sequential with an input_shape, or into the Dataset.map where it runs"
    if hasattr(thing, "get_next"):
        return ", which an iterator is not: pass the dataset that it was made from"
    if hasattr(thing, "shape"):
        return ": pass tf.data.Dataset.from_tensor_slices(...) of it with the methods that follow"
    return ""

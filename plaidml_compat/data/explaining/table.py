"""A dataset's explanation: its steps drawn as a tree, with what is known and what was measured of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...explanation import NOT_MEASURED, Advice, Explanation
from ...text_columns import can_show, columns, paragraph
from ...wording import seconds
from ..node import INFINITE, UNKNOWN
from .calls import call_of, is_given, place
from .contents import Content
from .measuring import Measurement
from .proposals import Pipeline
from .steps import Step, cores, count_of, spec_json, spec_or_none, spec_text, threads_of, where_text

_UNICODE = {"first": "┌ ", "next": "├ ", "last": "└ ", "down": "│ "}
_ASCII = {"first": ", ", "next": "+ ", "last": "` ", "down": "| "}


@dataclass
class StepRow:
    """A step of a dataset.

    Attributes:
        call: as the user wrote it, e.g. `"batch(32)"`.
        site: (file, line).
        element: specs of its elements, as text.
        spec: the same, JSON-ready.
        count: how many elements there are; -1: no end; -2: not known.
        where: where they are made.
        contents: its functions, in sentences.
        functions: the same, with names.
        seconds: of its own work for an element; `None`: not measured.
        share: of all work; `None`: not measured.
        waits: seconds that its consumer waited for an element from its threads; `None`: not measured.
        is_bottleneck: whether most of the time goes there.
        was_measured: whether the pipeline was; a step may have been left aside.
        is_given: whether it is what a function gets that makes a dataset, and no step of the user's.
        path: where it is: numbers of parents on the way from the last step, and functions that make datasets.
        marks: of the branches on the left of it.
    """

    call: str
    site: tuple
    element: str
    spec: Any
    count: int
    where: str
    contents: list[str]
    functions: list[dict[str, Any]]
    seconds: float | None
    share: float | None
    waits: float | None
    is_bottleneck: bool
    path: tuple
    marks: tuple[str, ...] = field(default=())
    was_measured: bool = False
    is_given: bool = False

    @property
    def count_text(self) -> str:
        """How many elements there are, in words."""
        return {INFINITE: "no end", UNKNOWN: "?"}.get(self.count, f"{self.count:,}")

    @property
    def cost(self) -> str:
        """What it takes, in words."""
        if self.seconds is None or self.share is None:
            return "gave no element" if self.was_measured else NOT_MEASURED
        return f"{seconds(self.seconds)} {self.share:.0%}" + (" <- most" if self.is_bottleneck else "")


class PipelineExplanation(Explanation[StepRow]):
    """What a dataset does.

    Attributes:
        rows: a `StepRow` for each step, those that it reads from before it.
        rate: elements a second; `None`: not measured.
    """

    def __init__(self, title: str, rows: Sequence[StepRow], advice: Sequence[Advice], notes: Sequence[str], rate: float | None) -> None:
        super().__init__(title, rows, advice, notes)
        self.rate = rate

    def _row(self, row: StepRow) -> dict[str, Any]:
        return {
            "step": row.call,
            "file": row.site[0],
            "line": row.site[1],
            "element": row.spec,
            "cardinality": row.count,
            "where": row.where,
            "functions": row.functions,
            "seconds_an_element": row.seconds,
            "share": row.share,
            "waits": row.waits,
            "bottleneck": row.is_bottleneck,
            "path": list(row.path),
        }

    def _table(self) -> list[str]:
        marks = _UNICODE if can_show("".join(_UNICODE.values())) else _ASCII
        cells: list[tuple[str, ...]] = [("step", "line", "an element", "count", "where", "cost")]
        hanging = [""]
        for row in self.rows:
            before = "".join(marks.get(m, "  ") for m in row.marks)
            below = "".join(marks["down"] if m in ("first", "next", "down") else "  " for m in row.marks)
            cells.append((before + row.call, "" if row.is_given else place(row.site), row.element, row.count_text, row.where, row.cost))
            hanging.append(below + "  ")
        if not any(row.was_measured for row in self.rows):  # the title says so
            cells = [c[:-1] for c in cells]
        out = columns(cells, hanging)
        told: set[str] = set()
        for row in self.rows:
            if row.contents and row.contents[0] not in told:
                told.add(row.contents[0])
                out += paragraph(f"{row.call.split('(')[0]} at {place(row.site)}: {'; '.join(row.contents)}", "  ", "    ")
        return out


def rows_of(pipeline: Pipeline) -> list[StepRow]:
    """A row for each step, the source first."""
    worst = _bottleneck(pipeline)
    return [_row(step, marks, pipeline, step is worst) for step, marks in _drawn(pipeline.last, ())]


def _drawn(step: Step, outer: tuple[str, ...]) -> Iterator[tuple[Step, tuple[str, ...]]]:
    """The steps in the order of the elements' way, each with the marks on its left: branches stand before the step where they meet."""
    branches = [*step.parents, *step.inner] if len(step.parents) > 1 else step.inner
    if len(step.parents) == 1:
        yield from _drawn(step.parent, outer)
    for i, branch in enumerate(branches):
        for k, (s, marks) in enumerate(_drawn(branch, ())):
            yield s, (*outer, ("next" if i else "first") if not k else "down", *marks)
    yield step, (*outer, "last") if branches else outer


def _bottleneck(pipeline: Pipeline) -> Step | None:
    """The step that takes longest, its threads considered."""
    measured = pipeline.measured
    if measured is None or not measured.work:
        return None
    return max(
        pipeline.last.every(), key=lambda s: measured.stages[s.path].work / _side_by_side(s, pipeline) if s.path in measured.stages else 0
    )


def _side_by_side(step: Step, pipeline: Pipeline) -> int:
    return max(1, min(threads_of(step.node, pipeline.run), cores(pipeline.run)))


def _row(step: Step, marks: tuple[str, ...], pipeline: Pipeline, is_worst: bool) -> StepRow:
    node = step.node
    stage = pipeline.stage(step)
    spec = spec_or_none(node)
    return StepRow(
        call_of(node),
        tuple(node.site),
        spec_text(spec),
        spec_json(spec),
        count_of(node),
        where_text(step, pipeline.run),
        [line for c in step.contents.values() for line in c.lines()],
        [_function(c) for c in step.contents.values()],
        stage.each if stage else None,
        pipeline.share(step) if stage and stage.each is not None else None,
        stage.waits / stage.elements if stage and stage.elements else None,
        is_worst,
        step.path,
        marks,
        pipeline.measured is not None,
        is_given(node),
    )


def _function(content: Content) -> dict[str, Any]:
    return {
        "name": content.name,
        "applied": content.how,
        "why": content.why,
        "ran": [r._asdict() for r in content.ran],
        "draws": content.draws,
        "seen_on": content.seen_on,
        "error": content.error,
    }


def measured_notes(measured: Measurement, left_out: Sequence[str]) -> list[str]:
    """What is to be said of a measurement."""
    notes = [measured.problem] if measured.problem else []
    if any(stage.each is not None for stage in measured.stages.values()):
        notes.append("Costs are a step's own work for one of its elements, in all its threads, and its part of all work.")
    if left_out:
        notes.append(f"Measured without writing: {', '.join(left_out)}. Costs are those of a first pass.")
    return notes

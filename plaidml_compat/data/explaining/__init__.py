"""explain() for datasets: the pipeline as a tree, measured where that was asked for, with advice."""

from __future__ import annotations

from typing import Any

from ...random import global_generators
from ...wording import rounded
from ..dataset import Dataset
from ..node import Node
from ..running import run_of
from .aside import what_is_left_out
from .contents import as_seen
from .judging import advise
from .measuring import measure
from .proposals import Pipeline
from .steps import steps_of
from .table import PipelineExplanation, measured_notes, rows_of


def explain(dataset: Any, seconds: float = 0.0, data: Any = None) -> PipelineExplanation | None:
    """The steps of a dataset with advice, or `None` for anything else.

    Args:
        dataset: the dataset.
        seconds: to measure, and to try each piece of advice; 0: nothing is measured.
        data: is for models.

    Raises:
        TypeError: `data` was given.
    """
    if not isinstance(dataset, Dataset):
        return None
    if data is not None:
        raise TypeError(f"plaidml_compat.explain: a dataset has its own elements, `data` is for models; received {data!r:.100}")
    with global_generators.kept():  # functions are tried anew in rewritten pipelines
        return _explained(dataset._node, seconds)


def _explained(node: Node, seconds: float) -> PipelineExplanation:
    last, run = steps_of(node), run_of(node)
    title, notes, measured = "dataset", [], None
    if seconds:
        measured = measure(node, seconds)
        notes = measured_notes(measured, what_is_left_out(node))
        for step in last.every():
            for name, ran in measured.stages[step.path].ran.items() if step.path in measured.stages else ():
                if name in step.contents and ran:
                    step.contents[name] = as_seen(step.contents[name], ran)
        if measured.rate:
            how = "while steps were timed, which takes time too" if measured.with_instruments else "without timing steps"
            title += f", measured here: {rounded(measured.rate)} elements/s ({measured.elements:,} in {measured.seconds:.2g} s, {how})"
    else:
        title += ", cost not measured (explain(dataset, measure=True) measures it)"
    pipeline = Pipeline(last, run, measured)
    advice, tried = advise(pipeline, seconds)
    return PipelineExplanation(title, rows_of(pipeline), advice, [*notes, *tried], measured.rate if measured else None)

"""A pipeline measured: elements a second, and what each step takes of that."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Callable

from ..nest import leaves
from ..node import Node
from ..passes import Pass
from ..running import run_of
from ..sources.generator import Generator
from .aside import aside
from .steps import Path
from .stopwatch import Stage, Stopwatch, TimeUp

Clock = Callable[[], float]


@dataclass
class Measurement:
    """What was measured.

    Attributes:
        stages: each step, by path.
        first: seconds until the first element came.
        elements: that came after the first.
        seconds: that these took.
        shapes: the different shapes of the elements, the first included.
        problem: why there is no more to tell; empty: it went well.
    """

    stages: dict[Path, Stage] = field(default_factory=dict)
    first: float = 0.0
    elements: int = 0
    seconds: float = 0.0
    shapes: set[tuple] = field(default_factory=set)
    problem: str = ""

    @property
    def rate(self) -> float | None:
        """Elements a second; `None`: there were too few."""
        return self.elements / self.seconds if self.elements and self.seconds > 0 else None

    @property
    def work(self) -> float:
        """Seconds of work of all steps, in all threads."""
        return sum(s.work for s in list(self.stages.values()))


def measure(node: Node, seconds: float, clock: Clock = time.perf_counter) -> Measurement:
    """Take elements for so many seconds, pass after pass. The first, which may load and compile, counts only where it is the only one.

    Args:
        node: the last step.
        seconds: at most; a call of a function is waited for.
        clock: seconds, from anywhere.
    """
    watch = Stopwatch(clock, clock() + seconds)
    found = Measurement(watch.stages)
    with aside():
        try:
            _take(node, watch, found)
        except TimeUp:
            if not found.shapes:
                found.problem = f"no element came within {seconds:g} s; the costs are those until then"
        except Exception as e:
            notes = "".join(f"; {note}" for note in getattr(e, "__notes__", ()) if note not in str(e))
            found.problem = f"the pipeline failed: {type(e).__name__}: {e}{notes}"
    return found


def _take(node: Node, watch: Stopwatch, found: Measurement) -> None:
    begun, again = watch.clock(), True
    bring_back: Callable[[], None] | None = None
    calls_users = any(isinstance(step, Generator) for step in (node, *node.above()))
    while again:
        again = False
        elements: Pass = watch.timed(node).begin(run_of(node))
        try:
            for element in elements:
                found.shapes.add(tuple(getattr(leaf, "shape", ()) for leaf in leaves(element)))
                now = watch.clock()
                if len(found.shapes) == 1 and not found.elements and not found.first:
                    found.first, begun = max(now - begun, 1e-9), now
                    bring_back = watch.forget()
                else:
                    found.elements, found.seconds = found.elements + 1, now - begun
                if now >= watch.until:
                    return
                again = not calls_users  # a generator function of the user's is called once
        finally:
            elements.close()
            if not found.elements and bring_back is not None:
                bring_back()
                bring_back = None
    if not found.shapes:
        found.problem = "there is no element"
    elif not found.elements:
        found.problem = "there is one element only: its cost is shown, with what is done once"

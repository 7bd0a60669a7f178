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
from .deadline import Stopped, TimeUp, run_for
from .rates import Clock, counted
from .steps import Path
from .stopwatch import Stage, Stopwatch

_WITH_INSTRUMENTS = 0.5
"""Part of the time for what each step takes; the rest is for the rate of the pipeline as it is."""


@dataclass
class Measurement:
    """What was measured.

    Attributes:
        stages: each step, by path.
        first: seconds until the first element came.
        timed: elements that came after the first while steps were timed.
        elements: those that the rate is of.
        seconds: that these took.
        with_instruments: whether that is while steps were timed, which takes time too.
        shapes: the different shapes of the elements, the first included.
        problem: why there is no more to tell; empty: it went well.
        failed: whether it raised an error.
    """

    stages: dict[Path, Stage] = field(default_factory=dict)
    first: float = 0.0
    timed: int = 0
    elements: int = 0
    seconds: float = 0.0
    with_instruments: bool = True
    shapes: set[tuple] = field(default_factory=set)
    problem: str = ""
    failed: bool = False

    @property
    def rate(self) -> float | None:
        """Elements a second; `None`: there were too few."""
        return self.elements / self.seconds if self.elements and self.seconds > 0 else None

    @property
    def work(self) -> float:
        """Seconds of work of all steps, in all threads."""
        return sum(s.work for s in list(self.stages.values()))


def measure(node: Node, seconds: float, clock: Clock = time.perf_counter) -> Measurement:
    """Take elements, pass after pass: for half of the time with each step timed, then as they are. The first, which may load and
    compile, counts only where it is the only one.

    Args:
        node: the last step.
        seconds: at most, but for a moment to end; what is blocked then is left, in a thread.
        clock: seconds, from anywhere.
    """
    begun = clock()
    watch = Stopwatch(clock, begun + seconds)
    found = Measurement(watch.stages)
    with aside():
        try:
            run_for(seconds, lambda: _take(node, watch, found, begun + seconds * _WITH_INSTRUMENTS))
        except TimeUp:
            _none_came(found, seconds, "")
        except Stopped as e:
            _none_came(found, seconds, e.beyond)
        except Exception as e:
            _fails(found, e)
    left = seconds - (clock() - begun)
    # The pass after this one begins anew: a buffer is filled again.
    if found.timed and not found.problem and left > 2 * found.first and not _calls_users(node):
        try:
            count, took = run_for(left, lambda: counted(node, left - found.first, clock))
            if count:
                found.elements, found.seconds, found.with_instruments = count, took, False
        except (TimeUp, Stopped):
            pass  # the rate with instruments stands
        except Exception as e:
            _fails(found, e)
    return found


def _none_came(found: Measurement, seconds: float, why: str) -> None:
    if not found.shapes:
        found.problem = f"no element came within {seconds:g} s; the costs are those until then"
    elif not found.timed:
        found.problem = f"one element came within {seconds:g} s, and no other"
    if why and (found.problem or not found.timed):
        found.problem += f": {why}"


def _fails(found: Measurement, e: Exception) -> None:
    notes = "".join(f"; {note}" for note in getattr(e, "__notes__", ()) if note not in str(e))
    found.problem, found.failed = f"the pipeline failed: {type(e).__name__}: {e}{notes}", True


def _calls_users(node: Node) -> bool:
    """Whether it has a generator function of the user's, which is called once."""
    return any(isinstance(step, Generator) for step in (node, *node.above()))


def _take(node: Node, watch: Stopwatch, found: Measurement, until: float) -> None:
    begun, again = watch.clock(), True
    bring_back: Callable[[], None] | None = None
    calls_users = _calls_users(node)
    while again:
        again = False
        elements: Pass = watch.timed(node).begin(run_of(node))
        try:
            for element in elements:
                found.shapes.add(tuple(getattr(leaf, "shape", ()) for leaf in leaves(element)))
                now = watch.clock()
                if len(found.shapes) == 1 and not found.timed and not found.first:
                    found.first, begun = max(now - begun, 1e-9), now
                    bring_back = watch.forget()
                else:
                    found.timed, found.seconds = found.timed + 1, now - begun
                    found.elements = found.timed
                if (now >= until and found.timed) or now >= watch.until:
                    return
                again = not calls_users
        finally:
            elements.close()
            if not found.timed and bring_back is not None:
                bring_back()
                bring_back = None
    if not found.shapes:
        found.problem = "there is no element"
    elif not found.timed:
        found.problem = "there is one element only: its cost is shown, with what is done once"

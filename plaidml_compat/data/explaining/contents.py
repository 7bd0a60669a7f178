"""What a dataset's function is made of: the ops and layers that it calls, seen in a run, and how the dataset applies it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any, NamedTuple

from ... import call_sites, dispatch, observe, random
from ...random import global_generators
from ...registry import OPS, Op
from .. import trial
from ..dataset import Dataset
from ..function import Calls, UserFunction
from ..node import Node, SpecUnknown
from ..vectorized import LARGEST
from .calls import exported, function_name


class Ran(NamedTuple):
    """An op, layer or other function of TensorFlow's that was called.

    Attributes:
        name: TensorFlow's.
        where: `"host"` or `"device"`; `"device asked for"` in a run on made-up elements, which is one on the host.
        reason: why on the host, where the device was asked for.
    """

    name: str
    where: str
    reason: str = ""


@dataclass(frozen=True)
class Content:
    """A function of a dataset.

    Attributes:
        name: the function's.
        how: `"identity"`, `"whole batches"` or `"per element"`.
        why: the reason why per element.
        ran: what it called, in order.
        draws: whether it draws random numbers.
        seen_on: `"made-up elements"`, `"real elements"`; empty: it did not run.
        error: why it did not run to its end on made-up elements.
        inner: the dataset that it makes.
    """

    name: str
    how: str
    why: str = ""
    ran: tuple[Ran, ...] = ()
    draws: bool = False
    seen_on: str = ""
    error: str = ""
    inner: Node | None = None

    @property
    def names(self) -> list[str]:
        """The names of what ran, in order."""
        return [r.name for r in self.ran]

    def lines(self) -> list[str]:
        """In sentences."""
        made = ", ".join(_counted(self.ran)) or "no TensorFlow op ran in it"
        out = [f"{self.name}: {made}" if self.seen_on else f"{self.name}: not known what it is made of: {self.error}"]
        applied = {
            "identity": "returns what it gets: if it does nothing else (print, count, append), it can be left out",
            "whole batches": "applied to whole batches",
        }.get(self.how)
        out.append(applied or f"runs for each element: {self.why}")
        return out + sorted({f"{r.name}: {r.reason}" for r in self.ran if r.reason})


def _counted(ran: Sequence[Ran]) -> Iterator[str]:
    i = 0
    while i < len(ran):
        n = 1
        while i + n < len(ran) and ran[i + n] == ran[i]:
            n += 1
        where = "" if ran[i].where == "host" else f" ({ran[i].where})"
        yield ran[i].name + where + (f" x{n}" if n > 1 else "")
        i += n


class _Listener(observe.Held):
    """Notes ops as they run; nothing is counted for them and nobody warned."""

    def __init__(self, is_trial: bool) -> None:
        super().__init__()
        self.ran: list[Ran] = []
        self._open: list[FrameType] = []  # calls of functions of TensorFlow's that are no ops, and may call some
        self._is_trial, self._reasons = is_trial, {}  # type: bool, dict[str, str]

    def takes(self, event: observe.Event) -> bool:
        if event.kind == "fallback":
            self._reasons[event.op] = event.reason
        elif event.kind == "run" and not self._open:
            where = event.placement
            if self._is_trial and dispatch.asked_placement() == "device":
                where = "device asked for"
            self._note(Ran(event.op, where, self._reasons.pop(event.op, "")))
        return event.kind != "compile"

    def _note(self, ran: Ran) -> None:
        is_layer = not isinstance(OPS.get(ran.name), Op)
        if not (is_layer and self.ran and self.ran[-1] == ran):  # a layer's ops come in its name
            self.ran.append(ran)

    def profile(self, frame: FrameType, event: str, argument: Any) -> None:
        """A hook of `sys.setprofile`: what is no op, such as tf.io.read_file, is no event."""
        if event == "return" and self._open and self._open[-1] is frame:
            self._open.pop()
        elif event == "call" and not self._open and frame.f_back is not None and not call_sites.is_ours(frame.f_back.f_code.co_filename):
            name = exported().get(frame.f_code)
            if name is not None and not name.startswith("tf.data."):
                self.ran.append(Ran(name, "host"))
                self._open.append(frame)


@contextlib.contextmanager
def listening(is_trial: bool = False) -> Iterator[list[Ran]]:
    """What is called in the block, in this thread."""
    listener, before = _Listener(is_trial), sys.getprofile()
    exported()
    with listener.running():
        sys.setprofile(listener.profile)
        try:
            yield listener.ran
        finally:
            sys.setprofile(before)


def content_of(function: UserFunction) -> Content:
    """What a function is made of, found by running it on made-up elements as when the dataset was made."""
    name, seen, error = function_name(function.function), Content("", ""), ""

    def run(element: Any) -> Any:
        nonlocal seen, error
        calls, before = Calls(), global_generators.state()
        try:
            with listening(is_trial=True) as ran:
                result = function.run(element, calls)
        except Exception as e:
            error = f"{type(e).__name__}: {e}".splitlines()[0]
            raise
        draws = random.drew() or calls.drew or global_generators.state() != before
        inner = result._node if isinstance(result, Dataset) else None
        if inner is not None:
            _forget_made_up_sizes(inner)
        seen = Content(name, "", "", tuple(ran), draws, "made-up elements", "", inner)
        return result

    makes_dataset = bool(function.traced.spec is not None and hasattr(function.traced.spec, "element_spec"))
    with global_generators.kept():
        try:
            trial.result_spec(run, function.given(), makes_dataset)
        except SpecUnknown:
            error = f"it fails on made-up elements ({error})" if error else "the shapes of its elements are not known"
            seen = Content(name, "", error=error)
    return applied(function, seen)


def _forget_made_up_sizes(inner: Node) -> None:
    told = {}
    for node in (inner, *inner.above()):
        with contextlib.suppress(SpecUnknown):
            told[node] = trial.told(node.spec) if node.is_made_up else node.spec
    for node, spec in told.items():
        node._known_spec = spec


def applied(function: UserFunction, seen: Content) -> Content:
    """The same, with how the dataset applies it and why."""
    how = "identity" if function.is_identity else "whole batches" if function.is_vectorized else "per element"
    why = _why_per_element(function, seen) if how == "per element" else ""
    # Applied to whole batches, what was drawn from others' generators in the first run is a constant, as in TensorFlow.
    return replace(seen, how=how, why=why, draws=seen.draws and how != "whole batches")


def _why_per_element(function: UserFunction, seen: Content) -> str:
    if function._program is not None:
        return f"its elements have more than {LARGEST >> 10} KiB, which gain nothing from being stacked first"
    if seen.inner is not None:
        return "it makes a dataset"
    if function.traced.trace.sees_state:
        return "it uses a variable, which may change, or prints"
    if function.traced.within:
        return "it is given to a dataset that another function makes"
    if not seen.seen_on:
        return "it could not be looked into"
    if seen.draws:
        return "it draws random numbers"
    for name in seen.names:
        entry = OPS.get(name)
        if not isinstance(entry, Op):
            return f"it calls {name}; only elementwise ops are applied to whole batches"
        if entry.elementwise is False:
            return f"{name} is not elementwise"
    return "it looks at the numbers of its element" if seen.ran else "it is plain Python"


def as_seen(content: Content, ran: Sequence[Ran]) -> Content:
    """A function's content, with what it called for a real element."""
    return replace(content, ran=tuple(ran), seen_on="real elements")

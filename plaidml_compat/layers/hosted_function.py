"""The backend's functions with what hoisted layers do before them: computed on the host, then sent to the device with the batch."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import device, dispatch, observe
from ..compile_watch import CompileWatch
from ..device_kernels import KernelName
from ..random.traces import Trace
from ..tensor import as_array, payload
from . import graph_marks
from .hoisting import HoistedNote, LayerCall, behind_directly, is_placeholder, note_of, reachable, roots

Prepared = dict
"""The host's part of one call: id of a placeholder's variable, or of a `LayerCall`, -> its value."""


class _Graph:
    """The graph of a function, or what is left of it in inference, and what the host makes for it.

    Attributes:
        made: the placeholders that the host fills.
        steps: what the host does in a call, in the order in which the layers were called: placeholders, and calls that only draw.
    """

    def __init__(self, owner: HostedFunction, choices: Sequence[Any]) -> None:
        self._owner, self._choices = owner, choices
        with graph_marks.only_inference(choices):
            needed = reachable(owner.values)
        # A placeholder among the function's own inputs is fed, whatever its note says.
        fed = [v for v in owner.inputs if id(getattr(v, "var", None)) in needed or not is_placeholder(v)]
        # A graph refers to its inputs by shapeless stand-ins; a function needs the placeholders themselves.
        self.made = [note_of(v).value for k, v in needed.items() if k not in owner.at and note_of(v) is not None]
        values = owner.in_order([*self.made, *owner.from_host.values()])
        drawing = [c for c in owner.calls if c.layer.draws_in_inference]
        self.steps = sorted([*values, *drawing], key=lambda v: _call_of(v).number)
        self.positions = [next(i for i, w in enumerate(owner.inputs) if w is v) for v in fed]
        self._fed = fed

    @functools.cached_property
    def function(self) -> Any:
        """The backend's function of the inputs that are needed, then of `made`; `None`: the device has nothing to do."""
        owner = self._owner
        if not owner.on_device and not owner.updates:
            return None
        with device.graph_lock, graph_marks.only_inference(self._choices):
            return owner.make([*self._fed, *self.made], owner.on_device, list(owner.updates))


class HostedFunction:
    """A backend function with its hoisted part: computes that on the host, then runs the rest on the device.

    Where a layer waits for the learning phase there are two graphs: inference's lacks the layer and what would be drawn for it.

    Attributes:
        calls: those that were built into the device's graph.
        layers: the layers that have a part in what the host does.
    """

    def __init__(self, make: Any, inputs: Sequence[Any], outputs: Sequence[Any], updates: Any, name: str | None, **kwargs: Any) -> None:
        self.inputs, self.updates = list(inputs), list(updates or [])
        self.make = lambda inputs, outputs, updates: make(inputs, outputs, updates=updates, name=name, **kwargs)
        self.at = {id(v.var): i for i, v in enumerate(inputs) if getattr(v, "var", None) is not None}
        self.from_host = {i: o for i, o in enumerate(outputs) if is_placeholder(o) and (note_of(o) is not None or id(o.var) in self.at)}
        self.on_device = [o for i, o in enumerate(outputs) if i not in self.from_host]
        self.values = [*self.on_device, *(v for pair in self.updates for v in pair)]
        self._count = len(outputs)
        phase = device.backend().learning_phase()
        self._fixed_phase = phase if isinstance(phase, int) else None
        self._phase_at = None if self._fixed_phase is not None else self.at.get(id(phase.var))
        operations = behind_directly(self.values)[1]
        self.calls = graph_marks.calls_on(operations)
        known = self._phase_at is not None or self._fixed_phase is not None
        self._choices = graph_marks.choices_on(operations) if known else []
        self._whole = _Graph(self, ())
        for v in (*self._whole.made, *self.from_host.values()):
            self._check(v)
        self.layers = list({id(c.layer): c.layer for c in map(_call_of, self._whole.steps)}.values())
        self._trace = Trace()  # what Keras decides when it traces a function is decided in the first call
        if self.is_hosted and not self._choices:
            _ = self._whole.function  # its errors are the maker's

    @functools.cached_property
    def _inference(self) -> _Graph:
        with device.graph_lock:
            return _Graph(self, self._choices) if self._choices else self._whole

    def _graph(self, inputs: Sequence[Any]) -> _Graph:
        return self._whole if self._training(None, inputs) else self._inference

    def _check(self, value: Any) -> None:
        """Every value needed is an input of the function or made from one."""
        if id(value.var) in self.at:
            return
        note = note_of(value)
        if note is None:
            raise ValueError("K.function: the input of a preprocessing layer is not among the function's inputs; add `model.input` to them")
        for v in reachable([note.call.source]).values():
            if isinstance(note, HoistedNote) or note_of(v) is not None or id(v.var) in self.at:
                self._check(v)

    def in_order(self, values: list) -> list:
        """What is to be made for these values, in the order in which the layers were called: a layer called twice draws in that order."""
        found = {}
        todo = list(values)
        while todo:
            v = todo.pop()
            if id(v.var) in self.at or id(v.var) in found:
                continue
            note = note_of(v)
            found[id(v.var)] = v
            if isinstance(note, HoistedNote):
                todo.append(note.call.source)
        return sorted(found.values(), key=lambda v: note_of(v).call.number)

    @property
    def is_hosted(self) -> bool:
        """False for a function without a hoisted part."""
        return bool(self._whole.steps)

    def prepare(self, inputs: Sequence[Any]) -> Prepared:
        """Compute the host's part of a call: everything that is drawn for it is drawn here."""
        made: Prepared = {}
        with self._trace.run():
            for step in self._graph(inputs).steps:
                (self._drawn if isinstance(step, LayerCall) else self._value)(step, inputs, made)
        return made

    def __call__(self, inputs: Sequence[Any], prepared: Prepared | None = None) -> list[Any]:
        """Run the function.

        Args:
            inputs: arrays for its inputs.
            prepared: what `prepare` gave for them; `None`: it is done now.

        Returns:
            The arrays of its outputs.

        Raises:
            PlacementError: a layer was changed after it was built into the graph.
        """
        graph_marks.check_settings(self.calls)
        graph = self._graph(inputs)
        made = self.prepare(inputs) if prepared is None else prepared
        fed = [inputs[i] for i in graph.positions]
        got = list(graph.function([*fed, *(made[id(v.var)] for v in graph.made)])) if graph.function else []
        rest = iter(got)
        return [np.asarray(self._value(self.from_host[i], inputs, made)) if i in self.from_host else next(rest) for i in range(self._count)]

    def _training(self, asked: Any, inputs: Sequence[Any]) -> bool:
        if asked is not None:
            return bool(asked)
        if self._phase_at is not None:
            return bool(inputs[self._phase_at])
        return bool(self._fixed_phase)

    def _value(self, value: Any, inputs: Sequence[Any], made: Prepared) -> Any:
        """The array for a placeholder in this call; computed once, whoever uses it."""
        key = id(value.var)
        if key in self.at:
            return inputs[self.at[key]]
        if key in made:
            return made[key]
        note = note_of(value)
        if isinstance(note, HoistedNote):
            call = note.call
            array = as_array(payload(self._value(call.source, inputs, made)))
            with observe.at_site(call.layer.site):
                out = call.layer.on_arrays(array, self._training(call.training, inputs), "host")
        else:
            out = self._drawn(note.call, inputs, made)[note.name]
        made[key] = out
        return out

    def _drawn(self, call: LayerCall, inputs: Sequence[Any], made: Prepared) -> dict[str, np.ndarray]:
        if id(call) not in made:
            shape = self._batch_size(call.source, inputs), *device.static_shape(call.source)[1:]
            made[id(call)] = call.layer.draw(shape, call.layer._generator)
        return made[id(call)]

    def _batch_size(self, source: Any, inputs: Sequence[Any]) -> int:
        for key in roots(source):
            if key in self.at:
                array = payload(inputs[self.at[key]])
                if getattr(array, "ndim", 0):
                    return len(array)
        raise ValueError("K.function: the batch size of a random layer is not known: its model's input is not among the function's inputs")


def _call_of(step: Any) -> LayerCall:
    return step if isinstance(step, LayerCall) else note_of(step).call


class CheckedFunction:
    """A backend function that refuses to run with layers that were changed after they were built into it."""

    def __init__(self, function: Any, calls: Sequence[LayerCall]) -> None:
        self._function, self._calls = function, calls

    def __call__(self, inputs: Sequence[Any]) -> Any:
        graph_marks.check_settings(self._calls)
        return self._function(inputs)


class WatchedFunction:
    """A backend function that says what a call of it compiles and copies, and how long it takes."""

    def __init__(self, function: Any, name: str | None) -> None:
        self._function, self._name = function, str(name or "function")
        self._is_kernel = isinstance(name, KernelName)
        self._watch = CompileWatch(self._name)

    def __call__(self, inputs: Sequence[Any]) -> Any:
        name = dispatch.spoken_of(self._name) if self._is_kernel else self._name
        start = time.perf_counter()
        with self._watch.call(inputs, name):
            out = self._function(inputs)
        done = observe.took("step", name, "device", start)
        for arrays, to in ((inputs, "device"), (out, "host")):
            for a in arrays:
                if getattr(a, "nbytes", 0):
                    observe.emit(observe.Event("copy", name, to, size=a.nbytes))
        if not self._is_kernel:  # else dispatch says that the op ran
            observe.emit(done)
        return out


def function_hook(original: Any) -> Any:
    """The backend's `function`, with hoisted layers computed on the host and compilations watched."""

    def function(inputs: Sequence[Any], outputs: Sequence[Any], updates: Any = None, name: str | None = None, **kwargs: Any) -> Any:
        def make(inputs: Sequence[Any], outputs: Sequence[Any], updates: Any, name: str | None, **kwargs: Any) -> Any:
            return WatchedFunction(original(inputs, outputs, updates=updates, name=name, **kwargs), name)

        inputs, outputs = [payload(v) for v in inputs], [payload(v) for v in outputs]
        with device.graph_lock:
            hosted = HostedFunction(make, inputs, outputs, updates, name, **kwargs)
            if hosted.is_hosted:
                return hosted
            plain = make(inputs, outputs, updates, name, **kwargs)
            return CheckedFunction(plain, hosted.calls) if hosted.calls else plain

    return function

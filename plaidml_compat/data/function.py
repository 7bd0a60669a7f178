"""A user's function that a dataset applies to its elements: how it is called, and where its warnings and errors belong."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Iterable, Iterator
from typing import Any, Callable

import numpy as np

from .. import observe, random
from ..random import global_generators
from ..random.graphs import ELEMENT, CallsOfElement, GraphCalls
from ..random.traces import RUN, Trace, decided, is_tracing
from ..random.turnstile import WATCH, Cancelled, Source, Watch
from ..tensor import Tensor
from . import origin, trial
from .nest import apart, leaves, map_nest, rebuild, to_arrays, to_tensors
from .node import Node, Run, SpecUnknown
from .passes import Mark
from .spec import DatasetSpec, TensorSpec, bytes_of
from .vectorized import LARGEST, Program, Recording


class Calls:
    """What the random calls of a function are at, in one pass of the user's.

    Attributes:
        graph: its calls of `tf.random.*`.
        watch: the generators that it draws from.
    """

    def __init__(self, seed: int | None = None, known: Iterable[Source] = ()) -> None:
        self.graph, self.watch = GraphCalls(seed), Watch(known)

    def mark(self) -> Mark:
        """Where they are."""
        return [self.graph.mark(), self.watch.mark()]

    def go_on(self, mark: Mark) -> None:
        """Go on where others were."""
        self.graph.go_on(mark[0])
        self.watch.go_on(mark[1])

    @property
    def awaits(self) -> bool:
        """True while there are states for generators that have not been drawn from: elements must not run in threads yet."""
        return self.watch.awaits

    def commit(self, states: dict[Source, Any]) -> None:
        """An element that ran in a thread left generators in these states."""
        element = object()
        for source, state in states.items():
            self.watch.note(source, state, element)

    @property
    def drew(self) -> bool:
        """True once the function has drawn something."""
        return bool(self.watch.states or self.graph.mark())


class Traced:
    """What is found out about a function once, as TensorFlow does by tracing it.

    A function that another dataset's function gives to a dataset that it makes is traced in the first run of the other.

    Attributes:
        trace: what it decides in its first run, and what is found out about the functions given to datasets within it.
        spec: the specs of its results; `None`: nothing is known.
        within: whether another dataset's function makes the dataset that it is given to.
    """

    def __init__(self) -> None:
        self.trace = Trace()
        self.spec: Any = None
        self._seed, self.within = random.eager.graph_seed(), is_tracing()
        self._latest: Calls | None = None

    def calls(self, run: Run) -> Calls:
        """The state of its random calls in a pass of the user's."""
        every = run.calls_of(self.within)
        calls = every.get(self)
        if calls is None:
            known = self._latest.watch.states if self._latest is not None else ()
            calls = every[self] = self._latest = Calls(self._seed, known)
        return calls

    def aside(self) -> Traced:
        """The same, for passes that find out more for themselves alone."""
        made = copy.copy(self)
        made.trace = self.trace.aside()
        return made

    def inner(self) -> Iterator[tuple[str, Traced]]:
        """The functions given to datasets within it, and within those, with names that are the same in another process."""
        for (who, n), made in list(self.trace.decided.items()):
            if isinstance(made, Traced):
                name = f"{who.rsplit('.', 1)[-1]} {n}"
                yield name, made
                yield from ((f"{name}, {below}", deeper) for below, deeper in made.inner())


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """What a function, or the `call` of a layer, can be given by position."""
    call = getattr(function, "call", None)
    if not (inspect.ismethod(call) and hasattr(function, "get_config")):  # else a layer: its `__call__` hands on what its `call` takes
        return inspect.signature(function)
    signature = inspect.signature(call)
    # No data goes there: a label in that place would switch the layer.
    return signature.replace(parameters=[p for p in signature.parameters.values() if p.name not in ("training", "mask")])


class UserFunction:
    """A function of one element: a tuple's components are its arguments, anything else is its only one.

    Args:
        function: the user's.
        parent: whose elements it gets.
        what: the method that it was given to, for messages.
        spec: what it gets, where that is not the parent's elements.
        makes_dataset: its results are datasets.

    Attributes:
        given: the specs of what it gets; it raises SpecUnknown.
        traced: what was found out about it.
        is_identity: whether it returns what it gets, and neither drew random numbers nor used a variable, so that TensorFlow leaves it
            out; what it does in plain Python, to a list say, cannot be seen.
        is_vectorized: whether `one` and `stack` do the same as `run`, and are worth it.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        parent: Node,
        what: str = "tf.data.Dataset.map",
        spec: Any = None,
        makes_dataset: bool = False,
    ) -> None:
        self.function, self._what = function, what
        self._site = observe.user_site()
        self._program: Program | None = None
        self.is_vectorized = self.is_identity = False

        def given() -> Any:
            return parent.spec if spec is None else spec

        self.given = given
        self._check_parameters(given)
        self.traced: Traced = decided(what, lambda: self._first(given, makes_dataset))
        self._trace = self.traced.trace

    def _check_parameters(self, spec: Callable[[], Any]) -> None:
        """Refuse a function that cannot be called with an element.

        Raises:
            TypeError: it takes more or fewer arguments than an element has components.
        """
        try:
            given = spec()
            signature = _signature(self.function)
        except (SpecUnknown, TypeError, ValueError):  # a builtin has no signature
            return
        components = given if type(given) is tuple else (given,)
        try:
            signature.bind(*components)
        except TypeError as e:
            each = f"is a tuple of {len(given)}, each an argument" if type(given) is tuple else "is one argument"
            raise TypeError(
                f"{self._what}: the function cannot be called with an element of the dataset, which {each}: {e}. Its parameters are "
                f"{signature}; an element is {given!r:.300}"
            ) from None

    def _first(self, spec: Callable[[], Any], makes_dataset: bool) -> Traced:
        traced, recording, refusals = Traced(), Recording(), list[observe.Event]()

        def watched(trace: Trace, element: Any) -> Any:
            nonlocal recording
            recording = Recording()
            held = observe.Held()
            with trace.run(), held.running():
                before = global_generators.state()
                result = self._apply(rebuild(element, [recording.argument(leaf) for leaf in leaves(element)]))
                # What was drawn decided what came of it: another element's draw may decide otherwise.
                same = not random.drew() and not trace.sees_state and global_generators.state() == before
                self.is_identity = same and recording.is_identity(result)
                # Within another dataset's function it may hold numbers of one element of that one's: no program is made of it.
                program = None if traced.within or random.drew() else recording.program(result)
            self._program = None if trace.sees_state else program
            refusals[:] = [e for e in held.drop() if e.kind == "refused"]
            with recording.unseen():
                return self._result(result)

        def again() -> Callable[[Any], Any] | None:
            return functools.partial(watched, traced.trace.again()) if recording.seen else None

        try:
            # As TensorFlow does: what the function makes at its first call, layers' seeds above all, it makes now.
            given = spec()
            found = trial.result_spec(functools.partial(watched, traced.trace), given, makes_dataset, again)
            self.is_vectorized = self._program is not None and max(bytes_of(given), bytes_of(found)) <= LARGEST
            if self.is_vectorized or self.is_identity:  # it is not run again: what it asked for in vain would be seen by nobody
                for event in refusals:
                    observe.emit(event)
            # Within another dataset's function, but for its trial, this is known of one element of that one's.
            traced.spec = loosened(found) if traced.within and not trial.in_trial() else found
        except SpecUnknown:
            observe.log.debug("the function given at %s:%s is first called with a real element", *self._site)
        return traced

    def _call(self, element: Any) -> Any:
        return self._apply(Tensor(element) if type(element) is np.ndarray else to_tensors(element))

    def _apply(self, element: Any) -> Any:
        # Not a named tuple: that is one argument, in TensorFlow too.
        result = self.function(*element) if type(element) is tuple else self.function(element)
        # A list is a tuple, and only here: deeper in a result it is a tensor.
        return tuple(result) if type(result) is list else result

    def _result(self, value: Any) -> Any:
        try:
            return apart(to_arrays(value))
        except ValueError as e:
            raise TypeError(f"{self._what}: Unsupported return value from the function: {value!r:.200}: {e}") from e

    def calls(self, run: Run, mark: Mark = None) -> Calls:
        """The state of its random calls, which go on as long as the user's pass does.

        Args:
            run: the user's pass.
            mark: where they go on, as `Calls.mark()` told it.
        """
        calls = self.traced.calls(run)
        if mark is not None:
            calls.go_on(mark)
        return calls

    def run(self, element: Any, calls: Calls) -> Any:
        """Its result for one element of arrays, as a nest of arrays.

        Raises:
            what the function raises, with the line where it was given and the element.
        """
        if self.is_vectorized:
            return self.one(element)
        # Four variables by hand: context managers would cost more than most functions.
        site, graph = observe.SITE.set(self._site), ELEMENT.set(CallsOfElement(calls.graph))
        trace, watch = RUN.set((self._trace, {})), WATCH.set((calls.watch, object()))
        try:
            return self._result(self._call(element))
        except Cancelled:
            raise
        except Exception as e:
            origin.tell(e, self._what, self._site, element)
            raise
        finally:
            WATCH.reset(watch)
            RUN.reset(trace)
            ELEMENT.reset(graph)
            observe.SITE.reset(site)

    def one(self, element: Any) -> Any:
        """Its result for one element, if it is vectorized."""
        return self._compute(Program.one, element)

    def stack(self, elements: Any) -> Any:
        """Its results for a stack of elements, stacked, if it is vectorized."""
        return self._compute(Program.stack, elements)

    def _compute(self, how: Callable[[Program, Any], Any], elements: Any) -> Any:
        assert self._program is not None
        site = observe.SITE.set(self._site)
        try:
            return how(self._program, elements)
        finally:
            observe.SITE.reset(site)

    def aside(self) -> UserFunction:
        """The same function, which decides and learns for itself from now on."""
        made = copy.copy(self)
        made.traced = self.traced.aside()
        made._trace = made.traced.trace
        return made

    def spec(self) -> Any:
        """The specs of its results, as the trial run told them; where it could not, sizes are unknown.

        Raises:
            SpecUnknown: nothing is known.
        """
        if self.traced.spec is None:
            raise SpecUnknown
        return self.traced.spec


def loosened(spec: Any) -> Any:
    """Specs from one real element: only dtypes and ranks are known to hold for the others."""
    return map_nest(_loosened, spec)


def _loosened(spec: Any) -> Any:
    if isinstance(spec, DatasetSpec):
        return DatasetSpec(loosened(spec.element_spec), spec.dataset_shape)
    if isinstance(spec, TensorSpec) and spec.shape.rank is not None:
        return TensorSpec([None] * len(spec.shape), spec.dtype)
    return spec

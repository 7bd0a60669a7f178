"""Makes compiled functions safe: one call at a time, and updates that no output sees too early."""

from __future__ import annotations

import threading
from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import shim


@shim("S14", BACKEND)
def one_call_at_a_time(backend: ModuleType) -> None:
    """Symptom: threads that share a function get each other's results (any version).

    Cause: inputs and outputs are set on one invoker, then it is run. Each function gets a lock.
    """

    class LockedFunction(backend._Function):  # type: ignore[name-defined]
        """A compiled function that runs one call at a time."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._lock = threading.Lock()
            super().__init__(*args, **kwargs)

        def __call__(self, inputs: Any) -> Any:
            with self._lock:
                return super().__call__(inputs)

    patch_backend("_Function", LockedFunction)


@shim("S15", BACKEND, first=True)  # first: the lock is the outer class
def updates_after_outputs(backend: ModuleType) -> None:
    """Symptom: outputs and later updates see new values; a new shape crashes the process (any version, llvm_cpu only).

    Cause: on llvm_cpu an update is written into the variable's memory while the program runs. There, the new values are
    computed as outputs of their own and copied when the program has ended.
    """
    tile = backend.ptile

    class UpdatingFunction(backend._Function):  # type: ignore[name-defined]
        """A compiled function whose updates happen after its outputs are computed."""

        def __init__(self, inputs: Any, outputs: Any, updates: Any, name: Any) -> None:
            updates = [(variable, tile.Value.from_python_value(value)) for variable, value in updates or ()]
            for variable, value in updates:
                check_shape(variable, value.shape.dims)
            self._updated = [variable for variable, _ in updates] if _runs_on_llvm_cpu(backend) else []
            self._new_values: list[Any] = []
            if not self._updated:
                super().__init__(inputs, outputs, updates, name)
                return
            super().__init__(inputs, [*outputs, *(value for _, value in updates)], [], name)
            names = list(self._output_names)  # type: ignore[has-type]
            self._output_names, self._new_names = names[: len(outputs)], names[len(outputs) :]

        def __call__(self, inputs: Any) -> Any:
            if not self._updated:
                return super().__call__(inputs)
            if not self._new_values:
                self._bind_new_values(inputs)
            for name, tensor in zip(self._new_names, self._new_values):
                self._invoker.set_output(name, tensor)
            results = super().__call__(inputs)
            for variable, tensor in zip(self._updated, self._new_values):
                _copy(tensor, variable.var, backend._ctx)
            return results

        def _bind_new_values(self, inputs: Any) -> None:
            """Makes the tensors for the new values, whose shapes are known once the inputs are set."""
            for name, value in zip(self._input_names, inputs):
                self._invoker.set_input(name, self._as_variable(name, value))
            for name, variable in zip(self._new_names, self._updated):
                shape = self._invoker.get_output_shape(name)
                sizes = tuple(d.size for d in shape.dimensions)
                if sizes:  # no axes: the engine has folded the value into one number
                    check_shape(variable, sizes)
                self._new_values.append(backend.plaidml.Tensor(backend._device(), shape))

        def _as_variable(self, name: str, value: Any) -> Any:
            if isinstance(value, (int, float)):
                return value
            return backend.variable(value, dtype=self._input_types[name]).var

    def check_shape(variable: Any, dims: tuple[Any, ...]) -> None:
        expected = tuple(variable.shape.dims)
        known = all(isinstance(size, int) for size in dims)
        if known and dims != expected and not set(dims) | set(expected) <= {1}:
            raise backend.PlaidMLKerasException(
                f"update: a variable's shape cannot change; {variable.name} has shape {expected}, the new value {dims}"
            )

    patch_backend("_Function", UpdatingFunction)


def _copy(source: Any, target: Any, context: Any) -> None:
    """Copies one tensor of the device into another."""
    import numpy as np

    with source.mmap_current() as new, target.mmap_discard(context) as old:
        np.copyto(_array(old), _array(new), casting="unsafe")
        old.writeback()


def _array(view: Any) -> Any:
    import numpy as np

    array = np.ctypeslib.as_array(view.raw(), shape=(len(view),))
    return array.view(np.float16) if view._dtype.name == "FLOAT16" else array


def _runs_on_llvm_cpu(backend: ModuleType) -> bool:
    backend._device()
    device_ids = backend.plaidml.settings.device_ids
    if not device_ids:
        device_ids = [device.id.decode() for device in backend.plaidml.devices(backend._ctx)]
    return device_ids[0].startswith("llvm_cpu")

"""Lets recurrent layers take a mask."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import shim


@shim("S16.rnn_mask", BACKEND)
def rnn_with_mask(backend: ModuleType) -> None:
    """Symptom: `rnn is not implemented with mask support` (any version).

    As in the original the time axis has a fixed size and is unrolled. Where the mask is false, state and output of the
    step before are kept; before the first true step the output is 0.
    """
    rnn_without_mask = backend.rnn

    def rnn(
        step_function: Any,
        inputs: Any,
        initial_states: Any,
        go_backwards: bool = False,
        mask: Any = None,
        constants: Any = None,
        unroll: bool = False,
        input_length: int | None = None,
    ) -> Any:
        """Runs `step_function` over the time axis; returns the last output, all outputs and the states."""
        if mask is None:
            return rnn_without_mask(step_function, inputs, initial_states, go_backwards, None, constants, unroll, input_length)
        steps = input_length or inputs.shape.dims[1]
        if not isinstance(steps, int):
            raise NotImplementedError("rnn: PlaidML needs a time axis of known size")
        mask = backend.cast(mask, backend.floatx())
        if mask.shape.ndims == 2:
            mask = backend.expand_dims(mask)
        states = list(initial_states)
        outputs: list[Any] = []
        for step in reversed(range(steps)) if go_backwards else range(steps):
            output, new_states = step_function(inputs[:, step], [*states, *(constants or ())])
            keep = mask[:, step]
            previous = outputs[-1] if outputs else backend.zeros_like(output)
            outputs.append(choose(keep, output, previous))
            states = [choose(keep, new, old) for new, old in zip(new_states, states)]
        joined = backend.concatenate([backend.expand_dims(output, 1) for output in outputs], axis=1)
        return outputs[-1], joined, states

    def choose(keep: Any, new: Any, old: Any) -> Any:
        while keep.shape.ndims < new.shape.ndims:
            keep = backend.expand_dims(keep)
        return new * keep + old * (1.0 - keep)

    patch_backend("rnn", rnn)

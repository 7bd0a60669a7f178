"""Lets ctrl-C stop a program that frees the engine's values."""

from __future__ import annotations

import sys
from types import ModuleType

from plaidml_compat.interrupts import heeding
from plaidml_compat.shims.registry import replace, shim


@shim("S32", "plaidml")
def interrupts_in_deletions(plaidml: ModuleType) -> None:
    """Symptom: a ctrl-C during `fit` is "ignored in Var.__del__", and the program goes on (any version; now and then).

    Cause: a value of the engine is freed by a method in Python, where Python looks for signals and can raise nothing.
    """
    replace(sys, "unraisablehook", heeding(sys.unraisablehook))

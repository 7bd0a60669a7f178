"""Tests each shim: the right value with it, another one without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shim_process import run_python
from shim_worker import load

from plaidml_compat.shims import registry

CASES = load()


def _evaluate(mode: str, names: list[str]) -> dict[str, Any]:
    """The values of the cases; a case that kills the process has that for its value."""
    values: dict[str, Any] = {}
    names = sorted(names, key=lambda name: CASES[name].unsafe)
    while names:
        process = run_python(str(Path(__file__).with_name("shim_worker.py")), mode, *names, timeout=300)
        done = [json.loads(line) for line in process.stdout.splitlines()]
        values.update(done)
        names = names[len(done) :]
        if names:
            assert process.returncode < 0, process.stderr[-3000:]
            values[names.pop(0)] = "kills the process"
    return values


@pytest.fixture(scope="module")
def with_shims() -> dict[str, Any]:
    """The values of all cases with the shims."""
    return _evaluate("with", list(CASES))


@pytest.fixture(scope="module")
def without_shims() -> dict[str, Any]:
    """The value of each case without its shim."""
    return _evaluate("without", [name for name, entry in CASES.items() if not entry.absent()])


def _agrees(value: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(value, str) or isinstance(expected, str):
        return isinstance(value, str) and isinstance(expected, str) and value == expected
    value, expected = np.asarray(value, "float64"), np.asarray(expected, "float64")
    return value.shape == expected.shape and np.allclose(value, expected, rtol=tolerance, atol=tolerance)


def _expected(entry: Any) -> Any:
    return entry.expected() if callable(entry.expected) else entry.expected


@pytest.mark.parametrize("name", CASES)
def test_right_with_the_shim(name: str, with_shims: dict[str, Any]) -> None:
    entry = CASES[name]
    value, expected = with_shims[name], _expected(entry)
    assert _agrees(value, expected, entry.tolerance), f"{entry.shim}: {value}, expected {expected}"


@pytest.mark.parametrize("name", CASES)
def test_wrong_without_the_shim(name: str, without_shims: dict[str, Any]) -> None:
    entry = CASES[name]
    if name not in without_shims:
        pytest.skip(f"the symptom {entry.absent()}")
    value = without_shims[name]
    assert not _agrees(value, _expected(entry), entry.tolerance), f"{entry.shim} is not needed: {value}"


def test_every_shim_has_a_case() -> None:
    registry.discover("plaidml_compat.shims")
    ids = {entry.id for name in registry.modules() for entry in registry.all_shims(name)}
    elsewhere = {"S1", "S27", "S29"}  # test_install.py
    assert ids - elsewhere == {entry.shim for entry in CASES.values()}

"""Goldens of the tests: where they are, writing them, scenarios, and asserting that results equal them.

Used by the tests and by `tools/record_golden.py` (also where there is TensorFlow but nothing of what plaidml_compat needs: NumPy is
enough). What a golden is, and how one is read, says `plaidml_compat.goldens`.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

import numpy as np

from plaidml_compat import goldens
from plaidml_compat.goldens import (  # noqa: F401  (tests and tools/record_golden.py find all of it here)
    HOW,
    ORACLES,
    OUTSIDE,
    SEED,
    StaleGolden,
    check_same_kind,
    difference,
    find,
    flat,
    golden_name,
    oracle_of_entry,
    plain,
    read_npz,
    run_sample,
)
from plaidml_compat.sample_arguments import decode, encode, sample_hash  # noqa: F401

HERE = Path(__file__).resolve().parent
GOLDENS = HERE / "goldens"
SCENARIOS = HERE / "scenarios"
DATA_FILES = HERE / "data_files"
SIGNATURES = DATA_FILES / "layer_signatures.json"

NOT_INPUT = ("TOLERANCE", "DEVICE_TOLERANCE", "OPENCL_ULPS", "VARIANTS", "LATER")
"""Names in a scenario file that say how it is compared, not what TensorFlow gives."""


# ------------------------------------------------------------------------------------------------------ scenarios
def scenario_names() -> list[str]:
    """The scenario modules; a leading underscore marks a helper of theirs."""
    return sorted(p.stem for p in SCENARIOS.glob("*.py") if not p.stem.startswith("_"))


def load_scenario(name: str) -> ModuleType:
    """Import `tests/scenarios/NAME.py`."""
    if str(SCENARIOS) not in sys.path:
        sys.path.insert(0, str(SCENARIOS))
    spec = importlib.util.spec_from_file_location(f"scenario_module_{name}", SCENARIOS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scenario_functions(module: ModuleType) -> dict[str, Callable[..., dict]]:
    """The scenarios of a module: its functions named `scenario` or `scenario_*`."""
    return {n: f for n, f in vars(module).items() if callable(f) and (n == "scenario" or n.startswith("scenario_"))}


def scenario_function_names(name: str) -> list[str]:
    """Names of the scenarios in a file, without importing it: what they import may be missing where tests are collected."""
    tree = ast.parse((SCENARIOS / f"{name}.py").read_text())
    names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef)]
    return [n for n in names if n == "scenario" or n.startswith("scenario_")]


def scenario_variants(name: str) -> dict[str, int]:
    """How many variants each function of a scenario file has (its VARIANTS)."""
    variants = getattr(load_scenario(name), "VARIANTS", {})
    return {function: len(calls) for function, calls in variants.items()}


def scenarios_for_the_device() -> list[str]:
    """The scenario files that are run on the device too: those with a DEVICE_TOLERANCE."""
    return [name for name in scenario_names() if hasattr(load_scenario(name), "DEVICE_TOLERANCE")]


def scenario_hash(name: str) -> str:
    """Hash of what decides a scenario's result: its file and its helpers, less comments and NOT_INPUT."""
    digest = hashlib.sha256()
    todo, seen = [name], set()
    while todo:
        stem = todo.pop()
        path = SCENARIOS / f"{stem}.py"
        if stem in seen or not path.exists():
            continue
        seen.add(stem)
        text = path.read_text()
        skip: set[int] = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(t, ast.Name) and t.id in NOT_INPUT for t in targets):
                    skip.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            elif isinstance(node, ast.Import):
                todo += [a.name for a in node.names if a.name.startswith("_")]
            elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("_"):
                todo.append(node.module)
        for number, line in enumerate(text.splitlines(), 1):
            if number not in skip and line.strip() and not line.strip().startswith("#"):
                digest.update(line.rstrip().encode() + b"\n")
    return digest.hexdigest()[:16]


# -------------------------------------------------------------------------------------------------------- oracles
def oracle_of_scenario(name: str) -> str:
    """The version that decides about a scenario file: its ORACLE."""
    tree = ast.parse((SCENARIOS / f"{name}.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "ORACLE" for t in node.targets):
            return ast.literal_eval(node.value)
    return ORACLES[0]


# ------------------------------------------------------------------------------------------------------ signatures
def signatures() -> dict[str, dict[str, list]]:
    """How TensorFlow's layers are called: version -> name -> parameters, `[name, kind, default's text or None]` each."""
    return {**{o: {} for o in ORACLES}, **(json.loads(SIGNATURES.read_text()) if SIGNATURES.exists() else {})}


def write_signatures(found: dict[str, dict[str, list]]) -> None:
    """Store them, a layer a line."""
    lines = [f'"{v}": {{\n' + ",\n".join(f"  {json.dumps(n)}: {json.dumps(of[n])}" for n in sorted(of)) + "\n}" for v, of in found.items()]
    SIGNATURES.write_text("{\n" + ",\n".join(lines) + "\n}\n")


# ------------------------------------------------------------------------------------------------------------ files
def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Like `numpy.savez_compressed`, but equal arrays make equal files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for key in sorted(arrays):
            info = zipfile.ZipInfo(key + ".npy")
            info.compress_type = zipfile.ZIP_DEFLATED
            with z.open(info, "w") as f:
                np.lib.format.write_array(f, np.asanyarray(arrays[key]), allow_pickle=False)


def write(name: str, arrays: dict[str, np.ndarray], meta: dict) -> Path:
    """Store a golden."""
    path = GOLDENS / f"{name}.npz"
    path.parent.mkdir(exist_ok=True)
    write_npz(path, {**arrays, "meta": np.array(json.dumps(meta, sort_keys=True))})
    return path


def read(name: str) -> tuple[dict[str, np.ndarray], dict]:
    """See `plaidml_compat.goldens.read`."""
    return goldens.read(name, GOLDENS)


def expected(name: str, part: str, inputs: str) -> dict[str, np.ndarray]:
    """See `plaidml_compat.goldens.expected`."""
    return goldens.expected(name, part, inputs, GOLDENS)


def assert_same(got: Any, want: np.ndarray, tolerance: float, what: str, ulps: float = 0.0) -> None:
    """Same dtype, same shape, no value further from the golden's than `tolerance` (0: the same numbers; NaN equals NaN).

    Floats may be further off by `ulps` units in the last place of the golden's.
    """
    got = plain(got)
    check_same_kind(got, want, what)
    if ulps and want.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            got = np.where(np.abs(got - want) <= ulps * np.spacing(np.abs(want)), want, got)
    worst, at, bad = difference(got, want)
    assert worst <= tolerance, (
        f"{what}: {bad} of {want.size} values differ, by up to {worst:.3g} (allowed: {tolerance:.3g}); "
        f"at {tuple(int(i) for i in at)}: {got[at]} instead of {want[at]}"
    )


def tolerance_of(module: ModuleType, function: str, key: str, table: str = "TOLERANCE") -> float:
    """A scenario's tolerance for one of its arrays: that of "function/key", else of "key", of "function", of "*", else 0."""
    found = getattr(module, table, {})
    for name in (f"{function}/{key}", key, function, "*"):
        if name in found:
            return float(found[name])
    return 0.0

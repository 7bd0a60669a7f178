"""Every scenario, run with the facade, against what the real TensorFlow gave for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import golden
import golden_calls
import pytest

_on_device: list[tuple[str, str]] = []


def cases():
    """(file, function, number of the variant), variants being other arguments that must give the same results."""
    for name in golden.scenario_names():
        variants = golden.scenario_variants(name)
        for function in golden.scenario_function_names(name):
            for number in range(1 + variants.get(function, 0)):
                yield pytest.param(name, function, number, id=f"{name}-{function}" + (f"-variant{number}" if number else ""))


def compare(name, function, got, tables, ulps=None):
    """Compare the results of a scenario with its golden, with the largest of its tolerances in `tables`, and the ulps of another table."""
    want, module = golden.expected(name, function, golden.scenario_hash(name)), golden.load_scenario(name)
    assert sorted(map(str, got)) == sorted(want)
    problems = []
    for key in sorted(got):
        try:
            tolerance = max(golden.tolerance_of(module, function, key, t) for t in tables)
            golden.assert_same(got[key], want[key], tolerance, key, golden.tolerance_of(module, function, key, ulps) if ulps else 0.0)
        except AssertionError as e:
            problems.append(str(e))
    assert not problems, f"{len(problems)} of {len(got)} differ from TensorFlow:\n" + "\n".join(problems)


@pytest.mark.parametrize(("name", "function", "variant"), list(cases()))
def test_scenario(tf, tmp_path, name, function, variant):
    from plaidml_compat import UnsupportedOpError

    module = golden.load_scenario(name)
    kwargs = module.VARIANTS[function][variant - 1] if variant else {}
    try:
        got = golden.scenario_functions(module)[function](tf, tmp_path, **kwargs)
    except UnsupportedOpError as e:
        if e.op in getattr(module, "LATER", ()):
            pytest.skip(f"not in this version: {e.op}")
        raise
    compare(name, function, got, ("TOLERANCE",))


@pytest.fixture(scope="session")
def on_device(request, device_id, tmp_path_factory):
    """The folder of what a function of a scenario gave with the device asked for, and what ended its process, `""` if nothing did.

    Those of one file, of the tests that run, share a process, which takes a second or two to begin. What PlaidML cannot do may end it,
    and must end one test only: the next ones get a new one.
    """
    chosen = [i.callspec.params for i in request.session.items if getattr(i, "originalname", "") == "test_scenario_on_device"]
    found = {}

    def run(name, functions):
        folder = tmp_path_factory.mktemp(name)
        command = [sys.executable, "-X", "faulthandler", golden_calls.__file__, "scenario", device_id, name, str(folder), *functions]
        try:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=600)
            said, end, well = done.stderr, f"ended with {done.returncode}", not done.returncode
        except subprocess.TimeoutExpired as e:
            said, end, well = e.stderr or b"", f"not done after {e.timeout} seconds", False
        over = [f for f in functions if (folder / f / "ran.json").is_file()]
        found.update({(name, f): (folder / f, "") for f in over})
        if functions != over or not well:
            failed, *rest = functions[len(over) :] or functions[-1:]  # the last one, if only the process' end went wrong
            found[name, failed] = folder / failed, f"{end}: {said.decode(errors='replace').partition('Extension modules:')[0][-3000:]}"
            if rest:
                run(name, rest)

    def of(name, function):
        if (name, function) not in found:
            run(name, list(dict.fromkeys([p["function"] for p in chosen if p["name"] == name])))
        return found[name, function]

    return of


@pytest.mark.parametrize(
    ("name", "function"),
    [pytest.param(n, f, id=f"{n}-{f}") for n in golden.scenarios_for_the_device() for f in golden.scenario_function_names(n)],
)
def test_scenario_on_device(on_device, device_id, name, function):
    """Ops with a device kernel run on the device, the others fall back: the results are TensorFlow's all the same."""
    folder, fault = on_device(name, function)
    assert not fault, fault
    ulps = "OPENCL_ULPS" if device_id.startswith("opencl") else None
    compare(name, function, golden.read_npz(folder / "got.npz"), ("TOLERANCE", "DEVICE_TOLERANCE"), ulps)
    golden_calls.ran_on_device.update(json.loads((folder / "ran.json").read_text()))
    _on_device.append((name, function))


def test_every_device_kernel_was_compared(tf):
    """Each op with a device kernel ran there in a golden test: by a sample, a layer's, or a scenario with a DEVICE_TOLERANCE."""
    expected = sum(len(golden.scenario_function_names(n)) for n in golden.scenarios_for_the_device())
    if len(_on_device) < expected or not golden_calls.ran_on_device or "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("needs test_goldens.py and test_scenarios.py as a whole, in one process")
    rows = [r for r in golden_calls.listing() if r["device"]]
    compared = {o for r in rows if r["name"] in golden_calls.ran_on_device for o in r["ops"]}
    missing = {r["name"] for r in rows if r["kind"] == "op"} - compared
    assert not missing, f"ops with a device kernel that nothing compares with TensorFlow there: {sorted(missing)}"

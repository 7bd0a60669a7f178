"""Records goldens: what the real TensorFlow gives for every sample of the registry and for every scenario.

    python3.11 -m venv tf && tf/bin/pip install 'tensorflow-cpu==2.15.*' pillow
    python3.11 -m venv tf3 && tf3/bin/pip install 'tensorflow-cpu==2.21.*' 'keras==3.15.*' pillow
    python tools/record_golden.py --tensorflow tf/bin/python --tensorflow tf3/bin/python [NAME ...] [--check] [--list]

TensorFlow 2.15 is the oracle; 2.21, with Keras 3, is for names that 2.15 lacks, samples with `oracle="2.21"` and scenarios with
`ORACLE = "2.21"`. Without the environment of one, the goldens from the other are recorded.

Run it with the Python that has plaidml_compat and what it needs (layers can be imported nowhere else). It reads the samples from the
registry, hands them to the other Python, which has TensorFlow but need not have plaidml_compat, and stores what comes back in
`tests/goldens/`. NAME is an entry (`tf.image.flip_left_right`), a scenario (`core_math`) or a pattern (`tf.image.*`); without one,
everything is recorded. Scenarios alone need no plaidml_compat: TensorFlow's Python itself can record them, by their names or with
`--scenarios`.

Every scenario function and every sample runs in a process of its own, forked after TensorFlow was imported and before it was used:
none sees the seeds of another.

* An op's sample calls the TensorFlow function of the entry's first name: `f(*args, **kwargs)`.
* A layer's sample runs `tf.keras.utils.set_random_seed(golden.SEED)`, makes the layer from `kwargs` and calls it on each of `args` in turn
  with `training=True`; an argument that is a pair `(array, {...})` gives the keyword arguments of that call itself. The numbers that
  the layer draws are recorded too, and how the layer is called in each TensorFlow: `tests/data_files/layer_signatures.json`.
* A scenario is a file in `tests/scenarios/` with functions named `scenario` or `scenario_*`: `f(tf, tmp_path) -> {key: array}`.
  It runs with the real TensorFlow here and with the facade in the tests. In the file, TOLERANCE = {...} (see `golden.tolerance_of`)
  says how far the facade may be; without it not at all. DEVICE_TOLERANCE: the test runs on the device as well, and how far it may be
  there. VARIANTS = {"function": [{...}, ...]}: keyword arguments with which the facade must give the same results. LATER = [names]:
  what the facade may still lack; the test is skipped until it has them.

`--check` records again and compares with what is stored: integers, booleans and text bit for bit; floats too, but a difference within
1e-6 of the largest value, as another CPU's order of summation makes, is reported and is no error. Exit code 1 when something differs.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import hashlib
import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import golden  # noqa: E402

from plaidml_compat import goldens, sample_arguments  # noqa: E402

TIMEOUT = 300
SAME = 1e-6
SOURCES = (__file__, golden.__file__, goldens.__file__, sample_arguments.__file__)
RECORDER = hashlib.sha256(b"".join(Path(f).read_bytes() for f in SOURCES)).hexdigest()[:16]


# ---------------------------------------------------------------------------------------- in TensorFlow's environment
def keras3(tf: Any) -> bool:
    """Whether this TensorFlow has Keras 3."""
    return golden.ORACLES[1] in tf.__version__


def draws(tf: Any) -> list[tuple[Any, str]]:
    """The random functions that Keras' layers draw with."""
    from tensorflow.python.ops import image_ops_impl, stateful_random_ops, stateless_random_ops

    assert image_ops_impl.stateless_random_ops is stateless_random_ops
    if keras3(tf):
        return [(tf.random, n) for n in dir(tf.random) if n.startswith("stateless_")]
    generator = stateful_random_ops.Generator
    return [(generator, "uniform"), (generator, "normal"), (stateless_random_ops, "stateless_random_uniform")]


def run_sample(tf: Any, job: dict, arrays: Any) -> dict[str, np.ndarray]:
    """One sample of an op or a layer."""
    args, kwargs = golden.decode(job["args"], arrays, tf), golden.decode(job["kwargs"], arrays, tf)
    return golden.run_sample(tf, job["entry"], job["kind"], args, kwargs, draws(tf))


def run_job(tf: Any, job: dict, arrays: Any) -> dict[str, np.ndarray]:
    """One sample or one scenario function -> its arrays, keys as in the golden."""
    assert "/" not in job["part"], f"{job['name']}: the id {job['part']!r} may not hold a '/'"
    if job["kind"] == "scenario":
        folder = Path(tempfile.mkdtemp(prefix="scenario"))
        try:
            found = golden.scenario_functions(golden.load_scenario(job["name"]))[job["part"]](tf, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    else:
        found = run_sample(tf, job, arrays)
    return {f"{job['part']}/{k}": golden.plain(v) for k, v in found.items()}


def work(folder: Path) -> None:
    """Run the jobs in `folder/jobs.json`, each in a fork; leave `NUMBER.npz` or `NUMBER.error`."""
    import tensorflow as tf
    import tensorflow.keras.layers

    jobs, arrays = json.loads((folder / "jobs.json").read_text()), golden.read_npz(folder / "arrays.npz")
    (folder / "version").write_text(tf.__version__)
    for number, job in enumerate(jobs):
        child = os.fork()
        if child == 0:
            import signal

            signal.alarm(TIMEOUT)
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            try:
                golden.write_npz(folder / f"{number}.npz", run_job(tf, job, arrays))
            except BaseException:
                (folder / f"{number}.error").write_text(traceback.format_exc())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            (folder / f"{number}.error").write_text(f"the process ended with status {status} (14: no result after {TIMEOUT} s)")


def signatures(folder: Path) -> None:
    """Parameters of the layers named in `folder/layers.json`, of those that this TensorFlow has: `[name, kind, default's text]` each."""
    import tensorflow as tf
    import tensorflow.keras.layers

    found = {}
    for name in json.loads((folder / "layers.json").read_text()):
        with contextlib.suppress(AttributeError):
            # Not the class's own signature: Keras' __new__ takes anything.
            _, *parameters = inspect.signature(golden.find(tf, name).__init__).parameters.values()
            found[name] = [[p.name, p.kind.name, None if p.default is p.empty else repr(p.default)] for p in parameters]
    (folder / "signatures.json").write_text(json.dumps(found))


# ------------------------------------------------------------------------------------- in plaidml_compat's environment
def wanted(name: str, patterns: list[str]) -> bool:
    """Whether a name was asked for."""
    return not patterns or any(fnmatch.fnmatchcase(name, p) for p in patterns)


def collect(patterns: list[str], scenarios_only: bool = False) -> tuple[list[dict], dict[str, np.ndarray], list[str]]:
    """The jobs asked for, the arrays that their arguments refer to, and the layers among the names."""
    jobs: list[dict] = []
    layers: list[str] = []
    arrays: dict[str, np.ndarray] = {}
    for name in filter(lambda n: wanted(n, patterns), golden.scenario_names()):
        inputs = golden.scenario_hash(name)
        about = {"kind": "scenario", "name": name, "inputs": inputs, "oracle": golden.oracle_of_scenario(name)}
        jobs += [{**about, "part": f} for f in golden.scenario_function_names(name)]
    if scenarios_only or (patterns and all(any(wanted(n, [p]) for n in golden.scenario_names()) for p in patterns)):
        return jobs, arrays, layers
    for entry in all_entries():
        if wanted(entry.name, patterns):
            layers += [entry.name] if entry.kind == "layer" and entry.name.startswith("tf.") else []
            for s in entry.samples():
                job = {"kind": entry.kind, "name": golden.golden_name(entry, s), "part": s.id, "inputs": golden.sample_hash(s)}
                job.update(entry=entry.name, oracle=s.oracle or golden.oracle_of_entry(entry))
                jobs.append({**job, "args": golden.encode(tuple(s.args), arrays), "kwargs": golden.encode(dict(s.kwargs), arrays)})
    return jobs, arrays, layers


def all_entries() -> list[Any]:
    """The registry's entries, after installation of the facade has filled it."""
    import plaidml_compat
    from plaidml_compat import registry

    plaidml_compat.install()
    return registry.entries()


def version_in(python: str) -> str:
    """The version of the TensorFlow that a Python has."""
    code = "import importlib.metadata as m; print([d.version for d in m.distributions() if d.metadata['Name'].startswith('tensorflow')])"
    versions = subprocess.run([python, "-c", code], check=True, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": ""}, text=True)
    found = {o for o in golden.ORACLES if f"'{o}." in versions.stdout}
    if not found:
        raise SystemExit(f"{python} has no TensorFlow {' or '.join(golden.ORACLES)}: {versions.stdout.strip()}")
    return found.pop()


def quiet() -> dict[str, str]:
    """The environment in which TensorFlow runs."""
    return {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "PYTHONPATH": "",
        "KERAS_BACKEND": "tensorflow",
    }


def record(python: str, jobs: list[dict], arrays: dict[str, np.ndarray]) -> tuple[dict[str, tuple[dict, dict]], int]:
    """Run TensorFlow: name -> (arrays, meta), and how many jobs failed."""
    with tempfile.TemporaryDirectory(prefix="goldens") as temporary:
        folder = Path(temporary)
        (folder / "jobs.json").write_text(json.dumps(jobs))
        golden.write_npz(folder / "arrays.npz", arrays)
        subprocess.run([python, __file__, "--work", temporary], check=True, env=quiet())
        version, failed = (folder / "version").read_text(), 0
        found: dict[str, tuple[dict, dict]] = {}
        for number, job in enumerate(jobs):
            name, part = job["name"], job["part"]
            got, meta = found.setdefault(name, ({}, {"tensorflow": version, "recorder": RECORDER, "inputs": {}}))
            error = folder / f"{number}.error"
            if error.exists():
                failed += 1
                print(f"FAILED  {name} {part}\n{error.read_text()}", file=sys.stderr)
                continue
            got.update(golden.read_npz(folder / f"{number}.npz"))
            meta["inputs"][part] = job["inputs"]
        return found, failed


def record_signatures(pythons: dict[str, str], layers: list[str], checking: bool) -> list[str]:
    """How these layers are called in each TensorFlow, into `golden.SIGNATURES`; or what differs from what is there."""
    stored, problems = golden.signatures(), []
    known = {name for of in stored.values() for name in of}
    for version, python in pythons.items():
        with tempfile.TemporaryDirectory(prefix="signatures") as temporary:
            folder = Path(temporary)
            (folder / "layers.json").write_text(json.dumps(layers))
            subprocess.run([python, __file__, "--signatures", temporary], check=True, env=quiet())
            found = json.loads((folder / "signatures.json").read_text())
        if checking:
            problems += [f"{n}: is not called as stored in {version}" for n in layers if found.get(n) != stored[version].get(n)]
        stored[version] = {**{n: p for n, p in stored[version].items() if n not in layers}, **found}
    for name in layers:
        if set(pythons) == set(golden.ORACLES) and not any(name in of for of in stored.values()):
            problems.append(f"{name}: no TensorFlow has it. {golden.OUTSIDE}")
    if not checking:
        golden.write_signatures(stored)
        print(f"{golden.SIGNATURES.relative_to(ROOT)}  {len(layers)} layers, {len(set(layers) - known)} of them new")
    return problems


def check(name: str, got: dict, meta: dict) -> list[str]:
    """What differs between a new recording and the stored one."""
    try:
        stored, old = golden.read(name)
    except golden.StaleGolden as e:
        return [str(e)]
    problems = [f"{name}, {p}: recorded from other inputs" for p in meta["inputs"] if old["inputs"].get(p) != meta["inputs"][p]]
    if old["tensorflow"] != meta["tensorflow"]:
        problems.append(f"{name}: recorded with TensorFlow {old['tensorflow']}, checked with {meta['tensorflow']}")
    for key in sorted({*stored, *got}):
        if key not in got or key not in stored:
            problems.append(f"{name}, {key}: {'no longer made' if key in stored else 'not stored'}")
            continue
        a, b = got[key], stored[key]
        if a.dtype != b.dtype or a.shape != b.shape:
            problems.append(f"{name}, {key}: {a.dtype}{a.shape}, stored {b.dtype}{b.shape}")
        elif a.tobytes() != b.tobytes():
            worst = golden.difference(a, b)[0] if b.dtype.kind != "S" else np.inf
            scale = max(1.0, float(np.abs(b[np.isfinite(b)]).max(initial=0))) if b.dtype.kind == "f" else 0.0
            if b.dtype.kind == "f" and worst <= SAME * scale:
                print(f"within {SAME}: {name}, {key}: floats differ by up to {worst:.2g}")
            else:
                problems.append(f"{name}, {key}: differs by up to {worst:.3g}")
    return problems


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="entries, scenarios or patterns; without one: all")
    parser.add_argument("--tensorflow", action="append", metavar="PYTHON", help="a Python that has it; once for each version")
    parser.add_argument("--check", action="store_true", help="compare with what is stored instead of storing")
    parser.add_argument("--list", action="store_true", help="list what would be recorded")
    parser.add_argument("--work", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--signatures", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--scenarios", action="store_true", help="scenarios only")
    options = parser.parse_args()
    if options.work:
        work(Path(options.work))
        return 0
    if options.signatures:
        signatures(Path(options.signatures))
        return 0
    jobs, arrays, layers = collect(options.names, options.scenarios)
    if options.list:
        for job in jobs:
            print(job["kind"], job["name"], job["part"])
        return 0
    if not jobs and not layers:
        print(f"nothing with samples is called {' or '.join(options.names) or 'anything'}", file=sys.stderr)
        return 1
    pythons = {version_in(p): p for p in options.tensorflow or [os.environ.get("TF_PYTHON", sys.executable)]}
    found: dict[str, tuple[dict, dict]] = {}
    failed = 0
    for oracle in golden.ORACLES:
        mine = [job for job in jobs if job["oracle"] == oracle]
        if mine and oracle not in pythons:
            print(f"left out, for want of --tensorflow with {oracle}: {', '.join(sorted({j['name'] for j in mine}))}", file=sys.stderr)
        elif mine:
            made, wrong = record(pythons[oracle], mine, arrays)
            found.update(made)
            failed += wrong
    problems = record_signatures(pythons, layers, options.check) if layers else []
    for name, (got, meta) in found.items():
        if options.check:
            problems += check(name, got, meta)
        elif meta["inputs"]:
            path = golden.write(name, got, meta)
            print(f"{path.relative_to(ROOT)}  {len(meta['inputs'])} parts, {path.stat().st_size} bytes")
    if options.check:
        print("\n".join(problems) or f"{len(found)} goldens are as stored")
    return 1 if problems or failed else 0


if __name__ == "__main__":
    sys.exit(main())

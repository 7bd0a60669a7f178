"""A small made-up matrix for the tests of its page, of the shape that `matrix.build` gives."""

from __future__ import annotations

from plaidml_compat.report.matrix import Matrix

XEON = {"machine": "2 cores of a Xeon", "device": "llvm_cpu.0", "engine": "llvm_cpu", "date": "2026-01-02", "version": "0.5", "here": False}
GPU = {**XEON, "machine": "16 cores", "device": "a GPU", "engine": "opencl"}
HERE = {**XEON, "machine": "this laptop", "date": "2026-03-04", "here": True}


def row(name, status="host", where="", measured=(), **more):
    works = status in ("device", "host")
    return {
        "name": name,
        "family": name.rpartition(".")[0],
        "kind": "op",
        "status": status,
        "source": "plaidml_compat" if works else "",
        "in_model": {"where": where, "engines": ["llvm_cpu"] if "device" in where else [], "limits": [], "reason": "", "words": where},
        "in_map": "host" if works else "",
        "slow": [],
        "declared": {"parity": "", "tolerance": None, "determinism": ""},
        "measured": list(measured),
        "reason": "",
        "instead": "",
        "versions": ["2.15.1"],
        "same_as": "",
        **more,
    }


def cell(of, where="host", rate=None, error=None, repeatable=None, note=""):
    """What the measurement `of` found at a place."""
    about = {k: of[k] for k in ("device", "engine", "machine", "here")}
    return {**about, "where": where, "images_per_second": rate, "error": error, "repeatable": repeatable, "note": note}


def matrix(rows, measurements=(XEON, GPU), **about):
    """What `Matrix.to_dict()` gives of these rows."""
    known = {
        "version": "0.6",
        "device": None,
        "engine": None,
        "tensorflow": ["2.15.1", "2.21.0"],
        "measurements": list(measurements),
        "filters": {},
    }
    return Matrix({**known, **about}, rows).to_dict()


def few():
    """A row of every status, with numbers that sort otherwise as words."""
    limit = {"op": "tf.image.warp", "engine": "opencl", "kind": "wrong", "reason": "sides above 4096", "advice": "Resize first"}
    slow = {"op": "tf.image.warp", "engine": "opencl", "reason": "20 ms against 2 ms", "advice": "Use the host"}
    warp = row("tf.image.warp", "device", "device within limits", [cell(XEON, rate=9.5), cell(XEON, "device", 1200.0, 2.5e-5, False)])
    warp["in_model"]["limits"], warp["slow"] = [limit], [slow]
    warp["declared"] = {"parity": "to 1e-4", "tolerance": 1e-4, "determinism": "the same draws"}
    flip = row("tf.image.flip", "device", "device", [cell(XEON, rate=100.0, error=0.0, repeatable=True), cell(XEON, "device", 90000.0)])
    flip["measured"].append(cell(GPU, "device", 23.0, 0.5, note="a note of the GPU"))
    flip["declared"]["tolerance"] = 0.01
    return [
        warp,
        flip,
        row("tf.image.zoom", "device", "device", [cell(XEON, rate=23.0), cell(XEON, "device", 3.0)]),
        row("tf.io.decode", reason="no device kernel", instead="Apply it in Dataset.map", in_model={**flip["in_model"], "where": "no"}),
        row("tf.keras.layers.RandomWidth", "host", "host, at the head only"),
        row("tf.keras.layers.Resizes", "device", "device", same_as="tf.image.zoom"),
        row("tf.sets.union", "unsupported", reason="sets are sparse", instead="Use numpy"),
        row("tf.image.ssim", "not built", reason="TensorFlow 2.15.1 has it"),
    ]


def many(n=3312):
    """As many rows as TensorFlow has names, and more numbers than there will be."""
    statuses = ("device", "host", "not built", "not built", "unsupported")
    wheres = {"device": "device", "host": "no"}
    rows = []
    for i in range(n):
        status = statuses[i % 5]
        places = [(m, where) for m in (XEON, GPU) for where in ("host", "device")] if status in wheres else []
        cells = [cell(m, where, 1.0 + i * 7919 % 10007, 1e-6) for m, where in places]
        name = f"tf.family{i % 70}.operation_number_{i * 7919 % n}"
        why = (
            {"reason": f"the reason of number {i}, in a few words more", "instead": "Use something else"} if status == "unsupported" else {}
        )
        rows.append(row(name, status, wheres.get(status, ""), cells, **why))
    return rows

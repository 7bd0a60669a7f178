"""A small made-up matrix for the tests of its page."""

from __future__ import annotations

from dataclasses import replace

from plaidml_compat.report.about import Bound, Determinism, Slowness
from plaidml_compat.report.matrix.building import Heading, Matrix
from plaidml_compat.report.matrix.row import Cell, Declared, InModel, Row, Source
from plaidml_compat.report.measuring.measurements import Measured

XEON = Source("2 cores of a Xeon", "llvm_cpu.0", "llvm_cpu", "2026-01-02", "0.5", False, 0)
GPU = replace(XEON, id=1, machine="16 cores", device="a GPU", engine="opencl")
HERE = replace(XEON, id=2, machine="this laptop", date="2026-03-04", here=True)


def row(name, status="host", where="", measured=(), **more):
    works = status in ("device", "host")
    known = {
        "family": name.rpartition(".")[0],
        "kind": "op",
        "source": "plaidml_compat" if works else "",
        "in_model": InModel(where, ("llvm_cpu",) if "device" in where else (), words=where),
        "in_map": "host" if works else "",
        "versions": ("2.15.1",),
    }
    return Row(name=name, status=status, measured=tuple(measured), **{**known, **more})


def cell(of, where="host", rate=None, error=None, repeatable=None, note="", call=""):
    """What the measurement `of` found at a place."""
    return Cell(of.id, where, Measured(rate, error, repeatable, note, call))


def matrix(rows, measurements=(XEON, GPU), **about):
    """A matrix of these rows."""
    known = {"version": "0.6", "device": None, "engine": None, "tensorflow": ("2.15.1", "2.21.0"), "measurements": tuple(measurements)}
    return Matrix(Heading(**{**known, **about}), rows)


def few():
    """A row of every status, with numbers that sort otherwise as words."""
    limit = Bound("tf.image.warp", "opencl", "wrong", "sides above 4096", "Resize first")
    warp = row(
        "tf.image.warp",
        "device",
        measured=[cell(XEON, rate=9.5), cell(XEON, "device", 1200.0, 2.5e-5, False)],
        in_model=InModel("device within limits", ("llvm_cpu",), (limit,), words="device within limits"),
        slow=(Slowness("tf.image.warp", "opencl", "20 ms against 2 ms", "Use the host"),),
        declared=Declared("to 1e-4", 1e-4, (("opencl", 2e-4),), Determinism.SEEDS),
    )
    flip = row(
        "tf.image.flip",
        "device",
        "device",
        [
            cell(XEON, rate=100.0, error=0.0, repeatable=True),
            cell(XEON, "device", 90000.0),
            cell(GPU, "device", 23.0, 0.5, note="a note of the GPU", call="float32 4x4, sample 'a'"),
        ],
        declared=Declared(tolerance=0.01),
    )
    return [
        warp,
        flip,
        row("tf.image.zoom", "device", "device", [cell(XEON, rate=23.0), cell(XEON, "device", 3.0)]),
        row("tf.io.decode", where="no", reason="no device kernel", instead="Apply it in Dataset.map"),
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

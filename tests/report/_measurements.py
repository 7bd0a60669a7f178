"""Measurements for the tests: one as it is shipped, one as it is made here."""

from __future__ import annotations

from plaidml_compat.report.measuring.measurements import Measured, Measurements

SHIPPED = Measurements("another machine", "opencl_x.0", "opencl", "2026-11-23", "0.1", False, {"tf.cast": {"device": Measured(7.0)}})
HERE = Measurements(
    "this machine",
    "llvm_cpu.0",
    "llvm_cpu",
    "2026-11-24",
    "0.1",
    True,
    {
        "tf.cast": {"host": Measured(100.0, 0.0, True), "device": Measured(5.0, 0.5, False, call="a sample")},
        "tf.shape": {"host": Measured(note="takes no images")},
        "tf.keras.layers.RandomFlip": {"host": Measured(3.0)},
    },
)

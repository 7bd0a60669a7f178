"""The section at the end of the terminal: what it counts, how long it is, and when there is none."""

from __future__ import annotations

import pytest

BODY = """
import numpy as np, pytest
import tensorflow as tf
import plaidml_compat

IMAGES = np.zeros((1, 4, 4, 1), "float32")
"""
SEVEN = [
    "tf.Graph",
    "tf.GradientTape",
    "tf.Module",
    "tf.linalg.svd",
    "tf.estimator",
    "tf.keras.layers.Attention",
    "tf.keras.applications.EfficientNetV2B0",
]


def lacking(names):
    parts = [name.rpartition(".") for name in names]
    return BODY + "".join(f"def test_{i}(): hasattr({parent}, {own!r})\n" for i, (parent, _, own) in enumerate(parts))


def section(run):
    """The lines between the section's title and the next."""
    lines = run.result.stdout.lines
    starts = [i for i, line in enumerate(lines) if line.strip("= ") == "plaidml"]
    assert len(starts) == 1, run.text
    rest = lines[starts[0] + 1 :]
    return rest[: next(i for i, line in enumerate(rest) if line.startswith("==="))]


def test_counts(inside):
    source = (
        BODY
        + """
def test_host(): tf.math.abs(1); tf.math.abs(2)
def test_device():
    with plaidml_compat.device_scope("device"):
        tf.image.flip_left_right(IMAGES)
        tf.image.rot90(IMAGES)
def test_neither(): pass
def test_again():
    with plaidml_compat.device_scope("device"):
        tf.image.rot90(IMAGES)
"""
    )
    run = inside(source, "--plaidml", "--plaidml-slow=allow")
    assert section(run) == [
        "4 op calls on the host, 1 on the device, in 3 tests",
        "",
        "ran on the host although the device was asked for: 1 op in 2 tests",
        "  tf.image.rot90  test_it.py:11  (1 test)",
        "    it has no device kernel",
        "    -> Leave it out of device_scope('device'), or pass fallback='allow' to",
        "      install()",
        "  tf.image.rot90  test_it.py:15  (1 test)",
        "    it has no device kernel",
        "    -> Leave it out of device_scope('device'), or pass fallback='allow' to",
        "      install()",
        "",
        "most flags:",
        "  test_it.py::test_device  (1)",
        "  test_it.py::test_again  (1)",
    ]


def test_short_by_default_full_with_v_silent_with_q(inside):
    source = lacking(SEVEN)
    short = section(inside(source, "--plaidml"))
    assert short[:3] == ["0 op calls on the host, 0 on the device", "", "unsupported: 7 ops in 7 tests"]
    shown = [name for name in SEVEN if any(line.startswith(f"  {name} ") for line in short)]
    assert len(shown) == 5 and "  ... and 2 more places (-v shows all)" in short
    assert not any(line.startswith("    in ") for line in short)
    full = section(inside(None, "--plaidml", "-v"))
    assert [name for name in SEVEN if any(line.startswith(f"  {name} ") for line in full)] == SEVEN
    assert [line for line in full if line.startswith("    in ")] == sorted(
        (f"    in test_it.py::test_{i}" for i in range(7)), key=lambda line: SEVEN[int(line[-1])]
    )
    assert "more places" not in "".join(full)
    for quiet in ("-q", "-qq"):
        run = inside(None, "--plaidml", quiet)
        assert run.exit_code == 0 and "plaidml" not in run.text and "tf.Graph" not in run.text


def test_the_worst_come_first(inside):
    source = (
        BODY
        + """
def graph(): hasattr(tf, "Graph")
def tape(): hasattr(tf, "GradientTape")
def test_a(): tape()
def test_b(): graph(); tape()
def test_c(): tape()
"""
    )
    lines = section(inside(source, "--plaidml"))
    assert [line.split()[0] for line in lines if "(3 tests)" in line or "(1 test)" in line] == ["tf.GradientTape", "tf.Graph"]
    assert lines[-4:] == ["most flags:", "  test_it.py::test_b  (2)", "  test_it.py::test_a  (1)", "  test_it.py::test_c  (1)"]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_as_wide_as_the_terminal(inside, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = section(inside(lacking(SEVEN), "--plaidml", "-v"))
    assert max(map(len, lines)) <= width
    assert max(map(len, lines)) > width - 30


def test_no_section_when_nothing_ran(inside):
    run = inside("def test_it(): pass\n", "--plaidml")
    assert run.exit_code == 0 and "= plaidml =" not in run.text
    run = inside(lacking(SEVEN), "--plaidml", "--collect-only")
    assert "= plaidml =" not in run.text


def test_what_is_allowed_is_not_listed(inside):
    source = lacking(["tf.Graph"]) + "@pytest.mark.plaidml(unsupported='ok', reason='known')\ndef test_known(): hasattr(tf, 'Module')\n"
    lines = section(inside(source, "--plaidml"))
    assert "unsupported: 1 op in 1 test" in lines and not any("tf.Module" in line for line in lines)


def test_statuses_stay_pytests(inside):
    source = lacking(["tf.Graph"]) + "def test_clean(): pass\n"
    run = inside(source, "--plaidml", "-v")
    run.result.stdout.fnmatch_lines(["test_it.py::test_0 PASSED *", "test_it.py::test_clean PASSED *", "=* 2 passed in *"])

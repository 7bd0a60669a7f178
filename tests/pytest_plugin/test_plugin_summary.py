"""The section at the end of the terminal: what it counts, how long it is, and when there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plaidml_compat.testing.findings import OUTSIDE, Findings, Found
from plaidml_compat.testing.recording import Flag, Record
from plaidml_compat.testing.summary import _worst

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
    "tf.image.psnr",
    "tf.linalg.qr",
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
        "  it has no device kernel",
        "    tf.image.rot90  test_it.py:11  (1 test)",
        "    tf.image.rot90  test_it.py:15  (1 test)",
        "    -> Leave it out of device_scope('device'), or pass fallback='allow' to",
        "      install()",
        '  allowed by @pytest.mark.plaidml(fallback="allow", reason=...) in a test, by',
        "    --plaidml-fallback allow in all",
    ]


def test_other_calls_and_models_are_counted_apart(inside):
    """An op that was built into a model is counted as that, and the model's steps as steps."""
    source = (
        BODY
        + """
def test_model():
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Rescaling(2, placement="device", input_shape=(4, 4, 1)), layers.Flatten(), layers.Dense(2)])
    model.compile(tf.keras.optimizers.SGD(), tf.keras.losses.MeanSquaredError())
    model.fit(np.zeros((4, 4, 4, 1), "float32"), np.zeros((4, 2), "float32"), batch_size=2, epochs=2, verbose=0)
    model.predict(IMAGES, verbose=0)
"""
    )
    run = inside(source, "--plaidml")
    total = " ".join(line.strip() for line in section(run))
    assert total.endswith(" on the host; 1 op built into models and 5 steps of models on the device, in 1 test")
    source = (
        BODY
        + """
@pytest.fixture(scope="module")
def file(tmp_path_factory):
    name = str(tmp_path_factory.mktemp("pictures") / "x.png")
    tf.io.write_file(name, tf.io.encode_png(np.zeros((2, 2, 3), "uint8")))
    return name

def test_functions(file):
    tf.random.normal([2])
    tf.io.decode_png(tf.io.read_file(file))
    tf.math.abs(1)
"""
    )
    run = inside(source, "--plaidml", "--plaidml-report=r.json")
    assert section(run) == ["1 op call and 5 other calls on the host, 0 op calls on the device, in 1 test"], (
        "a call and what it loads are one"
    )
    data = json.loads(Path("r.json").read_text())
    assert data["others"] == {"calls": 5, "built": 0, "steps": 0} and data["placements"] == {"host": 1, "device": 0}


def test_what_was_decided_is_not_offered_again(inside):
    """Where the run says what becomes of a kind of flag, markers are what is left."""
    source = (
        BODY + "def test_it():\n    hasattr(tf, 'Graph')\n    with plaidml_compat.device_scope('device'):\n        tf.image.rot90(IMAGES)\n"
    )

    def offered(*arguments):
        text = " ".join(line.strip() for line in section(inside(source, "--plaidml", *arguments)))
        return [way in text for way in ("--plaidml-unsupported skip", "--plaidml-fallback allow", '(unsupported="ok"', '(fallback="allow"')]

    assert offered() == [True, True, True, True]
    for word in ("error", "skip", "warn"):
        assert offered(f"--plaidml-unsupported={word}") == [False, True, True, True], word
    assert offered("-o", "plaidml_fallback=error") == [True, False, True, True]


def test_what_a_marker_cannot_reach_names_none(inside, pytester):
    pytester.makeconftest("import tensorflow as tf\nhasattr(tf, 'Graph')\n")
    lines = section(inside(BODY + "def test_it(): pass\n", "--plaidml"))
    assert any("tf.Graph  conftest.py:2" in line for line in lines) and "plaidml(" not in "".join(lines) and "skip" not in "".join(lines)
    lines = section(inside(BODY + "hasattr(tf, 'Module')\ndef test_it(): pass\n", "--plaidml"))
    assert '  allowed by pytestmark = pytest.mark.plaidml(unsupported="ok", reason=...) in' in lines, "a decorator would not do"


def test_what_belongs_to_no_test_is_none_of_the_worst(tf):
    findings = Findings("")
    for nodeid, ops in ((OUTSIDE, 3), ("test_it.py::test_a", 2), ("test_it.py::test_b", 1)):
        record = Record()
        record.flags.update(Flag("refused", f"tf.op_{i}", "reason", "", "test_it.py", i) for i in range(ops))
        findings.tests[nodeid] = Found(record, dict.fromkeys(("refused", "fallback", "slow"), "warn"))
    assert _worst(findings) == [("test_it.py::test_a", 2)]


def test_short_by_default_full_with_v_silent_with_q(inside):
    source = lacking(SEVEN)
    short = section(inside(source, "--plaidml"))
    assert short[:3] == ["0 op calls on the host, 0 on the device", "", "not built: 7 ops in 7 tests"]
    shown = [name for name in SEVEN if any(line.startswith(f"    {name} ") for line in short)]
    assert len(shown) == 5 and "  ... and 2 more places (-v shows all)" in short
    assert not any(line.startswith("      in ") for line in short)
    full = section(inside(None, "--plaidml", "-v"))
    assert [name for name in SEVEN if any(line.startswith(f"    {name} ") for line in full)] == SEVEN
    assert [line for line in full if line.startswith("      in ")] == sorted(
        (f"      in test_it.py::test_{i}" for i in range(7)), key=lambda line: SEVEN[int(line[-1])]
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
    assert lines[-2:] == ["most flags:", "  test_it.py::test_b  (2)"], "those that have more than others"


def test_a_suite_with_many_flags_says_nothing_twice(inside, monkeypatch):
    """Reasons, advice and ways out once each; places a line each, with as many tests as have them."""
    monkeypatch.setenv("COLUMNS", "400")
    names = [*SEVEN, "tf.keras.layers.Attention"] * 2
    source = lacking(names).replace("def test_", "@pytest.mark.parametrize('n', [1, 2])\ndef test_").replace("(): ", "(n): ")
    source += "def turn(): return tf.image.rot90(IMAGES)\n"
    source += "def test_turns():\n    with plaidml_compat.device_scope('device'):\n        turn(); tf.image.rot90(IMAGES)\n"
    source += "        tf.image.flip_left_right(IMAGES)\n        tf.image.flip_up_down(IMAGES)\n"
    lines = section(inside(source, "--plaidml", "-v"))
    said = [line.strip() for line in lines if line.strip() and not line.startswith("      in ")]
    places = [line for line in said if "(2 tests)" in line or "(1 test)" in line]
    assert len(places) == len(set(places)) == len(names) + 4 and all("test_it.py:" in line for line in places)
    rest = [line for line in said if line not in places]
    assert len(rest) == len(set(rest)), "a reason, an advice and a title come once"
    assert sum("allowed by" in line for line in said) == 3 and sum("has it, this version of" in line for line in said) == 1
    text = " ".join(said)
    assert text.count("were measured to take") == 2 and text.count("on the host it also overlaps with") == 1
    assert '(unsupported="ok", reason=...) in a test, --plaidml-unsupported skip skips tests that fail of it' in text
    assert '(fallback="allow", reason=...) in a test, by --plaidml-fallback allow in all' in text
    assert "not built: 7 ops in 28 tests" in said and "unsupported: 1 op in 4 tests" in said, "the matrix's words"
    assert said[said.index("most flags:") + 1 :] == ["test_it.py::test_turns  (4)"]


def test_most_flags_only_where_some_have_more(inside):
    assert "most flags:" not in section(inside(lacking(SEVEN), "--plaidml"))


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
    assert "not built: 1 op in 1 test" in lines and not any("tf.Module" in line for line in lines)


def test_statuses_stay_pytests(inside):
    source = lacking(["tf.Graph"]) + "def test_clean(): pass\n"
    run = inside(source, "--plaidml", "-v")
    run.result.stdout.fnmatch_lines(["test_it.py::test_0 PASSED *", "test_it.py::test_clean PASSED *", "=* 2 passed in *"])

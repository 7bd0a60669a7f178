"""How pytest finds the plugin, and when it begins: before any conftest.py, and not at all unless it is asked to."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
EARLY = """
import sys
import tensorflow as tf
from tensorflow.keras import layers
AT_CONFTEST = tf.__name__, getattr(tf, "__version__", ""), layers.RandomFlip.__module__
"""


def test_the_facade_is_there_before_any_conftest(outside, pytester):
    pytester.makeconftest(EARLY)
    pytester.makeini("[pytest]\npythonpath = src\n")
    pytester.mkdir("src").joinpath("helper.py").write_text("import tensorflow as tf\ndef double(x): return tf.math.add(x, x)\n")
    pytester.makepyfile(
        test_it="""
        import conftest, helper
        def test_it():
            assert conftest.AT_CONFTEST[0] == "tensorflow"
            assert helper.double(2) == 4
        """
    )
    result = outside("--plaidml", "-W", "error", python=("-W", "error::DeprecationWarning:tests"))
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    result = outside()
    assert result.ret == 4 and "No module named 'tensorflow'" in result.stderr.str()


def test_a_plugin_that_is_named_in_conftest_begins_late(outside, pytester):
    pytester.makeconftest("pytest_plugins = ['plaidml_compat.pytest_plugin']\n")
    pytester.makeini("[pytest]\nplaidml = true\n")
    pytester.makepyfile(test_it="import tensorflow as tf\ndef test_it(): assert tf.math.add(1, 1) == 2\n")
    # Where it is installed too it would be there from the start.
    options = ["-p", "no:cacheprovider", "-p", "no:plaidml_compat", "--plaidml-fallback=error"]
    result = pytester.run(sys.executable, "-m", "pytest", *options)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["2 op calls on the host, 0 on the device, in 1 test"])


def test_the_real_tensorflow_imported_by_an_earlier_plugin(outside, pytester):
    pytester.mkdir("tensorflow").joinpath("__init__.py").write_text("__version__ = '2.15.0'\n")
    pytester.makepyfile(early="import tensorflow", test_it="import tensorflow\ndef test_it(): assert tensorflow.__version__ == '2.15.0'\n")
    pytester.syspathinsert()
    result = outside("-p", "early", "--plaidml")
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["*ERROR: --plaidml: a plugin that was loaded earlier has imported the real TensorFlow. *tensorflow/__init__.py*"]
    )
    assert "Traceback" not in result.stderr.str()
    assert outside("-p", "early").ret == 0  # which is none of our business without --plaidml


def test_without_being_asked_it_does_nothing(outside, pytester):
    pytester.makepyfile(
        test_it="""
        import sys
        def test_it():
            names = [n for n in sys.modules if n.partition(".")[0] in ("keras", "plaidml", "plaidml_compat", "numpy", "tensorflow")]
            assert sorted(names) == ["plaidml_compat", "plaidml_compat.pytest_plugin"]
        """
    )
    result = outside("-W", "error")
    result.assert_outcomes(passed=1)
    # pytest itself lists what is installed.
    assert not [line for line in result.outlines if "plaidml" in line and not line.startswith("plugins: ")]


def test_importing_it_costs_nearly_nothing(pytester):
    code = "import pytest, plaidml_compat.pytest_plugin"
    pytester.run(sys.executable, "-c", code)  # compiles
    costs = []
    for _ in range(3):
        lines = pytester.run(sys.executable, "-X", "importtime", "-c", code).stderr.lines
        columns = [line.split("|") for line in lines if line.startswith("import time:")]
        found = {name.strip(): int(cumulative) for _, cumulative, name in columns[1:]}
        costs.append(found["plaidml_compat.pytest_plugin"] + found.get("plaidml_compat", 0))
    assert min(costs) < 20_000  # microseconds; some 500 on a quiet machine


def test_the_entry_point_and_leaving_it_out(pytester, monkeypatch):
    """The entry point that setup.cfg declares, for a copy of it that is not installed."""
    from configparser import ConfigParser

    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    points = dict(line.split(" = ") for line in setup["options.entry_points"]["pytest11"].split("\n") if line)
    assert points == {"plaidml_compat": "plaidml_compat.pytest_plugin"}
    about = pytester.mkdir("site") / "plaidml_compat_here-0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: plaidml-compat-here\nVersion: 0\n")
    (about / "entry_points.txt").write_text("[pytest11]\nplaidml_compat = plaidml_compat.pytest_plugin\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(pytester.path / "site"), os.environ["PYTHONPATH"]]))
    pytester.makepyfile(test_it="def test_it(): import tensorflow\n")
    command = sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"
    pytester.run(*command, "--plaidml").assert_outcomes(passed=1)
    # It may be named beside: pytest would refuse to load it twice.
    assert pytester.run(*command, "-p", "plaidml_compat.pytest_plugin", "--co", "--strict-config", "-o", "plaidml=false").ret == 0
    pytester.makeconftest("pytest_plugins = ['plaidml_compat.pytest_plugin']\n")
    assert pytester.run(*command, "--co", "--strict-config", "-o", "plaidml=false").ret == 0
    (pytester.path / "conftest.py").unlink()
    pytester.run(*command).assert_outcomes(failed=1)
    result = pytester.run(*command, "-p", "no:plaidml_compat", "--plaidml")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*unrecognized arguments: --plaidml*"])
    pytester.run(*command, "-p", "no:plaidml_compat").assert_outcomes(failed=1)

"""Options, ini options and markers: where each may be given, which wins, and what is refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from _outcome_sample import HEAD

ROOT = Path(__file__).parent.parent.parent

THREE = HEAD + "def test_fallback(): fall_back()\ndef test_unsupported(): probe()\ndef test_slow(): be_slow()\n"


@pytest.mark.parametrize("setting", ["fallback", "unsupported", "slow"])
def test_each_setting_decides_about_its_own(inside, pytester, setting):
    run = inside(THREE, "--plaidml", f"--plaidml-{setting}=error")
    assert {name for name, outcome in run.outcomes.items() if outcome == "failed"} == {f"test_{setting}"}
    pytester.makeini(f"[pytest]\nfilterwarnings = default\nplaidml = true\nplaidml_{setting} = error\n")
    run = inside(None)
    assert {name for name, outcome in run.outcomes.items() if outcome == "failed"} == {f"test_{setting}"}
    assert inside(None, f"--plaidml-{setting}=warn").exit_code == 0  # the command line wins
    run = inside(None, "-o", "plaidml=false")
    assert run.exit_code == 0 and "= plaidml =" not in run.text


def test_toml(inside, pytester):
    os.remove(pytester.path / "tox.ini")
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\nfilterwarnings = ['default']\nplaidml = true\nplaidml_fallback = 'error'\n")
    assert inside(THREE).outcomes == {"test_fallback": "failed", "test_unsupported": "passed", "test_slow": "passed"}


def test_words_of_the_other_settings(inside):
    run = inside(THREE, "--plaidml", "--plaidml-fallback=allow", "--plaidml-slow=allow", "--plaidml-unsupported=skip")
    assert run.exit_code == 0
    section = run.result.stdout.str().partition("= plaidml =")[2]
    assert "tf.Graph" in section and "rot90" not in section and "flip" not in section


MARKERS = (
    HEAD
    + """
pytestmark = pytest.mark.plaidml(fallback="error", unsupported="error", reason="of the module")

def test_of_module(): fall_back()
def test_of_module_too(): probe()

@pytest.mark.plaidml(fallback="allow")
def test_own(): fall_back()

@pytest.mark.plaidml(fallback="allow")
def test_own_is_of_one_keyword(): probe()

@pytest.mark.plaidml(unsupported="ok", reason="of the class")
class TestClass:
    def test_of_class(self): probe()
    def test_of_class_not(self): fall_back()

    @pytest.mark.plaidml(fallback="warn")
    def test_of_all_three(self): fall_back(); probe()

    @pytest.mark.plaidml(unsupported="error")
    def test_the_closest(self): probe()

@pytest.mark.plaidml(unsupported="ok")
@pytest.mark.plaidml(unsupported="error")
def test_the_last_decorator_is_the_closest(): probe()

@pytest.mark.plaidml(unsupported="ok", fallback="warn")
class TestUnit(unittest.TestCase):
    def test_unit(self): probe(); fall_back()

    @pytest.mark.plaidml(unsupported="skip")
    def test_unit_own(self): tf.GradientTape()
"""
)
WHOSE = {
    "test_of_module": "failed",
    "test_of_module_too": "failed",
    "test_own": "passed",
    "test_own_is_of_one_keyword": "failed",
    "test_of_class": "passed",
    "test_of_class_not": "failed",
    "test_of_all_three": "passed",
    "test_the_closest": "failed",
    "test_unit": "passed",
    "test_unit_own": "skipped",
}


def test_markers_win_keyword_by_keyword(inside):
    run = inside(MARKERS, "--plaidml", "--strict-markers")
    closest = run.outcomes.pop("test_the_last_decorator_is_the_closest")
    assert run.outcomes == WHOSE
    assert closest == "failed"  # as for every marker of pytest: the one that was applied first
    run = inside(MARKERS, "--plaidml", "--plaidml-fallback=allow", "--plaidml-unsupported=skip", "--plaidml-slow=error")
    run.outcomes.pop("test_the_last_decorator_is_the_closest")
    assert run.outcomes == WHOSE


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("fallbak='allow'", " has no such keyword; did you mean 'fallback'? received 'fallbak'"),
        ("colour='red'", " has no such keyword; there are device, fallback, unsupported, slow, reason; received 'colour'"),
        ("fallback='ok'", ": fallback must be one of allow, warn, error; received 'ok'"),
        ("unsupported='allow'", ": unsupported must be one of ok, warn, error, skip; received 'allow'"),
        ("slow=None", ": slow must be one of warn, error, allow; received None"),
        ("slow=['warn']", ": slow must be one of warn, error, allow; received ['warn']"),
        ("device=0", ": device is a text; received 0"),
        ("reason=False", ": reason is a text; received False"),
        ("'allow'", " takes keywords alone (device, fallback, unsupported, slow, reason); received ('allow',)"),
    ],
)
def test_wrong_markers_are_refused(inside, marker, said):
    source = f"import pytest\n@pytest.mark.plaidml({marker})\ndef test_it(): pass\n"
    run = inside(source, "--plaidml")
    assert run.exit_code == 4 and not run.outcomes
    assert f"ERROR: test_it.py::test_it: @pytest.mark.plaidml{said}\n" in run.text
    assert inside(source).exit_code == 0  # the plugin was not asked


@pytest.mark.parametrize(
    ("ini", "arguments", "said"),
    [
        ("plaidml_fallback = sometimes", ["--plaidml"], "plaidml_fallback must be one of allow, warn, error; received 'sometimes'"),
        ("plaidml_unsupported = ok", ["--plaidml"], "plaidml_unsupported must be one of warn, error, skip; received 'ok'"),
        ("plaidml_slow = skip", ["--plaidml"], "plaidml_slow must be one of warn, error, allow; received 'skip'"),
        ("plaidml = perhaps", [], "plaidml in the ini file is true or false: invalid truth value 'perhaps'"),
        ("plaidml_report = found.txt", ["--plaidml"], "found.txt"),
        ("", ["--plaidml", "--plaidml-report=found.txt"], "found.txt"),
        ("", ["--plaidml", "--plaidml-fallback=sometimes"], "invalid choice: 'sometimes'"),
        ("", ["--plaidml-fallback=error"], "--plaidml-fallback does nothing without --plaidml or --plaidml-static; received 'error'"),
        ("", ["--plaidml-device=all"], "--plaidml-device does nothing without --plaidml or --plaidml-static; received 'all'"),
        ("", ["--plaidml-report=x.md"], "--plaidml-report does nothing without --plaidml or --plaidml-static; received 'x.md'"),
        ("", ["--plaidml", "--plaidml-device=no_such.0"], "--plaidml: there is no device 'no_such.0'. Usable here: "),
    ],
)
def test_wrong_settings_are_refused(inside, pytester, ini, arguments, said):
    pytester.makeini(f"[pytest]\nfilterwarnings = default\n{ini}\n")
    run = inside("def test_it(): pass\n", *arguments)
    assert run.exit_code == 4 and not run.outcomes
    assert said in run.text and "Traceback" not in run.text


def test_ini_options_alone_ask_for_nothing(inside, pytester):
    pytester.makeini("[pytest]\nplaidml_fallback = error\nplaidml_device = no_such.0\n")
    assert inside("def test_it(): pass\n").exit_code == 0


def test_help_and_markers(inside):
    text = inside(None, "--help").text
    for name in (
        "plaidml",
        "plaidml-device",
        "plaidml-fallback",
        "plaidml-unsupported",
        "plaidml-slow",
        "plaidml-static",
        "plaidml-report",
    ):
        assert f"  --{name}" in text and f"  {name.replace('-', '_')} (" in text
    assert "@pytest.mark.plaidml(device=ID, fallback=" in inside(None, "--markers").text


# --------------------------------------------------------------------------------------------- processes of their own
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
    command = sys.executable, "-m", "pytest", "-p", "no:cacheprovider"
    pytester.run(*command, "--plaidml").assert_outcomes(passed=1)
    pytester.run(*command).assert_outcomes(failed=1)
    result = pytester.run(*command, "-p", "no:plaidml_compat", "--plaidml")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*unrecognized arguments: --plaidml*"])
    pytester.run(*command, "-p", "no:plaidml_compat").assert_outcomes(failed=1)

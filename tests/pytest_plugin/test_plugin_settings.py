"""Options, ini options and markers: where each may be given, which wins, and what is refused."""

from __future__ import annotations

import os

import pytest
from _outcome_sample import HEAD

from plaidml_compat.pytest_plugin import OPTIONS

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


NATIVE = "[tool.pytest]\nfilterwarnings = ['default']\nplaidml = {}\nplaidml_fallback = 'error'\n"


@pytest.mark.skipif(pytest.version_tuple < (9,), reason="needs pytest 9's [tool.pytest]")
def test_native_toml(inside, pytester):
    os.remove(pytester.path / "tox.ini")
    pytester.makepyprojecttoml(NATIVE.format("true"))
    assert inside(THREE).outcomes == {"test_fallback": "failed", "test_unsupported": "passed", "test_slow": "passed"}
    pytester.makepyprojecttoml(NATIVE.format("'true'"))
    run = inside(None)
    assert run.exit_code == 4 and "plaidml in the ini file is true or false: " in run.text and "expects a bool" in run.text


def test_places_of_options(inside, pytester, monkeypatch):
    """-o, PYTEST_ADDOPTS, addopts, setup.cfg; of two the last one counts; the command line's --plaidml over an ini file's `false`."""
    failed = {"test_fallback": "failed", "test_unsupported": "passed", "test_slow": "passed"}
    assert inside(THREE, "-o", "plaidml=true", "-o", "plaidml_fallback=error").outcomes == failed
    assert inside(None, "--plaidml", "-o", "plaidml=false", "--plaidml-fallback=allow", "--plaidml-fallback=error").outcomes == failed
    with monkeypatch.context() as patch:
        patch.setenv("PYTEST_ADDOPTS", "--plaidml --plaidml-fallback=error")
        assert inside(None).outcomes == failed
    os.remove(pytester.path / "tox.ini")
    (pytester.path / "setup.cfg").write_text("[tool:pytest]\nfilterwarnings = default\naddopts = --plaidml\nplaidml_fallback = error\n")
    assert inside(None, "--strict-config", "--strict-markers").outcomes == failed


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

@pytest.mark.plaidml()
@pytest.mark.plaidml
def test_empty_says_nothing(): fall_back()

@pytest.mark.parametrize("x", [pytest.param(0, marks=pytest.mark.plaidml(fallback="allow")), 1])
def test_parameter(x): fall_back()

class TestOwn:
    pytestmark = [pytest.mark.plaidml(fallback="warn"), pytest.mark.plaidml(unsupported="ok")]
    def test_of_a_list(self): fall_back(); probe()

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
    "test_empty_says_nothing": "failed",
    "test_parameter[0]": "passed",
    "test_parameter[1]": "failed",
    "test_of_a_list": "passed",
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
        ("device=''", ": device is an id of PlaidML's; leave it out for the run's; received ''"),
        (
            "device='host'",
            ": device is an id of PlaidML's, as `plaidml-compat devices` lists them, and a placement is none: for that there ",
        ),
        ("reason=False", ": reason is a text; received False"),
        ("'allow'", " takes keywords alone (device, fallback, unsupported, slow, reason); received ('allow',)"),
    ],
)
def test_wrong_markers_are_refused(inside, marker, said):
    source = f"import pytest\n@pytest.mark.plaidml({marker})\ndef test_it(): pass\n"
    run = inside(source, "--plaidml")
    assert run.exit_code == 4 and not run.outcomes
    assert f"ERROR: test_it.py::test_it: @pytest.mark.plaidml{said}" in run.text
    assert inside(source).exit_code == 0  # the plugin was not asked


WRONG = """
import pytest
pytestmark = pytest.mark.plaidml(reason=1)

@pytest.mark.parametrize("x", range(3))
@pytest.mark.plaidml("allow", fallbak="allow", slow="no", device="device")
def test_a(x): pass

@pytest.mark.plaidml(colour="red")
class TestB:
    def test_b(self): pass
    def test_c(self): pass

@pytest.mark.plaidml(slow="allow")
def test_right(): pass
"""


def test_all_wrong_markers_are_told_at_once(inside):
    """Each once, though it is that of several tests."""
    run = inside(WRONG, "--plaidml")
    lines = [line.partition("; ")[0] for line in run.result.stderr.lines if line.startswith("ERROR: ")]
    assert run.exit_code == 4 and sorted(lines) == [
        "ERROR: test_it.py: @pytest.mark.plaidml: reason is a text",
        "ERROR: test_it.py::TestB: @pytest.mark.plaidml has no such keyword",
        "ERROR: test_it.py::test_a[0]: @pytest.mark.plaidml has no such keyword",
        "ERROR: test_it.py::test_a[0]: @pytest.mark.plaidml takes keywords alone (device, fallback, unsupported, slow, reason)",
        "ERROR: test_it.py::test_a[0]: @pytest.mark.plaidml: device is an id of PlaidML's, as `plaidml-compat devices` lists them, "
        'and a placement is none: for that there is `with plaidml_compat.device_scope("device"):` in a test',
        "ERROR: test_it.py::test_a[0]: @pytest.mark.plaidml: slow must be one of warn, error, allow",
    ], run.text


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
        ("", ["--plaidml-fallback=error"], "--plaidml-fallback does nothing without --plaidml or --plaidml-static. Add one of these, or,"),
        ("addopts = --plaidml-fallback=error", [], " write `plaidml_fallback = error` in the ini file: that asks for nothing by itself"),
        ("", ["--plaidml-device=all"], "--plaidml-device does nothing without --plaidml or --plaidml-static. Add "),
        ("", ["--plaidml-report=x.md"], "--plaidml-report does nothing without --plaidml or --plaidml-static. Add "),
        ("", ["--plaidml-report=x.md", "--plaidml-slow=error"], "--plaidml-slow and --plaidml-report do nothing without "),
        ("", ["--plaidml-report=x.md", "--plaidml-slow=error"], " write `plaidml_slow = error`, `plaidml_report = x.md` in the ini file"),
        ("", ["--plaidml", "--plaidml-device="], "--plaidml-device: name a device, or leave the option out for the default; received ''"),
        ("", ["--plaidml", "--plaidml-report=no/x.md"], "there is no folder "),
        ("plaidml_report = no/x.md", ["--plaidml"], "there is no folder "),
        ("plaidml_static = 7", [], "plaidml_static in the ini file is true or false: invalid truth value '7'"),
        ("plaidml_static = 2", ["--plaidml"], "plaidml_static in the ini file is true or false: invalid truth value '2'"),
        ("plaidml = 2", ["--plaidml-static"], "plaidml in the ini file is true or false: invalid truth value '2'"),
        (
            "",
            ["--plaidml", "--plaidml-report=.json"],
            "the file has a name, which ends with one of .json, .md, .html, .sarif; received '.json'",
        ),
        ("", ["-o", "plaidml=2"], "plaidml in the ini file is true or false: invalid truth value '2'"),
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


NAMES = "plaidml plaidml_device plaidml_fallback plaidml_unsupported plaidml_slow plaidml_static plaidml_report".split()


def test_help_and_markers(inside):
    text = " ".join(inside(None, "--help").text.split())
    for name in NAMES:
        assert f" --{name.replace('_', '-')}" in text and f" {name} (" in text
    assert list(OPTIONS) == NAMES
    said = "caught or not: say so (default), fail the test, or skip a test that fails of it"
    assert text.count(said) == 2, "of the option, and of the ini option"
    assert (
        "@pytest.mark.plaidml(device=ID, fallback='allow'|'warn'|'error', unsupported='ok'|'warn'|'error'|'skip', "
        "slow='warn'|'error'|'allow', reason=...): what this test may do"
    ) in inside(None, "--markers").text


def test_an_option_is_declared_in_one_place(inside, pytester, monkeypatch):
    """On the command line it is not ignored, and is an ini option."""
    monkeypatch.setitem(OPTIONS, "plaidml_colour", {"help": "made up", "metavar": "COLOUR"})
    assert "--plaidml-colour does nothing without --plaidml" in inside(None, "--plaidml-colour=red").text
    pytester.makeini("[pytest]\nplaidml_colour = red\n")
    run = inside("def test_it(pytestconfig): assert pytestconfig.getini('plaidml_colour') == 'red'\n", "--strict-config")
    assert run.outcomes == {"test_it": "passed"}
